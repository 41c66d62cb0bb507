import { inTurns } from "../in-turns.ts";
import { compare, type Instant, type MeetingFact } from "../meeting/fact.ts";
import type { Audience, Channel, FactStore, Listener } from "../ports.ts";
import { chunks } from "./chunks.ts";
import type { RedisClient } from "./connect.ts";
import { decoded, encoded } from "./encoding.ts";
import type { Keys } from "./keys.ts";
import { type PastOptions, redisPast, TEXT_OF } from "./past.ts";
import { recentOnes } from "./recent-ones.ts";
import { BURST_OF_EDITS_MS, EDIT_EVERY_MS, PRELUDE, persistently, script } from "./script.ts";

/**
 * Two edits of one card are further apart when the workspace's budget is nearly spent and many meetings share it, and
 * when much was heard of their own: of a thousand people one more is no news.
 */
const EDIT_GAP_PER_FACT_MS = 50;
const LONGEST_EDIT_GAP_MS = 120_000;
const DIGEST_GAP_MS = 30_000;

/** Lua puts all of them on its stack. */
const LOOKED_AT_ONCE = 1_000;

/**
 * Keeps a fact, its indexes, and makes due what it may change. Only what is new changes anything, so a repetition
 * costs one look-up; an earlier arrival is new where our clock is the only one that timed the fact. A first post and an
 * end are due at once, an edit once the gap has passed since the last one; for a card in hand, settling knows when that
 * was, so the gap is left for it. The first that is heard of an instance may say when the one before it was over: that
 * is shown at once, and looked at like a live one, which brings its digest up to date too.
 *
 * Of a meeting with no facts here it is not known whether it is packed: the caller finds out, and asks again. So it does
 * when the subscriptions are others by now: whoever subscribed a moment ago misses nothing.
 *
 * Of channels that did not ask for it, and may be hundreds, only the names of the two cards are given that may stand
 * there: where one does, or is about to, the caller is told which, and asks again with all that it takes to change it.
 */
