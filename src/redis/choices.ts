import { z } from "zod";
import type { Instant } from "../meeting/fact.ts";
import type { ChoiceStore } from "../ports.ts";
import type { Chooser, Choosers } from "../subscription/chooser.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";
import { redisVersioned, type Versioned } from "./versioned.ts";

/** What people chose for themselves, in Redis. */
export function redisChoices(redis: RedisClient, keys: Keys, now: () => Instant = Date.now): ChoiceStore {
  const kept = redisVersioned(
    redis,
    { all: keys.choices, version: keys.version },
    { decoded, encoded: (chooser) => (choosesNothing(chooser) ? "" : JSON.stringify(chooser)), now },
  );
  return {
    chosen: async () => choosersOf(await kept.recent()),
    fresh: async () => choosersOf(await kept.fresh()),
    change: kept.change,
  };
}

function choosersOf({ version, all }: Versioned<Chooser>): Choosers {
  return { version, people: all };
}

function choosesNothing({ choices }: Chooser): boolean {
  return !choices.whenLiveWithoutMe && choices.myDayAt === undefined;
}

/** As it is kept. A newer version may add what an older one does not know: that is left out here, not refused. */
const Kept = z.object({
  choices: z.object({ whenLiveWithoutMe: z.boolean(), myDayAt: z.string().exactOptional() }),
  email: z.string().exactOptional(),
  timeZone: z.string(),
});

function decoded(json: string): Chooser {
  return Kept.parse(JSON.parse(json));
}
