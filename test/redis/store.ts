import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Instant } from "../../src/meeting/fact.ts";
import type { Audience, CardDesk, Claim } from "../../src/ports.ts";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { redisDesk } from "../../src/redis/desk.ts";
import { redisFacts } from "../../src/redis/facts.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { at } from "../meeting/facts.ts";
import { onClock, type StandingClock } from "./clock.ts";

export const NINETY_DAYS_MS = 90 * 24 * 3_600_000;
export const ROOM = "slack:C0ROOM";
export const HALL = "slack:C0HALL";
export const DIGEST = "digest:2026-03-02";

export async function connected(url: string): Promise<Redis> {
  const redis = connectRedis(url) as Redis; // the tests run single servers, unless they say so
  await whenReady(redis, 60_000);
  return redis;
}

interface StoreOptions {
  retentionMs?: number;
  leaseMs?: number;
  now?: () => Instant;
  restMs?: number;
  /** That of another store, to be a second process at it. */
  prefix?: string;
  /** What Redis takes for the time; its own clock if not told. */
  clock?: StandingClock;
}

/** Facts and desk in a corner of this Redis that nobody else uses. */
export function openStore(
  server: Redis,
  { retentionMs = NINETY_DAYS_MS, leaseMs = 20_000, clock, ...more }: StoreOptions = {},
) {
  const redis = clock ? onClock(server, clock.now) : server;
  const prefix = more.prefix ?? `{${randomUUID()}}`;
  const { now = () => at("12:00"), restMs = 0 } = more;
  const keys = redisKeys(prefix);
  return {
    redis,
    prefix,
    keys,
    facts: redisFacts(redis, keys, { retentionMs, now, restMs }),
    desk: { ...redisDesk(redis, keys, { leaseMs, retentionMs, now }), ...(clock && { clock }) },
  };
}

export const heardIn = (...channels: string[]): Audience => ({
  listeners: channels.map((channel) => ({ channel, digest: DIGEST })),
  isUrgent: false,
});

/** Packs these meetings if they can be packed, as is done when they have been over for a while. */
export async function pack({ redis, keys, facts }: Store, uuids: readonly string[]) {
  for (const uuid of uuids) {
    await facts.isOver(uuid, Number.MAX_SAFE_INTEGER);
    await redis.zadd(keys.over, "XX", 0, uuid);
  }
  await facts.packFinished([ROOM, HALL]);
}

export const urgently = (audience: Audience): Audience => ({ ...audience, isUrgent: true });

/**
 * The next card to be had, as soon as there is one, and after how many milliseconds that was. Where the clock stands
 * still, just so many pass, to the nearest ten.
 */
export async function nextClaim(
  desk: CardDesk & { clock?: StandingClock },
  { withinMs = desk.clock ? 6_000 : 60_000 } = {},
): Promise<Claim & { afterMs: number }> {
  const now = desk.clock?.now ?? (() => performance.now());
  const from = now();
  for (;;) {
    const { claims, nextInMs } = await desk.claim(1);
    const afterMs = now() - from;
    if (claims[0]) return { ...claims[0], afterMs };
    if (afterMs > withinMs) throw new Error(`nothing was due within ${withinMs} ms`);
    if (desk.clock) desk.clock.pass(Math.min(nextInMs, 10));
    else await sleep(Math.min(nextInMs, 20));
  }
}

/** What every key is, as in the table of `keys.ts`, and how long it lives yet; -1: for ever. */
export async function keysWithTtl({ redis, prefix }: { redis: Redis; prefix: string }) {
  const found = await redis.keys(`${prefix}:*`);
  const ttls = await Promise.all(found.map((key) => redis.pttl(key)));
  return found.map((key, index) => ({ kind: key.slice(prefix.length).split(":")[1] ?? "", ttlMs: ttls[index] ?? -2 }));
}

export type Store = ReturnType<typeof openStore>;
