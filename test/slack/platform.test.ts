import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, type TestContext, test } from "node:test";
import { LogLevel, WebClient } from "@slack/web-api";
import type { Card } from "../../src/card/card.ts";
import type { Refusal } from "../../src/ports.ts";
import { CLIENT_OPTIONS, slackPlatform } from "../../src/slack/platform.ts";
import { BOT, type How, type SlackStandIn, startSlack } from "../stand-ins/slack.ts";

const ROOM = "C0ROOM";
const card: Card = { stage: "live", summary: "Stand-up is live", parts: [{ kind: "line", line: ["a"] }], buttons: [] };

const later = (because: string, inMs: number, of = "calls") => ({ kind: "later", because, inMs, of });
const never = (because: string, of: string) => ({ kind: "never", because, of });
const unknown = (because: string) => ({ kind: "unknown", because });

const NEW_WORD = "a word nobody has heard before";
const ANSWERS: [string, How, object][] = [
  ["429 with Retry-After", { status: 429, retryAfterS: 7 }, later("ratelimited", 7_000)],
  ["429 that asks for a week", { status: 429, retryAfterS: 604_800 }, later("ratelimited", 3_600_000)],
  ["429 that asks for no wait at all", { status: 429, retryAfterS: 0 }, later("ratelimited", 1_000)],
  ["429 without Retry-After", { status: 429 }, later("ratelimited", 30_000)],
  ["message_limit_exceeded", { error: "message_limit_exceeded" }, later("message_limit_exceeded", 30_000)],
  ["500", { status: 500 }, unknown("HTTP 500")],
  ["a broken connection", "dropBefore", unknown("network: ECONNRESET")],
  ["nothing, in time", "hangBefore", unknown("network: TimeoutError")],
  ["internal_error", { error: "internal_error" }, unknown("internal_error")],
  ["somebody else's page", { error: "<!doctype html>" }, unknown("the answer is not Slack's")],
  ["is_archived", { error: "is_archived" }, never("is_archived", "channel")],
  ["message_not_found", { error: "message_not_found" }, never("message_not_found", "message")],
  ["token_revoked", { error: "token_revoked" }, later("token_revoked", 60_000, "platform")],
  [NEW_WORD, { error: "moon_too_full" }, later("moon_too_full", 60_000, "message")],
];

describe("what Slack's answers mean for a card", () => {
  let slack: SlackStandIn;
  before(async () => {
    slack = await startSlack({ channels: [{ id: ROOM, name: "room" }], limits: false });
  });
  after(() => slack.close());

  const platform = (slackApiUrl: string, timeout = 60_000) =>
    slackPlatform(
      new WebClient("xoxb-stand-in", { ...CLIENT_OPTIONS, slackApiUrl, timeout, logLevel: LogLevel.ERROR }),
      Date.now,
    );

  for (const [answer, how, meaning] of ANSWERS) {
    test(answer, async () => {
      slack.clear();
      slack.fail({ method: "*", how, times: 3 });
      const { post, update, find } = platform(slack.apiUrl, how === "hangBefore" ? 50 : undefined);
      deepEqual(await post(ROOM, card, "A"), answer === NEW_WORD ? unknown("moon_too_full") : meaning);
      deepEqual(await update(ROOM, "1.0", card), meaning);
      deepEqual(await find(ROOM, "A", 0, Date.now()), answer === NEW_WORD ? "cannot look" : meaning);
    });
  }

  test("a Slack without a history is one that we may not look into", async () => {
    slack.clear();
    slack.fail({ method: "conversations.history", how: { error: "unknown_method" }, times: 2 });
    const { find, recall } = platform(slack.apiUrl);
    deepEqual([await find(ROOM, "A", 0, Date.now()), await recall(ROOM, 0)], ["cannot look", "cannot look"]);
  });

  test("nobody there to answer", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    deepEqual(
      await platform(`http://127.0.0.1:${port}/api/`).post(ROOM, card, "A"),
      later("network: ECONNREFUSED", 2_000, "channel"),
    );
  });

  test("no permission to read the history", async () => {
    slack.clear();
    slack.fail({ method: "conversations.history", how: { error: "missing_scope" } });
    equal(await platform(slack.apiUrl).find(ROOM, "A", 0, Date.now()), "cannot look");
  });

  test("a message to be deleted is gone already", async () => {
    slack.clear();
    equal(await platform(slack.apiUrl).remove(ROOM, "1.000001"), "done");
  });
});

