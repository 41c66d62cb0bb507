import { deepEqual, equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../scripts/redis.mjs";
import { redisAudit } from "../src/redis/audit.ts";
import { redisSubscriptions } from "../src/redis/subscriptions.ts";
import { changeSubscription, type Subscribing, showChanges } from "../src/subscribe.ts";
import { MUTED_HERE } from "../src/subscription/subscription.ts";
import { at, started } from "./meeting/facts.ts";
import { connected, HALL, nextClaim, openStore, ROOM } from "./redis/store.ts";
import { subscription } from "./subscriptions.ts";

describe("a change of what a channel hears of", () => {
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

  test("shows what it means when it is made again by somebody whose first try was cut off", async () => {
    const { facts, desk, keys } = openStore(redis);
    const subscriptions = redisSubscriptions(redis, keys);
    await facts.keep(started("09:00"), { listeners: [], isUrgent: false });
    await subscriptions.change(ROOM, () => subscription({ muted: [{ uuid: "A" }] }));
    const subscribing: Subscribing = {
      ...{ subscriptions, facts, desk, audit: redisAudit(redis, keys) },
      defaults: { timeZone: "UTC", digestAt: "18:00", digestDays: new Set() },
    };
    const unmute = (work = subscribing) =>
      changeSubscription(work, ROOM, { kind: "unmute", meeting: { uuid: "A" } }, { timeZone: "UTC" }, at("09:01"));
    const cutOff = { ...facts, factsOfLive: () => Promise.reject(new Error("cut off")) };
    await unmute({ ...subscribing, facts: cutOff }).catch(() => {});
    deepEqual((await subscriptions.fresh()).channels.get(ROOM)?.muted, []);
    equal(await unmute(), undefined);
    equal((await nextClaim(desk)).card, "A");
  });

  test("is shown by anybody when whoever made it died over it, and once", async () => {
    const { facts, desk, keys } = openStore(redis);
    const subscriptions = redisSubscriptions(redis, keys);
    await facts.keep(started("09:00"), { listeners: [], isUrgent: false });
    await subscriptions.change(ROOM, () => subscription({ muted: [{ uuid: "A" }] }));
    await desk.makeDue(ROOM, "A");
    await desk.settle(await nextClaim(desk), { kind: "givenUp", because: MUTED_HERE });
    await subscriptions.change(ROOM, () => subscription(), "live");
    const another = redisSubscriptions(redis, keys);
    await showChanges({ subscriptions: another, facts, desk }, at("09:01"));
    const claim = await nextClaim(desk);
    deepEqual([claim.card, claim.state], ["A", {}], "as if it never had been there");
    await desk.settle(claim, { kind: "upToDate", because: "started" });
    await showChanges({ subscriptions: another, facts, desk }, at("09:02"));
    deepEqual((await desk.claim(1)).claims, []);
  });

  test("that comes while another one is being shown is shown too", async () => {
    const subscriptions = redisSubscriptions(redis, openStore(redis).keys);
    await subscriptions.change(ROOM, () => subscription(), "live");
    const [first] = await subscriptions.unshown();
    await subscriptions.change(ROOM, () => subscription({ detail: "end" }), "live");
    await subscriptions.change(HALL, () => subscription(), "all");
    if (first) await subscriptions.shown(first);
    const unshown = (await subscriptions.unshown()).map(({ channel, what }) => `${what} in ${channel}`);
    deepEqual(unshown.sort(), [`all in ${HALL}`, `live in ${ROOM}`]);
  });
});
