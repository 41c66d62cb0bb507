import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import type { Deliver, Sent } from "./deliver.ts";
import { parseJson } from "./read-call.ts";
import { refuse } from "./refused.ts";

/** Why Slack ends a connection: it will soon, it does now and wants a new one, or Socket Mode was turned off. */
export type Reason = "warning" | "refresh_requested" | "link_disabled";
export type Sockets = ReturnType<typeof socketMode>;

type Options = {
  server: Server;
  /** Where the server listens, as ws://… */
  url: string;
  appId: string;
  patienceMs: (retries: number) => number;
  isOn: () => boolean;
  onChange: () => void;
};
type Link = { socket: WebSocket; settle: Map<string, (payload: unknown) => void>; isLeaving: boolean };

const GOODBYE_MS = 200;
const MOST_LINKS = 10;
const HOST = { host: "applink-stand-in" };

/** Socket Mode: the app connects to Slack, and everything Slack has to tell comes through one of its connections. */
export function socketMode({ server, url, appId, patienceMs, isOn, onChange }: Options) {
  const upgrades = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  let links: Link[] = [];
  let turn = 0;

  server.on("upgrade", (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://slack");
    if (pathname !== "/link/" || !tickets.delete(searchParams.get("ticket") ?? ""))
      return void socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
    upgrades.handleUpgrade(request, socket, head, welcome);
  });

  function welcome(socket: WebSocket): void {
    const link: Link = { socket, settle: new Map(), isLeaving: false };
    socket.on("message", (data) => {
      const ack = Ack.safeParse(parseJson(String(data)));
      if (ack.success) link.settle.get(ack.data.envelope_id)?.(ack.data.payload);
    });
    socket.on("close", () => {
      links = links.filter((other) => other !== link);
      onChange();
    });
    if (!isOn()) {
      dismiss(link, "link_disabled");
      return;
    }
    links.push(link);
    say(link, {
      type: "hello",
      num_connections: links.length,
      connection_info: { app_id: appId },
      debug_info: { ...HOST, approximate_connection_time: 18_060 },
    });
    onChange();
  }

  const say = ({ socket }: Link, message: object) => socket.send(JSON.stringify(message));

  function dismiss(link: Link, reason: Reason): void {
    say(link, { type: "disconnect", reason, debug_info: HOST });
    if (reason === "warning") return; // it goes on for some seconds
    link.isLeaving = true;
    link.socket.close(1000);
  }

  const deliver: Deliver = (type, payload, retry) => {
    const open = links.filter(({ isLeaving }) => !isLeaving);
    const link = open[turn++ % open.length];
    const startedAt = performance.now();
    const sent = (what: Pick<Sent, "status" | "body" | "because">): Sent => ({
      ...what,
      tookMs: performance.now() - startedAt,
      isFinal: false,
    });
    if (!link) return Promise.resolve(sent({ status: 0, body: undefined, because: "the app is not connected" }));
    const envelopeId = randomUUID();
    return new Promise((resolve) => {
      const timer = setTimeout(() => fail("the app did not respond"), patienceMs(retry?.num ?? 0));
      const onClose = () => fail("the app hung up");
      const settle = (what: Parameters<typeof sent>[0]) => {
        clearTimeout(timer);
        link.settle.delete(envelopeId);
        link.socket.off("close", onClose);
        resolve(sent(what));
      };
      const fail = (because: string) => settle({ status: 0, body: undefined, because });
      link.settle.set(envelopeId, (body) => settle({ status: 200, body: body ?? "", because: "" }));
      link.socket.on("close", onClose);
      say(link, {
        envelope_id: envelopeId,
        type,
        payload,
        accepts_response_payload: type !== "events_api",
        ...(type === "events_api" && { retry_attempt: retry?.num ?? 0, retry_reason: retry ? "timeout" : "" }),
      });
    });
  };

  return {
    deliver,
    count: () => links.length,
    /** An address for one connection. An app may have ten. */
    address(): string {
      if (links.length >= MOST_LINKS) refuse("too_many_websockets");
      const ticket = randomBytes(12).toString("hex");
      tickets.add(ticket);
      return `${url}link/?ticket=${ticket}&app_id=${appId}`;
    },
    /** Ends all connections that there are, with a word before. */
    disconnect(reason: Reason): void {
      for (const link of [...links]) dismiss(link, reason);
    },
    /** Ends all connections for good, without waiting for an app that does not say goodbye. */
    async close(): Promise<void> {
      const ends = links.map(async ({ socket }) => {
        const timer = setTimeout(() => socket.terminate(), GOODBYE_MS);
        const closed = once(socket, "close");
        socket.close(1001);
        await closed;
        clearTimeout(timer);
      });
      await Promise.all(ends);
    },
    /** Breaks all connections without a word, as a network does. */
    drop(): void {
      for (const { socket } of [...links]) socket.terminate();
    },
  };
}

const Ack = z.object({ envelope_id: z.string(), payload: z.unknown().optional() });
