import type { Request, Response } from "express";
import type { SlackStandIn } from "../../test/stand-ins/slack.ts";
import type { PageOptions } from "./page.ts";
import { channelView, hueOf, placesOf, type Row, type Seat, threadView, viewsOf } from "./view.ts";

export type Wish = { as: string; channel: string; tab: string; thread: string };

const EVERY_MS = 1000; // the clock moves, and with it "12 minutes ago"

/** Keeps one open page up to date by server-sent events; only what changed is sent. Starts with everything. */
export function sendLive(wish: Wish, request: Request, response: Response, options: PageOptions) {
  const { slack, clock, feed, status, workspaceName = "Demo workspace", shortcuts = [] } = options;
  const { userId, channelId, tab } = seatFor(wish, slack);
  const places = () => placesOf(slack, userId);
  const sent = new Map<string, string>();
  const sendRows = { channel: rowSender("rows"), thread: rowSender("thread") };
  let isDue = false;
  let askedAt = slack.commandUrl;

  function send(name: string, data: unknown): void {
    const json = JSON.stringify(data);
    if (sent.get(name) === json) return;
    sent.set(name, json);
    response.write(`event: ${name}\ndata: ${json}\n\n`);
  }

  /** Sends which rows there are in which order, and of them those that have changed. */
  function rowSender(name: string): (rows: Row[]) => void {
    const before = new Map<string, string>();
    let orderBefore = "";
    return (rows) => {
      const changed = rows.filter(({ key, html, controls }) => before.get(key) !== html + JSON.stringify(controls));
      const order = rows.map(({ key }) => key);
      for (const key of before.keys()) if (!order.includes(key)) before.delete(key);
      for (const { key, html, controls } of changed) before.set(key, html + JSON.stringify(controls));
      if (changed.length === 0 && orderBefore === JSON.stringify(order)) return;
      orderBefore = JSON.stringify(order);
      response.write(`event: ${name}\ndata: ${JSON.stringify({ order, changed })}\n\n`);
    };
  }

  function sendAll(): void {
    isDue = false;
    if (response.destroyed) return;
    const now = clock.now();
    const people = slack.users.map(({ id, realName, tz }) => {
      return { id, name: realName, timeZone: tz, hue: hueOf(id, slack) };
    });
    const canPlayAgain = options.onPlayAgain !== undefined;
    const { hasHomeTab, hasMessagesTab } = slack.settings;
    const tabs = { home: hasHomeTab, messages: hasMessagesTab };
    send("seat", {
      ...{ userId, channelId, tab, tabs, thread: wish.thread, people, workspaceName, canPlayAgain },
      shortcuts: shortcuts.map(({ name, callbackId }) => ({ label: name, value: callbackId })),
    });
    send("places", places());
    send("clock", { now, speed: clock.speed, status: status?.() ?? "" });
    sendRows.channel(channelView(slack, { userId, channelId }, now));
    if (wish.thread) sendRows.thread(threadView(slack, { userId, channelId }, wish.thread, now));
    const { home, modals } = viewsOf(slack, userId, now, { isHome: tab === "home" });
    send("home", home ?? null);
    lookAgain();
    send("modals", modals);
    send("feed", feed.latest());
  }

  /** An app that was started anew has not shown anything yet to who goes on looking at its Home tab. */
  function lookAgain(): void {
    if (slack.commandUrl === askedAt) return;
    askedAt = slack.commandUrl;
    if (tab === "home") slack.openApp(userId, "home").catch(() => {});
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

/** Where somebody sits who wishes so: at least somewhere. Whoever looks at the app goes on doing so as another person. */
function seatFor({ as, channel, tab }: Wish, slack: SlackStandIn): Seat & { tab: "home" | "messages" | "" } {
  const userId = (slack.users.find(({ id }) => id === as) ?? slack.users[0])?.id ?? "";
  const places = placesOf(slack, userId);
  const isApp = ({ kind }: { kind: string }) => kind === "direct";
  const place =
    places.find(({ id }) => id === channel) ?? (channel.startsWith("D") ? places.find(isApp) : undefined) ?? places[0];
  if (!place || !isApp(place)) return { userId, channelId: place?.id ?? "", tab: "" };
  const { hasHomeTab, hasMessagesTab } = slack.settings;
  const isHome = hasHomeTab && (tab !== "messages" || !hasMessagesTab);
  return { userId, channelId: place.id, tab: isHome ? "home" : "messages" };
}
