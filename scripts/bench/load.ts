import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { zoomHeaders } from "../replay/sign.ts";

/** A signed request as bytes, so that the sender costs next to nothing while it is measured. */
export function signedRequest(body: object, secret: string, path = "/zoom/webhook"): Buffer {
  const raw = JSON.stringify(body);
  const timestampS = Math.floor(Date.now() / 1_000);
  const headers = Object.entries(zoomHeaders({ secret, raw, timestampS, requestId: crypto.randomUUID() }));
  const lines = [`POST ${path} HTTP/1.1`, "host: 127.0.0.1", ...headers.map(([name, value]) => `${name}: ${value}`)];
  const hasLength = headers.some(([name]) => name.toLowerCase() === "content-length");
  if (!hasLength) lines.push(`content-length: ${Buffer.byteLength(raw)}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${raw}`);
}

export interface Sent {
  /** Milliseconds from the sending to the answer, of each request. */
  tookMs: number[];
  notOk: number;
}

/** Sends requests over some connections, each its next one as soon as the last is answered. */
export async function sendAsFastAsAnswered(
  port: number,
  requests: readonly Buffer[],
  connections: number,
): Promise<Sent> {
  let next = 0;
  const sent: Sent = { tookMs: [], notOk: 0 };
  const lane = async () => {
    const wire = await openWire(port);
    for (let request = requests[next++]; request; request = requests[next++]) await measured(wire, request, sent);
    wire.close();
  };
  await Promise.all(Array.from({ length: connections }, lane));
  return sent;
}

/** Sends requests at their times, on as many connections as it takes: what is answered late counts as waiting. */
export async function sendAtRate(port: number, requests: readonly Buffer[], perSecond: number): Promise<Sent> {
  const sent: Sent = { tookMs: [], notOk: 0 };
  const startedAt = performance.now();
  let next = 0;
  const lane = async () => {
    const wire = await openWire(port);
    for (let index = next++; index < requests.length; index = next++) {
      const dueAt = startedAt + (index * 1_000) / perSecond;
      await sleep(Math.max(0, dueAt - performance.now()));
      const { status } = await wire.ask(requests[index] as Buffer);
      sent.tookMs.push(performance.now() - dueAt);
      if (status !== 200) sent.notOk += 1;
    }
    wire.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  return sent;
}

const CONNECTIONS = 64;

async function measured(wire: Wire, request: Buffer, sent: Sent): Promise<void> {
  const from = performance.now();
  const { status } = await wire.ask(request);
  sent.tookMs.push(performance.now() - from);
  if (status !== 200) sent.notOk += 1;
}

interface Wire {
  ask(request: Buffer): Promise<{ status: number }>;
  close(): void;
}

/** One connection with one request at a time. Answers are short and have a content-length. */
async function openWire(port: number): Promise<Wire> {
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  let answered: ((answer: { status: number }) => void) | undefined;
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (text.length < end + 4 + length) return;
    const status = Number(text.slice(9, 12));
    text = text.slice(end + 4 + length);
    answered?.({ status });
  });
  socket.on("close", () => answered?.({ status: -1 }));
  socket.on("error", () => answered?.({ status: -1 }));
  return {
    ask: (request) =>
      new Promise((resolve) => {
        answered = resolve;
        socket.write(request);
      }),
    close: () => void socket.destroy(),
  };
}

/** The value that a share of all is not above: `percentile(values, 0.99)`. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
