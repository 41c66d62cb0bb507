import { IANAZone } from "luxon";
import { z } from "zod";
import type { Instant } from "../meeting/fact.ts";
import type { Channel, SubscriptionStore, ToShow, Unshown } from "../ports.ts";
import type { Book } from "../subscription/book.ts";
import type { Subscription } from "../subscription/subscription.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";
import { script } from "./script.ts";
import { redisVersioned, type Versioned } from "./versioned.ts";

/** Unless it changed again since. */
const forgetShown = script(`
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
`);

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
  const kept = redisVersioned(
    redis,
    { all: keys.subscriptions, version: keys.version, unshown: keys.unshown },
    { decoded, encoded: (subscription) => JSON.stringify(subscription), always, now },
  );
  const { change } = kept;
  return {
    book: async () => bookOf(await kept.recent()),
    fresh: async () => bookOf(await kept.fresh()),
    change,
    // what the operator's settings name is heard of there by its old name, unless that is said to hear of nothing
    move: (from, to) => kept.move(from, to, (subscription) => ({ ...subscription, rules: [] }), "all" satisfies ToShow),
    unshown: async () => Object.entries(await redis.hgetall(keys.unshown)).map(unshownOf),
    async shown({ channel, what, change }) {
      await forgetShown(redis, [keys.unshown], [`${what} ${channel}`, change]);
    },
  };
}

function unshownOf([field, change]: [string, string]): Unshown {
  const [what, channel = ""] = field.split(" ");
  return { channel, what: what as ToShow, change };
}

function bookOf({ version, all }: Versioned<Subscription>): Book {
  return { version, channels: all };
}

const since = { since: z.number().exactOptional() };
const Rule = z.discriminatedUnion("of", [
  z.object({ of: z.literal("all"), ...since }),
  z.object({
    of: z.literal("host"),
    host: z.object({
      userId: z.string().exactOptional(),
      email: z.string().exactOptional(),
      name: z.string().exactOptional(),
    }),
    ...since,
  }),
  z.object({ of: z.literal("topic"), words: z.string(), ...since }),
  z.object({ of: z.literal("number"), number: z.string(), ...since }),
]);

/**
 * As it is kept. A newer version may add what an older one does not know: that is left out here, not refused. A
 * subscription that cannot be read at all costs its own channel its news, and no other.
 */
const Kept = z.object({
  rules: z.array(Rule),
  detail: z.enum(["card", "thread", "end", "digest"]),
  people: z.enum(["names", "counts", "private"]),
  atLeast: z.object({ people: z.number(), minutes: z.number() }),
  quiet: z.object({ from: z.string(), until: z.string() }).exactOptional(),
  digest: z.object({ days: z.array(z.number()), isWeekly: z.boolean(), at: z.string(), ...since }),
  timeZone: z.string().refine(IANAZone.isValidZone),
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
  notice: z.object({ at: z.number(), by: z.string().exactOptional() }).exactOptional(),
});

function decoded(json: string): Subscription {
  return Kept.parse(JSON.parse(json));
}
