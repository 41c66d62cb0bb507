import type { Channel, Decision, DecisionLog, Refused } from "../ports.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";
import { script } from "./script.ts";

/** Of all cards together. The day of a busy workspace has a few thousand. */
const MOST_DECISIONS = 20_000;

/** In one go Redis would do nothing else for some hundredths of a second, and deliveries come in meanwhile. */
const READ_AT_ONCE = 2_000;

/** The card comes first in each, so its decisions are found without reading the others as JSON. */
const decisionsAbout = script(`
local found, wanted = {}, {}
for i = 3, #ARGV do wanted[ARGV[i]] = true end
local lines = redis.call('LRANGE', KEYS[1], ARGV[1], ARGV[2])
for _, line in ipairs(lines) do
  local _, ends = string.find(line, '",', 1, true)
  if ends and wanted[string.sub(line, 1, ends)] then found[#found + 1] = line end
end
return { #lines, found }
`);

interface LogOptions {
  retentionMs: number;
  most?: number;
}

/**
 * What couriers decided, in Redis. What is kept within one turn of the event loop is written together afterwards, and
 * nobody waits for it: while Redis is away it is lost.
 */
export function redisDecisions(
  redis: RedisClient,
  keys: Keys,
  { retentionMs, most = MOST_DECISIONS }: LogOptions,
): DecisionLog {
  let unwritten: Decision[] = [];

  const write = async () => {
    const decisions = unwritten;
    unwritten = [];
    if (redis.status !== "ready") return;
    const batch = redis.pipeline();
    batch.lpush(keys.decisions, ...decisions.map(lineOf)).ltrim(keys.decisions, 0, most - 1);
    batch.pexpire(keys.decisions, retentionMs);
    for (const { channel, outcome, because, at } of decisions) {
      if (outcome === "refused") batch.hset(keys.refusing, channel, JSON.stringify([because, at]));
      else if (outcome === "upToDate") batch.hdel(keys.refusing, channel);
    }
    batch.pexpire(keys.refusing, retentionMs);
    await batch.exec();
  };

  return {
    keep(decision) {
      unwritten.push(decision);
      if (unwritten.length === 1) setImmediate(() => void write().catch(() => {})); // anybody may lose them
    },
    async about(cards) {
      const found = new Set<string>(); // what is written meanwhile moves the others on, so some are read twice
      for (let from = 0; from < most; from += READ_AT_ONCE) {
        const part = [from, from + READ_AT_ONCE - 1, ...cards.map(beginning)];
        const [read, lines] = (await decisionsAbout(redis, [keys.decisions], part)) as [number, string[]];
        for (const line of lines) found.add(line);
        if (read < READ_AT_ONCE) break;
      }
      return [...found].toReversed().map(decisionOf);
    },
    async refusals() {
      return Object.entries(await redis.hgetall(keys.refusing)).map(([channel, said]): Refused => {
        const [because, at] = JSON.parse(said) as [string, number];
        return { channel, because, at };
      });
    },
  };
}

type Line = [card: string, at: number, channel: Channel, outcome: Decision["outcome"], because: string];

function lineOf({ card, at, channel, outcome, because }: Decision): string {
  const line: Line = [card, at, channel, outcome, because];
  return JSON.stringify(line);
}

function decisionOf(text: string): Decision {
  const [card, at, channel, outcome, because] = JSON.parse(text) as Line;
  return { card, at, channel, outcome, because };
}

const beginning = (card: string): string => `${JSON.stringify([card]).slice(0, -1)},`;
