import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom, shuffled } from "../../scripts/replay/random.ts";
import type { Card } from "../../src/card/card.ts";
import type { Claim, Wish } from "../../src/ports.ts";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { CALL_TIMEOUT_MS, type CardUpdate, updateCard } from "../../src/update-card.ts";
import type { How } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, startStory } from "./notifier.ts";

const MINUTE = 60_000;

/** A whole notifier, and how to see that nothing is left to do. */
async function story(t: TestContext) {
  const all = await startStory();
  const redis = connectRedis(all.redis.url);
  await whenReady(redis, 60_000);
  t.after(async () => {
    redis.disconnect();
    await all.stop();
  });
  const keys = redisKeys(all.env.REDIS_PREFIX);
  return {
    ...all,
    calls: (method: string) => all.slack.calls.filter((call) => call.method === method),
    /** Resolves when no card is due or in hand any more. */
    async quiet() {
      while ((await redis.zcard(keys.channels)) > 0) await sleep(20);
    },
    decisions: async () => (await fetch(`${all.url}/metrics`)).text(),
  };
}

/** A meeting that began 20 minutes ago, and the host in it. */
function standUp(given: Partial<Parameters<typeof meetingBodies>[0]> = {}, now = Date.now()) {
  const endedAt = Math.floor(now / 1_000) * 1_000;
  const startedAt = endedAt - 20 * MINUTE;
  const bodies = meetingBodies({ startedAt, topic: "Stand-up", ...given });
  const mara = bodies.connection({ name: "Mara Lind", id: bodies.meeting.hostId });
  return { ...bodies, mara, startedAt, endedAt };
}

const LOST: [string, How][] = [
  ["Slack answers 500 after it took effect", { statusAfter: 500 }],
  ["Slack answers internal_error after it took effect", "errorAfter"],
  ["the connection breaks after it took effect", "dropAfter"],
  ["it takes effect but is never answered", "hang"],
  ["the connection breaks before it takes effect", "dropBefore"],
  ["it is neither done nor answered", "hangBefore"],
  ["Slack answers 503 and did nothing", { status: 503 }],
  ["something in between answers with a page of its own", { error: "<html><body>Bad gateway</body></html>" }],
];

