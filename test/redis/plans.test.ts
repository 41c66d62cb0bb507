import { deepEqual, equal, ok } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { type PlanFact, planFrom } from "../../src/meeting/plan.ts";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { redisPlans } from "../../src/redis/plans.ts";
import { lines, on, once, says } from "../meeting/plans.ts";
import { startCluster } from "./cluster.ts";
import { connected, keysWithTtl, NINETY_DAYS_MS } from "./store.ts";

const DAY = 24 * 3_600_000;
const NOW = on("1 12:00");
const series = says("planned", "1 09:00", {
  topic: "Weekly",
  occurrences: [once("2 10:00"), once("9 10:00"), once("16 10:00")],
});

describe("plans in Redis", () => {
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

  function openPlans(prefix = `{${randomUUID()}}`, now = NOW) {
    const keys = redisKeys(prefix);
    return { redis, prefix, keys, plans: redisPlans(redis, keys, { retentionMs: NINETY_DAYS_MS, now: () => now }) };
  }

  test("are found by when they begin: from an instant on, and before another", async () => {
    const { plans } = openPlans();
    await plans.keep(series);
    await plans.keep({ ...says("planned", "1 09:00", { topic: "Once", startsAt: on("9 11:00") }), number: "888" });
    deepEqual(lines(await plans.between(on("9 10:00"), on("16 10:00"))), ["9 10:00 30 Weekly", "9 11:00 Once"]);
    deepEqual(lines(await plans.between(on("9 10:01"), on("9 11:00"))), []);
    deepEqual(lines(await plans.of("777")), ["2 10:00 30 Weekly", "9 10:00 30 Weekly", "16 10:00 30 Weekly"]);
    deepEqual(await plans.of("999"), []);
  });

  test("are no more where they were moved from, or cancelled", async () => {
    const { plans } = openPlans();
    const moved = says("changed", "1 10:00", {
      isOfSome: true,
      occurrences: [once("10 14:00")],
      insteadOf: [{ startsAt: on("9 10:00") }],
    });
    for (const fact of [
      says("cancelled", "1 11:00", { isOfSome: true, occurrences: [once("16 10:00")] }),
      moved,
      series,
    ]) {
      await plans.keep(fact);
    }
    deepEqual(lines(await plans.between(0, on("30 00:00"))), ["2 10:00 30 Weekly", "10 14:00 30 Weekly"]);
  });

  test("are known once however often they come, and of several processes", async () => {
    const { plans, prefix, keys } = openPlans();
    const other = openPlans(prefix).plans;
    const again = { ...series, heardAt: series.heardAt + 300_000 };
    const kept = await Promise.all([plans.keep(series), other.keep(again), plans.keep(series)]);
    deepEqual(kept.toSorted(), ["known", "known", "new"]);
    equal(await redis.hlen(keys.plan("777")), 1);
  });

  test("that only our clock timed are of their first arrival", async () => {
    const { plans, keys } = openPlans();
    const arrivals = ["1 11:00", "1 10:00"].map((time) =>
      says("planned", time, { timeFrom: "arrival", startsAt: on("2 10:00") }),
    );
    for (const fact of arrivals) await plans.keep(fact);
    deepEqual(await redis.hvals(keys.plan("777")), [String(on("1 10:00"))]);
  });

  test("come back as they were told, whatever somebody wrote", async () => {
    const text = fc.string({ unit: "binary", maxLength: 40 }).filter((one) => one.isWellFormed());
    const anyPlan = fc.record(
      { topic: text, hostId: text, hostEmail: text, bookedMinutes: fc.integer({ min: 1, max: 900 }) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyPlan, { minLength: 1, maxLength: 4 }), async (some) => {
        const { plans } = openPlans();
        const facts = some.map(
          (more, hour): PlanFact =>
            says(hour === 0 ? "planned" : "changed", `1 1${hour}:00`, { ...more, startsAt: on(`1${hour} 10:00`) }),
        );
        for (const fact of facts.toReversed()) await plans.keep(fact);
        deepEqual(await plans.between(0, on("30 00:00")), planFrom(facts));
      }),
      { numRuns: Number(process.env.LAW_RUNS ?? 100) },
    );
  });

  test("live until their last time is over, and the retention after it", async () => {
    const store = openPlans();
    await store.plans.keep(series);
    await store.plans.keep(says("changed", "1 10:00", { topic: "Renamed" }));
    const wanted = on("16 10:30") - NOW + NINETY_DAYS_MS;
    const ttl = (await keysWithTtl(store)).find(({ kind }) => kind === "plan")?.ttlMs ?? 0;
    ok(ttl <= wanted && ttl > wanted - DAY, `${ttl} of ${wanted}`);
  });

  test("leave the index when they are older than anything that is kept, and are not kept again", async () => {
    const { plans, keys, prefix } = openPlans();
    await plans.keep(series);
    const later = on("9 10:00") + NINETY_DAYS_MS + 1;
    const fresh = { ...series, at: later, heardAt: later, occurrences: [once("30 10:00", { startsAt: later + DAY })] };
    await openPlans(prefix, later).plans.keep({ ...fresh, number: "888" });
    deepEqual(await redis.zrange(keys.plans, "0", "-1"), [`777 ${on("16 10:00")}`, `888 ${later + DAY}`]);
    equal(await openPlans(prefix, on("16 10:30") + NINETY_DAYS_MS).plans.keep(series), "too old");
  });

  test("are told no longer than it is known of each meeting whether it began", async () => {
    const { plans, prefix } = openPlans();
    await plans.keep(series);
    const later = openPlans(prefix, on("9 10:00") + NINETY_DAYS_MS).plans;
    deepEqual(lines(await later.between(0, on("30 00:00"))), ["16 10:00 30 Weekly"]);
    deepEqual(lines(await later.of("777")), ["16 10:00 30 Weekly"]);
  });

  test("are read in any number", async () => {
    const { plans } = openPlans();
    const many = Array.from({ length: 250 }, (_, index) => String(80_000_000_000 + index));
    await Promise.all(many.map((number) => plans.keep({ ...series, number })));
    const found = await plans.between(on("9 00:00"), on("10 00:00"));
    deepEqual(found.map(({ number }) => number).toSorted(), many);
  });
});

describe("plans in a Cluster", () => {
  test("are kept and found as in one server", async (t) => {
    const cluster = await startCluster();
    t.after(cluster.stop);
    const redis = connectRedis(cluster.url);
    t.after(() => redis.disconnect());
    await whenReady(redis, 60_000);
    const plans = redisPlans(redis, redisKeys((await cluster.prefix()).prefix), {
      retentionMs: NINETY_DAYS_MS,
      now: () => NOW,
    });
    for (const number of ["777", "888"]) equal(await plans.keep({ ...series, number }), "new");
    deepEqual(lines(await plans.between(on("9 00:00"), on("10 00:00"))), ["9 10:00 30 Weekly", "9 10:00 30 Weekly"]);
  });
});
