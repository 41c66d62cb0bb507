import { deepEqual, equal, match } from "node:assert/strict";
import { once } from "node:events";
import { describe, type TestContext, test } from "node:test";
import { App, SocketModeReceiver } from "@slack/bolt";
import { WebSocket } from "ws";
import { BOT, type SlackOptions, type SlackStandIn } from "../slack.ts";
import { button, clientOf, GENERAL, refused, SILENT, workspace } from "./testing.ts";

/** An app behind a real Bolt in Socket Mode, connected. */
async function connected(t: TestContext, listen: (app: App) => void, options: SlackOptions = {}) {
  const world = await workspace(t, { socketMode: true, ...options });
  const { slack } = world;
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger: SILENT,
    clientPingTimeout: 1000, // also how long it waits before it connects again
    ...{ installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } } },
  });
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: slack.botToken, botId: BOT.botId, botUserId: BOT.userId }),
    clientOptions: { slackApiUrl: slack.apiUrl },
    logger: SILENT,
  });
  listen(app);
  await app.start();
  t.after(() => app.stop());
  return world;
}

/** A bare connection, and what came through it. */
async function link(slack: SlackStandIn) {
  const { url = "" } = await clientOf(slack, slack.appToken).apps.connections.open({});
  const received: Record<string, unknown>[] = [];
  const socket = new WebSocket(url);
  socket.on("message", (data) => received.push(JSON.parse(String(data)) as Record<string, unknown>));
  await once(socket, "message");
  const ack = (payload?: object) =>
    socket.send(JSON.stringify({ envelope_id: received.at(-1)?.envelope_id, ...(payload && { payload }) }));
  return { received, socket, ack };
}

describe("in Socket Mode", () => {
  test("commands, clicks and modals come through the app's own connection", async (t) => {
    const { slack, client, seen } = await connected(t, (app) => {
      app.command("/meetings", async ({ ack }) => ack({ text: "only you" }));
      app.action("who", async ({ ack, body, client, respond }) => {
        await ack();
        await respond({ text: "asked", response_type: "in_channel", replace_original: false });
        const title = { type: "plain_text" as const, text: "Who is in" };
        const view = { type: "modal" as const, callback_id: "who", title, submit: title, blocks: [] };
        if (body.type === "block_actions") await client.views.open({ trigger_id: body.trigger_id, view });
      });
      app.view("who", ({ ack }) => ack());
    });
    const asked = await slack.command({ userId: "U0BOB", channelId: GENERAL, text: "/meetings" });
    deepEqual([asked.status, slack.ephemeral("U0BOB", GENERAL)[0]?.plain], [200, "only you"]);
    const blocks = [button("who", "Who is in")];
    const { ts = "" } = await client.chat.postMessage({ channel: GENERAL, text: "x", blocks });
    await slack.press({ userId: "U0BOB", channelId: GENERAL, messageTs: ts, actionId: "who" });
    await slack.until(() => slack.modal("U0BOB"));
    equal(seen()[1], "asked");
    await slack.submit("U0BOB");
    equal(slack.modal("U0BOB"), undefined);
  });

  test("so do events", async (t) => {
    const heard: string[] = [];
    const { slack } = await connected(t, (app) => {
      app.event("channel_archive", async ({ event }) => void heard.push(event.channel));
    });
    equal((await slack.archive(GENERAL, "U0BOB")).kind, "accepted");
    await t.waitFor(() => deepEqual(heard, [GENERAL]), { timeout: 60_000 });
  });

  test("Slack asks for a new connection now and then, and the app comes back", async (t) => {
    const { slack } = await connected(t, (app) => {
      app.command("/meetings", async ({ ack }) => ack({ text: "still here" }));
    });
    const opened = () => slack.calls.filter(({ method }) => method === "apps.connections.open").length;
    slack.disconnect("refresh_requested");
    await slack.until(() => opened() >= 2 && slack.connections() === 1);
    slack.dropConnections();
    await slack.until(() => opened() >= 3 && slack.connections() === 1);
    const asked = await slack.command({ userId: "U0BOB", channelId: GENERAL, text: "/meetings" });
    equal(asked.status, 200);
  });
});

