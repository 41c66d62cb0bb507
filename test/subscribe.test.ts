import { deepEqual, equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../scripts/redis.mjs";
import { redisAudit } from "../src/redis/audit.ts";
import { redisSubscriptions } from "../src/redis/subscriptions.ts";
import { changeSubscription, type Subscribing } from "../src/subscribe.ts";
import { at, started } from "./meeting/facts.ts";
import { connected, nextClaim, openStore, ROOM } from "./redis/store.ts";
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
});
