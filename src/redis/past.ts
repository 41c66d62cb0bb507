import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { inTurns } from "../in-turns.ts";
import { canonical, type Instant, type MeetingFact } from "../meeting/fact.ts";
import type { Channel } from "../ports.ts";
import { dayEnds, dayOf, monthEnds, monthOf, range } from "./calendar.ts";
import type { RedisClient } from "./connect.ts";
import { decoded, encoded } from "./encoding.ts";
import type { Keys } from "./keys.ts";
import { goesOnAfter, type Pack, packed, unpacked } from "./pack.ts";
import { PRELUDE, script } from "./script.ts";

/** Zoom sends a delivery again for 85 minutes: a meeting that was over for longer is seldom heard of again. */
const REST_MS = 90 * 60_000;
const PACK_AT_ONCE = 100;
const PACK_LATER_MS = 3_600_000;

/** The facts of one meeting as a JSON list: fact, heard at, fact, heard at, …; what the last version kept is made JSON. */
export const TEXT_OF = `
local function textOf(facts)
  local kept = redis.call('HGETALL', facts)
  for i = 1, #kept, 2 do
    if string.byte(kept[i]) == 64 then
      kept[i] = '["' .. string.sub(kept[i], 1, 9) .. '",' .. string.sub(kept[i], 10) .. ']'
    end
  end
  return #kept > 0 and '[' .. table.concat(kept, ',') .. ']' or ''
end
`;

/** What there is to pack, and a seal that is the same as long as nothing of it changes. */
const SEAL = `${TEXT_OF}
local function sealed(facts, cards)
  local text = textOf(facts)
  local parts, states = { text }, {}
  for i, card in ipairs(cards) do
    states[i] = redis.call('HGETALL', card)
    for _, part in ipairs(states[i]) do parts[#parts + 1] = part end
  end
  return redis.sha1hex(table.concat(parts, '\\0')), text, states
end
`;

const lookAtWhole = script(`${SEAL}
local cards = {}
for i = 2, #KEYS do cards[i - 1] = KEYS[i] end
return { sealed(KEYS[1], cards) }
`);

/** Puts a meeting's pack in the place of all that was packed, unless something changed or is about to. */
const replaceByPack = script(`${PRELUDE}${SEAL}
local facts, live, over, starts, past = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local uuid, seal, pack, life, channels = ARGV[1], ARGV[2], ARGV[3], ARGV[4], number(ARGV[5])
if redis.call('ZSCORE', live, uuid) or redis.call('HEXISTS', past, uuid) == 1 then return 0 end
local cards = {}
for i = 1, channels do
  if redis.call('ZSCORE', KEYS[4 + 2 * i], uuid) then return 0 end
  cards[i] = KEYS[5 + 2 * i]
end
if sealed(facts, cards) ~= seal then return 0 end
redis.call('HSET', past, uuid, pack)
redis.call('PEXPIRE', past, life)
local key = 6 + 2 * channels
for i = 6, #ARGV, 3 do
  local instances, numbers, name, start = KEYS[key], KEYS[key + 1], ARGV[i], ARGV[i + 1]
  local before = redis.call('HGET', numbers, name)
  redis.call('HSET', numbers, name, before and before .. ',' .. start or start)
  redis.call('PEXPIRE', numbers, ARGV[i + 2])
  redis.call('ZREM', instances, uuid)
  key = key + 2
end
redis.call('DEL', facts, unpack(cards))
redis.call('ZREM', over, uuid)
redis.call('ZREM', starts, uuid)
return 1
`);

/** The reverse, together with what was kept of the meeting since; it will be packed again. */
const replaceByWhole = script(`${PRELUDE}
local facts, over, starts, past = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local uuid, sha, start, rest, whole = ARGV[1], ARGV[2], ARGV[3], ARGV[4], cjson.decode(ARGV[5])
local pack = redis.call('HGET', past, uuid)
if not pack or redis.sha1hex(pack) ~= sha then return 0 end
local life = redis.call('PTTL', past)
local function lives(key)
  if redis.call('PTTL', key) < life then redis.call('PEXPIRE', key, life) end
end
for _, fact in ipairs(whole.facts) do
  local before = redis.call('HGET', facts, fact[1])
  if not before or number(before) > number(fact[2]) then redis.call('HSET', facts, fact[1], fact[2]) end
end
lives(facts)
local key = 5
for _, instance in ipairs(whole.numbers) do
  local instances, numbers, name, start = KEYS[key], KEYS[key + 1], instance[1], instance[2]
  redis.call('ZADD', instances, 'LT', start, uuid)
  lives(instances)
  local others, isLeftOut = {}, false
  for other in string.gmatch(redis.call('HGET', numbers, name) or '', '%d+') do
    if other == start and not isLeftOut then isLeftOut = true else others[#others + 1] = other end
  end
  if others[1] then redis.call('HSET', numbers, name, table.concat(others, ','))
  else redis.call('HDEL', numbers, name) end
  key = key + 2
end
for _, card in ipairs(whole.cards) do
  for i = 1, #card, 2 do redis.call('HSETNX', KEYS[key], card[i], card[i + 1]) end
  lives(KEYS[key])
  key = key + 1
end
redis.call('ZADD', starts, 'LT', start, uuid)
redis.call('ZADD', over, now + number(rest), uuid)
redis.call('HDEL', past, uuid)
return 1
`);