describe("in the channel", { concurrency: true }, () => {
  describe("a meeting has one message", { concurrency: true, timeout: 240_000 }, () => {
    for (const [what, how] of LOST) {
      test(`when ${what}`, async (t) => {
        const { slack, zoomSends, seen, quiet } = await story(t);
        const { started, mara, startedAt, endedAt, ended } = standUp();
        slack.fail({ method: "chat.postMessage", how });
        await zoomSends(started(), mara.joined(startedAt), mara.left(endedAt), ended(endedAt));
        await quiet();
        equal(seen().length, 1);
        match(seen()[0] ?? "", /^⚪ {2}Stand-up {2}ended after 20 min/);
      });
    }

    test("when Slack says to slow down, and it is not posted before Slack allows it", async (t) => {
      const { slack, zoomSends, quiet, seen, calls } = await story(t);
      slack.fail({ method: "chat.postMessage", how: { status: 429, retryAfterS: 2 } });
      await zoomSends(standUp().started());
      await quiet();
      equal(seen().length, 1);
      const [refused, posted] = calls("chat.postMessage");
      deepEqual([refused?.ok, posted?.ok], [false, true]);
      ok((posted?.at ?? 0) - (refused?.at ?? 0) >= 2_000);
    });

    test("when Slack says to slow down with edits, and the end comes as soon as Slack allows it", async (t) => {
      const { slack, zoomSends, shows, quiet, calls } = await story(t);
      const { started, ended, endedAt } = standUp();
      await zoomSends(started());
      await shows("🟢  Stand-up  is live");
      slack.fail({ method: "chat.update", how: { status: 429, retryAfterS: 2 } });
      await zoomSends(ended(endedAt));
      await shows("⚪  Stand-up  ended after 20 min");
      await quiet();
      const [refused, edited] = calls("chat.update");
      const waited = (edited?.at ?? 0) - (refused?.at ?? 0);
      ok(waited >= 2_000 && waited < 8_000, `${waited} ms`); // any other edit would have waited for 11 s
    });

    test("when an edit takes effect but its answer is lost, in any way", async (t) => {
      const { slack, zoomSends, shows, quiet, seen } = await story(t);
      const { started, ended, endedAt } = standUp();
      await zoomSends(started());
      await shows("🟢  Stand-up  is live");
      for (const how of [{ statusAfter: 502 }, "errorAfter", "dropAfter", { error: "<html></html>" }] as const) {
        slack.fail({ method: "chat.update", how });
      }
      await zoomSends(ended(endedAt));
      await quiet();
      equal(seen().length, 1);
      match(seen()[0] ?? "", /ended after 20 min/);
    });

    test("when a lost post turns up twice: the younger one goes, also if Slack is slow to delete it", async (t) => {
      const { slack, zoomSends, calls, quiet, seen } = await story(t);
      const { started, ended, endedAt } = standUp();
      for (const how of [{ status: 429, retryAfterS: 1 }, "dropBefore"] as const) {
        slack.fail({ method: "chat.delete", how });
      }
      slack.fail({ method: "chat.postMessage", how: "dropAfter" });
      await zoomSends(started());
      const [original] = await slack.until(() => slack.visible(CHANNEL).length === 1 && slack.visible(CHANNEL));
      await slack.until(() => calls("chat.postMessage").length === 1);
      const { blocks, text, metadata } = calls("chat.postMessage")[0]?.args ?? {};
      const twin = { channel: CHANNEL, blocks, text, metadata };
      await fetch(`${slack.apiUrl}chat.postMessage`, {
        method: "POST",
        headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
        body: JSON.stringify(twin),
      });
      equal(slack.visible(CHANNEL).length, 2);
      await zoomSends(ended(endedAt));
      await quiet();
      deepEqual(
        slack.visible(CHANNEL).map(({ ts }) => ts),
        [original?.ts],
      );
      match(seen()[0] ?? "", /ended after 20 min/);
    });

    test("except where we may not read the history: there a second one is better than none", async (t) => {
      const { slack, zoomSends, seen, quiet } = await story(t);
      const { started, ended, endedAt } = standUp();
      slack.fail({ method: "conversations.history", how: { error: "missing_scope" }, times: Number.POSITIVE_INFINITY });
      slack.fail({ method: "chat.postMessage", how: "dropAfter" });
      await zoomSends(started(), ended(endedAt));
      await quiet();
      equal(seen().length, 2);
      match(seen()[1] ?? "", /ended after 20 min/);
    });

    test("and none any more once a person deleted it", async (t) => {
      const { slack, zoomSends, shows, seen, quiet, calls, decisions } = await story(t);
      const { started, mara, startedAt, ended, endedAt } = standUp();
      await zoomSends(started());
      await shows("🟢  Stand-up  is live");
      slack.deleteByPerson(CHANNEL, slack.visible(CHANNEL)[0]?.ts ?? "");
      await zoomSends(mara.joined(startedAt));
      await slack.until(() => calls("chat.update").length === 1);
      await zoomSends(ended(endedAt));
      await quiet();
      deepEqual(seen(), []);
      equal(calls("chat.postMessage").length, 1);
      equal(calls("chat.update").length, 1);
      match(await decisions(), /outcome="givenUp",because="message_not_found"/);
    });

    test("in a simpler form where Slack does not take the blocks", async (t) => {
      const { slack, zoomSends, shows, calls } = await story(t);
      const { started, ended, endedAt } = standUp();
      slack.fail({ method: "chat.postMessage", how: { error: "invalid_blocks" } });
      await zoomSends(started());
      await shows("Stand-up is live, nobody in");
      await zoomSends(ended(endedAt));
      await shows("⚪  Stand-up  ended after 20 min");
      deepEqual(
        calls("chat.postMessage").map(({ ok }) => ok),
        [false, true],
      );
    });
  });

  describe("what the message says", { concurrency: true, timeout: 240_000 }, () => {
    test("is not sent again when nothing in it changed", async (t) => {
      const { zoomSends, shows, quiet, calls, decisions } = await story(t);
      const { started, mara, startedAt, ended, endedAt } = standUp();
      const end = ended(endedAt);
      await zoomSends(started(), mara.joined(startedAt), mara.left(endedAt), end);
      await shows("⚪  Stand-up  ended after 20 min");
      await quiet();
      const sent = calls("chat.update").length;
      const later = { ...end, event_ts: (end.event_ts ?? 0) + 5_000 };
      await zoomSends(end, later, mara.enteredRoom(startedAt + MINUTE, "room"), mara.left(endedAt));
      await quiet();
      equal(calls("chat.update").length, sent);
      match(await decisions(), /outcome="upToDate",because="nothing new"/);
    });

    test("is the same whatever the order of the deliveries, and however often they come", async (t) => {
      const { zoomSends, slack, quiet, seen, calls } = await story(t);
      const now = Date.now();
      const meetings = Array.from({ length: 6 }, (_, seed) => {
        const { started, mara, startedAt, ended, endedAt, ...bodies } = standUp({}, now);
        const jo = bodies.connection({ name: "Jo Adler", email: "jo@example.com" });
        const sam = bodies.connection({ name: "Sam" });
        const deliveries = [
          started(),
          mara.joined(startedAt),
          mara.left(endedAt),
          jo.joined(startedAt + 3 * MINUTE),
          ...Object.values(jo.moved(startedAt + 8 * MINUTE)),
          jo.left(startedAt + 15 * MINUTE),
          sam.joined(startedAt + 4 * MINUTE),
          sam.left(startedAt + 5 * MINUTE),
          ended(endedAt),
        ];
        return shuffled([...deliveries, ...deliveries], seededRandom(seed));
      });
      const send = (some: object[][]) => Promise.all(some.map((deliveries) => zoomSends(...deliveries)));
      await send(meetings.map((deliveries) => deliveries.slice(0, 7)));
      await slack.until(() => seen().length === meetings.length);
      await send(meetings.map((deliveries) => deliveries.slice(7)));
      await quiet();
      equal(seen().length, meetings.length);
      equal(new Set(seen()).size, 1, seen().join("\n"));
      match(seen()[0] ?? "", /ended after 20 min\n.*3 people/);
      ok(calls("chat.update").length <= 4 * meetings.length);
    });

    for (const isOlderFirst of [true, false]) {
      const order = isOlderFirst ? "in this order" : "the other way round";
      test(`is true of both instances of a number that was started again, heard of ${order}`, async (t) => {
        const { zoomSends, slack, seen, quiet } = await story(t);
        const startedAt = Math.floor(Date.now() / 1_000) * 1_000 - 80 * MINUTE;
        const first = standUp({ number: "86412345678", topic: "First", startedAt });
        const second = standUp({ number: "86412345678", topic: "Second" });
        await zoomSends(...(isOlderFirst ? [first, second] : [second, first]).map(({ started }) => started()));
        const says = (text: RegExp) => seen().some((card) => text.test(card));
        await slack.until(
          () => says(/First {2}ended after about 1 h\n.*it was started again/) && says(/🟢 {2}Second {2}is live/),
        );
        await zoomSends(first.ended(startedAt + 40 * MINUTE));
        await quiet();
        ok(says(/First {2}ended after 40 min\n(?!.*started again)/), seen().join("\n"));
        ok(says(/🟢 {2}Second {2}is live/));
        equal(seen().length, 2);
      });
    }
  });
});

