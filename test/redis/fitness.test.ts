import { deepEqual, equal, rejects } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Redis } from "ioredis";
import { startRedis } from "../../scripts/redis.mjs";
import { configFrom } from "../../src/config.ts";
import { startNotifier } from "../../src/main.ts";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { fitness, takesWrites } from "../../src/redis/fitness.ts";
import { settings } from "../story/notifier.ts";
import { connected } from "./store.ts";

async function redisWith(t: TestContext, options: Parameters<typeof startRedis>[0] = {}) {
  const server = await startRedis(options);
  const redis = await connected(server.url);
  t.after(async () => {
    redis.disconnect();
    await server.stop();
  });
  return { server, redis };
}

/** A Redis as its INFO describes it, for those we cannot run here. */
const describedAs = (...lines: string[]) => ({ info: async () => ["# Server", ...lines, ""].join("\r\n") }) as Redis;

describe("a Redis is fit to keep facts", () => {
  test("when it is a master that loses nothing", async (t) => {
    const { redis } = await redisWith(t, { appendonly: true });
    deepEqual(await fitness(redis), { faults: [], warnings: [] });
  });

  test("with a warning when a crash of it would lose facts", async (t) => {
    const { redis } = await redisWith(t);
    const { faults, warnings } = await fitness(redis);
    deepEqual(faults, []);
    deepEqual(warnings, ["append-only file is off: a crash of Redis loses facts. Set appendonly yes"]);
  });

  test("but not when it throws keys away to save memory", async (t) => {
    const { redis } = await redisWith(t, { options: ["--maxmemory-policy", "allkeys-lru"] });
    deepEqual((await fitness(redis)).faults, [
      "maxmemory-policy is allkeys-lru, which loses facts: set it to noeviction",
    ]);
  });

  test("but not when it is a replica", async (t) => {
    const { redis } = await redisWith(t, { options: ["--replicaof", "127.0.0.1 1"] });
    deepEqual((await fitness(redis)).faults, ["this Redis is a replica and cannot be written to: use its master"]);
  });

  test("but not when it is too old for our scripts", async () => {
    const old = describedAs("redis_version:6.0.16", "role:master", "maxmemory_policy:noeviction", "aof_enabled:1");
    deepEqual((await fitness(old)).faults, ["Redis 6.0 is too old: use 6.2 or later"]);
    const good = describedAs("redis_version:10.0.1", "role:master", "maxmemory_policy:noeviction", "aof_enabled:1");
    deepEqual((await fitness(good)).faults, []);
  });

  test("else the notifier does not start, and names everything that is wrong with it", async (t) => {
    const options = ["--maxmemory-policy", "volatile-ttl", "--replicaof", "127.0.0.1 1"];
    const { server } = await redisWith(t, { options });
    const env = settings({ redisUrl: server.url, slackApi: "http://127.0.0.1:1/api/" });
    await rejects(startNotifier(configFrom(env)), {
      name: "WrongSettings",
      message:
        "The settings need mending:\n" +
        "  - REDIS_URL: this Redis is a replica and cannot be written to: use its master\n" +
        "  - REDIS_URL: maxmemory-policy is volatile-ttl, which loses facts: set it to noeviction",
    });
  });
});

describe("a Redis that is there", () => {
  test("is waited for no longer than told, and then there is advice", async () => {
    const nobody = connectRedis("redis://127.0.0.1:1");
    await rejects(whenReady(nobody, 100), /Redis does not answer: is it running, and is REDIS_URL right\?/);
    nobody.disconnect();
  });

  test("takes writes, or says in a sentence why it does not", async (t) => {
    const { redis } = await redisWith(t);
    await takesWrites(redis, "probe");
    equal((await redis.pttl("probe")) > 0, true);
    await redis.config("SET", "maxmemory", "1");
    await rejects(takesWrites(redis, "probe"), { message: "is full: nothing can be kept until it has more memory" });
    await redis.config("SET", "maxmemory", "0");
    await redis.config("SET", "min-replicas-to-write", "1");
    await rejects(takesWrites(redis, "probe"), { message: "has too few replicas in reach to take writes" });
    await redis.config("SET", "min-replicas-to-write", "0");
    await redis.replicaof("127.0.0.1", 1);
    await rejects(takesWrites(redis, "probe"), { message: "is a replica now and cannot be written to" });
  });
});
