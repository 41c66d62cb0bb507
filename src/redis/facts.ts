import { hash } from "node:crypto";
import { canonical, type MeetingFact, type MeetingIdentity } from "../meeting/fact.ts";
import type { Audience, FactStore } from "../ports.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";
import { EDIT_EVERY_MS, PRELUDE, persistently, script } from "./script.ts";

/**
 * Two edits of one card are further apart when many meetings are live, for they share the workspace's budget, and when
 * much was heard of their own: of a thousand people one more is no news.
 */
const EDIT_GAP_PER_FACT_MS = 50;
const LONGEST_EDIT_GAP_MS = 120_000;
const DIGEST_GAP_MS = 30_000;

/**
 * Keeps a fact, its indexes, and makes due what it may change. Only what is new changes anything, so a repetition
 * costs one look-up; an earlier arrival is new where our clock is the only one that timed the fact. A first post and an
 * end are due at once, an edit once the gap has passed since the last one; for a card in hand, settling knows when that
 * was, so the gap is left for it. The first that is heard of an instance may say when the one before it was over: that
 * is shown at once, and looked at like a live one, which brings its digest up to date too.
 */
const keepFact = script(`${PRELUDE}
local facts, live, starts, channels, instances = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local uuid, heardAt, start, retention, hasNumber = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5] == '1'
local isUrgent, isTimedByUs, digest, count = ARGV[6] == '1', ARGV[7] == '1', ARGV[8], number(ARGV[9])

local isNew, isCorrected = false, false
for i = 10 + count, #ARGV do
  local before = redis.call('HGET', facts, ARGV[i])
  local isEarlier = before and number(before) > number(heardAt)
  if not before or isEarlier then redis.call('HSET', facts, ARGV[i], heardAt) end
  isNew = isNew or not before
  isCorrected = isCorrected or (isEarlier and isTimedByUs)
end
if not isNew and not isCorrected then return 'known' end

local expired = '(' .. (number(heardAt) - number(retention))
redis.call('PEXPIRE', facts, retention)
redis.call('ZADD', live, 'GT', heardAt, uuid)
redis.call('ZREMRANGEBYSCORE', live, '-inf', expired)
redis.call('ZADD', starts, 'LT', start, uuid)
redis.call('ZREMRANGEBYSCORE', starts, '-inf', expired)

local previous
if hasNumber then
  local isFirstHeard = redis.call('ZADD', instances, 'LT', 'CH', start, uuid) == 1
  redis.call('PEXPIRE', instances, retention)
  if isFirstHeard then
    previous = redis.call('ZREVRANGEBYSCORE', instances, '(' .. start, '-inf', 'LIMIT', 0, 1)[1]
    if previous then redis.call('ZADD', live, 'NX', heardAt, previous) end
  end
end

local gap = math.max(redis.call('ZCARD', live) * count * ${EDIT_EVERY_MS}, redis.call('HLEN', facts) * ${EDIT_GAP_PER_FACT_MS})
gap = math.min(math.max(gap, EDIT_GAP), ${LONGEST_EDIT_GAP_MS})
for i = 1, count do
  local due, gate, card, digestCard = KEYS[2 + 4 * i], KEYS[3 + 4 * i], KEYS[4 + 4 * i], KEYS[5 + 4 * i]
  local channel = ARGV[9 + i]
  local hand = redis.call('HMGET', gate, 'until', 'card')
  local function change(id, state, gap, isUrgent)
    local isInHand = number(hand[1]) > now and hand[2] == id
    local isBegun = state.message or state.posting
    local queue = isUrgent and (isBegun or isInHand) and ENDS or state.message and EDITS or POSTS
    local at = not isUrgent and isBegun and math.max(now, state.sentAt + gap) or now
    makeDue(channels, due, gate, channel, id, at, queue)
    if isInHand then redis.call('HSET', gate, 'gap', gap) end
  end
  local function stateOf(key)
    local state = redis.call('HMGET', key, 'message', 'posting', 'sentAt', 'gone')
    local sentAt = math.max(number(state[2]), number(state[3]))
    return { message = state[1], posting = state[2], sentAt = sentAt, isGone = state[4] }
  end
  local meeting, day = stateOf(card), stateOf(digestCard)
  if not meeting.isGone then change(uuid, meeting, gap, isUrgent) end
  if previous then makeDue(channels, due, gate, channel, previous, now, ENDS) end
  if (day.message or day.posting) and not day.isGone then change(digest, day, ${DIGEST_GAP_MS}, false) end
end
return isNew and 'new' or 'known'
`);

/** Only if none of its facts was heard later. */
const leaveLive = script(`
for _, heardAt in ipairs(redis.call('HVALS', KEYS[2])) do
  if tonumber(heardAt) > tonumber(ARGV[2]) then return end
end
redis.call('ZREM', KEYS[1], ARGV[1])
`);

const LOOK_BACK_MS = 36 * 3_600_000;
/** Within the request: Zoom waits for 3 s. */
const KEEP_WITHIN_MS = 2_200;

