import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { describe, test } from "node:test";
import { type ConversationsHistoryResponse, type ConversationsListResponse, WebClient } from "@slack/web-api";
import { rateLimits } from "./slack/limits.ts";
import { signed } from "./slack/people.ts";
import {
  ATTIC,
  BOARD,
  button,
  GENERAL,
  HIDDEN,
  LOBBY,
  listening,
  refused,
  rich,
  SILENT,
  section,
  withApp,
  workspace,
} from "./slack/testing.ts";
import { BOT, EVERY_SCOPE } from "./slack.ts";

describe("Slack's Web API", () => {
  test("knows our bot by its token, and nobody else", async (t) => {
    const { slack, client } = await workspace(t);
    const { user_id, bot_id } = await client.auth.test();
    deepEqual({ user_id, bot_id }, { user_id: BOT.userId, bot_id: BOT.botId });
    await refused(
      new WebClient("xoxb-other", { slackApiUrl: slack.apiUrl, logger: SILENT }).auth.test(),
      "invalid_auth",
    );
    const nobody = await fetch(`${slack.apiUrl}auth.test`, { method: "POST" });
    deepEqual(await nobody.json(), { ok: false, error: "not_authed" });
  });

  test("takes forms and JSON, and answers nonsense with an error of its own", async (t) => {
    const { slack, seen } = await workspace(t);
    const post = async (type: string, body: string) => {
      const headers = { "content-type": type, authorization: `Bearer ${slack.botToken}` };
      return (await fetch(`${slack.apiUrl}chat.postMessage`, { method: "POST", headers, body })).json();
    };
    equal(
      ((await post("application/json", JSON.stringify({ channel: GENERAL, text: "a" }))) as { ok: boolean }).ok,
      true,
    );
    await post("application/x-www-form-urlencoded; charset=utf-8", `channel=${GENERAL}&text=b`);
    deepEqual(seen(), ["a", "b"]);
    const errors = [
      await post("application/json", "{"),
      await post("application/json", "[1]"),
      await post("application/json", JSON.stringify({ channel: { a: 1 }, text: 7 })),
      await post("application/x-www-form-urlencoded", "%E0%A4%A"),
      await post("text/xml", "<a/>"),
      await post("application/x-www-form-urlencoded", `channel=${GENERAL}&blocks=%7B`),
      await post("application/x-www-form-urlencoded", `channel=${GENERAL}&text=x&metadata=nonsense`),
    ].map((answer) => (answer as { error: string }).error);
    deepEqual(errors, [
      "invalid_json",
      "json_not_object",
      "invalid_arguments",
      "invalid_arguments",
      "invalid_post_type",
      "invalid_blocks_format",
      "invalid_metadata_format",
    ]);
  });

  test("says so when it does not know a method", async (t) => {
    const { client } = await workspace(t);
    await refused(client.apiCall("chat.shout"), "unknown_method");
    await refused(client.apiCall("constructor"), "unknown_method");
  });

  test("names the scope a token lacks", async (t) => {
    const { client } = await workspace(t, { scopes: ["chat:write"] });
    const { needed, provided } = await refused(client.conversations.history({ channel: GENERAL }), "missing_scope");
    deepEqual({ needed, provided }, { needed: "channels:history", provided: "chat:write" });
    await refused(client.users.info({ user: "U0BOB" }), "missing_scope");
    await refused(client.conversations.info({ channel: BOARD }), "missing_scope");
  });

  test("tells who people are, and their address only to who may know it", async (t) => {
    const { client } = await workspace(t, { now: () => Date.parse("2026-11-24T09:00:00Z") });
    const { user } = await client.users.info({ user: "U0ALICE" });
    deepEqual([user?.tz, user?.tz_offset, user?.profile?.email], ["Europe/Zurich", 3600, "alice@example.com"]);
    equal((await client.users.lookupByEmail({ email: "Alice@Example.com" })).user?.id, "U0ALICE");
    await refused(client.users.lookupByEmail({ email: "eve@example.com" }), "users_not_found");
    const { client: discreet } = await workspace(t, { scopes: ["users:read"] });
    equal((await discreet.users.info({ user: "U0ALICE" })).user?.profile?.email, undefined);
    await refused(discreet.users.info({ user: "U0EVE" }), "user_not_found");
  });

  test("lists the channels the bot can see, page by page", async (t) => {
    const { client } = await workspace(t);
    const names: (string | undefined)[] = [];
    const types = "public_channel,private_channel";
    for await (const page of client.paginate("conversations.list", { types, exclude_archived: true, limit: 2 }))
      for (const channel of (page as ConversationsListResponse).channels ?? []) names.push(channel.name);
    deepEqual(names, ["general", "board", "lobby"]);
    const { members } = await client.conversations.members({ channel: BOARD });
    deepEqual(members, ["U0ALICE", BOT.userId]);
    equal((await client.conversations.info({ channel: LOBBY })).channel?.is_member, false);
  });
});