describe("a message of ours", () => {
  test("is found by its key, oldest first, also behind many others", async (t) => {
    const slack = await startSlack({ channels: [{ id: ROOM, name: "room" }], limits: false });
    t.after(slack.close);
    const { post, find } = slackPlatform(
      new WebClient("xoxb-stand-in", { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl }),
      Date.now,
    );
    const first = messageOf(await post(ROOM, card, "A"));
    for (let other = 0; other < 450; other += 1) slack.say({ userId: "U0ALICE", channelId: ROOM, text: `${other}` });
    await post(ROOM, card, "B");
    const twin = messageOf(await post(ROOM, card, "A"));
    const [before, after] = [Date.now() - 60_000, Date.now() + 60_000];
    deepEqual(await find(ROOM, "A", before, after), [first, twin]);
    deepEqual(await find(ROOM, "A", after, after + 1), []);
    deepEqual(await find(ROOM, "A", before, before + 1), []);
  });

  test("is told from one that another app marked like it", async () => {
    const ours = { ts: "2.0", user: "UOURS", bot_id: "BOURS", metadata: mark("A") };
    const theirs = { ts: "1.0", user: "UTHEIRS", bot_id: "BTHEIRS", metadata: mark("A") };
    const { find } = odd({ "conversations.history": { ok: true, messages: [ours, theirs] } });
    deepEqual(await find(ROOM, "A", 0, Date.now()), ["2.0"]);
  });

  test("may be where nobody can read, if there is more history than can be read in time", async () => {
    const next = { ok: true, messages: [], response_metadata: { next_cursor: "more" } };
    equal(await odd({ "conversations.history": next }).find(ROOM, "A", 0, Date.now()), "cannot look");
  });
});

describe("a reply", () => {
  async function room(t: TestContext) {
    const slack = await startSlack({ channels: [{ id: ROOM, name: "room" }], limits: false });
    t.after(slack.close);
    const client = new WebClient("xoxb-stand-in", { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl });
    const platform = slackPlatform(client, Date.now);
    const posted = async (...what: Parameters<typeof platform.post>) => messageOf(await platform.post(...what));
    const parent = await posted(ROOM, card, "A");
    const reply = { ...card, replyTo: parent, parts: [{ kind: "line" as const, line: ["r"] }] };
    const [since, until] = [Date.now() - 60_000, Date.now() + 60_000];
    const found = (key: string, inThread?: string) =>
      platform.find(ROOM, key, since, until, inThread === undefined ? {} : { inThread });
    return { slack, parent, reply, posted, found, ...platform };
  }

  test("stands in its thread only, and is edited and removed there", async (t) => {
    const { slack, parent, reply, posted, update, remove } = await room(t);
    const ts = await posted(ROOM, reply, "final:A", { inThread: parent });
    const replies = () => slack.replies(ROOM, parent).map(({ plain }) => plain);
    deepEqual([slack.visible(ROOM).length, replies()], [1, ["r"]]);
    equal(await update(ROOM, ts, { ...reply, parts: [{ kind: "line", line: ["s"] }] }), "done");
    deepEqual(replies(), ["s"]);
    equal(await remove(ROOM, ts), "done");
    deepEqual(replies(), []);
  });

  test("is found by its key in its thread, oldest first, also behind many others, and nowhere else", async (t) => {
    const { slack, parent, reply, posted, found, recall } = await room(t);
    const first = await posted(ROOM, reply, "final:A", { inThread: parent });
    for (let other = 0; other < 250; other += 1) await posted(ROOM, reply, "other", { inThread: parent });
    const twin = await posted(ROOM, reply, "final:A", { inThread: parent });
    deepEqual(await found("final:A", parent), [first, twin]);
    const pages = slack.calls.filter(({ method }) => method === "conversations.replies");
    equal(pages.length, 2);
    deepEqual([await found("final:A"), await found("B", parent)], [[], []]);
    deepEqual(await recall(ROOM, 0), new Map([["A", [parent]]]));
  });

  test("in a thread that is gone is never posted, and concerns nothing else", async (t) => {
    const { slack, parent, reply, post, posted, found } = await room(t);
    slack.deleteByPerson(ROOM, parent);
    deepEqual(await post(ROOM, reply, "final:A", { inThread: parent }), never("thread_not_found", "message"));
    deepEqual(await found("final:A", parent), never("thread_not_found", "message"));
    ok(await posted(ROOM, card, "B"));
  });
});

