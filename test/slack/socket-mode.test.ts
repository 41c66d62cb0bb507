import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, mock, type TestContext, test } from "node:test";
import type { App, ReceiverEvent } from "@slack/bolt";
import { type WebSocket, WebSocketServer } from "ws";
import { log } from "../../src/log.ts";
import { CLIENT_OPTIONS } from "../../src/slack/platform.ts";
import { socketMode } from "../../src/slack/socket-mode.ts";
import { SILENT } from "../stand-ins/slack/testing.ts";

const loud = mock.method(log, "error", () => {});
mock.method(log, "warn", () => {});
mock.method(log, "info", () => {});

type Opening = (request: IncomingMessage, response: ServerResponse, url: string) => void;
const opened: Opening = (_, response, url) => void response.end(JSON.stringify({ ok: true, url }));

/** A Slack that says just what a test wants, and the notifier's side of Socket Mode with a Bolt of few words. */
async function crudeSlack(t: TestContext, { opening = opened } = {}) {
  const state = { opening, asked: 0 };
  const server = createServer((request, response) => {
    state.asked += 1;
    response.setHeader("content-type", "application/json");
    state.opening(request, response, `ws://127.0.0.1:${port}/link`);
  });
  const sockets: WebSocket[] = [];
  const acks: unknown[] = [];
  new WebSocketServer({ server }).on("connection", (socket) => {
    sockets.push(socket);
    socket.on("message", (data) => acks.push(JSON.parse(String(data))));
    socket.send(JSON.stringify({ type: "hello", num_connections: 1 }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;

  const heard: object[] = [];
  const bolt = {
    async processEvent({ body, ack, customProperties }: ReceiverEvent) {
      heard.push(body);
      if (body.event_id === "Ev0FAILS") customProperties?.tellAgain();
      if (body.command === "/meetings") await ack({ text: "here" });
      if (body.command === "/late") throw new Error("nobody catches this");
    },
  };
  const clientOptions = { ...CLIENT_OPTIONS, slackApiUrl: `http://127.0.0.1:${port}/api/`, logger: SILENT };
  const ours = socketMode({
    appToken: "xapp-1",
    clientOptions,
    unheard: ({ command }) => (command === undefined ? undefined : { text: `what is ${command}` }),
  });
  ours.init(bolt as unknown as App);
  t.after(async () => {
    await ours.stop();
    for (const socket of sockets) socket.terminate();
    server.close();
    server.closeAllConnections();
  });
  return { state, sockets, acks, heard, ours, connected: () => t.waitFor(() => ours.works(), { timeout: 60_000 }) };
}

describe("a connection of Socket Mode", () => {
  test("answers each command under the id with which it came, also one that is not ours", async (t) => {
    const { sockets, acks, ours, connected } = await crudeSlack(t);
    await ours.start();
    await connected();
    for (const command of ["/meetings", "/other", "/late"]) {
      const payload = { command, text: "", user_id: "U1", team_id: "T1" };
      sockets[0]?.send(JSON.stringify({ type: "slash_commands", envelope_id: command, payload }));
    }
    await t.waitFor(() => equal(acks.length, 3), { timeout: 60_000 });
    deepEqual(
      acks.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
      [
        { envelope_id: "/late" },
        { envelope_id: "/meetings", payload: { text: "here" } },
        { envelope_id: "/other", payload: { text: "what is /other" } },
      ],
    );
  });

  test("does not acknowledge what happened and could not be done, so that Slack tells it again", async (t) => {
    const { sockets, acks, heard, ours, connected } = await crudeSlack(t);
    await ours.start();
    await connected();
    for (const id of ["Ev0FAILS", "Ev0WORKS"]) {
      const payload = { type: "event_callback", team_id: "T1", event_id: id, event: { type: "channel_archive" } };
      sockets[0]?.send(JSON.stringify({ type: "events_api", envelope_id: id, payload }));
    }
    await t.waitFor(() => equal(acks.length, 1), { timeout: 60_000 });
    equal(heard.length, 2);
    deepEqual(acks, [{ envelope_id: "Ev0WORKS" }]);
  });

  test("answers as before what Slack sends again, and does it once", async (t) => {
    const { sockets, acks, heard, ours, connected } = await crudeSlack(t);
    await ours.start();
    await connected();
    const sends = (id: string, payload: object) =>
      sockets[0]?.send(JSON.stringify({ type: "interactive", envelope_id: id, payload }));
    const payload = { command: "/meetings", text: "", user_id: "U1", team_id: "T1" };
    sends("e1", payload);
    sends("e1", payload);
    await t.waitFor(() => equal(acks.length, 2), { timeout: 60_000 });
    sends("e1", payload);
    await t.waitFor(() => equal(acks.length, 3), { timeout: 60_000 });
    sends("e2", payload);
    await t.waitFor(() => equal(acks.length, 4), { timeout: 60_000 });
    deepEqual(
      acks,
      ["e1", "e1", "e1", "e2"].map((id) => ({ envelope_id: id, payload: { text: "here" } })),
    );
    equal(heard.length, 2);
  });

  test("does again what was not answered, when Slack sends it again", async (t) => {
    const { sockets, heard, ours, connected } = await crudeSlack(t);
    await ours.start();
    await connected();
    const payload = { type: "event_callback", team_id: "T1", event_id: "Ev0FAILS", event: { type: "channel_archive" } };
    for (const count of [1, 2]) {
      sockets[0]?.send(JSON.stringify({ type: "events_api", envelope_id: "e1", payload }));
      await t.waitFor(() => equal(heard.length, count), { timeout: 60_000 });
    }
  });

  test("lives through whatever comes, and acknowledges what has an id", async (t) => {
    const { sockets, acks, heard, ours, connected } = await crudeSlack(t);
    await ours.start();
    await connected();
    const nonsense = [
      "",
      "{",
      "null",
      "5",
      "[]",
      '"hello"',
      "{}",
      '{"type":7,"envelope_id":"a"}',
      '{"type":"events_api"}',
      '{"type":"events_api","envelope_id":"b"}',
      '{"type":"events_api","envelope_id":"c","payload":null}',
      '{"type":"events_api","envelope_id":"d","payload":{"event":null}}',
      '{"type":"events_api","envelope_id":"e","payload":{"event":"x"}}',
      '{"type":"interactive","envelope_id":"f","payload":{"actions":{"length":1}}}',
      '{"type":"__proto__","envelope_id":"g","payload":[]}',
      '{"type":"slash_commands","envelope_id":{},"payload":{"command":"/meetings"}}',
      '{"type":"slash_commands","payload":{"command":"/meetings"}}',
      `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
    ];
    for (const text of nonsense) sockets[0]?.send(text);
    sockets[0]?.send(Buffer.from([0xff, 0xfe]), { binary: true });
    sockets[0]?.send(JSON.stringify({ type: "slash_commands", envelope_id: "z", payload: { command: "/meetings" } }));
    await t.waitFor(() => deepEqual(acks.at(-1), { envelope_id: "z", payload: { text: "here" } }), { timeout: 60_000 });
    deepEqual(
      acks.map((ack) => (ack as { envelope_id: string }).envelope_id),
      ["b", "c", "d", "e", "f", "g", "z"],
    );
    equal(heard.length, 1);
    await ours.works();
  });

  test("is in use until Slack ends it, and then the next one stands already", async (t) => {
    const { state, sockets, acks, ours, connected } = await crudeSlack(t);
    await ours.start();
    await connected();
    const held: (() => void)[] = [];
    state.opening = (...args) => void held.push(() => opened(...args));
    sockets[0]?.send(JSON.stringify({ type: "disconnect", reason: "warning" }));
    await t.waitFor(() => equal(held.length, 1), { timeout: 60_000 });
    await ours.works();
    equal(sockets[0]?.readyState, 1);
    held[0]?.();
    await t.waitFor(() => equal(sockets.length, 2), { timeout: 60_000 });
    for (const [index, socket] of sockets.entries()) {
      socket.send(
        JSON.stringify({ type: "slash_commands", envelope_id: `${index}`, payload: { command: "/meetings" } }),
      );
    }
    await t.waitFor(() => equal(acks.length, 2), { timeout: 60_000 });
    sockets[0]?.close();
    await t.waitFor(() => equal(sockets[0]?.readyState, 3), { timeout: 60_000 });
    await ours.works();
    equal(state.asked, 2);
  });

  test("that breaks without a word is made again", async (t) => {
    const { sockets, ours, connected } = await crudeSlack(t);
    await ours.start();
    await connected();
    sockets[0]?.terminate();
    await t.waitFor(() => equal(sockets.length, 2), { timeout: 60_000 });
    await connected();
  });
});

describe("a Slack that cannot be reached", () => {
  test("is said to be away once, and is found when it is back", async (t) => {
    const { state, ours, connected } = await crudeSlack(t, { opening: (request) => void request.destroy() });
    loud.mock.resetCalls();
    await ours.start();
    await t.waitFor(() => equal(state.asked >= 3, true), { timeout: 60_000 });
    await rejects(ours.works(), /^Error: Slack does not answer$/);
    equal(loud.mock.callCount(), 1);
    match(String(loud.mock.calls[0]?.arguments[1]), /Socket Mode is not connected/);
    state.opening = opened;
    await t.waitFor(() => ours.works(), { timeout: 60_000 });
    await connected();
  });

  test("is asked no sooner than it says, and its word is passed on", async (t) => {
    const { state, ours } = await crudeSlack(t, {
      opening: (_, response) => void response.end('{"ok":false,"error":"invalid_auth"}'),
    });
    await ours.start();
    await t.waitFor(() => rejects(ours.works(), /invalid_auth/), { timeout: 60_000 });
    const askedAt: number[] = [];
    const held: (() => void)[] = [];
    state.opening = (...args) => {
      askedAt.push(performance.now());
      if (askedAt.length > 1) held.push(() => opened(...args));
      else args[1].writeHead(429, { "retry-after": "2" }).end();
    };
    await t.waitFor(() => equal(held.length, 1), { timeout: 60_000 });
    await rejects(ours.works(), /ratelimited/);
    held[0]?.();
    await t.waitFor(() => ours.works(), { timeout: 60_000 });
    const [first = 0, second = 0] = askedAt;
    ok(second - first >= 1_990, `asked again after ${second - first} ms`);
  });

  test("may be waited for when the notifier stops", async (t) => {
    const { state, ours } = await crudeSlack(t, { opening: () => {} });
    await ours.start();
    await t.waitFor(() => equal(state.asked, 1), { timeout: 60_000 });
    await ours.stop();
  });
});