const keepFact = script(`${PRELUDE}
local facts, live, starts, channels, instances, subscriptions = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local hands = KEYS[7]
local uuid, heardAt, start, retention, isUnpacked = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5] == '1'
local isUrgent, isTimedByUs, version = ARGV[6] == '1', ARGV[7] == '1', ARGV[8]
local count, shown, others, cardsOf = number(ARGV[9]), number(ARGV[10]), number(ARGV[11]), ARGV[12]
local FIRST, EACH = 12, 7

if version ~= '-' and (redis.call('GET', subscriptions) or '') ~= version then return 'other audience' end
if not isUnpacked and redis.call('EXISTS', facts) == 0 then return 'perhaps packed' end
if others > 0 then
  local standing, first = {}, #KEYS - others + 1
  for from = first, #KEYS, ${LOOKED_AT_ONCE} do
    local to = math.min(from + ${LOOKED_AT_ONCE - 1}, #KEYS)
    if redis.call('EXISTS', unpack(KEYS, from, to)) > 0 then
      for i = from, to do
        if redis.call('EXISTS', KEYS[i]) == 1 then standing[#standing + 1] = i - first end
      end
    end
  end
  local inHand, taken, isTaken = redis.call('HGETALL', hands), {}, false
  for i = 1, #inHand, 2 do
    if inHand[i + 1] == uuid or string.match(inHand[i + 1], 'digest:') then
      taken[cardsOf .. inHand[i] .. ':' .. inHand[i + 1]] = true
      isTaken = true
    end
  end
  if isTaken then
    for i = first, #KEYS do
      if taken[KEYS[i]] then standing[#standing + 1] = i - first end
    end
  end
  if #standing > 0 then return standing end
end
local isNew, isCorrected = false, false
for i = FIRST + EACH * count + 1, #ARGV do
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
if instances ~= starts then
  local isFirstHeard = redis.call('ZADD', instances, 'LT', 'CH', start, uuid) == 1
  redis.call('PEXPIRE', instances, retention)
  redis.call('ZREMRANGEBYSCORE', instances, '-inf', expired)
  if isFirstHeard then
    previous = redis.call('ZREVRANGEBYSCORE', instances, '(' .. start, '-inf', 'LIMIT', 0, 1)[1]
    if previous then redis.call('ZADD', live, 'NX', heardAt, previous) end
  end
end

local shareOfAll, ownGap = redis.call('ZCARD', live) * shown * ${EDIT_EVERY_MS}, redis.call('HLEN', facts) * ${EDIT_GAP_PER_FACT_MS}
local function gapIn(budget)
  local spent = math.max(0, number(redis.call('HGET', budget, 'edit')) - now)
  local gap = math.max(shareOfAll * math.min(1, spent / ${BURST_OF_EDITS_MS}), ownGap, EDIT_GAP)
  return math.min(math.floor(gap), ${LONGEST_EDIT_GAP_MS})
end
for i = 1, count do
  local due, gate, budget, card, digestCard = KEYS[3 + 5 * i], KEYS[4 + 5 * i], KEYS[5 + 5 * i], KEYS[6 + 5 * i], KEYS[7 + 5 * i]
  local first = FIRST + EACH * (i - 1)
  local channel, digest, isThereOnly = ARGV[first + 1], ARGV[first + 2], ARGV[first + 3] == '1'
  local reply, replyAt = ARGV[first + 4], number(ARGV[first + 5])
  local prefix, firstAt = ARGV[first + 6], ARGV[first + 7]
  local hand = redis.call('HMGET', gate, 'until', 'card')
  local function isInHand(id) return number(hand[1]) > now and hand[2] == id end
  local function change(id, state, gap, isUrgent)
    local isAhead = isUrgent and (state.isBegun or isInHand(id))
    local queue = isAhead and ENDS or state.message and EDITS or POSTS
    local at = not isUrgent and state.isBegun and math.max(now, state.sentAt + gap) or now
    makeDue(channels, due, gate, channel, id, at, queue)
    if isInHand(id) then redis.call('HSET', gate, 'gap', gap) end
  end
  local function stateOf(key)
    local state = redis.call('HMGET', key, 'message', 'posting', 'sentAt', 'gone', 'followUp')
    local sentAt = math.max(number(state[2]), number(state[3]))
    return { message = state[1], isBegun = state[1] or state[2], sentAt = sentAt, isGone = state[4] and not state[5] }
  end
  local id, meeting = prefix .. uuid, stateOf(card)
  local isLeftOut = meeting.isGone or isThereOnly and not (meeting.isBegun or isInHand(id))
  if not isLeftOut and firstAt ~= '' and not meeting.isBegun then
    makeDue(channels, due, gate, channel, id, number(firstAt), POSTS)
  elseif not isLeftOut then change(id, meeting, gapIn(budget), isUrgent) end
  if reply ~= '' and not isLeftOut then makeDue(channels, due, gate, channel, reply, replyAt, POSTS) end
  if previous and (prefix ~= '' or not isThereOnly) then
    makeDue(channels, due, gate, channel, prefix .. previous, now, ENDS)
  end
  if digest ~= '' then
    local day = stateOf(digestCard)
    if day.isBegun and not day.isGone then change(digest, day, ${DIGEST_GAP_MS}, false) end
  end
end
return isNew and 'new' or 'known'
`);

/** Only if none of its facts was heard later. From then on it rests, to be packed if nothing more is heard. */
const leaveLive = script(`${PRELUDE}
for _, heardAt in ipairs(redis.call('HVALS', KEYS[2])) do
  if number(heardAt) > number(ARGV[2]) then return end
end
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then redis.call('ZADD', KEYS[3], now + number(ARGV[3]), ARGV[1]) end
`);

const readTexts = script(`${TEXT_OF}
local texts = {}
for i, facts in ipairs(KEYS) do texts[i] = textOf(facts) end
return texts
`);