/** By itself: one of these stops the clock of the process. */
describe("in the channel, a post in doubt", () => {
  const begun = (sinceMs: number): Claim => ({
    channel: "slack:C0ROOM",
    card: "A",
    token: "",
    claimedAt: "0",
    state: { posting: { sinceMs, at: Date.now(), looked: 1 } },
  });
  const card: Card = { stage: "live", summary: "Stand-up is live", parts: [], buttons: [] };

  test("is not looked for while whoever began it may still be at it", async () => {
    const work = { desk: {}, platform: {}, now: Date.now, inDoubt: "post-again" } as unknown as CardUpdate;
    const outcome = await updateCard(work, begun(CALL_TIMEOUT_MS - 1_000), show(card));
    deepEqual(outcome, { kind: "tryAgain", because: "a post is in doubt", inMs: 1_000, looked: 1 });
  });

  test("is none for a process that was frozen before it could post: another may have posted since", async (t) => {
    let uptimeMs = 0;
    t.mock.method(performance, "now", () => uptimeMs);
    const begin = async () => {
      uptimeMs += 30_000;
      return "go";
    };
    const work = { desk: { begin }, platform: {}, now: Date.now } as unknown as CardUpdate;
    const { kind, because } = await updateCard(work, { ...begun(0), state: {} }, show(card));
    deepEqual([kind, because], ["tryAgain", "the lease was lost"]);
  });

  test("is nothing that a courier whose lease is over may edit", async () => {
    const work = { desk: { begin: async () => "lost" }, platform: {}, now: Date.now } as unknown as CardUpdate;
    const { kind, because } = await updateCard(
      work,
      { ...begun(0), state: { message: "1.0", shows: "live x" } },
      show(card),
    );
    deepEqual([kind, because], ["tryAgain", "the lease was lost"]);
  });

  test("stays in doubt when its courier comes too late to take it", async () => {
    const platform = { find: async () => ["1.0"] };
    const work = {
      desk: { begin: async () => "go", adopt: async () => false },
      platform,
      now: Date.now,
    } as unknown as CardUpdate;
    const outcome = await updateCard(work, begun(CALL_TIMEOUT_MS), show(card));
    deepEqual(outcome, { kind: "tryAgain", because: "the lease was lost", inMs: 0, looked: 1 });
  });
});

function show(card: Card): Wish {
  return { kind: "show", card };
}