describe("posting a message", () => {
  test("is seen in the channel and gives the ts that edits need", async (t) => {
    const { client, say, slack } = await workspace(t, { now: () => 1795430520123 });
    const { ts } = await say("one &amp; only");
    equal(ts, "1795430520.123000");
    equal((await say("two")).ts, "1795430520.123001");
    const [first] = slack.visible(GENERAL);
    deepEqual([first?.ts, first?.plain, first?.edits], [ts, "one & only", 0]);
    const { permalink } = await client.chat.getPermalink({ channel: GENERAL, message_ts: ts ?? "" });
    match(permalink ?? "", /\/archives\/C0GENERAL\/p1795430520123000$/);
  });

  test("is refused where the bot may not post", async (t) => {
    const { say } = await workspace(t);
    await refused(say("x", "C0NOWHERE"), "channel_not_found");
    await refused(say("x", HIDDEN), "channel_not_found");
    await refused(say("x", ATTIC), "is_archived");
    await say("public channels need no invitation", LOBBY);
    const { say: sayAsMember } = await workspace(t, { scopes: EVERY_SCOPE.filter((s) => s !== "chat:write.public") });
    await refused(sayAsMember("x", LOBBY), "not_in_channel");
  });

  test("is refused if there is nothing to see, or too much", async (t) => {
    const { client, say } = await workspace(t);
    await refused(say(""), "no_text");
    await refused(client.chat.postMessage({ channel: GENERAL, text: "", blocks: [] }), "no_text");
    const blocks = Array.from({ length: 10 }, () => section("x".repeat(1500)));
    await refused(client.chat.postMessage({ channel: GENERAL, text: "x", blocks }), "msg_blocks_too_long");
    const cut = await say("x".repeat(40_001));
    deepEqual([cut.warning, cut.message?.text?.length], ["message_truncated", 40_000]);
  });

  test("says where its blocks are wrong", async (t) => {
    const { client } = await workspace(t);
    const data = await refused(
      client.chat.postMessage({ channel: GENERAL, text: "x", blocks: [section("fine"), section("")] }),
      "invalid_blocks",
    );
    deepEqual(data.response_metadata, {
      messages: ["[ERROR] must be more than 0 characters [json-pointer:/blocks/1/text/text]"],
      scopes: EVERY_SCOPE,
    });
  });

  test("to a person opens a direct message, which is edited under its own id only", async (t) => {
    const { client, say, slack } = await workspace(t);
    const { channel, ts = "" } = await say("hello", "U0BOB");
    equal(channel, "D0BOB");
    await refused(client.chat.update({ channel: "U0BOB", ts, text: "x" }), "channel_not_found");
    await client.chat.update({ channel: "D0BOB", ts, text: "hello again" });
    equal(slack.visible("D0BOB")[0]?.plain, "hello again");
    equal((await client.conversations.open({ users: "U0BOB" })).channel?.id, "D0BOB");
  });

  test("to ourselves is refused", async (t) => {
    const { say } = await workspace(t);
    await refused(say("x", BOT.userId), "cannot_dm_bot");
  });

  test("in a thread does not show in the channel, unless it is broadcast", async (t) => {
    const { client, say, slack, seen } = await workspace(t);
    const { ts = "" } = await say("card");
    await client.chat.postMessage({ channel: GENERAL, thread_ts: ts, text: "reply" });
    await client.chat.postMessage({ channel: GENERAL, thread_ts: ts, text: "loud reply", reply_broadcast: true });
    deepEqual(seen(), ["card", "loud reply"]);
    deepEqual(
      slack.replies(GENERAL, ts).map(({ plain }) => plain),
      ["reply", "loud reply"],
    );
    const { messages = [] } = await client.conversations.replies({ channel: GENERAL, ts });
    deepEqual(
      messages.map(({ text }) => text),
      ["card", "reply", "loud reply"],
    );
    await refused(client.chat.postMessage({ channel: GENERAL, thread_ts: "1.000000", text: "x" }), "thread_not_found");
  });

  test("to a reply goes into the thread of that reply", async (t) => {
    const { client, say, slack, seen } = await workspace(t);
    const { ts: card = "" } = await say("card");
    const answer = (thread_ts: string, text: string) =>
      client.chat.postMessage({ channel: GENERAL, thread_ts, text, reply_broadcast: text === "loud" });
    const { ts: first = "" } = await answer(card, "first");
    const { message } = await answer(first, "second");
    equal(message?.thread_ts, card);
    const { message: loud } = await answer(card, "loud");
    equal(loud?.subtype, "thread_broadcast");
    const { messages = [] } = await client.conversations.replies({ channel: GENERAL, ts: card, oldest: first });
    deepEqual(
      messages.map(({ text }) => text),
      ["card", "second", "loud"],
    );
    deepEqual([slack.replies(GENERAL, card).length, seen()], [3, ["card", "loud"]]);
  });

  test("that has replies leaves a tombstone when it is deleted, until they are gone too", async (t) => {
    const { client, say, slack, seen } = await workspace(t);
    const { ts = "" } = await say("card");
    const { ts: reply = "" } = await client.chat.postMessage({ channel: GENERAL, thread_ts: ts, text: "reply" });
    slack.deleteByPerson(GENERAL, ts);
    deepEqual(seen(), ["This message was deleted."]);
    await refused(client.chat.update({ channel: GENERAL, ts, text: "x" }), "message_not_found");
    const { messages = [] } = await client.conversations.history({ channel: GENERAL });
    deepEqual([messages[0]?.subtype, messages[0]?.user, messages[0]?.reply_count], ["tombstone", "USLACKBOT", 1]);
    await client.chat.delete({ channel: GENERAL, ts: reply });
    deepEqual([seen(), slack.replies(GENERAL, ts)], [[], []]);
  });

  test("only for one person needs both of them in the channel", async (t) => {
    const { client, slack } = await workspace(t);
    await client.chat.postEphemeral({ channel: GENERAL, user: "U0BOB", text: "psst" });
    deepEqual(
      slack.ephemeral("U0BOB", GENERAL).map(({ plain }) => plain),
      ["psst"],
    );
    deepEqual([slack.visible(GENERAL), slack.ephemeral("U0ALICE", GENERAL)], [[], []]);
    await refused(client.chat.postEphemeral({ channel: BOARD, user: "U0BOB", text: "x" }), "user_not_in_channel");
    await refused(client.chat.postEphemeral({ channel: LOBBY, user: "U0BOB", text: "x" }), "not_in_channel");
  });
});