describe("a direct message", () => {
  async function office(t: TestContext) {
    const users = [
      { id: "U0ALICE", name: "alice", realName: "Alice Ng", tz: "UTC" },
      { id: "U0GONE", name: "gone", realName: "Gone Away", tz: "UTC", isDeactivated: true },
    ];
    const slack = await startSlack({ users, channels: [{ id: ROOM, name: "room" }], limits: false });
    t.after(slack.close);
    const client = new WebClient("xoxb-stand-in", { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl });
    return { slack, ...slackPlatform(client, Date.now) };
  }

  test("is named with its conversation, under which alone it can be edited, answered and removed", async (t) => {
    const { slack, post, update, remove } = await office(t);
    const message = messageOf(await post("U0ALICE", card, "A"));
    match(message, /^D0ALICE:\d+\.\d{6}$/);
    const reply = messageOf(await post("U0ALICE", { ...card, replyTo: message }, "B", { inThread: message }));
    match(reply, /^D0ALICE:/);
    equal(slack.replies("D0ALICE", message.split(":")[1] ?? "").length, 1);
    equal(await update("U0ALICE", message, { ...card, parts: [{ kind: "line", line: ["b"] }] }), "done");
    equal(slack.visible("D0ALICE")[0]?.plain, "b");
    deepEqual([await remove("U0ALICE", reply), await remove("U0ALICE", message)], ["done", "done"]);
    deepEqual(slack.visible("D0ALICE"), []);
  });

  test("is never looked for: nobody allowed us to read what people write to us", async (t) => {
    const { slack, find, recall } = await office(t);
    deepEqual([await find("U0ALICE", "A", 0, Date.now()), await recall("U0ALICE", 0)], ["cannot look", "cannot look"]);
    equal(slack.calls.length, 0);
  });

  test("that cannot reach its person is dropped, and nobody else is bothered", async (t) => {
    const { slack, post } = await office(t);
    deepEqual(await post("U0GONE", card, "A"), never("user_disabled", "message"));
    deepEqual(await post(BOT.userId, card, "A"), never("cannot_dm_bot", "message"));
    slack.settings.hasMessagesTab = false;
    deepEqual(await post("U0ALICE", card, "A"), never("messages_tab_disabled", "message"));
    deepEqual(await post("U0NOBODY", card, "A"), never("channel_not_found", "message"));
  });
});

describe("an answer to a post that is no answer of Slack's", () => {
  for (const body of [{}, { ok: false }, [], { ok: false, error: 7 }, { ok: false, error: "upstream_timeout" }, null]) {
    test(`leaves it in doubt: ${JSON.stringify(body)}`, async () => {
      const answer = await odd({ "chat.postMessage": body }).post(ROOM, card, "A");
      equal("kind" in answer && answer.kind, "unknown");
    });
  }
});

const messageOf = (answer: { message: string } | Refusal) => ("message" in answer ? answer.message : answer.because);

const mark = (key: string) => ({ event_type: "zoom_meeting_card", event_payload: { key } });

/** Slack as it is seen through something that answers oddly. */
function odd(answers: Record<string, unknown>) {
  const all: Record<string, unknown> = { "auth.test": { ok: true, user_id: "UOURS", bot_id: "BOURS" }, ...answers };
  const fetched = async (url: string | URL | Request) =>
    Response.json(
      all[
        String(url instanceof Request ? url.url : url)
          .split("/")
          .at(-1) ?? ""
      ],
    );
  const options = { ...CLIENT_OPTIONS, slackApiUrl: "http://slack.invalid/api/", fetch: fetched as typeof fetch };
  return slackPlatform(new WebClient("xoxb-stand-in", options), Date.now);
}

describe("what is found in a channel", () => {
  test("is nothing where nothing of ours is", async () => {
    const { recall } = odd({ "conversations.history": { ok: true, messages: [{ ts: "1.0", user: "U0ALICE" }] } });
    deepEqual(await recall(ROOM, 0), new Map());
  });
});
