import type { Request, Response } from "express";
import type { PageOptions } from "./page.ts";
import { channelView, hueOf, placesOf, type Row } from "./view.ts";

const EVERY_MS = 1000; // the clock moves, and with it "12 minutes ago"

/** Keeps one open page up to date by server-sent events; only what changed is sent. Starts with everything. */
export function sendLive(
  wish: { as: string; channel: string },
  request: Request,
  response: Response,
  options: PageOptions,
) {
  const { slack, clock, feed, status, workspaceName = "Demo workspace" } = options;
  const userId = (slack.users.find(({ id }) => id === wish.as) ?? slack.users[0])?.id ?? "";
  const places = () => placesOf(slack, userId);
  const channelId = (places().find(({ id }) => id === wish.channel) ?? places()[0])?.id ?? "";
  const sent = new Map<string, string>();
  const sentRows = new Map<string, string>();
  let isDue = false;

  function send(name: string, data: unknown): void {
    const json = JSON.stringify(data);
    if (sent.get(name) === json) return;
    sent.set(name, json);
    response.write(`event: ${name}\ndata: ${json}\n\n`);
  }

  function sendRows(rows: Row[]): void {
    const changed = rows.filter(({ key, html, controls }) => sentRows.get(key) !== html + JSON.stringify(controls));
    const order = rows.map(({ key }) => key);
    for (const key of sentRows.keys()) if (!order.includes(key)) sentRows.delete(key);
    for (const { key, html, controls } of changed) sentRows.set(key, html + JSON.stringify(controls));
    const isSame = changed.length === 0 && sent.get("order") === JSON.stringify(order);
    sent.set("order", JSON.stringify(order));
    if (!isSame) response.write(`event: rows\ndata: ${JSON.stringify({ order, changed })}\n\n`);
  }

  function sendAll(): void {
    isDue = false;
    if (response.destroyed) return;
    const now = clock.now();
    const people = slack.users.map(({ id, realName, tz }) => {
      return { id, name: realName, timeZone: tz, hue: hueOf(id, slack) };
    });
    send("seat", { userId, channelId, people, workspaceName, canPlayAgain: options.onPlayAgain !== undefined });
    send("places", places());
    send("clock", { now, speed: clock.speed, status: status?.() ?? "" });
    sendRows(channelView(slack, { userId, channelId }, now));
    send("feed", feed.latest());
  }

  function sendSoon(): void {
    if (isDue) return;
    isDue = true;
    setImmediate(sendAll); // several changes of one moment are one redraw
  }

  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  sendAll();
  const stops = [slack.onChange(sendSoon), feed.onChange(sendSoon)];
  const timer = setInterval(sendSoon, EVERY_MS).unref();
  request.on("close", () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  });
}
