import { z } from "zod";
import type { Instant } from "../meeting/fact.ts";
import type { Channel, SubscriptionStore } from "../ports.ts";
import type { Book } from "../subscription/book.ts";
import type { Subscription } from "../subscription/subscription.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";
import { persistently, script } from "./script.ts";

/** So long nobody asks Redis again. A fact is never kept for an audience of another version: see `keepFact`. */
const GOOD_FOR_MS = 1_000;
const TRIES = 20;
/** The first time, within Zoom's request. */
const READ_WITHIN_MS = 1_500;

/** Puts another subscription in the place of one that is still as it was read. */
const replace = script(`
local all, version = KEYS[1], KEYS[2]
local channel, before, after = ARGV[1], ARGV[2], ARGV[3]
if (redis.call('HGET', all, channel) or '') ~= before then return 0 end
if after == '' then redis.call('HDEL', all, channel) else redis.call('HSET', all, channel, after) end
redis.call('INCR', version)
return 1
`);

/** All of them and the version that they are of, in one look. */
const readAll = script(`return { redis.call('GET', KEYS[2]) or '', redis.call('HGETALL', KEYS[1]) }`);

/**
 * What channels asked for, in Redis. `always` are those that hear of meetings by the operator's settings, unless
 * somebody changed that in the channel.
 */
export function redisSubscriptions(
  redis: RedisClient,
  keys: Keys,
  always: ReadonlyMap<Channel, Subscription> = new Map(),
  now: () => Instant = Date.now,
): SubscriptionStore {
  let known: { book: Book; readAt: Instant } | undefined;
  let reading: Promise<Book> | undefined;

  const read = async (): Promise<Book> => {
    const readAt = now();
    const [version, pairs] = (await readAll(redis, [keys.subscriptions, keys.version], [])) as [string, string[]];
    if (known && known.book.version === version) {
      known.readAt = readAt;
      return known.book;
    }
    const stored = new Map<Channel, Subscription>();
    for (let index = 0; index < pairs.length; index += 2) {
      stored.set(pairs[index] as Channel, decoded(pairs[index + 1] as string));
    }
    const book = { version, channels: new Map([...always, ...stored]) };
    known = { book, readAt };
    return book;
  };
  const fresh = (): Promise<Book> => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  return {
    async book() {
      if (known && Math.abs(now() - known.readAt) < GOOD_FOR_MS) return known.book;
      // what was known will do while Redis is away: no fact is kept for an audience that is not of the present version
      const otherwise = known?.book;
      return otherwise ? fresh().catch(() => otherwise) : persistently(READ_WITHIN_MS, fresh);
    },
    fresh,
    async change(channel, changed) {
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const before = (await redis.hget(keys.subscriptions, channel)) ?? "";
        const after = changed(before === "" ? always.get(channel) : decoded(before));
        if (!after) return undefined;
        const args = [channel, before, JSON.stringify(after)];
        if ((await replace(redis, [keys.subscriptions, keys.version], args)) !== 1) continue;
        await read();
        return after;
      }
      throw new Error("a subscription is changed by others all the time");
    },
    async move(from, to) {
      const before = (await redis.hget(keys.subscriptions, from)) ?? "";
      if (before === "") return;
      const there = (await redis.hget(keys.subscriptions, to)) ?? "";
      if (there === "") await replace(redis, [keys.subscriptions, keys.version], [to, "", before]);
      await replace(redis, [keys.subscriptions, keys.version], [from, before, ""]);
      await read();
    },
  };
}

const Rule = z.discriminatedUnion("of", [
  z.object({ of: z.literal("all") }),
  z.object({
    of: z.literal("host"),
    host: z.object({
      userId: z.string().exactOptional(),
      email: z.string().exactOptional(),
      name: z.string().exactOptional(),
    }),
  }),
  z.object({ of: z.literal("topic"), words: z.string() }),
  z.object({ of: z.literal("number"), number: z.string() }),
]);

/** As it is kept. A newer version may add what an older one does not know: that is left out here, not refused. */
const Kept = z.object({
  rules: z.array(Rule),
  detail: z.enum(["card", "thread", "end", "digest"]),
  people: z.enum(["names", "counts", "private"]),
  atLeast: z.object({ people: z.number(), minutes: z.number() }),
  quiet: z.object({ from: z.string(), until: z.string() }).exactOptional(),
  digest: z.object({ days: z.array(z.number()), isWeekly: z.boolean(), at: z.string() }),
  timeZone: z.string(),
  pausedUntil: z.number().exactOptional(),
  muted: z.array(
    z.object({
      number: z.string().exactOptional(),
      uuid: z.string().exactOptional(),
      topic: z.string().exactOptional(),
    }),
  ),
  since: z.number(),
  by: z.string().exactOptional(),
  isShared: z.boolean().exactOptional(),
});

function decoded(json: string): Subscription {
  return Kept.parse(JSON.parse(json));
}
