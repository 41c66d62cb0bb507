import { deepEqual, equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { cardFor } from "../../src/card-for.ts";
import { nextReply } from "../../src/post-joins.ts";
import { redisSubscriptions } from "../../src/redis/subscriptions.ts";
import { FOR_EVER } from "../../src/subscription/subscription.ts";
import { at, joined, started } from "../meeting/facts.ts";
import { subscription } from "../subscriptions.ts";
import { connected, DIGEST, heardIn, nextClaim, openStore, ROOM } from "./store.ts";

describe("what a channel should show", () => {
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

  test("follows from what is asked for there at that moment, also where another process changed it", async () => {
    const { keys, facts, desk } = openStore(redis);
    const [here, there] = [redisSubscriptions(redis, keys), redisSubscriptions(redis, keys)];
    await there.change(ROOM, () => subscription());
    for (const fact of [started("09:00"), joined("Jo P1", "09:00")]) await facts.keep(fact, heardIn(ROOM));
    const claim = await nextClaim(desk);
    const wishing = { facts, subscriptions: here, people: "names", stateOf: desk.stateOf } as const;
    const wish = (state = {}) => cardFor(wishing, { ...claim, state }, at("09:01"));
    equal((await wish()).kind, "show"); // from now on this process knows, for a second, what is asked for
    await there.change(ROOM, (before) => before && { ...before, people: "private" });
    equal(JSON.stringify(await wish()).includes("Jo P1"), false);
    await there.change(ROOM, (before) => before && { ...before, muted: [{ uuid: "A" }] });
    deepEqual(await wish({ message: "1.0" }), { kind: "remove", because: "muted here" });
  });

  test("is no digest where nothing is posted for days, and one in the morning where people sleep", async () => {
    const { facts, desk, keys } = openStore(redis);
    const subscriptions = redisSubscriptions(redis, keys);
    for (const fact of [started("09:00"), joined("Jo P1", "09:00")]) await facts.keep(fact, heardIn(ROOM));
    const wish = async (asked: Parameters<typeof subscription>[0]) => {
      await subscriptions.change(ROOM, () => subscription(asked));
      const wishing = { facts, subscriptions, people: "names", stateOf: desk.stateOf } as const;
      return cardFor(wishing, { channel: ROOM, card: DIGEST, state: {} }, at("23:00"));
    };
    deepEqual(await wish({ quiet: { from: "22:00", until: "07:00" } }), {
      kind: "later",
      because: "quiet here",
      inMs: 8 * 3_600_000,
    });
    deepEqual(await wish({ pausedUntil: FOR_EVER }), { kind: "nothing", because: "paused here" });
    equal((await wish({})).kind, "show");
  });

  test("is no reply below a card that is not asked for any more, unless one was begun", async () => {
    const { facts, desk, keys } = openStore(redis);
    const subscriptions = redisSubscriptions(redis, keys);
    const fact = joined("Jo P1", "09:00");
    await facts.keep(fact, heardIn(ROOM));
    await desk.settle(await nextClaim(desk), { kind: "upToDate", because: "started", message: "1.0", shows: "live x" });
    const wish = async (asked: Parameters<typeof subscription>[0], state = {}) => {
      await subscriptions.change(ROOM, () => subscription({ detail: "thread", ...asked }));
      const wishing = { facts, subscriptions, people: "names", stateOf: desk.stateOf } as const;
      return (await cardFor(wishing, { channel: ROOM, card: nextReply(fact).card, state }, at("09:05"))).kind;
    };
    equal(await wish({}), "show");
    equal(await wish({ rules: [] }), "nothing");
    equal(await wish({ muted: [{ uuid: "A" }] }), "nothing");
    equal(await wish({ rules: [] }, { message: "2.0" }), "show");
  });
});
