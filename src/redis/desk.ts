import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { CardDesk, CardId, Channel, Claim, Outcome, PostedCard } from "../ports.ts";
import type { Keys } from "./keys.ts";
import { PRELUDE, persistently, script } from "./script.ts";

const POST_PACE_MS = 1_000;
/** A claim must reach Redis this soon after looking around; less than after which its courier gives up waiting. */
const CLAIM_WITHIN_MS = 1_000;

/** Which channels have something due, how long until the next one has, and when this was so. */
const lookAround = script(`${PRELUDE}
local ready = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
local later = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
local wait = later[2] and tostring(number(later[2]) - now) or ''
return { ready, wait, string.format('%.0f', now) }
`);

/**
 * Takes a channel for one courier: until the lease ends nobody else sends to it. The card stays due at the end of the
 * lease, so that a courier that dies loses nothing; a fact that comes meanwhile makes it due earlier, which settling
 * notices. A claim that a frozen Redis finds when it is back is too late: nobody waits for it, so nobody would settle it.
 */
const claimChannel = script(`${PRELUDE}
local channels, due, gate = KEYS[1], KEYS[2], KEYS[3]
local channel, token, lease = ARGV[1], ARGV[2], now + number(ARGV[3])
if now - number(ARGV[4]) > ${CLAIM_WITHIN_MS} then return false end
local doors = redis.call('HMGET', gate, 'until', 'openAt')
local opens = math.max(number(doors[1]), number(doors[2]))
local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
if not first[1] then
  redis.call('ZREM', channels, channel)
  return false
end
opens = math.max(opens, number(first[2]))
if opens > now then
  redis.call('ZADD', channels, opens, channel)
  return false
end
redis.call('HSET', gate, 'token', token, 'until', lease)
redis.call('PEXPIRE', gate, 86400000)
redis.call('ZADD', due, lease, first[1])
redis.call('ZADD', channels, lease, channel)
return { first[1], string.format('%.0f', now) }
`);

/** A card's state, with how long ago its post began by Redis' clock. */
const readCard = script(`${PRELUDE}
local card = redis.call('HMGET', KEYS[1], 'message', 'shows', 'posting', 'postingAt', 'looked', 'gone')
return { card[1], card[2], card[3] and tostring(now - number(card[3])), card[4], card[5], card[6] }
`);

/**
 * Makes the lease of a claim begin anew, and writes into its card, only while its courier holds the lease. The card
 * stays due at the end of it, unless something made it due earlier meanwhile.
 */
const noteUnderLease = script(`${PRELUDE}
local channels, due, gate, card = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local channel, id, token, lease, retention = ARGV[1], ARGV[2], ARGV[3], now + number(ARGV[4]), ARGV[5]
local what, value = ARGV[6], ARGV[7]
local held = redis.call('HMGET', gate, 'token', 'until')
if held[1] ~= token or number(held[2]) <= now then return 0 end
if number(redis.call('ZSCORE', due, id)) == number(held[2]) then redis.call('ZADD', due, lease, id) end
redis.call('HSET', gate, 'until', lease)
redis.call('ZADD', channels, lease, channel)
if what == 'posting' then
  redis.call('HSET', card, 'posting', now, 'postingAt', value)
  redis.call('HDEL', card, 'looked')
elseif what == 'message' then
  redis.call('HSET', card, 'message', value)
end
if what ~= '' then redis.call('PEXPIRE', card, retention) end
return 1
`);

/**
 * Gives the channel back and writes down what became of the card. It is due no longer, unless something made it due
 * again since it was claimed, or it is to be tried again. Who comes too late because another took over changes nothing;
 * but if it may have posted (it was frozen, say) there may be a twin of which nobody knows, so the card is in doubt.
 */
const settleCard = script(`${PRELUDE}
local channels, due, gate, card = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local channel, id, token = ARGV[1], ARGV[2], ARGV[3]
local again, pause, retention = ARGV[4], number(ARGV[5]), ARGV[6]
local posted, claimedAt = ARGV[7], ARGV[8]
local held = redis.call('HMGET', gate, 'token', 'until')
if held[1] ~= token then
  local state = redis.call('HMGET', card, 'message', 'gone')
  if posted ~= '' and posted ~= state[1] and not state[2] then
    redis.call('HSET', card, 'posting', now, 'postingAt', claimedAt)
    redis.call('PEXPIRE', card, retention)
    redis.call('ZADD', due, 'LT', now, id)
    wake(channels, gate, channel, now)
  end
  return 0
end
for i = 9, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('HDEL', card, ARGV[i])
  elseif ARGV[i + 1] == 'now' then redis.call('HSET', card, ARGV[i], now)
  else redis.call('HSET', card, ARGV[i], ARGV[i + 1]) end
end
redis.call('PEXPIRE', card, retention)
local dueAt, wasSent, gap = number(redis.call('ZSCORE', due, id)), pause > 0, redis.call('HGET', gate, 'gap')
if again ~= '' then redis.call('ZADD', due, now + number(again), id)
elseif dueAt == number(held[2]) then redis.call('ZREM', due, id)
elseif wasSent and dueAt > now - URGENT / 2 then
  redis.call('ZADD', due, 'XX', 'GT', now + math.max(number(gap), EDIT_GAP), id)
end
redis.call('HSET', gate, 'until', 0, 'openAt', now + pause)
redis.call('HDEL', gate, 'token', 'gap')
local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
if first[1] then redis.call('ZADD', channels, math.max(number(first[2]), now + pause), channel)
else redis.call('ZREM', channels, channel) end
return 1
`);