/** Every pack of one meeting, with the place of its key. There is one at most, except after a freeze of hours. */
const findPacks = script(
  `
local found = {}
for place, past in ipairs(KEYS) do
  local pack = redis.call('HGET', past, ARGV[1])
  if pack then
    found[#found + 1] = place
    found[#found + 1] = pack
  end
end
return found
`,
  "bytes",
);

/** When a number was started next, whether that instance is packed or not. */
const nextStart = script(`${PRELUDE}
local after = number(ARGV[2])
local next = number(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[2], '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2])
for i = 2, #KEYS do
  for start in string.gmatch(redis.call('HGET', KEYS[i], ARGV[1]) or '', '%d+') do
    if number(start) > after and (next == 0 or number(start) < next) then next = number(start) end
  end
end
return string.format('%.0f', next)
`);

const whatToPack = script(`${PRELUDE}
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
`);

const packLater = script(`${PRELUDE}
redis.call('ZADD', KEYS[1], 'XX', now + number(ARGV[2]), ARGV[1])
`);

export interface PastOptions {
  retentionMs: number;
  now?: () => Instant;
  /** How long a meeting that is over stays unpacked. */
  restMs?: number;
}

export type Past = ReturnType<typeof redisPast>;

/**
 * Meetings that are over, in Redis: packed, all of one day in one key. Reading unites them with the others; whoever
 * wants to change one unpacks it first. Packing and unpacking change nothing of what is read, may be done by any number
 * of processes at once, and either happen or do not.
 */
