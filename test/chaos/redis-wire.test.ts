import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { openLastingRedis } from "../../scripts/chaos/lasting-redis.ts";
import { openRedisWire } from "../../scripts/chaos/redis-wire.ts";
import { connected } from "../redis/store.ts";

async function wired(t: TestContext) {
  const redis = await openLastingRedis();
  const wire = await openRedisWire(redis.socketPath);
  const through = await connected(wire.url);
  const beside = await connected(redis.url);
  t.after(async () => {
    through.disconnect();
    beside.disconnect();
    await wire.close();
    await redis.close();
  });
  return { redis, wire, through, beside };
}

describe("a process' way to Redis", { concurrency: true }, () => {
  test("breaks before a request arrives, and works again with the next connection", async (t) => {
    const { wire, through, beside } = await wired(t);
    const back = new Promise((resolve) => through.once("ready", resolve));
    wire.cutNext("before");
    await rejects(through.incr("n"));
    equal(await beside.get("n"), null);
    await back;
    equal(await through.incr("n"), 1);
  });

  test("breaks after it took effect, before the answer is there", async (t) => {
    const { wire, through, beside } = await wired(t);
    wire.cutNext("after");
    await rejects(through.incr("n"));
    equal(await beside.get("n"), "1");
  });

  test("is silent for a while, and then everything comes in its order", async (t) => {
    const { wire, through, beside } = await wired(t);
    const silence = wire.silentFor(300);
    const asked = [through.rpush("l", "a"), through.rpush("l", "b")];
    let isOver = false;
    silence.then(() => {
      isOver = true;
    });
    await Promise.all(asked);
    ok(isOver);
    deepEqual(await beside.lrange("l", 0, -1), ["a", "b"]);
  });
});

describe("a Redis in trouble", () => {
  test("has everything when it is back that it acknowledged before it was killed", async (t) => {
    const { redis, beside } = await wired(t);
    equal(await beside.incr("n"), 1);
    const back = new Promise((resolve) => beside.once("ready", resolve));
    await redis.killedFor(50);
    await back;
    equal(await beside.incr("n"), 2);
    const [trouble] = redis.troubles;
    ok(trouble && trouble.to >= trouble.from + 50);
  });

  test("takes nothing while it is full", async (t) => {
    const { redis, beside } = await wired(t);
    const trouble = redis.fullFor(1_000);
    const isRefused = () =>
      beside.set("n", "1").then(
        () => false,
        (error: Error) => error.message.includes("OOM"),
      );
    while (!(await isRefused()));
    await trouble;
    equal(await beside.set("n", "1"), "OK");
  });
});
