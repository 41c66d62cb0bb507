import { deepEqual, equal, notEqual } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { recordFact } from "../../src/record-fact.ts";
import { redisSubscriptions } from "../../src/redis/subscriptions.ts";
import type { Subscription } from "../../src/subscription/subscription.ts";
import { at, joined, started } from "../meeting/facts.ts";
import { subscription } from "../subscriptions.ts";
import { connected, HALL, NINETY_DAYS_MS, nextClaim, openStore, ROOM } from "./store.ts";

describe("what channels asked for, in Redis", () => {
  let server: StartedRedis;
  let redis: Redis;
  before(async () => {
    server = await startRedis();
    redis = await connected(server.url);
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  test("is read back as it was said, by every process, and anew once it changed", async () => {
    const { keys } = openStore(redis);
    const [one, other] = [redisSubscriptions(redis, keys), redisSubscriptions(redis, keys)];
    equal((await other.book()).channels.size, 0);
    const said = subscription({
      rules: [
        { of: "topic", words: "sync" },
        { of: "host", host: { userId: "U1", email: "a@b.c" } },
        { of: "number", number: "123456789", since: 7 },
      ],
      digest: { days: [1, 5], isWeekly: true, at: "09:00", since: 8 },
      quiet: { from: "22:00", until: "07:00" },
      muted: [{ number: "1", topic: "x" }],
      pausedUntil: 5,
      by: "U1",
      isShared: true,
    });
    await one.change(ROOM, () => said);
    deepEqual([...(await one.book()).channels], [[ROOM, said]]);
    deepEqual([...(await other.fresh()).channels], [[ROOM, said]]);
    const { version } = await other.book();
    await one.change(ROOM, () => undefined);
    equal((await other.fresh()).version, version, "nothing changed");
    await one.change(ROOM, (before) => before && { ...before, rules: [] });
    notEqual((await other.fresh()).version, version);
  });

  test("leaves out what this version cannot read, and only that", async () => {
    const { keys } = openStore(redis);
    const store = redisSubscriptions(redis, keys);
    await store.change(ROOM, () => subscription());
    const newer = { ...subscription(), rules: [{ of: "mood" }] };
    const elsewhere = { ...subscription(), timeZone: "Europe/Atlantis" };
    await redis.hset(keys.subscriptions, HALL, JSON.stringify(newer), `${HALL}2`, JSON.stringify(elsewhere));
    await redis.hset(keys.subscriptions, `${HALL}3`, "{");
    await redis.incr(keys.version);
    deepEqual([...(await store.fresh()).channels.keys()], [ROOM]);
    const always = redisSubscriptions(redis, keys, new Map([[HALL, subscription()]]));
    deepEqual([...(await always.fresh()).channels.keys()], [ROOM]);
  });

  test("loses no change when several people make one at a time", async () => {
    const { keys } = openStore(redis);
    const stores = Array.from({ length: 5 }, () => redisSubscriptions(redis, keys));
    await stores[0]?.change(ROOM, () => subscription());
    await Promise.all(
      stores.map((store, index) =>
        store.change(ROOM, (before) => before && { ...before, muted: [...before.muted, { number: `${index}` }] }),
      ),
    );
    const numbers = (await stores[0]?.fresh())?.channels.get(ROOM)?.muted.map(({ number }) => number);
    deepEqual(numbers?.toSorted(), ["0", "1", "2", "3", "4"]);
  });

  test("follows the operator's settings until somebody says otherwise in the channel", async () => {
    const { keys } = openStore(redis);
    const store = redisSubscriptions(redis, keys, new Map([[ROOM, subscription()]]));
    deepEqual([...(await store.book()).channels.keys()], [ROOM]);
    await store.change(ROOM, (before) => before && { ...before, rules: [] });
    deepEqual((await store.book()).channels.get(ROOM)?.rules, []);
    await store.move(ROOM, HALL);
    deepEqual((await store.book()).channels.get(HALL)?.rules, []);
  });

  test("goes with its channel, also where the operator's settings name it", async () => {
    const { keys } = openStore(redis);
    const store = redisSubscriptions(redis, keys, new Map([[ROOM, subscription()]]));
    await store.move(ROOM, HALL);
    const { channels } = await store.book();
    deepEqual([channels.get(ROOM)?.rules, channels.get(HALL)?.rules], [[], [{ of: "all" }]]);
    await store.move(ROOM, HALL);
    deepEqual((await store.book()).channels.get(HALL)?.rules, [{ of: "all" }]);
  });

  test("decides who hears of a fact at the moment at which it is kept", async () => {
    const { keys, facts, desk } = openStore(redis);
    const [zoomSide, slackSide] = [redisSubscriptions(redis, keys), redisSubscriptions(redis, keys)];
    await zoomSide.book(); // from now on it knows, for a second, that nobody subscribed
    await slackSide.change(ROOM, () => subscription({ rules: [{ of: "topic", words: "stand-up" }] }));
    const fact = (uuid: string, topic: string): MeetingFact => ({
      ...started("09:00"),
      about: { uuid, topic, startedAt: at("09:00") },
    });
    const recording = { facts, subscriptions: zoomSide, retentionMs: NINETY_DAYS_MS };
    equal(await recordFact(recording, fact("A", "Stand-up"), at("09:00")), "new");
    equal(await recordFact(recording, fact("B", "Review"), at("09:00")), "new");
    const { claims } = await desk.claim(10);
    deepEqual(
      claims.map(({ channel, card }) => [channel, card]),
      [[ROOM, "A"]],
    );
  });

  test("is seen anew by who asks after it changed, also while somebody else is still reading", async () => {
    const { keys } = openStore(redis);
    const [one, other] = [redisSubscriptions(redis, keys), redisSubscriptions(redis, keys)];
    const before = other.fresh();
    await one.change(ROOM, () => subscription());
    equal((await other.fresh()).channels.size, 1);
    await before;
    equal((await other.book()).channels.size, 1);
  });

  test("that cannot be read keeps no other from being heard", async () => {
    const { keys } = openStore(redis);
    const store = redisSubscriptions(redis, keys);
    await store.change(ROOM, () => subscription());
    await redis.hset(keys.subscriptions, HALL, JSON.stringify({ rules: [{ of: "moon" }] }));
    await redis.incr(keys.version);
    deepEqual([...(await store.fresh()).channels.keys()], [ROOM]);
  });

  for (const [what, change] of [
    ["was renamed", undefined],
    ["is not asked for any more", (before?: Subscription) => before && { ...before, rules: [] }],
  ] as const) {
    test(`keeps nothing from a card whose meeting ${what}, also not what comes after its end`, async () => {
      const { keys, facts, desk } = openStore(redis);
      const subscriptions = redisSubscriptions(redis, keys);
      await subscriptions.change(ROOM, () =>
        subscription({ rules: [{ of: "topic", words: "stand-up" }], detail: "thread" }),
      );
      await subscriptions.change(HALL, () => subscription({ rules: [] }));
      const about = { uuid: "A", topic: "Stand-up", startedAt: at("09:00") };
      const recording = { facts, subscriptions, retentionMs: NINETY_DAYS_MS };
      await recordFact(recording, { ...started("09:00"), about }, at("09:00"));
      const claim = await nextClaim(desk);
      await desk.begin(claim, "post", at("09:00"));
      await desk.settle(claim, { kind: "upToDate", because: "started", message: "1.0", shows: "live x" });
      if (change) await subscriptions.change(ROOM, change);
      const later = change ? about : { ...about, topic: "Retro" };
      await recordFact(recording, { ...joined("Jo P1", "09:10"), about: later }, at("09:10"));
      deepEqual(await redis.zrange(keys.due(ROOM), "0", "-1"), ["A"]);
      deepEqual(await redis.zrange(keys.due(HALL), "0", "-1"), []);
    });
  }

  test("does not keep an end from a card whose meeting was renamed", async () => {
    const { keys, facts, desk } = openStore(redis);
    const subscriptions = redisSubscriptions(redis, keys);
    await subscriptions.change(ROOM, () => subscription({ rules: [{ of: "topic", words: "stand-up" }] }));
    await subscriptions.change(HALL, () => subscription({ rules: [{ of: "topic", words: "nothing" }] }));
    const about = { uuid: "A", topic: "Stand-up", startedAt: at("09:00") };
    const recording = { facts, subscriptions, retentionMs: NINETY_DAYS_MS };
    await recordFact(recording, { ...started("09:00"), about }, at("09:00"));
    const [claim] = (await desk.claim(1)).claims;
    if (!claim) throw new Error("nothing was due");
    await desk.begin(claim, "post", at("09:00"));
    await desk.settle(claim, { kind: "upToDate", because: "started", message: "1.0", shows: "live x" });
    const end: MeetingFact = { ...started("09:30"), kind: "ended", about: { ...about, topic: "Retro" } };
    await recordFact(recording, end, at("09:30"));
    const { claims } = await desk.claim(10);
    deepEqual(
      claims.map(({ channel, card }) => [channel, card]),
      [[ROOM, "A"]],
    );
  });
});
