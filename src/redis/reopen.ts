import type { Channel } from "../ports.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";

/**
 * Lets the cards go now that wait in the channels of this address because its platform did not let us in, or was not
 * set up. Doing it again is harmless.
 */
export async function reopen(redis: RedisClient, keys: Keys, address: string): Promise<void> {
  await redis.hdel(keys.budget(`${address}:`), "closedUntil", "closedFor", "shutOuts");
  const waiting = (await redis.zrange(keys.channels, "0", "-1")).filter((channel) => channel.startsWith(`${address}:`));
  for (const channel of waiting) await reopenChannel(redis, keys, channel);
}

/** The same for one channel that refused: somebody may have mended it. */
export async function reopenChannel(redis: RedisClient, keys: Keys, channel: Channel): Promise<void> {
  await redis.hdel(keys.gate(channel), "openAt", "refusals");
  await redis.zadd(keys.channels, "XX", "LT", "0", channel); // a courier looks what is due there, and when
}
