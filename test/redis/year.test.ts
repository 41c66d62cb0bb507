import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import type { Instant, MeetingFact } from "../../src/meeting/fact.ts";
import { at } from "../meeting/facts.ts";
import { connected, keysWithTtl, openStore, pack, ROOM, type Store } from "./store.ts";

const DAY = 24 * 3_600_000;
const RETENTION_DAYS = 30;

describe("a year of meetings with thirty days of retention", () => {
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

  test("leaves no more behind than two months of them", async () => {
    let now = at("08:00");
    const store = openStore(redis, { retentionMs: RETENTION_DAYS * DAY, now: () => now });
    const sizes: Record<string, number>[] = [];
    for (let day = 0; day < 365; day += 1) {
      await oneDay(store, day, now);
      if (day === 60 || day === 364) sizes.push(await sizesOf(store));
      await aDayPasses(store);
      now += DAY;
    }
    deepEqual(Object.keys(sizes[1] ?? {}), Object.keys(sizes[0] ?? {}));
    for (const [kind, before] of Object.entries(sizes[0] ?? {})) {
      const late = sizes[1]?.[kind] ?? 0;
      ok(late <= before * 1.2 + 2, `${kind}: ${before} after two months, ${late} after a year`);
    }
    const lasting = (await keysWithTtl(store)).filter(({ ttlMs }) => ttlMs < 0).map(({ kind }) => kind);
    ok(
      lasting.every((kind) => ["starts", "live", "over"].includes(kind)),
      `${lasting}`,
    );
  });

  test("is found as long as it is kept, and no longer", async () => {
    let now = at("08:00");
    const store = openStore(redis, { retentionMs: RETENTION_DAYS * DAY, now: () => now });
    await oneDay(store, 1, now);
    for (let day = 0; day < RETENTION_DAYS; day += 1) {
      equal((await store.facts.factsBetween(at("00:00"), at("00:00") + DAY)).length, 3, `day ${day}`);
      await aDayPasses(store);
      now += DAY;
    }
    await aDayPasses(store);
    now += DAY;
    await oneDay(store, RETENTION_DAYS + 1, now);
    deepEqual(await store.facts.factsBetween(at("00:00"), at("00:00") + DAY), []);
    deepEqual(await store.facts.factsOf("1 series"), []);
  });
});

/** A series, a meeting with a number of its own, and, of the personal room, one whose end was lost. */
async function oneDay(store: Store, day: number, now: Instant): Promise<void> {
  const { facts, desk } = store;
  const digest = `digest:${day}`;
  const audience = { listeners: [{ channel: ROOM, digest }], isUrgent: false };
  const meetings = [
    { uuid: `${day} series`, number: "777" },
    { uuid: `${day} once`, number: `8${day}` },
    { uuid: `${day} room`, number: "888" },
  ];
  for (const { uuid, number } of meetings) {
    const about = { uuid, number, startedAt: now, topic: "Garden" };
    const told = { at: now, heardAt: now, timeFrom: "payload", about } as const;
    const later = { ...told, at: now + 60_000, heardAt: now + 60_000 };
    const all: MeetingFact[] = [
      { ...told, kind: "started" },
      { ...told, kind: "joined", who: { name: "Jo" } },
    ];
    if (number !== "888") all.push({ ...later, kind: "ended" });
    for (const fact of all) await facts.keep(fact, audience);
  }
  await desk.makeDue(ROOM, digest);
  for (let { claims } = await desk.claim(1); claims[0]; { claims } = await desk.claim(1)) {
    await desk.settle(claims[0], { kind: "upToDate", because: "ended", message: "1.0", shows: "ended" });
  }
  await pack(store, [...meetings.map(({ uuid }) => uuid), `${day - 1} room`]);
}

/** Every key has a day less to live. */
async function aDayPasses({ redis, prefix }: Store): Promise<void> {
  const found = await redis.keys(`${prefix}:*`);
  const lives = await Promise.all(found.map((key) => redis.pttl(key)));
  await Promise.all(
    found.map(async (key, index) => {
      const life = lives[index] as number;
      if (life > DAY) await redis.pexpire(key, life - DAY);
      else if (life >= 0) await redis.del(key);
    }),
  );
}

/** How many keys there are of each kind, and how many members they have in all. */
async function sizesOf({ redis, prefix }: Store): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  const add = (name: string, count: number) => {
    sizes[name] = (sizes[name] ?? 0) + count;
  };
  for (const key of (await redis.keys(`${prefix}:*`)).sort()) {
    const kind = key.slice(prefix.length).split(":")[1] ?? "";
    const type = await redis.type(key);
    add(`keys of ${kind}`, 1);
    add(`members of ${kind}`, type === "zset" ? await redis.zcard(key) : type === "hash" ? await redis.hlen(key) : 1);
  }
  return sizes;
}
