import type { StartedRedis } from "../../scripts/redis.mjs";
import type { Instant } from "../../src/meeting/fact.ts";
import { recordFact } from "../../src/record-fact.ts";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { redisFacts } from "../../src/redis/facts.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { readEvent } from "../../src/zoom/event.ts";
import { subscribed } from "../subscriptions.ts";
import { CHANNEL } from "./notifier.ts";

const RETENTION_MS = 90 * 24 * 3_600_000;

interface Past {
  redis: Pick<StartedRedis, "url">;
  prefix: string;
  timeZone?: string;
  channel?: string;
}

/** Keeps deliveries in Redis as a notifier did that heard them then and is gone since. */
export async function heardThen(
  { redis, prefix, timeZone = "UTC", channel = CHANNEL }: Past,
  deliveries: readonly { body: object; at: Instant }[],
): Promise<void> {
  const client = connectRedis(redis.url);
  try {
    await whenReady(client, 60_000);
    const keys = redisKeys(prefix);
    const facts = redisFacts(client, keys, { retentionMs: RETENTION_MS });
    for (const { body, at } of deliveries) {
      const reading = readEvent(body, at, { webinars: false });
      if (reading.kind !== "fact") throw new Error(`${reading.kind}: ${JSON.stringify(body)}`);
      const subscriptions = subscribed([`slack:${channel}`], { timeZone });
      const recording = { facts, subscriptions, retentionMs: RETENTION_MS };
      await recordFact(recording, reading.fact, at);
      await client.zadd(keys.live, at, reading.fact.about.uuid); // also if the same was heard in this test's own time
    }
  } finally {
    client.disconnect();
  }
}