const LOOK_BACK_MS = 36 * 3_600_000;
/** Within the request: Zoom waits for 3 s. */
const KEEP_WITHIN_MS = 2_200;
const READ_AT_ONCE = 100;
/** In so many channels it is remembered that a meeting stands there: for others it is looked again. */
const PLACES_AT_ONCE = 250_000;

/** The facts in Redis. Reading gives them back as they were kept, with what follows from the number's other starts. */
export function redisFacts(redis: RedisClient, keys: Keys, options: PastOptions): FactStore {
  const { retentionMs } = options;
  const past = redisPast(redis, keys, options);
  const whereItStands = recentOnes<string, Set<Channel>>({ heaviest: PLACES_AT_ONCE, weight: ({ size }) => size });

  /** Of those among them that are not packed. */
  const unpackedFacts = async (uuids: readonly string[]): Promise<Map<string, MeetingFact[]>> => {
    const asked = chunks(uuids, READ_AT_ONCE).map(async (some) => {
      const texts = (await readTexts(redis, some.map(keys.facts), [])) as string[];
      return some.map((uuid, index) => [uuid, texts[index] ?? ""] as const);
    });
    const found = new Map<string, MeetingFact[]>();
    await inTurns((await Promise.all(asked)).flat(), ([uuid, text]) => {
      if (text !== "") found.set(uuid, decoded(uuid, text));
    });
    return found;
  };
  const unpackedBetween = async (from: Instant, until: Instant, butNot: ReadonlySet<string>) => {
    const uuids = await redis.zrangebyscore(keys.starts, from, `(${until}`);
    return unpackedFacts(uuids.filter((uuid) => !butNot.has(uuid)));
  };
  const withStartedAgain = (meetings: Iterable<MeetingFact[]>) =>
    Promise.all([...meetings].map((facts) => startedAgain(facts, past.startedAfter)));

  return {
    async keep(fact, audience) {
      const { uuid } = fact.about;
      const keep = async (isUnpacked: boolean) => {
        for (;;) {
          const standing = whereItStands.of(uuid) ?? new Set();
          const { given, others } = keepArguments(keys, fact, audience, { retentionMs, isUnpacked, standing });
          const answer = await keepFact(redis, ...given);
          if (!Array.isArray(answer)) return answer;
          const found = answer.flatMap((index: number) => others[Math.floor(index / CARDS_EACH)]?.channel ?? []);
          whereItStands.keep(uuid, new Set([...standing, ...found]));
        }
      };
      return (await persistently(KEEP_WITHIN_MS, async () => {
        const kept = await keep(false);
        if (kept !== "perhaps packed") return kept;
        await past.unpack(uuid);
        const keptNow = await keep(true);
        await past.unpack(uuid); // in between somebody else may have kept and packed it
        return keptNow;
      })) as "new" | "known" | "other audience";
    },
    async factsOf(uuid) {
      const unpacked = async () => (await unpackedFacts([uuid])).get(uuid);
      let facts = await unpacked();
      facts ??= await past.factsOf(uuid);
      if (facts.length === 0) facts = (await unpacked()) ?? []; // somebody unpacked it meanwhile
      return startedAgain(facts, past.startedAfter);
    },
    async factsBetween(from, until) {
      const earliest = from - LOOK_BACK_MS;
      const meetings = await unpackedBetween(earliest, until, new Set());
      for (const [uuid, facts] of await past.factsBetween(earliest, until, from)) meetings.set(uuid, facts);
      // somebody may have unpacked one meanwhile
      const late = await unpackedBetween(earliest, until, new Set(meetings.keys()));
      return withStartedAgain([...meetings.values(), ...late.values()]);
    },
    async factsOfLive() {
      const live = await redis.zrange(keys.live, "0", "-1");
      return withStartedAgain((await unpackedFacts(live)).values());
    },
    async quietSince(at) {
      return redis.zrangebyscore(keys.live, "-inf", at);
    },
    async isOver(uuid, lastHeardAt) {
      await leaveLive(redis, [keys.live, keys.facts(uuid), keys.over], [uuid, lastHeardAt, past.restMs]);
    },
    packFinished: past.packFinished,
  };
}

