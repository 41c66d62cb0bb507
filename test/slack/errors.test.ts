import { deepEqual, equal, match, ok } from "node:assert/strict";
import { beforeEach, describe, mock, type TestContext, test } from "node:test";
import { LogLevel, WebClient } from "@slack/web-api";
import type { Card } from "../../src/card/card.ts";
import { log } from "../../src/log.ts";
import type { Refusal } from "../../src/ports.ts";
import { CLIENT_OPTIONS, slackPlatform } from "../../src/slack/platform.ts";
import { EVERY_SCOPE, startSlack } from "../stand-ins/slack.ts";

const ROOM = "C0ROOM";
const LOBBY = "C0LOBBY";
const ALICE = "U0ALICE";
const card: Card = { stage: "live", summary: "Stand-up is live", parts: [{ kind: "line", line: ["a"] }], buttons: [] };

/** What an error does: the words of this table, and what the courier is told. */
const EFFECTS = {
  "the channel refuses": { kind: "never", of: "channel" },
  "this message is given up": { kind: "never", of: "message" },
  "no more edits": { kind: "never", of: "edits" },
  "not this content": { kind: "never", of: "content" },
  "slow down": { kind: "later", of: "calls", inMs: 30_000 },
  "all waits a minute": { kind: "later", of: "platform", inMs: 60_000 },
  "all waits an hour": { kind: "later", of: "platform", inMs: 3_600_000 },
  "in doubt": { kind: "unknown" },
} as const;
type Effect = keyof typeof EFFECTS;

const everywhere = (effect: Effect) => [effect, effect, effect, effect] as const;
const REFUSES = [
  "the channel refuses",
  "the channel refuses",
  "the channel refuses",
  "this message is given up",
] as const;
const RESTRICTED = [
  "the channel refuses",
  "the channel refuses",
  "this message is given up",
  "this message is given up",
] as const;

/** A post, an edit, a reply, a direct message. */
const TABLE: Record<string, readonly [Effect, Effect, Effect, Effect]> = {
  channel_not_found: REFUSES,
  not_in_channel: REFUSES,
  is_archived: REFUSES,
  is_inactive: REFUSES,
  restricted_action: RESTRICTED,
  restricted_action_read_only_channel: RESTRICTED,
  restricted_action_thread_only_channel: RESTRICTED,
  restricted_action_non_threadable_channel: RESTRICTED,
  restricted_action_thread_locked: RESTRICTED,
  message_not_found: everywhere("this message is given up"),
  thread_not_found: everywhere("this message is given up"),
  cannot_reply_to_message: everywhere("this message is given up"),
  cant_update_message: everywhere("no more edits"),
  edit_window_closed: everywhere("no more edits"),
  block_mismatch: everywhere("no more edits"),
  msg_too_long: everywhere("not this content"),
  msg_blocks_too_long: everywhere("not this content"),
  invalid_blocks: everywhere("not this content"),
  invalid_blocks_format: everywhere("not this content"),
  no_text: everywhere("not this content"),
  invalid_attachments: everywhere("not this content"),
  invalid_arguments: everywhere("not this content"),
  ratelimited: everywhere("slow down"),
  rate_limited: everywhere("slow down"),
  message_limit_exceeded: everywhere("slow down"),
  invalid_auth: everywhere("all waits a minute"),
  not_authed: everywhere("all waits a minute"),
  account_inactive: everywhere("all waits a minute"),
  token_revoked: everywhere("all waits a minute"),
  token_expired: everywhere("all waits a minute"),
  missing_scope: everywhere("all waits a minute"),
  org_login_required: everywhere("all waits an hour"),
  team_access_not_granted: everywhere("all waits an hour"),
  ekm_access_denied: everywhere("all waits an hour"),
  access_denied: everywhere("all waits an hour"),
  accesslimited: everywhere("all waits an hour"),
  internal_error: everywhere("in doubt"),
  fatal_error: everywhere("in doubt"),
  service_unavailable: everywhere("in doubt"),
  request_timeout: everywhere("in doubt"),
  messages_tab_disabled: everywhere("this message is given up"),
  user_not_found: everywhere("this message is given up"),
  users_not_found: everywhere("this message is given up"),
  user_disabled: everywhere("this message is given up"),
  cannot_dm_bot: everywhere("this message is given up"),
};

const loud = mock.method(log, "error", () => {});
const warned = mock.method(log, "warn", () => {});
beforeEach(() => {
  for (const { mock } of [loud, warned]) mock.resetCalls();
});

/** A workspace, and a notifier's way into it; the app may do all but `without`, and also `more`. */
async function workspace(t: TestContext, { without = "", more = [] as string[] } = {}) {
  const scopes = [...EVERY_SCOPE.filter((scope) => scope !== without), ...more];
  const channels = [
    { id: ROOM, name: "room" },
    { id: LOBBY, name: "lobby", botIsMember: false },
  ];
  const slack = await startSlack({ channels, scopes, limits: false });
  t.after(slack.close);
  const options = { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl, logLevel: LogLevel.ERROR };
  return {
    slack,
    calls: (method: string) => slack.calls.filter((call) => call.method === method),
    ...slackPlatform(new WebClient("xoxb-stand-in", options), Date.now),
  };
}