const makeCardDue = script(`${PRELUDE}
local channels, due, gate, card = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
if redis.call('HEXISTS', card, 'gone') == 1 then return 0 end
redis.call('ZADD', due, 'LT', now, ARGV[2])
wake(channels, gate, ARGV[1], now)
return 1
`);

/** Cards that are due, in Redis, for any number of couriers. */
export function redisDesk(
  redis: Redis,
  keys: Keys,
  { leaseMs, retentionMs }: { leaseMs: number; retentionMs: number },
): CardDesk {
  const claim = async (channel: Channel, lookedAt: string): Promise<Claim | undefined> => {
    const token = randomUUID();
    const taken = await claimChannel(
      redis,
      [keys.channels, keys.due(channel), keys.gate(channel)],
      [channel, token, leaseMs, lookedAt],
    );
    if (!taken) return undefined;
    const [card, claimedAt] = taken as [CardId, string];
    return { channel, card, token, claimedAt, state: await stateOf(channel, card) };
  };
  const stateOf = async (channel: Channel, card: CardId) =>
    posted((await readCard(redis, [keys.card(channel, card)], [])) as (string | null)[]);
  const keysOf = ({ channel, card }: { channel: Channel; card: CardId }) => [
    keys.channels,
    keys.due(channel),
    keys.gate(channel),
    keys.card(channel, card),
  ];
  const note = async (claimed: Claim, what: "posting" | "message" | "", value: string | number) => {
    const { channel, card, token } = claimed;
    const args = [channel, card, token, leaseMs, retentionMs, what, value];
    return (await noteUnderLease(redis, keysOf(claimed), args)) === 1;
  };

  return {
    async claim(most) {
      const looked = await lookAround(redis, [keys.channels], [most]);
      const [ready, wait, lookedAt] = looked as [Channel[], string, string];
      const claims = await Promise.all(ready.map((channel) => claim(channel, lookedAt)));
      return {
        claims: claims.filter((one) => one !== undefined),
        nextInMs: wait === "" ? Number.POSITIVE_INFINITY : Number(wait),
      };
    },
    beginPost: (claimed, now) => note(claimed, "posting", now),
    adopt: (claimed, message) => note(claimed, "message", message),
    hold: (claimed) => note(claimed, "", ""),
    async settle(claimed, outcome) {
      const { channel, card, token, claimedAt } = claimed;
      const { againInMs, pauseMs, fields } = settlement(outcome);
      const args = [channel, card, token, againInMs ?? "", pauseMs, retentionMs];
      const twin = [mayHavePosted(claimed, outcome), claimedAt];
      // what was sent must be remembered, also if Redis is away for a while; settling twice is settling once
      await persistently(leaseMs, () =>
        settleCard(redis, keysOf(claimed), [...args, ...twin, ...Object.entries(fields).flat()]),
      );
    },
    async makeDue(channel, card) {
      await makeCardDue(redis, keysOf({ channel, card }), [channel, card]);
    },
    stateOf,
  };
}

interface Settlement {
  againInMs?: number;
  pauseMs: number;
  /** "" deletes a field, "now" is Redis' time. */
  fields: Record<string, string | number>;
}

const NO_POST_OPEN = { posting: "", postingAt: "", looked: "" };

function settlement(outcome: Outcome): Settlement {
  switch (outcome.kind) {
    case "upToDate": {
      const { message, shows } = outcome;
      if (message === undefined) return { pauseMs: 0, fields: {} };
      return { pauseMs: POST_PACE_MS, fields: { message, shows: shows ?? "", sentAt: "now", ...NO_POST_OPEN } };
    }
    case "tryAgain":
      return {
        againInMs: outcome.inMs,
        pauseMs: outcome.pauseChannel ? outcome.inMs : 0,
        fields: postStillOpen(outcome),
      };
    case "givenUp":
      return { pauseMs: 0, fields: { gone: outcome.because, ...NO_POST_OPEN } };
    case "refused":
      return { againInMs: outcome.pauseMs, pauseMs: outcome.pauseMs, fields: postStillOpen(outcome) };
  }
}

const postStillOpen = ({ looked }: { looked?: number }) => (looked === undefined ? NO_POST_OPEN : { looked });

/** The message that this courier may have posted: its name, "unknown", or "" when it certainly has not posted. */
function mayHavePosted({ state }: Claim, outcome: Outcome): string {
  if (state.message !== undefined) return "";
  if (outcome.kind === "upToDate") return outcome.message ?? "";
  return outcome.kind === "tryAgain" && outcome.looked === 0 ? "unknown" : "";
}

function posted([message, shows, sinceMs, at, looked, gone]: (string | null)[]): PostedCard {
  return {
    ...(message && { message }),
    ...(shows && { shows }),
    ...(sinceMs && { posting: { sinceMs: Number(sinceMs), at: Number(at ?? 0), looked: Number(looked ?? 0) } }),
    ...(gone && { gone }),
  };
}