/** No counter ever has this value. */
const ANY_VERSION = "-";

interface Keeping {
  retentionMs: number;
  /** It is certain that the meeting is not packed. */
  isUnpacked: boolean;
  /** Where cards of it were seen, also of channels that did not ask for it. */
  standing: ReadonlySet<Channel>;
}

/** What a channel may show of a meeting: its card, and the digest of its day. */
const CARDS_EACH = 2;

function keepArguments(keys: Keys, fact: MeetingFact, audience: Audience, keeping: Keeping) {
  const { retentionMs, isUnpacked, standing } = keeping;
  const { uuid, number, startedAt } = fact.about;
  const hasNumber = number !== undefined && startedAt !== undefined;
  const { version = ANY_VERSION } = audience;
  const isOther = ({ channel, prefix, onlyWhatIsThere }: Listener) =>
    onlyWhatIsThere === true && prefix === undefined && !standing.has(channel);
  const others = audience.listeners.filter(isOther);
  const listeners = others.length === 0 ? audience.listeners : audience.listeners.filter((one) => !isOther(one));
  const cards = ({ channel, digest, prefix = "" }: Listener) => [
    keys.card(channel, prefix + uuid),
    keys.card(channel, digest ?? prefix + uuid),
  ];
  const perChannel = listeners.flatMap((one) => [
    ...[keys.due(one.channel), keys.gate(one.channel), keys.budget(one.channel)],
    ...cards(one),
  ]);
  const shared = [
    keys.facts(uuid),
    keys.live,
    keys.starts,
    keys.channels,
    hasNumber ? keys.number(number) : keys.starts,
    keys.version,
    keys.hands,
  ];
  const flag = (is: boolean) => (is ? "1" : "");
  const given = [
    [...shared, ...perChannel, ...others.flatMap(cards)],
    [
      uuid,
      fact.heardAt,
      startedAt ?? fact.at,
      retentionMs,
      flag(isUnpacked),
      flag(audience.isUrgent),
      flag(fact.timeFrom === "arrival"),
      version,
      listeners.length,
      listeners.filter(({ prefix, onlyWhatIsThere }) => prefix === undefined && !onlyWhatIsThere).length,
      others.length * CARDS_EACH,
      keys.cards,
      ...listeners.flatMap(({ channel, digest = "", onlyWhatIsThere = false, reply, prefix = "", firstAt = "" }) => [
        channel,
        digest,
        flag(onlyWhatIsThere),
        reply?.card ?? "",
        reply?.at ?? "",
        prefix,
        firstAt,
      ]),
      ...encoded(fact),
    ],
  ] as const;
  return { given, others };
}

/** A number runs once at a time: an instance without an end of its own was over when the next one started. */
async function startedAgain(facts: MeetingFact[], startedAfter: StartedAfter): Promise<MeetingFact[]> {
  const [first] = facts;
  if (!first || facts.some(({ kind }) => kind === "ended")) return facts;
  const instance = numbered(facts);
  const at = instance && (await startedAfter(instance.number, instance.startedAt));
  if (at === undefined) return facts;
  const { heardAt, about } = first;
  return [...facts, { kind: "startedAgain", at, timeFrom: "payload", heardAt, about }];
}

type StartedAfter = (number: string, startedAt: Instant) => Promise<Instant | undefined>;

function numbered(facts: readonly MeetingFact[]): { number: string; startedAt: number } | undefined {
  const starts = facts.flatMap(({ about: { number, startedAt } }) =>
    number && startedAt ? [{ number, startedAt }] : [],
  );
  return starts.toSorted((a, b) => a.startedAt - b.startedAt || compare(a.number, b.number))[0];
}
