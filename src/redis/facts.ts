import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { canonical, type MeetingFact, type MeetingIdentity } from "../meeting/fact.ts";
import type { Audience, FactStore } from "../ports.ts";
import type { Keys } from "./keys.ts";
import { PRELUDE, script } from "./script.ts";

/** Two edits of one card are this far apart, more when many meetings are live: they share the workspace's budget. */
const EDIT_GAP_MS = 3_000;
const EDIT_GAP_PER_LIVE_MS = 1_200;
const LONGEST_EDIT_GAP_MS = 120_000;
const DIGEST_GAP_MS = 30_000;

/**
 * Keeps a fact, its indexes, and makes due what it may change. Only a fact that is new changes anything, so a
 * repetition costs one look-up. A first post and an end are due at once, an edit once the gap has passed; a burst does
 * not postpone ("LT").
 */
const keepFact = script(`${PRELUDE}
local facts, live, starts, channels, instances = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local uuid, heardAt, start, retention, hasNumber = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5] == '1'
local isUrgent, digest, count = ARGV[6] == '1', ARGV[7], number(ARGV[8])

local isNew = false
for i = 9 + count, #ARGV do
  local before = redis.call('HGET', facts, ARGV[i])
  if not before then isNew = true end
  if not before or number(before) > number(heardAt) then redis.call('HSET', facts, ARGV[i], heardAt) end
end
if not isNew then return 'known' end

redis.call('PEXPIRE', facts, retention)
redis.call('ZADD', live, 'GT', heardAt, uuid)
redis.call('ZADD', starts, 'LT', start, uuid)
redis.call('ZREMRANGEBYSCORE', starts, '-inf', '(' .. (number(heardAt) - number(retention)))

local previous
if hasNumber then
  redis.call('ZADD', instances, 'LT', start, uuid)
  redis.call('PEXPIRE', instances, retention)
  previous = redis.call('ZREVRANGEBYSCORE', instances, '(' .. start, '-inf', 'LIMIT', 0, 1)[1]
  if previous and not redis.call('ZSCORE', live, previous) then previous = nil end
end

local gap = redis.call('ZCARD', live) * count * ${EDIT_GAP_PER_LIVE_MS}
gap = math.min(math.max(gap, ${EDIT_GAP_MS}), ${LONGEST_EDIT_GAP_MS})
for i = 1, count do
  local due, gate, card, digestCard = KEYS[2 + 4 * i], KEYS[3 + 4 * i], KEYS[4 + 4 * i], KEYS[5 + 4 * i]
  local state = redis.call('HMGET', card, 'message', 'sentAt', 'gone', 'posting')
  if not state[3] then
    local at = now - URGENT
    if (state[1] or state[4]) and not isUrgent then
      at = math.max(now, math.max(number(state[2]), number(state[4])) + gap)
    end
    redis.call('ZADD', due, 'LT', at, uuid)
    wake(channels, gate, ARGV[8 + i], at)
  end
  if previous then
    redis.call('ZADD', due, 'LT', now - URGENT, previous)
    wake(channels, gate, ARGV[8 + i], now)
  end
  local posted = redis.call('HMGET', digestCard, 'message', 'sentAt', 'gone')
  if posted[1] and not posted[3] then
    local at = math.max(now, number(posted[2]) + ${DIGEST_GAP_MS})
    redis.call('ZADD', due, 'LT', at, digest)
    wake(channels, gate, ARGV[8 + i], at)
  end
end
return 'new'
`);

const leaveLive = script(`
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1])) == tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
`);

const LOOK_BACK_MS = 36 * 3_600_000;
const KEEP_WITHIN_MS = 2_200;
const RETRY_MS = 100;

/** The facts in Redis. Reading gives them back as they were kept, with what follows from the number's other starts. */
export function redisFacts(redis: Redis, keys: Keys, retentionMs: number): FactStore {
  const readAll = async (uuids: readonly string[]) => {
    const kept = await pipelined(redis, uuids, (pipe, uuid) => pipe.hgetall(keys.facts(uuid)));
    const meetings = uuids.map((uuid, index) => decoded(uuid, kept[index] as Record<string, string>));
    return withStartedAgain(redis, keys, meetings);
  };
  return {
    async keep(fact, audience) {
      const [scriptKeys, args] = keepArguments(keys, fact, audience, retentionMs);
      return (await persistently(() => keepFact(redis, scriptKeys, args))) as "new" | "known";
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
    async isOver(uuid, lastHeardAt) {
      await leaveLive(redis, [keys.live], [uuid, lastHeardAt]);
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
      audience.digest,
      audience.channels.length,
      ...audience.channels,
      ...encoded(fact),
    ],
  ] as const;
}

/** A lost connection is tried again within the request: keeping twice is keeping once. */
async function persistently<T>(keep: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + KEEP_WITHIN_MS;
  for (;;) {
    try {
      return await keep();
    } catch (err) {
      if (performance.now() + RETRY_MS > deadline) throw err;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/**
 * What a fact says, and apart from it what it says about its meeting: that part is the same in most facts, so it is
 * kept once. A fact with Zoom's own time contains none of ours: a repetition of it must be the same string.
 */
function encoded(fact: MeetingFact): string[] {
  const { about, heardAt: _, at, ...rest } = fact;
  const identity = canonical(about);
  const name = createHash("sha256").update(identity).digest("base64url").slice(0, 8);
  const own = fact.timeFrom === "arrival" ? rest : { ...rest, at };
  return [canonical({ ...own, about: name }), `@${name}${identity}`];
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
      return { at: heardAt, ...fact, heardAt, about: identities.get(about) ?? { uuid } } as MeetingFact;
    });
}

/** A number runs once at a time: an instance without an end of its own was over when the next one started. */
async function withStartedAgain(redis: Redis, keys: Keys, meetings: MeetingFact[][]): Promise<MeetingFact[][]> {
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

type Pipeline = ReturnType<Redis["pipeline"]>;

async function pipelined<T>(redis: Redis, items: readonly T[], add: (pipe: Pipeline, item: T) => unknown) {
  if (items.length === 0) return [];
  const pipe = redis.pipeline();
  for (const item of items) add(pipe, item);
  const answers = (await pipe.exec()) ?? [];
  return answers.map(([err, answer]) => {
    if (err) throw err;
    return answer;
  });
}