export function redisPast(
  redis: RedisClient,
  keys: Keys,
  { retentionMs, now = Date.now, restMs = REST_MS }: PastOptions,
) {
  /** Clocks differ a little: a day more on both sides. */
  const days = () => range(dayOf(now() - retentionMs) - 1, dayOf(now()) + 2);
  const isInReach = (start: Instant) => start >= now() - retentionMs && dayOf(start) <= dayOf(now()) + 1;

  const packsOf = async (uuid: string): Promise<{ day: number; bytes: Buffer }[]> => {
    const all = days();
    const found = (await findPacks(redis, all.map(keys.past), [uuid])) as (number | Buffer)[];
    return range(0, found.length / 2 - 1).map((index) => ({
      day: all[(found[2 * index] as number) - 1] as number,
      bytes: found[2 * index + 1] as Buffer,
    }));
  };

  const restore = async (uuid: string, { day, bytes }: { day: number; bytes: Buffer }) => {
    const { facts, cards: kept } = unpacked(uuid, bytes);
    const moved = kept.length > 0 ? await redis.hgetall(keys.moved) : {};
    const cards = kept.map(([channel, state]) => [moved[channel] ?? channel, state] as const);
    const instances = instancesOf(facts);
    const whole = {
      facts: facts.flatMap((fact) => encoded(fact).map((field) => [field, `${fact.heardAt}`])),
      numbers: instances.map(({ number, start }) => [number, `${start}`]),
      cards: cards.map(([, state]) => Object.entries(state).flat()),
    };
    await replaceByWhole(
      redis,
      [
        keys.facts(uuid),
        keys.over,
        keys.starts,
        keys.past(day),
        ...instances.flatMap(({ number, start }) => [keys.number(number), keys.numbers(monthOf(start), part(number))]),
        ...cards.map(([channel]) => keys.card(channel, uuid)),
      ],
      [uuid, createHash("sha1").update(bytes).digest("hex"), startOf(facts), restMs, JSON.stringify(whole)],
    );
  };

  /** All that is packed of this meeting is as if it never had been. */
  const unpack = async (uuid: string): Promise<void> => {
    for (const found of await packsOf(uuid)) await restore(uuid, found);
  };

  const pack = async (uuid: string, channels: readonly Channel[]): Promise<boolean> => {
    const cardKeys = channels.map((channel) => keys.card(channel, uuid));
    const looked = await lookAtWhole(redis, [keys.facts(uuid), ...cardKeys], []);
    const [seal, text, states] = looked as [string, string, string[][]];
    const facts = decoded(uuid, text);
    const start = startOf(facts);
    if (!facts.some(({ kind }) => kind === "ended") || !isInReach(start)) {
      await redis.zrem(keys.over, uuid);
      return false;
    }
    const cards = channels.flatMap((channel, index) => cardOf(channel, states[index] ?? []));
    if (!cards.every(isSettled)) return false;
    const bytes = packed({ facts, cards });
    if (!isSame(unpacked(uuid, bytes), { facts, cards })) return false;
    const instances = instancesOf(facts);
    const instanceKeys = instances.flatMap(({ number, start }) => [
      keys.number(number),
      keys.numbers(monthOf(start), part(number)),
    ]);
    const day = dayOf(start);
    const done = await replaceByPack(
      redis,
      [
        keys.facts(uuid),
        keys.live,
        keys.over,
        keys.starts,
        keys.past(day),
        ...channels.flatMap((channel) => [keys.due(channel), keys.card(channel, uuid)]),
        ...instanceKeys,
      ],
      [
        uuid,
        seal,
        bytes,
        dayEnds(day) + retentionMs - now(),
        channels.length,
        ...instances.flatMap(({ number, start }) => [number, start, monthEnds(monthOf(start)) + retentionMs - now()]),
      ],
    );
    return done === 1;
  };

  return {
    restMs,

    /**
     * Packs what has been over for a while, if Zoom told its end: another one's end may still follow from what is heard
     * of its number. What cannot be packed now is looked at again later. */
    async packFinished(channels: readonly Channel[]): Promise<void> {
      for (;;) {
        const uuids = (await whatToPack(redis, [keys.over], [PACK_AT_ONCE])) as string[];
        if (uuids.length === 0) return;
        await inTurns(uuids, async (uuid) => {
          await unpack(uuid);
          if (!(await pack(uuid, channels))) await packLater(redis, [keys.over], [uuid, PACK_LATER_MS]);
        });
      }
    },

    unpack,

    async factsOf(uuid: string): Promise<MeetingFact[]> {
      return (await packsOf(uuid)).flatMap(({ bytes }) => unpacked(uuid, bytes).facts);
    },

    /** Of each packed meeting that started in this time and went on after `goingOn`. */
    async factsBetween(from: Instant, until: Instant, goingOn: Instant): Promise<Map<string, MeetingFact[]>> {
      const kept = new Set(days());
      const meetings = new Map<string, MeetingFact[]>();
      for (const day of range(dayOf(from), dayOf(until)).filter((day) => kept.has(day))) {
        const packs = Object.entries(await redis.hgetallBuffer(keys.past(day)));
        await inTurns(packs, ([uuid, bytes]) => {
          if (!goesOnAfter(bytes, goingOn)) return;
          const { facts } = unpacked(uuid, bytes);
          const start = startOf(facts);
          if (start >= from && start < until) meetings.set(uuid, [...facts]);
        });
      }
      return meetings;
    },

    /** When this number was started next after an instance of it; undefined if it never was. */
    async startedAfter(number: string, startedAt: Instant): Promise<Instant | undefined> {
      const months = range(monthOf(Math.max(startedAt, now() - retentionMs)), monthOf(now()) + 1);
      const numberKeys = [keys.number(number), ...months.map((month) => keys.numbers(month, part(number)))];
      return Number(await nextStart(redis, numberKeys, [number, startedAt])) || undefined;
    },
  };
}

/** When a meeting started, as `starts` has it. */
function startOf(facts: readonly MeetingFact[]): Instant {
  return facts.reduce((start, { about, at }) => Math.min(start, about.startedAt ?? at), Number.POSITIVE_INFINITY);
}

/** Under which numbers a meeting ran, and since when: one, as far as is known. */
function instancesOf(facts: readonly MeetingFact[]): { number: string; start: Instant }[] {
  const starts = new Map<string, Instant>();
  for (const { about } of facts) {
    const { number, startedAt } = about;
    if (number === undefined || startedAt === undefined) continue;
    starts.set(number, Math.min(startedAt, starts.get(number) ?? startedAt));
  }
  return [...starts].map(([number, start]) => ({ number, start }));
}

/** Numbers are spread over so many keys that each stays small. */
const part = (number: string) => Number(number.slice(-2));

/** When a card was sent matters only while it may be edited soon. */
function cardOf(channel: Channel, state: readonly string[]): [Channel, Record<string, string>][] {
  const pairs = range(0, state.length / 2 - 1).map((index) => [state[2 * index], state[2 * index + 1]]);
  const said = Object.fromEntries(pairs.filter(([field]) => field !== "sentAt"));
  return state.length === 0 ? [] : [[channel, said]];
}

/** Nothing is known of a card but how it ended: it is not in doubt. */
function isSettled([, state]: readonly [Channel, Record<string, string>]): boolean {
  return Object.keys(state).every((field) => SETTLED.has(field));
}

const SETTLED = new Set(["message", "shows", "unsaid", "gone", "followUp", "notice"]);

function isSame(one: Pack, other: Pack): boolean {
  const sorted = ({ facts }: Pack) => facts.map(canonical).sort();
  return isDeepStrictEqual(sorted(one), sorted(other)) && isDeepStrictEqual(one.cards, other.cards);
}
