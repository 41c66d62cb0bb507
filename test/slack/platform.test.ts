import { deepEqual, equal } from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { LogLevel, WebClient } from "@slack/web-api";
import type { Card } from "../../src/card/card.ts";
import { CLIENT_OPTIONS, slackPlatform } from "../../src/slack/platform.ts";
import { type How, type SlackStandIn, startSlack } from "../stand-ins/slack.ts";

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

  const platform = (url: string) =>
    slackPlatform(
      new WebClient("xoxb-stand-in", { ...CLIENT_OPTIONS, slackApiUrl: url, timeout: 500, logLevel: LogLevel.ERROR }),
      Date.now,
    );

  for (const [answer, how, meaning] of ANSWERS) {
    test(answer, async () => {
      slack.clear();
      slack.fail({ method: "*", how, times: 3 });
      const { post, update, find } = platform(slack.apiUrl);
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
    const tsOf = (answer: Awaited<ReturnType<typeof post>>) => ("message" in answer ? answer.message : answer.because);
    const first = tsOf(await post(ROOM, card, "A"));
    for (let other = 0; other < 450; other += 1) slack.say({ userId: "U0ALICE", channelId: ROOM, text: `${other}` });
    await post(ROOM, card, "B");
    const twin = tsOf(await post(ROOM, card, "A"));
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

describe("an answer to a post that is no answer of Slack's", () => {
  for (const body of [{}, { ok: false }, [], { ok: false, error: 7 }, { ok: false, error: "upstream_timeout" }, null]) {
    test(`leaves it in doubt: ${JSON.stringify(body)}`, async () => {
      const answer = await odd({ "chat.postMessage": body }).post(ROOM, card, "A");
      equal("kind" in answer && answer.kind, "unknown");
    });
  }
});

describe("a message that may not be changed now", () => {
  for (const error of ["cant_update_message", "edit_window_closed", "block_mismatch"]) {
    test(`is tried again later: ${error}`, async () => {
      const answer = await odd({ "chat.update": { ok: false, error } }).update(ROOM, "1.0", card);
      deepEqual(answer, later(error, 60_000, "message"));
    });
  }
});

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
