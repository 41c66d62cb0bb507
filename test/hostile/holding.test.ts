import { deepEqual, ok } from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startRedis } from "../../scripts/redis.mjs";
import { freePort } from "../free-port.ts";
import { request } from "../socket.ts";
import { type SlackStandIn, startSlack } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, PEOPLE, settings, zoomAt } from "../story/notifier.ts";
import { type NotifierProcess, startProcess } from "../story/process.ts";

/** A way to hold a connection: what is said at once, what is said twice a second after that, and who reads. */
interface Way {
  name: string;
  first?: Buffer | string;
  next?: string;
  isDeaf?: boolean;
  hangsUpHalf?: boolean;
}

const LINE_ENDS = "\r\n\r\n";
const many = (times: number, one: Buffer) => Buffer.concat(Array.from({ length: times }, () => one));

/** On one address; each is also a question to the parser, which has no end. */
function waysAt(path: string): Way[] {
  const post = (headers: Record<string, string | number>, body = "") => request(`POST ${path}`, headers, body);
  const chunked = { "transfer-encoding": "chunked" };
  return [
    { name: "never ends its headers", first: `POST ${path} HTTP/1.1\r\nhost: x\r\nx-slow: `, next: "a" },
    { name: "sends a header every now and then", first: `POST ${path} HTTP/1.1\r\nhost: x\r\n`, next: "a: b\r\n" },
    { name: "never ends its body", first: post({ "content-length": 1_000 }, "{"), next: "a" },
    { name: "never begins its body", first: post({ "content-length": 1_000 }) },
    {
      name: "waits to be asked for its body, and then sends none",
      first: post({ "content-length": 9, expect: "100-continue" }),
    },
    { name: "never ends its chunks", first: post(chunked), next: "1\r\na\r\n" },
    { name: "never ends a chunk's size", first: post(chunked), next: "0" },
    { name: "never ends a chunk's extension", first: post(chunked, "1;"), next: "a=b;" },
    { name: "never ends its trailers", first: post(chunked, "0\r\n"), next: "a: b\r\n" },
    { name: "announces 10 GB and goes on sending", first: post({ "content-length": 10_000_000_000 }), next: "a" },
    { name: "hangs up half in its body", first: post({ "content-length": 100 }, "{"), hangsUpHalf: true },
    { name: "asks once and stays", first: post({ "content-length": 0 }) },
  ];
}

/** And who asks for more than the system can keep for somebody who does not listen. */
function deafAt(path: string): Way[] {
  const ask = request(`POST ${path}`, { "content-length": 0 });
  return [
    { name: "reads none of its answers", first: many(40_000, ask), isDeaf: true },
    { name: "reads none of its answers and goes on asking", first: many(40_000, ask), next: String(ask), isDeaf: true },
  ];
}

const ANYWHERE: Way[] = [
  { name: "says nothing" },
  { name: "says nothing and hangs up half", hangsUpHalf: true },
  { name: "sends empty lines", next: "\r\n" },
  { name: "sends zeros", next: "\0" },
  { name: "begins TLS", first: Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]), next: "\0" },
  { name: "begins HTTP/2", first: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", next: "\0" },
  { name: "asks in HTTP of 1991", first: "GET /healthz\r\n" },
  { name: "asks to keep HTTP/1.0 alive", first: `GET /healthz HTTP/1.0\r\nconnection: keep-alive${LINE_ENDS}` },
  {
    name: "upgrades to a websocket",
    first: request("GET /healthz", { connection: "upgrade", upgrade: "websocket" }),
    next: "\0",
  },
  { name: "asks for a tunnel", first: `CONNECT x:443 HTTP/1.1\r\nhost: x${LINE_ENDS}`, next: "\0" },
];

async function hold(port: number, { first, next, isDeaf, hangsUpHalf }: Way): Promise<() => void> {
  const socket: Socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {}); // that is what we are here for
  await once(socket, "connect");
  if (isDeaf) socket.pause();
  else socket.resume();
  if (first) socket.write(first);
  if (hangsUpHalf) socket.end();
  const speaking = next && setInterval(() => socket.writable && socket.write(next), 500);
  return () => {
    clearInterval(speaking || undefined);
    socket.destroy();
  };
}

describe("a connection", () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let slack: SlackStandIn;
  let notifier: NotifierProcess;
  let metricsPort: number;

  before(async () => {
    redis = await startRedis();
    slack = await startSlack({ users: PEOPLE, channels: [{ id: CHANNEL, name: "meetings" }] });
    metricsPort = await freePort();
    const extra = { METRICS_PORT: String(metricsPort), SLACK_CHANNEL: "" };
    notifier = await startProcess(settings({ redisUrl: redis.url, slackApi: slack.apiUrl, extra }));
  });
  after(async () => {
    await notifier.kill();
    await slack.close();
    await redis.stop();
  });

  /** How many TCP connections the process has. */
  async function connections(): Promise<number> {
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    return Number(/nodejs_active_resources\{type="TCPSocketWrap"\} (\d+)/.exec(metrics)?.[1] ?? 0);
  }

  /** Holds connections in all these ways, and delivers beside them until none is left. */
  async function servedUntilAllAreGone(held: { port: number; way: Way }[], withinS: number): Promise<void> {
    const zoom = zoomAt(notifier.url);
    const bodies = meetingBodies({ startedAt: Date.now() });
    const deliver = async () => (await zoom.send(bodies.connection({ name: "Jo" }).joined(Date.now()))).status;
    const statuses = [await deliver()];
    const ours = await connections();
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1_000;
    const letGo = await Promise.all(held.map(({ port, way }) => hold(port, way)));
    try {
      while ((await connections()) < held.length / 2) ok(seconds() < withinS, "they are not held at all");
      for (let open = held.length; open > ours; open = await connections()) {
        ok(seconds() < withinS, `${open - ours} still open after ${seconds()} s`);
        statuses.push(await deliver());
        await sleep(200);
      }
    } finally {
      for (const go of letGo) go();
    }
    ok(statuses.length > 10);
    deepEqual([...new Set(statuses)], [200]);
  }

  const onPort = (port: number, ways: Way[]) => ways.map((way) => ({ port, way }));
  const port = () => Number(new URL(notifier.url).port);

  test("cannot be held for 20 seconds, in whatever way, while Zoom is served", async () => {
    const everywhere = ["/zoom/webhook", "/slack/events", "/healthz", "/nowhere"].flatMap(waysAt);
    const held = [
      ...onPort(port(), [...everywhere, ...ANYWHERE]),
      ...onPort(metricsPort, [...waysAt("/metrics"), ...ANYWHERE]),
    ];
    await servedUntilAllAreGone(held, 20);
  });

  test("cannot be held by reading none of the answers", async () => {
    const held = [...onPort(port(), deafAt("/slack/events")), ...onPort(metricsPort, deafAt("/metrics"))];
    await servedUntilAllAreGone(held, 60); // most of that until the system keeps no more for those who do not listen
  });
});