describe("editing a message", () => {
  test("with blocks leaves no mark, with text alone removes the blocks and is marked", async (t) => {
    const { client, slack } = await workspace(t);
    const { ts = "" } = await client.chat.postMessage({ channel: GENERAL, text: "x", blocks: [rich("live")] });
    await client.chat.update({ channel: GENERAL, ts, text: "x", blocks: [rich("ended")] });
    const seen = () => slack.visible(GENERAL).map(({ plain, edits, isMarkedEdited }) => [plain, edits, isMarkedEdited]);
    deepEqual(seen(), [["ended", 1, false]]);
    await client.chat.update({ channel: GENERAL, ts, text: "only text" });
    deepEqual(seen(), [["only text", 2, true]]);
  });

  test("is refused for what is gone, of somebody else, too long, or empty", async (t) => {
    const { client, say, slack } = await workspace(t);
    const theirs = slack.say({ userId: "U0BOB", channelId: GENERAL, text: "mine" });
    await refused(client.chat.update({ channel: GENERAL, ts: theirs.ts, text: "x" }), "cant_update_message");
    await refused(client.chat.delete({ channel: GENERAL, ts: theirs.ts }), "cant_delete_message");
    const { ts = "" } = await say("ours");
    await refused(client.chat.update({ channel: GENERAL, ts, text: "x".repeat(4001) }), "msg_too_long");
    await refused(client.chat.update({ channel: GENERAL, ts, text: "" }), "no_text");
    slack.deleteByPerson(GENERAL, ts);
    await refused(client.chat.update({ channel: GENERAL, ts, text: "x" }), "message_not_found");
    await refused(client.chat.delete({ channel: GENERAL, ts }), "message_not_found");
  });

  test("cannot turn rich text into something else", async (t) => {
    const { client } = await workspace(t);
    const { ts = "" } = await client.chat.postMessage({ channel: GENERAL, text: "x", blocks: [rich("live")] });
    await refused(client.chat.update({ channel: GENERAL, ts, text: "x", blocks: [section("x")] }), "block_mismatch");
  });

  test("is refused once the channel is archived", async (t) => {
    const { client, say, slack } = await workspace(t);
    const { ts = "" } = await say("x");
    slack.channel(GENERAL).isArchived = true;
    await refused(client.chat.update({ channel: GENERAL, ts, text: "y" }), "is_archived");
  });

  test("does not reach what only one person sees", async (t) => {
    const { client } = await workspace(t);
    const { message_ts = "" } = await client.chat.postEphemeral({ channel: GENERAL, user: "U0BOB", text: "psst" });
    await refused(client.chat.update({ channel: GENERAL, ts: message_ts, text: "x" }), "message_not_found");
  });
});