describe("a connection", () => {
  test("begins with a hello, and each envelope goes to one of two", async (t) => {
    const { slack } = await workspace(t, { socketMode: true });
    const [a, b] = [await link(slack), await link(slack)];
    deepEqual(
      [a, b].map(({ received: [hello] }) => [hello?.type, hello?.num_connections]),
      [
        ["hello", 1],
        ["hello", 2],
      ],
    );
    const command = () => slack.command({ userId: "U0BOB", channelId: GENERAL, text: "/meetings today" });
    const answers = [command(), command()];
    await t.waitFor(() => deepEqual([a.received.length, b.received.length], [2, 2]), { timeout: 60_000 });
    a.ack({ text: "from a" });
    b.ack();
    deepEqual(
      (await Promise.all(answers)).map(({ status, body }) => [status, body]),
      [
        [200, { text: "from a" }],
        [200, ""],
      ],
    );
    const { type, accepts_response_payload, payload } = a.received[1] ?? {};
    deepEqual([type, accepts_response_payload], ["slash_commands", true]);
    equal((payload as { text: string }).text, "today");
    slack.disconnect("warning");
    await t.waitFor(() => equal(a.received.at(-1)?.reason, "warning"), { timeout: 60_000 });
    equal(slack.connections(), 2);
  });

  test("that does not acknowledge is told of an event again, elsewhere if it broke", async (t) => {
    const patienceMs = (retries: number) => (retries === 1 ? 50 : 60_000);
    const { slack } = await workspace(t, { socketMode: true, patienceMs, retriesAfterMs: [0, 0] });
    const [a, b] = [await link(slack), await link(slack)];
    a.socket.on("message", () => a.socket.terminate());
    b.socket.on("message", () => {
      if (b.received.at(-1)?.retry_attempt === 2) b.ack();
    });
    const told = await slack.archive(GENERAL, "U0BOB");
    deepEqual([told.kind, "attempts" in told && told.attempts], ["accepted", 3]);
    deepEqual(
      b.received.slice(1).map(({ retry_attempt, retry_reason }) => [retry_attempt, retry_reason]),
      [
        [1, "timeout"],
        [2, "timeout"],
      ],
    );
  });

  test("that is missing or breaks lets a command fail", async (t) => {
    const { slack } = await workspace(t, { socketMode: true });
    const complaint = async () => {
      equal((await slack.command({ userId: "U0BOB", channelId: GENERAL, text: "/meetings" })).status, 0);
      return slack.ephemeral("U0BOB", GENERAL).at(-1)?.plain ?? "";
    };
    match(await complaint(), /the app is not connected/);
    const { socket } = await link(slack);
    socket.on("message", () => socket.terminate());
    match(await complaint(), /the app hung up/);
  });

  test("needs the app's own token and an address of its own, of which there are ten", async (t) => {
    const { slack, client } = await workspace(t, { socketMode: true });
    await refused(client.apps.connections.open({}), "not_allowed_token_type");
    await refused(clientOf(slack, "xapp-other").apps.connections.open({}), "invalid_auth");
    const appClient = clientOf(slack, slack.appToken);
    await refused(appClient.auth.test(), "not_allowed_token_type");
    const { url = "" } = await appClient.apps.connections.open({});
    const first = new WebSocket(url);
    await once(first, "message");
    const again = new WebSocket(url);
    const [refusal] = await Promise.race([once(again, "error"), once(again, "open")]);
    match(String(refusal), /401/);
    for (let turn = 0; turn < 9; turn += 1) await link(slack);
    await refused(appClient.apps.connections.open({}), "too_many_websockets");
  });

  test("is closed at once while Socket Mode is off", async (t) => {
    const { slack } = await workspace(t);
    const { received, socket } = await link(slack);
    equal(received[0]?.reason, "link_disabled");
    if (socket.readyState !== WebSocket.CLOSED) await once(socket, "close");
    equal(slack.connections(), 0);
  });
});
