import { equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { ClockPlan } from "../../demo/clock.ts";
import { waitsOf } from "../../demo/waits.ts";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { redisKeys } from "../../src/redis/keys.ts";

const REAL = Date.parse("2026-11-24T05:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** At five the demo begins to show a day from eight on, a minute in a second. */
const PLAN: ClockPlan = { realStart: REAL, startAt: REAL + 3 * HOUR, speed: 60, fastUntil: REAL + 13 * HOUR };
const ROOM = "slack:C0ROOM";
const POSTS = -1e13;

describe("what is put off in the demo", () => {
  const keys = redisKeys("{waits}");
  let server: StartedRedis;
  let redis: ReturnType<typeof connectRedis>;
  before(async () => {
    server = await startRedis();
    redis = connectRedis(server.url);
    await whenReady(redis, 60_000);
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  /** How long it really takes, for a card that waits in the queue of first posts or in that of edits. */
  async function waits(card: string, at: number, queue = POSTS, real = REAL): Promise<number> {
    await redis.del(keys.due(ROOM), keys.channels);
    await redis.zadd(keys.due(ROOM), at + queue, card);
    await redis.zadd(keys.channels, at, ROOM);
    const { hasten } = waitsOf(redis, keys);
    await hasten(PLAN, real);
    await hasten(PLAN, real);
    const score = Number(await redis.zscore(keys.due(ROOM), card));
    equal(Number(await redis.zscore(keys.channels, ROOM)), score - queue); // who looks after the channel wakes then
    return score - queue - real;
  }

  test("until an instant comes when the demo's clock shows it", async () => {
    equal(await waits("joins:1:uuid", REAL + 3 * HOUR + 5 * MINUTE), 5_000);
    equal(await waits("alone:uuid", REAL + 4 * HOUR), 60_000);
  });

  test("for a while takes as much less as that clock is faster", async () => {
    equal(await waits("uuid", REAL + 10 * MINUTE), 10_000);
    equal(await waits("uuid", REAL + 10 * MINUTE, 0), 10_000);
  });

  test("for moments takes as long as it does", async () => {
    equal(await waits("uuid", REAL + 3_000), 3_000);
  });

  test("is left alone once the clock runs like any other", async () => {
    equal(await waits("uuid", REAL + 2 * HOUR, POSTS, REAL + HOUR), HOUR);
  });
});