describe("metadata", () => {
  const metadata = { event_type: "card", event_payload: { key: "uuid", version: 1 } };

  test("stays until it is taken away", async (t) => {
    const { client, slack } = await workspace(t);
    const { ts = "" } = await client.chat.postMessage({ channel: GENERAL, text: "x", metadata });
    await client.chat.update({ channel: GENERAL, ts, text: "y" });
    deepEqual(slack.visible(GENERAL)[0]?.metadata, metadata);
    await client.chat.update({ channel: GENERAL, ts, text: "y", metadata: {} as typeof metadata });
    equal(slack.visible(GENERAL)[0]?.metadata, undefined);
  });

  test("has to be small and flat", async (t) => {
    const { client } = await workspace(t);
    const post = (event_payload: Record<string, never>) =>
      client.chat.postMessage({ channel: GENERAL, text: "x", metadata: { event_type: "card", event_payload } });
    await refused(post({ key: "x".repeat(1100) } as never), "metadata_too_large");
    await refused(post({ a: { b: { c: 1 } } } as never), "invalid_metadata_format");
  });

  test("comes back with history only if asked for", async (t) => {
    const { client } = await workspace(t);
    await client.chat.postMessage({ channel: GENERAL, text: "x", metadata });
    const read = async (include_all_metadata: boolean) =>
      (await client.conversations.history({ channel: GENERAL, include_all_metadata })).messages?.[0]?.metadata;
    deepEqual(await read(false), { event_type: "card" });
    deepEqual(await read(true), metadata);
  });
});

describe("a channel's history", () => {
  test("comes newest first, within bounds, page by page", async (t) => {
    let now = 100_000;
    const { client, say } = await workspace(t, { now: () => now });
    for (const text of ["a", "b", "c", "d"]) {
      await say(text);
      now += 1000;
    }
    const texts = async (bounds: { oldest?: string; latest?: string; inclusive?: boolean }) =>
      (await client.conversations.history({ channel: GENERAL, ...bounds })).messages?.map(({ text }) => text);
    deepEqual(await texts({}), ["d", "c", "b", "a"]);
    deepEqual(await texts({ oldest: "101", inclusive: true }), ["d", "c", "b"]);
    deepEqual(await texts({ oldest: "101.000000", latest: "103" }), ["c"]);
    const pages: (string | undefined)[][] = [];
    for await (const page of client.paginate("conversations.history", { channel: GENERAL, limit: 3 }))
      pages.push((page as ConversationsHistoryResponse).messages?.map(({ text }) => text) ?? []);
    deepEqual(pages, [["d", "c", "b"], ["a"]]);
  });

  test("is closed to a bot that is not in the channel", async (t) => {
    const { client } = await workspace(t);
    await refused(client.conversations.history({ channel: LOBBY }), "not_in_channel");
    await refused(client.conversations.history({ channel: HIDDEN }), "channel_not_found");
  });
});

