import type { Instant } from "../meeting/fact.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";

const MOST_LETTERS = 100;
const KEPT_S = 7 * 24 * 3_600;

/** Keeps the newest deliveries that could not be read, so that a changed format can be studied. */
export async function keepDeadLetter(redis: RedisClient, keys: Keys, letter: object): Promise<void> {
  const answers = await redis
    .multi()
    .lpush(keys.dead, JSON.stringify(letter))
    .ltrim(keys.dead, 0, MOST_LETTERS - 1)
    .expire(keys.dead, KEPT_S)
    .exec();
  for (const [err] of answers ?? []) if (err) throw err;
}

/** How many of the letters that are kept came after an instant. */
export async function deadLettersSince(redis: RedisClient, keys: Keys, since: Instant): Promise<number> {
  const letters = await redis.lrange(keys.dead, 0, -1);
  return letters.filter((letter) => (JSON.parse(letter) as { at: Instant }).at >= since).length;
}