/** The facts in Redis. Reading gives them back as they were kept, with what follows from the number's other starts. */
export function redisFacts(redis: RedisClient, keys: Keys, retentionMs: number): FactStore {
  const readAll = async (uuids: readonly string[]) => {
    const kept = await pipelined(redis, uuids, (pipe, uuid) => pipe.hgetall(keys.facts(uuid)));
    const meetings = uuids.map((uuid, index) => decoded(uuid, kept[index] as Record<string, string>));
    return withStartedAgain(redis, keys, meetings);
  };
  return {
    async keep(fact, audience) {
      const [scriptKeys, args] = keepArguments(keys, fact, audience, retentionMs);
      return (await persistently(KEEP_WITHIN_MS, () => keepFact(redis, scriptKeys, args))) as "new" | "known";
    },
    async factsOf(uuid) {
      const [facts = []] = await readAll([uuid]);
      return facts;
    },
    async factsBetween(from, until) {
      const uuids = await redis.zrangebyscore(keys.starts, `${from - LOOK_BACK_MS}`, `(${until}`);
      return (await readAll(uuids)).filter((facts) => facts.length > 0);
    },
    async factsOfLive() {
      return (await readAll(await redis.zrange(keys.live, "0", "-1"))).filter((facts) => facts.length > 0);
    },
    async quietSince(at) {
      return redis.zrangebyscore(keys.live, "-inf", at);
    },
    async isOver(uuid, lastHeardAt) {
      await leaveLive(redis, [keys.live, keys.facts(uuid)], [uuid, lastHeardAt]);
    },
  };
}

function keepArguments(keys: Keys, fact: MeetingFact, audience: Audience, retentionMs: number) {
  const { uuid, number, startedAt } = fact.about;
  const hasNumber = number !== undefined && startedAt !== undefined;
  const perChannel = audience.channels.flatMap((channel) => [
    keys.due(channel),
    keys.gate(channel),
    keys.card(channel, uuid),
    keys.card(channel, audience.digest),
  ]);
  const shared = [
    keys.facts(uuid),
    keys.live,
    keys.starts,
    keys.channels,
    hasNumber ? keys.number(number) : keys.starts,
  ];
  const flag = (is: boolean) => (is ? "1" : "");
  return [
    [...shared, ...perChannel],
    [
      uuid,
      fact.heardAt,
      startedAt ?? fact.at,
      retentionMs,
      flag(hasNumber),
      flag(audience.isUrgent),
      flag(fact.timeFrom === "arrival"),
      audience.digest,
      audience.channels.length,
      ...audience.channels,
      ...encoded(fact),
    ],
  ] as const;
}

/**
 * What a fact says, and apart from it what it says about its meeting: that part is the same in most facts, so it is
 * kept once. A fact with Zoom's own time contains none of ours: a repetition of it must be the same string.
 */
function encoded(fact: MeetingFact): string[] {
  const { about, heardAt: _, at, timeFrom, ...said } = fact;
  const identity = canonical(about);
  const name = hash("sha256", identity, "base64url").slice(0, 8);
  const time = { ...(timeFrom !== "arrival" && { at }), ...(timeFrom !== "payload" && { timeFrom }) };
  return [canonical({ about: name, ...time, ...said }), `@${name}${identity}`];
}

function decoded(uuid: string, kept: Record<string, string>): MeetingFact[] {
  const identities = new Map<string, MeetingIdentity>();
  for (const field of Object.keys(kept)) {
    if (field.startsWith("@")) identities.set(field.slice(1, 9), JSON.parse(field.slice(9)));
  }
  return Object.entries(kept)
    .filter(([field]) => !field.startsWith("@"))
    .map(([field, heard]) => {
      const { about, ...fact } = JSON.parse(field);
      const heardAt = Number(heard);
      const told = { timeFrom: "payload", at: heardAt, ...fact, heardAt };
      return { ...told, about: identities.get(about) ?? { uuid } } as MeetingFact;
    });
}

/** A number runs once at a time: an instance without an end of its own was over when the next one started. */
async function withStartedAgain(redis: RedisClient, keys: Keys, meetings: MeetingFact[][]): Promise<MeetingFact[][]> {
  const open = meetings.filter((facts) => numbered(facts) && !facts.some(({ kind }) => kind === "ended"));
  const next = await pipelined(redis, open, (pipe, facts) => {
    const { number, startedAt } = numbered(facts) ?? { number: "", startedAt: 0 };
    return pipe.zrangebyscore(keys.number(number), `(${startedAt}`, "+inf", "WITHSCORES", "LIMIT", 0, 1);
  });
  const startedAgain = new Map(open.map((facts, index) => [facts, Number((next[index] as string[])[1])]));
  return meetings.map((facts) => {
    const [first] = facts;
    const at = startedAgain.get(facts);
    if (!first || !at) return facts;
    const { heardAt, about } = first;
    return [...facts, { kind: "startedAgain", at, timeFrom: "payload", heardAt, about }];
  });
}

function numbered(facts: readonly MeetingFact[]): { number: string; startedAt: number } | undefined {
  const starts = facts.flatMap(({ about: { number, startedAt } }) =>
    number && startedAt ? [{ number, startedAt }] : [],
  );
  return starts.toSorted((a, b) => a.startedAt - b.startedAt)[0];
}

type Pipeline = ReturnType<RedisClient["pipeline"]>;

async function pipelined<T>(redis: RedisClient, items: readonly T[], add: (pipe: Pipeline, item: T) => unknown) {
  if (items.length === 0) return [];
  const pipe = redis.pipeline();
  for (const item of items) add(pipe, item);
  const answers = (await pipe.exec()) ?? [];
  return answers.map(([err, answer]) => {
    if (err) throw err;
    return answer;
  });
}
