import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import type { Decision } from "../../src/ports.ts";
import { deadLettersSince, keepDeadLetter } from "../../src/redis/dead-letters.ts";
import { redisDecisions } from "../../src/redis/decisions.ts";
import { zoomSigns } from "../../src/redis/zoom-signs.ts";
import { at } from "../meeting/facts.ts";
import { connected, HALL, keysWithTtl, NINETY_DAYS_MS, openStore, ROOM, type Store } from "./store.ts";

const decision = (card: string, because: string, more: Partial<Decision> = {}): Decision => ({
  at: at("09:00"),
  channel: ROOM,
  card,
  outcome: "upToDate",
  because,
  ...more,
});

describe("what is remembered beside the facts", { concurrency: true }, () => {
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

  const decisionsIn = ({ keys }: Store, most?: number) =>
    redisDecisions(redis, keys, { retentionMs: NINETY_DAYS_MS, ...(most && { most }) });
  /** What was kept is written in the next turn, before whatever is asked then. */
  const keptIn = async (store: Store, decisions: Decision[], most?: number) => {
    const log = decisionsIn(store, most);
    for (const one of decisions) log.keep(one);
    await nextTurn();
    return log;
  };

  test("are the decisions about each card, oldest first", async () => {
    const cards = ["A", "A2", 'q"\\/+==', "digest:2026-03-02"];
    const all = cards.flatMap((card) => [decision(card, "started"), decision(card, "ended", { channel: HALL })]);
    const log = await keptIn(openStore(redis), all);
    for (const card of cards)
      deepEqual(await log.about([card]), [decision(card, "started"), all[cards.indexOf(card) * 2 + 1]]);
    deepEqual(await log.about([""]), []);
    deepEqual(await log.about(["A", "digest:2026-03-02"]), [...all.slice(0, 2), ...all.slice(-2)]);
  });

  test("are the newest decisions only, and they do not stay for ever", async () => {
    const store = openStore(redis);
    await keptIn(store, [decision("A", "started"), decision("B", "started")], 3);
    const log = await keptIn(store, [decision("A", "more people"), decision("A", "ended")], 3);
    deepEqual(
      (await log.about(["A"])).map(({ because }) => because),
      ["more people", "ended"],
    );
    equal((await log.about(["B"])).length, 1);
    equal(await redis.llen(store.keys.decisions), 3);
    ok((await keysWithTtl(store)).every(({ ttlMs }) => ttlMs > 0 && ttlMs <= NINETY_DAYS_MS));
  });

  test("are all decisions about a card, however many others were decided in between", async () => {
    const others = (count: number) => Array.from({ length: count }, (_, index) => decision(`B${index}`, "started"));
    const log = await keptIn(openStore(redis), [
      decision("A", "started"),
      ...others(3_000),
      decision("A", "more people"),
      ...others(1_500),
      decision("A", "ended"),
    ]);
    deepEqual(
      (await log.about(["A"])).map(({ because }) => because),
      ["started", "more people", "ended"],
    );
  });

  test("are the channels that refuse, until they take something again", async () => {
    const store = openStore(redis);
    const refused = { outcome: "refused", because: "is_archived" } as const;
    const log = await keptIn(store, [
      decision("A", "", refused),
      decision("A", "", { ...refused, channel: HALL }),
      decision("A", "", { ...refused, at: at("09:05") }),
      decision("B", "ratelimited", { outcome: "tryAgain" }),
    ]);
    deepEqual(
      (await log.refusals()).toSorted((a, b) => a.at - b.at),
      [
        { channel: HALL, because: "is_archived", at: at("09:00") },
        { channel: ROOM, because: "is_archived", at: at("09:05") },
      ],
    );
    await keptIn(store, [decision("B", "started")]);
    deepEqual(
      (await log.refusals()).map(({ channel }) => channel),
      [HALL],
    );
  });

  test("is when something was seen last, by any process, also after a restart", async () => {
    const store = openStore(redis);
    const signs = () => zoomSigns(redis, store.keys, { retentionMs: NINETY_DAYS_MS });
    const [one, other] = [signs(), signs()];
    equal(await one.lastSeen("delivery"), undefined);
    one.saw("delivery", at("09:00"));
    one.saw("stale", at("08:00"));
    other.saw("delivery", at("09:01"));
    deepEqual([await one.lastSeen("delivery"), await one.lastSeen("stale")], [at("09:01"), at("08:00")]);
    equal(await signs().lastSeen("delivery"), at("09:01"));
  });

  test("is written every ten seconds at most, however much is seen", async () => {
    const store = openStore(redis);
    const one = zoomSigns(redis, store.keys, { retentionMs: NINETY_DAYS_MS });
    const written = async () => Number(await redis.hget(store.keys.seen, "delivery"));
    for (let ms = 0; ms < 10_000; ms += 100) one.saw("delivery", at("09:00") + ms);
    equal(await written(), at("09:00"));
    equal(await one.lastSeen("delivery"), at("09:00") + 9_900);
    one.saw("delivery", at("09:00") + 10_000);
    equal(await written(), at("09:00") + 10_000);
  });

  test("is how many deliveries could not be read lately", async () => {
    const { keys } = openStore(redis);
    for (const time of ["09:00", "10:00", "11:00"]) await keepDeadLetter(redis, keys, { at: at(time), event: "x" });
    equal(await deadLettersSince(redis, keys, at("10:00")), 2);
  });
});

describe("decisions and signs of Zoom while Redis is away", () => {
  test("are lost without disturbing anybody, and kept again when it is back", async (t) => {
    const server = await startRedis();
    const redis = await connected(server.url);
    t.after(async () => {
      redis.disconnect();
      await server.stop();
    });
    const { keys } = openStore(redis);
    const log = redisDecisions(redis, keys, { retentionMs: NINETY_DAYS_MS });
    const signs = zoomSigns(redis, keys, { retentionMs: NINETY_DAYS_MS });

    process.kill(server.pid, "SIGSTOP");
    log.keep(decision("A", "started"));
    signs.saw("delivery", at("09:00"));
    await rejects(log.about(["A"])); // by then what was written before it has failed as well
    equal(await signs.lastSeen("delivery").catch(() => "unknown"), "unknown");
    process.kill(server.pid, "SIGCONT");
    if (redis.status !== "ready") await once(redis, "ready");
    const isGone = once(redis, "end");
    redis.disconnect();
    await isGone;
    log.keep(decision("A", "more people"));
    await nextTurn();

    await redis.connect();
    log.keep(decision("A", "ended"));
    signs.saw("delivery", at("09:00") + 1);
    await nextTurn();
    const known = (await log.about(["A"])).map(({ because }) => because);
    ok(!known.includes("more people") && known.at(-1) === "ended", `${known}`);
    equal(Number(await redis.hget(keys.seen, "delivery")), at("09:00") + 1);
  });
});
