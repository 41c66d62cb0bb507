import { setTimeout as sleep } from "node:timers/promises";
import type { RedisClient } from "../src/redis/connect.ts";
import type { Keys } from "../src/redis/keys.ts";
import { type ClockPlan, isFast, realMsUntil, shownAt } from "./clock.ts";

/** The longest time that is as it is in the demo, too: leases, the pace of edits, time-outs. */
const SHORT_MS = 20_000;
const LOOK_EVERY_MS = 250;
/** First posts stand in a queue of their own: its times are shifted by so much. */
const POSTS = -1e13;
/** What the notifier puts off until an instant, in words of its own clock; all else for a while from now. */
const UNTIL_AN_INSTANT = /^(joins|alone):/;

/**
 * What the notifier puts off Redis waits for by the real clock, five minutes as well as ten hours. Here it comes due when
 * the demo's clock shows its time.
 */
export function waitsOf(redis: RedisClient, keys: Keys) {
  const moved = new Map<string, string>();

  /** Doing it twice changes nothing. */
  async function hasten(plan: ClockPlan, real: number): Promise<void> {
    if (!isFast(real, plan)) return;
    const channels = [...(await redis.hkeys(keys.subscriptions)), ...(await redis.zrange(keys.channels, "0", "-1"))];
    for (const channel of new Set(channels)) {
      const due = await redis.zrange(keys.due(channel), "0", "-1", "WITHSCORES");
      for (let nth = 0; nth < due.length; nth += 2) {
        const [card = "", score = ""] = due.slice(nth, nth + 2);
        const queue = queueOf(Number(score));
        const at = Number(score) - queue;
        if (at < real + SHORT_MS || moved.get(`${channel} ${card}`) === score) continue;
        const until = UNTIL_AN_INSTANT.test(card) ? at : shownAt(real, plan) + (at - real);
        const realAt = real + Math.min(at - real, realMsUntil(until, real, plan));
        await redis.zadd(keys.due(channel), "XX", "LT", realAt + queue, card);
        await redis.zadd(keys.channels, "LT", realAt, channel);
        moved.set(`${channel} ${card}`, String(realAt + queue));
      }
    }
  }

  return {
    hasten,
    /** Until it is told to stop. */
    async hastenAll(plan: ClockPlan, signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        await hasten(plan, Date.now());
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
      }
    },
  };
}

function queueOf(score: number): number {
  if (score >= 0) return 0;
  return score < POSTS ? 2 * POSTS : POSTS;
}