describe("rate limits", () => {
  test("stop a channel's fourth post in a row and say how long to wait", async (t) => {
    const { say, slack } = await workspace(t, { limits: true });
    const standing = performance.now();
    t.mock.method(performance, "now", () => standing);
    for (const text of ["a", "b", "c"]) await say(text);
    await rejects(say("d"), { code: "slack_webapi_rate_limited_error", retryAfter: 1 });
    await say("another channel has its own", BOARD);
    deepEqual(
      slack.calls.map(({ ok, error }) => [ok, error]),
      [
        [true, undefined],
        [true, undefined],
        [true, undefined],
        [false, "ratelimited"],
        [true, undefined],
      ],
    );
  });

  test("let 50 edits a minute pass, whatever their channel", () => {
    let now = 0;
    const limits = rateLimits(() => now);
    let passed = 0;
    for (; now < 10 * 60_000; now += 100) if (limits.secondsToWait("chat.update", `C${now % 7}`) === 0) passed += 1;
    ok(passed >= 500 && passed <= 510, `${passed} in ten minutes`);
  });

  test("are over after the time they named", () => {
    let now = 0;
    const limits = rateLimits(() => now);
    const post = () => limits.secondsToWait("chat.postMessage", GENERAL);
    deepEqual([post(), post(), post(), post()], [0, 0, 0, 1]);
    now += 1000;
    deepEqual([post(), post()], [0, 1]);
  });
});

