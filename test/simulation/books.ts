import type { Instant } from "../../src/meeting/fact.ts";
import type { Channel } from "../../src/ports.ts";
import type { Subscription } from "../../src/subscription/subscription.ts";
import type { MemoryRedis } from "./memory-redis.ts";
import { type DayPlan, movedName } from "./plan.ts";
import { KEYS } from "./process.ts";

export interface Books {
  /** What a channel asked for at any time between two instants, the latest last. */
  between(channel: Channel, from: Instant, until?: Instant): Subscription[];
  /** What it asks for now. */
  now(channel: Channel): Subscription;
  /** When a channel's subscription changed. */
  changesOf(channel: Channel): Instant[];
  /** How many changes there were. */
  count(): number;
  /** Notices what was changed since it was asked last. */
  look(): void;
}

/** Puts into Redis what channels asked for before the day began, and remembers what it was when. */
export function booksOf({ channels, subscriptions }: DayPlan, redis: MemoryRedis, now: () => Instant): Books {
  for (const channel of channels) {
    const json = JSON.stringify(subscriptions[channel]);
    redis.run("HSET", [KEYS.subscriptions, channel, Buffer.from(json).toString("latin1")]);
    redis.run("INCR", [KEYS.version]);
  }
  const since = new Map<Channel, { at: Instant; json: string; is: Subscription }[]>(channels.map((one) => [one, []]));
  let version: string | undefined;
  const look = () => {
    const present = redis.data.read(KEYS.version, "string");
    if (present === version) return;
    version = present;
    for (const [channel, known] of since) {
      const kept = redis.data.read(KEYS.subscriptions, "hash");
      const json = kept?.get(movedName(channel)) ?? kept?.get(channel) ?? "";
      if (known.at(-1)?.json !== json) known.push({ at: now(), json, is: JSON.parse(json) });
    }
  };
  look();
  const of = (channel: Channel) => since.get(channel) ?? [];
  return {
    look,
    between: (channel, from, until = Number.POSITIVE_INFINITY) =>
      of(channel).flatMap(({ at, is }, index, all) => {
        const endsAt = all[index + 1]?.at ?? Number.POSITIVE_INFINITY;
        return (at <= until || index === 0) && endsAt >= from ? [is] : [];
      }),
    now: (channel) => of(channel).at(-1)?.is as Subscription,
    count: () => [...since.values()].reduce((sum, known) => sum + known.length - 1, 0),
    changesOf: (channel) =>
      of(channel)
        .slice(1)
        .map(({ at }) => at),
  };
}