describe("an error of Slack's has its effect", () => {
  for (const [error, [onPost, onEdit, onReply, onDirectMessage]] of Object.entries(TABLE)) {
    test(`${error}: ${[...new Set([onPost, onEdit, onReply, onDirectMessage])].join(", ")}`, async (t) => {
      const { slack, post, update } = await workspace(t);
      slack.fail({ method: "*", how: { error }, times: Number.POSITIVE_INFINITY });
      const reply = { ...card, replyTo: "1.000000" };
      const told = (effect: Effect) => ({ ...EFFECTS[effect] });
      const met = async (answer: Promise<unknown>) => {
        const { because, ...effect } = (await answer) as Refusal;
        ok(because === error || because === "Slack refuses every form of this card", because);
        return effect;
      };
      deepEqual(await met(post(ROOM, card, "A")), told(onPost));
      deepEqual(await met(update(ROOM, "1.000000", card)), told(onEdit));
      deepEqual(await met(post(ROOM, reply, "final:A", { inThread: "1.000000" })), told(onReply));
      deepEqual(await met(post(ALICE, card, "A")), told(onDirectMessage));
    });
  }
});

describe("a channel that takes messages of its members only", () => {
  const refusal = { kind: "never", because: "not_in_channel", of: "channel" };

  test("is joined where the app may do that, and then posted to, by a call of its own", async (t) => {
    const { slack, post } = await workspace(t, { without: "chat:write.public", more: ["channels:join"] });
    const again = { kind: "later", because: "it joined the channel first", inMs: 1_000, of: "calls" };
    deepEqual(await post(LOBBY, card, "A"), again);
    ok("message" in (await post(LOBBY, card, "A")));
    equal(slack.visible(LOBBY).length, 1);
  });

  test("is not joined again by an app that was put out of it", async (t) => {
    const { slack, calls, post } = await workspace(t, { without: "chat:write.public", more: ["channels:join"] });
    await post(LOBBY, card, "A");
    slack.channel(LOBBY).botIsMember = false;
    deepEqual(await post(LOBBY, card, "A"), refusal);
    equal(calls("conversations.join").length, 1);
  });

  test("refuses where the app may not join: that is asked once, and told with the permission it lacks", async (t) => {
    const { calls, post } = await workspace(t, { without: "chat:write.public" });
    deepEqual([await post(LOBBY, card, "A"), await post(LOBBY, card, "B")], [refusal, refusal]);
    equal(calls("conversations.join").length, 1);
    deepEqual(
      warned.mock.calls.map(({ arguments: [told] }) => told),
      [{ needed: "channels:join" }],
    );
  });
});

describe("a form that Slack does not take", () => {
  test("is sent once, and then what it says in one line", async (t) => {
    const { slack, calls, post, update } = await workspace(t);
    slack.fail({ method: "chat.postMessage", how: { error: "msg_blocks_too_long" } });
    const posted = await post(ROOM, card, "A");
    equal(slack.visible(ROOM)[0]?.plain, "Stand-up is live");
    slack.fail({ method: "chat.update", how: { error: "invalid_blocks" } });
    equal(await update(ROOM, "message" in posted ? posted.message : "", card), "done");
    deepEqual([calls("chat.postMessage").length, calls("chat.update").length], [2, 2]);
  });

  for (const error of ["metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema"]) {
    test(`because of its mark is sent without: ${error}`, async (t) => {
      const { slack, calls, post } = await workspace(t);
      slack.fail({ method: "chat.postMessage", how: { error } });
      ok("message" in (await post(ROOM, card, "A")));
      deepEqual([slack.visible(ROOM).length, calls("chat.postMessage").length], [1, 2]);
      equal(calls("chat.postMessage")[1]?.args.metadata, undefined);
      equal(loud.mock.callCount(), 1);
    });
  }
});

describe("a Slack that does not let us in", () => {
  test("is told of once, and once when it does again", async (t) => {
    const told = t.mock.method(log, "info", () => {});
    const { slack, post, update } = await workspace(t);
    slack.fail({ method: "*", how: { error: "token_revoked" }, times: 3 });
    await post(ROOM, card, "A");
    await update(ROOM, "1.000000", card);
    await post(ROOM, card, "A");
    equal(loud.mock.callCount(), 1);
    match(String(loud.mock.calls[0]?.arguments[1]), /cards wait/);
    for (const key of ["A", "B"]) await post(ROOM, card, key);
    equal(told.mock.callCount(), 1);
  });

  test("to one thing only, for want of a permission, keeps nothing else waiting", async (t) => {
    const { slack, post } = await workspace(t);
    const missing = (needed: string) =>
      slack.fail({ method: "chat.postMessage", how: { error: "missing_scope", needed } });
    missing("im:write");
    const later = { kind: "later", because: "missing_scope", inMs: 3_600_000, of: "channel" };
    deepEqual(await post(ALICE, card, "A"), later);
    missing("chat:write:bot");
    deepEqual(await post(ROOM, card, "A"), { ...later, inMs: 60_000, of: "platform" });
  });

  test("but lacks a permission for its history only is one that takes cards", async (t) => {
    const { post, find } = await workspace(t, { without: "channels:history" });
    equal(await find(ROOM, "A", 0, Date.now()), "cannot look");
    ok("message" in (await post(ROOM, card, "A")));
    equal(loud.mock.callCount(), 0);
    deepEqual(warned.mock.calls[0]?.arguments[0], { needed: "channels:history" });
  });
});