describe("a fault", () => {
  test("before Slack acted leaves nothing behind", async (t) => {
    const { slack, say, seen } = await workspace(t);
    slack.fail({ method: "chat.postMessage", how: "dropBefore" });
    await rejects(say("x"), { code: "slack_webapi_request_error" });
    slack.fail({ method: "*", how: { status: 500 } });
    await rejects(say("x"), { code: "slack_webapi_http_error", statusCode: 500 });
    slack.fail({ method: "chat.postMessage", how: { error: "is_archived" } });
    await refused(say("x"), "is_archived");
    deepEqual(seen(), []);
    await say("then all is well");
    deepEqual(seen(), ["then all is well"]);
  });

  test("after Slack acted looks the same to the caller, but the message is there", async (t) => {
    const { slack, say, seen } = await workspace(t);
    slack.fail({ method: "chat.postMessage", how: "dropAfter" });
    await rejects(say("a"), { code: "slack_webapi_request_error" });
    slack.fail({ method: "chat.postMessage", how: "errorAfter" });
    await refused(say("b"), "internal_error");
    deepEqual(seen(), ["a", "b"]);
  });

  test("may be none: Slack only acts half of a call's time before the answer is there", async (t) => {
    const { client, slack, seen } = await workspace(t, { latencyMs: () => 200 });
    let isAnswered = false;
    const posted = client.chat.postMessage({ channel: GENERAL, text: "x" }).then(() => {
      isAnswered = true;
    });
    await slack.until(() => seen().length === 1);
    equal(isAnswered, false);
    await posted;
  });

  test("is told apart afterwards: what the caller was answered, and what Slack did", async (t) => {
    const { slack, say, seen } = await workspace(t);
    slack.fail({ method: "chat.postMessage", how: "errorAfter" });
    await refused(say("a"), "internal_error");
    slack.fail({ method: "chat.postMessage", how: { status: 429, retryAfterS: 7 } });
    await rejects(say("b"), { code: "slack_webapi_rate_limited_error" });
    deepEqual(seen(), ["a"]);
    const [message] = slack.visible(GENERAL);
    deepEqual(
      slack.calls.map(({ isDone, message, retryAfterS, fault }) => ({ isDone, message, retryAfterS, fault })),
      [
        { isDone: true, message: message?.ts, retryAfterS: undefined, fault: "errorAfter" },
        { isDone: false, message: undefined, retryAfterS: 7, fault: { status: 429, retryAfterS: 7 } },
      ],
    );
  });

  test("may keep the caller waiting for ever", async (t) => {
    const { slack, seen } = await workspace(t);
    const post = (text: string, signal: AbortSignal) =>
      fetch(`${slack.apiUrl}chat.postMessage`, {
        method: "POST",
        headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
        body: JSON.stringify({ channel: GENERAL, text }),
        signal,
      });
    for (const how of ["hangBefore", "hang"] as const) {
      const patience = new AbortController();
      slack.fail({ method: "chat.postMessage", how });
      const answer = post(how, patience.signal);
      await slack.until(() => slack.calls.some(({ error }) => error === how));
      patience.abort();
      await rejects(answer, { name: "AbortError" });
    }
    deepEqual(seen(), ["hang"]);
  });

  test("may only make Slack slow, or tell it to come back later", async (t) => {
    const { slack, say, seen } = await workspace(t);
    slack.fail({ method: "chat.postMessage", how: { delayMs: 5 } });
    await say("slow");
    deepEqual(seen(), ["slow"]);
    slack.fail({ method: "chat.postMessage", how: { status: 429, retryAfterS: 30 } });
    await rejects(say("x"), { code: "slack_webapi_rate_limited_error", retryAfter: 30 });
    slack.fail({ method: "auth.test", how: { status: 429 } });
    const bare = await fetch(`${slack.apiUrl}auth.test`, { headers: { authorization: `Bearer ${slack.botToken}` } });
    deepEqual([bare.status, bare.headers.get("retry-after")], [429, null]);
  });

  test("meets only the channel and the number of calls it was made for, until called off", async (t) => {
    const { slack, say } = await workspace(t);
    const callOff = slack.fail({
      method: "chat.postMessage",
      channel: GENERAL,
      times: Infinity,
      how: { error: "nope" },
    });
    await say("elsewhere", BOARD);
    await refused(say("x"), "nope");
    await refused(say("x"), "nope");
    callOff();
    await say("x");
    slack.fail({ method: "chat.postMessage", times: 2, how: { error: "nope" } });
    slack.mend();
    await say("x");
  });
});

describe("waiting for what is seen", () => {
  test("ends with what was looked for", async (t) => {
    const { slack, say } = await workspace(t);
    const waiting = slack.until(() => slack.visible(GENERAL).find(({ plain }) => plain === "b")?.plain);
    await say("a");
    await say("b");
    equal(await waiting, "b");
  });

  test("gives up with a list of what there was instead", async (t) => {
    const { slack, say } = await workspace(t);
    await say("something else");
    await rejects(
      slack.until(() => slack.visible(GENERAL)[1], { timeoutMs: 1 }),
      /#general:\nsomething else\n/,
    );
  });
});

