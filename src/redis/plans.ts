import { inTurns } from "../in-turns.ts";
import { canonical, type Instant } from "../meeting/fact.ts";
import { overAt, type PlanFact, type Planned, planFrom } from "../meeting/plan.ts";
import type { PlanStore } from "../ports.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";
import { persistently, script } from "./script.ts";

/**
 * Keeps a fact and the times it speaks of, in one step. Only what is new changes anything; an earlier arrival is new
 * where our clock is the only one that timed the fact. Facts of a number live as long as the one that lives longest.
 * A time that is planned no more stays in the index, where it does no harm: what is planned follows from the facts.
 */
const keepPlan = script(`
local plan, plans = KEYS[1], KEYS[2]
local fact, heardAt, life, expired = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local before = redis.call('HGET', plan, fact)
if not before or tonumber(before) > tonumber(heardAt) then redis.call('HSET', plan, fact, heardAt) end
if redis.call('PTTL', plan) < tonumber(life) then redis.call('PEXPIRE', plan, life) end
for i = 5, #ARGV, 2 do redis.call('ZADD', plans, ARGV[i + 1], ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', plans, '-inf', expired)
return before and 'known' or 'new'
`);

/** The facts of each number as a JSON list: fact, heard at, fact, heard at, … */
const readPlans = script(`
local texts = {}
for i, plan in ipairs(KEYS) do texts[i] = '[' .. table.concat(redis.call('HGETALL', plan), ',') .. ']' end
return texts
`);

/** Within the request: Zoom waits for 3 s. */
const KEEP_WITHIN_MS = 2_200;
const READ_AT_ONCE = 100;

const DAY_MS = 24 * 3_600_000;

export interface PlanOptions {
  retentionMs: number;
  now?: () => Instant;
}

/** What is planned, in Redis. */
export function redisPlans(redis: RedisClient, keys: Keys, { retentionMs, now = Date.now }: PlanOptions): PlanStore {
  /** For longer than that it is not known of every meeting whether it began. */
  const earliest = () => now() - retentionMs + DAY_MS;
  const planned = async (numbers: readonly string[]) => {
    const found: Planned[][] = [];
    for (let first = 0; first < numbers.length; first += READ_AT_ONCE) {
      const some = numbers.slice(first, first + READ_AT_ONCE);
      const texts = (await readPlans(redis, some.map(keys.plan), [])) as string[];
      found.push(...(await inTurns(texts.entries(), ([index, text]) => planFrom(decoded(some[index] ?? "", text)))));
    }
    return found.flat();
  };

  return {
    async keep(fact) {
      const times = timesOf(fact);
      const life = Math.max(fact.at, ...times.map(overAt)) + retentionMs - now();
      if (life <= 0) return "too old";
      const index = times.flatMap(({ startsAt }) => [`${fact.number} ${startsAt}`, startsAt]);
      const expired = `(${now() - retentionMs}`;
      return (await persistently(KEEP_WITHIN_MS, () =>
        keepPlan(redis, [keys.plan(fact.number), keys.plans], [encoded(fact), fact.heardAt, life, expired, ...index]),
      )) as "new" | "known";
    },
    async between(asked, until) {
      const from = Math.max(asked, earliest());
      const members = await redis.zrangebyscore(keys.plans, from, `(${until}`);
      const numbers = [...new Set(members.map((member) => member.split(" ", 1)[0] ?? ""))];
      return (await planned(numbers)).filter(({ startsAt }) => startsAt >= from && startsAt < until);
    },
    async of(number) {
      return (await planned([number])).filter(({ startsAt }) => startsAt >= earliest());
    },
  };
}

/** Every time at which it may be planned to begin because of this fact. */
function timesOf({ startsAt, bookedMinutes, occurrences = [] }: PlanFact) {
  const first = startsAt === undefined ? [] : [{ startsAt, ...(bookedMinutes !== undefined && { bookedMinutes }) }];
  return [...first, ...occurrences];
}

/** The same string for the same thing said: a fact with Zoom's own time contains none of ours. */
function encoded({ number: _, heardAt: __, at, ...said }: PlanFact): string {
  return canonical(said.timeFrom === "arrival" ? said : { at, ...said });
}

type Kept = Omit<PlanFact, "number" | "heardAt" | "at"> & { at?: Instant };

function decoded(number: string, text: string): PlanFact[] {
  const parts = JSON.parse(text) as (Kept | Instant)[];
  const facts: PlanFact[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const heardAt = parts[index + 1] as Instant;
    facts.push({ at: heardAt, ...(parts[index] as Kept), number, heardAt });
  }
  return facts;
}
