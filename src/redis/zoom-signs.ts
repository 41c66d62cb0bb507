import type { Instant } from "../meeting/fact.ts";
import type { ZoomSign, ZoomSigns } from "../ports.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";

/** Each process writes one down no oftener: nobody asks to the second, and there are thousands of deliveries. */
const WRITTEN_EVERY_MS = 10_000;

/**
 * When Zoom was heard last, by any process, in Redis: so it is known after a restart. Hearing it costs a comparison,
 * and nobody waits for the writing: what Redis does not take is written at the next sign.
 */
export function zoomSigns(redis: RedisClient, keys: Keys, { retentionMs }: { retentionMs: number }): ZoomSigns {
  const seen = new Map<ZoomSign, Instant>();
  const written = new Map<ZoomSign, Instant>();

  const write = async (sign: ZoomSign, at: Instant) => {
    const answers = await redis.pipeline().hset(keys.seen, sign, at).pexpire(keys.seen, retentionMs).exec();
    for (const [err] of answers ?? []) if (err) throw err;
  };

  return {
    saw(sign, at) {
      seen.set(sign, at);
      if (at - (written.get(sign) ?? Number.NEGATIVE_INFINITY) < WRITTEN_EVERY_MS) return;
      written.set(sign, at);
      write(sign, at).catch(() => written.delete(sign));
    },
    async lastSeen(sign) {
      const kept = Number(await redis.hget(keys.seen, sign));
      return Math.max(kept, seen.get(sign) ?? 0) || undefined;
    },
  };
}