describe("a person", () => {
  test("types a command, signed as Slack signs it, and alone sees the answer", async (t) => {
    let received = "";
    const { slack, seen } = await withApp(t, (app) => {
      app.command("/meetings", async ({ ack, command, respond }) => {
        received = command.text;
        await ack();
        await respond({ text: `${command.text} by ${command.user_name} in ${command.channel_name}` });
      });
    });
    const asked = await slack.command({
      userId: "U0ALICE",
      channelId: BOARD,
      text: "/meetings report @bob #general <b>",
    });
    deepEqual([asked.status, asked.body], [200, ""]);
    equal(received, "report <@U0BOB|bob> <#C0GENERAL|general> &lt;b&gt;");
    await slack.until(() => asked.answers().length > 0);
    deepEqual(
      slack.ephemeral("U0ALICE", BOARD).map(({ plain }) => plain),
      ["report @bob #general <b> by alice in privategroup"],
    );
    deepEqual([slack.ephemeral("U0BOB", BOARD), seen(BOARD)], [[], []]);
    slack.dismiss(slack.ephemeral("U0ALICE", BOARD)[0]?.id ?? "");
    deepEqual(slack.ephemeral("U0ALICE", BOARD), []);
  });

  test("may be answered with the acknowledgement, or so that all can see", async (t) => {
    const { slack, seen } = await withApp(t, (app) => {
      app.command("/meetings", async ({ ack, command, respond }) => {
        await ack({ text: "only you", blocks: [section("*only* you")] });
        await respond({ response_type: "in_channel", text: command.text });
      });
    });
    const asked = await slack.command({ userId: "U0BOB", channelId: LOBBY, text: "/meetings all" });
    await slack.until(() => asked.answers().length === 2);
    deepEqual(
      asked.answers().map(({ plain }) => plain),
      ["only you", "all"],
    );
    deepEqual(seen(LOBBY), ["all"]);
  });

  test("is told when the app does not answer well", async (t) => {
    let patienceMs = 60_000;
    const { slack } = await workspace(t, { patienceMs: () => patienceMs });
    const told = async (commandUrl: string) => {
      slack.commandUrl = commandUrl;
      await slack.command({ userId: "U0BOB", channelId: GENERAL, text: "/meetings today" });
      const whisper = slack.ephemeral("U0BOB", GENERAL).at(-1);
      return `${whisper?.from}: ${whisper?.plain.replace("/meetings failed because ", "")}`;
    };
    const refusing = await listening(t, (_request, response) => response.writeHead(404).end());
    const silent = await listening(t, () => {});
    const wrong = await listening(t, (_request, response) => response.end(JSON.stringify({ blocks: [section("")] })));
    equal(await told(refusing), "slackbot: the app answered 404.");
    equal(await told("http://127.0.0.1:1/"), "slackbot: the app could not be reached.");
    equal(await told(wrong), "slackbot: invalid_blocks.");
    patienceMs = 50;
    equal(await told(silent), "slackbot: the app did not respond.");
  });

  test("presses a button in a message", async (t) => {
    const { slack, client, seen } = await withApp(t, (app) => {
      app.action("who", async ({ ack, action, body, respond }) => {
        await ack();
        const text = body.type === "block_actions" ? `${body.message?.ts}` : "";
        await respond({ text: `${"value" in action ? action.value : ""} of ${text}`, replace_original: false });
      });
      app.action("close", async ({ ack, respond }) => {
        await ack();
        await respond({ text: "closed", blocks: [rich("closed")], replace_original: true });
      });
    });
    const blocks = [rich("open"), button("who", "Who is in", "m1"), button("close", "Close")];
    const { ts = "" } = await client.chat.postMessage({ channel: GENERAL, text: "x", blocks });
    const asked = await slack.press({ userId: "U0BOB", channelId: GENERAL, messageTs: ts, actionId: "who" });
    await slack.until(() => asked.answers().length > 0);
    equal(slack.ephemeral("U0BOB", GENERAL)[0]?.plain, `m1 of ${ts}`);
    await slack.press({ userId: "U0BOB", channelId: GENERAL, messageTs: ts, actionId: "close" });
    await slack.until(() => seen()[0] === "closed");
  });

  test("presses what they see, also when it was edited a moment ago", async (t) => {
    const { slack, client } = await withApp(t, (app) => {
      app.action("who", async ({ ack, respond }) => {
        await ack();
        await respond({ text: "Alice" });
      });
    });
    const shown = [rich("1 in"), button("who", "Who is in")];
    const { ts = "", message } = await client.chat.postMessage({ channel: GENERAL, text: "x", blocks: shown });
    const blockId = message?.blocks?.[1]?.block_id ?? "";
    const press = (actionId: string) =>
      slack.press({ userId: "U0BOB", channelId: GENERAL, messageTs: ts, actionId, blockId });
    await client.chat.update({ channel: GENERAL, ts, text: "x", blocks: [rich("2 in"), button("who", "Who is in")] });
    const asked = await press("who");
    await slack.until(() => asked.answers()[0]?.plain === "Alice");
    const twice = [rich("2 in"), button("who", "Who is in"), button("who", "Who was in")];
    await client.chat.update({ channel: GENERAL, ts, text: "x", blocks: twice });
    await rejects(async () => press("who"), /no who to press there/);
    await client.chat.update({ channel: GENERAL, ts, text: "x", blocks: [rich("ended")] });
    await rejects(async () => press("who"), /no who to press there/);
  });

  test("presses a button in what only they see, and it changes or goes", async (t) => {
    const { slack } = await withApp(t, (app) => {
      app.command("/meetings", async ({ ack }) => {
        await ack({
          text: "x",
          blocks: [button("refresh", "Refresh"), button("hide", "Hide"), button("share", "Share")],
        });
      });
      app.action("refresh", async ({ ack, body, respond }) => {
        await ack();
        const isBlind = body.type === "block_actions" && body.message === undefined;
        const blocks = [section(isBlind ? "fresh" : "?"), button("hide", "Hide"), button("share", "Share")];
        await respond({ text: "x", blocks, replace_original: true });
      });
      app.action("share", async ({ ack, respond }) => {
        await ack();
        await respond({ text: "shared", response_type: "in_channel", replace_original: false });
      });
      app.action("hide", async ({ ack, respond }) => {
        await ack();
        await respond({ delete_original: true });
      });
    });
    await slack.command({ userId: "U0BOB", channelId: GENERAL, text: "/meetings" });
    const whispers = () => slack.ephemeral("U0BOB", GENERAL);
    const ephemeralId = whispers()[0]?.id ?? "";
    const press = (actionId: string) => slack.press({ userId: "U0BOB", channelId: GENERAL, ephemeralId, actionId });
    await press("refresh");
    await slack.until(() => whispers()[0]?.plain === "fresh\n[Hide]\n[Share]");
    await press("share");
    await slack.until(() => slack.visible(GENERAL)[0]?.plain === "shared");
    await press("hide");
    await slack.until(() => whispers().length === 0);
  });

  test("chooses from a menu", async (t) => {
    const { slack, client } = await withApp(t, (app) => {
      app.action("more", async ({ ack, action, respond }) => {
        await ack();
        await respond({ text: action.type === "overflow" ? action.selected_option.value : "" });
      });
    });
    const option = (value: string) => ({ text: { type: "plain_text" as const, text: value }, value });
    const menu = { type: "overflow" as const, action_id: "more", options: [option("mute"), option("settings")] };
    const blocks = [{ ...section("x"), accessory: menu }];
    const { ts = "" } = await client.chat.postMessage({ channel: GENERAL, text: "x", blocks });
    const press = { userId: "U0BOB", channelId: GENERAL, messageTs: ts, actionId: "more" };
    const asked = await slack.press({ ...press, option: "settings" });
    await slack.until(() => asked.answers()[0]?.plain === "settings");
  });

  test("is answered at most five times", async (t) => {
    const { slack } = await workspace(t);
    let responseUrl = "";
    slack.commandUrl = await listening(t, async (request, response) => {
      const form = new URLSearchParams((await request.toArray()).join(""));
      responseUrl = form.get("response_url") ?? "";
      response.end();
    });
    await slack.command({ userId: "U0BOB", channelId: GENERAL, text: "/meetings" });
    const answer = async (body: string) => (await fetch(responseUrl, { method: "POST", body })).status;
    deepEqual(
      [await answer("{"), await answer('{"text":""}'), await answer('{"text":"x","blocks":[{}]}')],
      [400, 400, 400],
    );
    const statuses = [];
    for (let turn = 0; turn < 6; turn += 1) statuses.push(await answer('{"text":"x"}'));
    deepEqual(statuses, [200, 200, 200, 200, 200, 404]);
    equal(slack.ephemeral("U0BOB", GENERAL).length, 5);
  });

  test("cannot act where they are not", async (t) => {
    const { slack } = await workspace(t);
    await rejects(slack.command({ userId: "U0BOB", channelId: BOARD, text: "/meetings" }), /U0BOB is not in G0BOARD/);
  });
});

test("A signature is the one Slack publishes as its example", () => {
  const body =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
  equal(
    signed(body, "8f742231b10e8888abcd99yyyzzz85a5", 1531420618)["X-Slack-Signature"],
    "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  );
});
