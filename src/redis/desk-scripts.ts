import { NOTICE_MS } from "../subscription/subscription.ts";
import { COMMAND_TIMEOUT_MS } from "./connect.ts";
import { BURST_OF_EDITS_MS, EDIT_EVERY_MS, PRELUDE, script } from "./script.ts";

/** Slack takes one post a second in each channel. */
const POST_PACE_MS = 1_000;
/** So many edits more than their pace allows may follow one another; what other edits may not take is kept for these. */
const BURST_OF_ENDS_MS = 10 * EDIT_EVERY_MS;
/**
 * Channels are read before a first post, after Redis was away: of that Slack allows 50 a minute too, and many at once are
 * worth more than many a minute.
 */
const FIND_EVERY_MS = 3_000;
const BURST_OF_FINDS_MS = 25 * FIND_EVERY_MS;
/** A claim must reach Redis this soon after looking around: later nobody may be waiting for it any more. */
const CLAIM_WITHIN_MS = COMMAND_TIMEOUT_MS;
/** What is asked for out of turn stands before everything that became due in this time. */
const HEAD_START_MS = 12 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
/** Longer than any notice is news. */
const ANNOUNCED_MS = NOTICE_MS + DAY_MS;
/** What is due in a channel under an old name goes over to the new one; nothing is sent under the old one any more. */
const MOVES_WITHIN_MS = 5_000;
/** A channel that refuses is asked again after this, then after twice this, and so on: somebody may be mending it. */
const SHORTEST_REFUSAL_MS = 60_000;

/** Which channels have something due, how long until the next one has, and when this was so. */
export const lookAround = script(`${PRELUDE}
local ready = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
local later = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
local wait = later[2] and tostring(number(later[2]) - now) or ''
return { ready, wait, string.format('%.0f', now) }
`);

/**
 * Takes a channel for one courier: until the lease ends nobody else sends to it. It gets the first card that may go
 * now: an end while the platform takes edits, else a first post while the channel takes posts, else another edit while
 * the platform's budget has room beyond what is kept for ends. The card stays due at the end of the lease, so that a
 * courier that dies loses nothing; a fact that comes meanwhile makes it due earlier, which settling notices. A claim
 * that a frozen Redis finds when it is back is too late: nobody waits for it, so nobody would settle it.
 */
export const claimChannel = script(`${PRELUDE}
local channels, due, gate, budget, hands = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local channel, token, lease, lookedAt, retention = ARGV[1], ARGV[2], now + number(ARGV[3]), ARGV[4], ARGV[5]
if now - number(lookedAt) > ${CLAIM_WITHIN_MS} then return false end
if redis.call('HEXISTS', KEYS[6], channel) == 1 then
  if redis.call('EXISTS', due) == 1 then redis.call('ZADD', channels, now + ${MOVES_WITHIN_MS}, channel)
  else redis.call('ZREM', channels, channel) end
  return false
end
local doors = redis.call('HMGET', gate, 'until', 'openAt', 'postAt')
local spent = redis.call('HMGET', budget, 'edit', 'closedUntil')
local opens = math.max(number(doors[1]), number(doors[2]), number(spent[2]))
local mayGoAt = {
  [ENDS] = number(spent[1]) - ${BURST_OF_ENDS_MS},
  [POSTS] = number(doors[3]),
  [EDITS] = number(spent[1]) - ${BURST_OF_EDITS_MS}
}
local taken, queueTaken, dueAt, next
for _, queue in ipairs(QUEUES) do
  redis.call('ZREMRANGEBYSCORE', due, queue, '(' .. (queue + now - retention))
  local id, at = firstIn(due, queue)
  if id then
    local goesAt = math.max(at, mayGoAt[queue], opens)
    if goesAt <= now and not taken then taken, queueTaken, dueAt = id, queue, at end
    next = math.min(next or goesAt, goesAt)
  end
end
if not taken then
  if next then redis.call('ZADD', channels, next, channel) else redis.call('ZREM', channels, channel) end
  return false
end
redis.call('HSET', gate, 'token', token, 'until', lease, 'card', taken, 'queue', queueTaken, 'dueAt', dueAt)
redis.call('PEXPIRE', gate, ${DAY_MS})
redis.call('HSET', hands, channel, taken)
redis.call('PEXPIRE', hands, ${DAY_MS})
redis.call('ZADD', due, queueTaken + lease, taken)
redis.call('ZADD', channels, lease, channel)
return { taken, string.format('%.0f', now) }
`);

/**
 * A card's state, with how long ago a post began, or was heard of too late, by Redis' clock. Where nothing is known of
 * it: the run of this Redis, or how long ago the channel was read, if that was in the same run. Another run may have
 * forgotten its last second, or everything, and so may another server. Besides, which notice was told last in its channel.
 */
export const readCard = script(`${PRELUDE}
local card = redis.call('HMGET', KEYS[1], 'message', 'shows', 'posting', 'postingAt', 'twin', 'twinAt', 'looked', 'gone', 'overtaken', 'editing', 'reposts', 'frozen', 'unsaid', 'followUp', 'notice')
local begun, at = card[5] or card[3], card[6] or card[4]
local function ago(time) return time and tostring(now - number(time)) end
local unread, readAgo = false, false
if not (card[1] or begun or card[8]) then
  local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
  readAgo = ago(string.match(redis.call('GET', KEYS[2]) or '', run .. ' (%d+)'))
  if not readAgo then unread = run end
end
local announced = redis.call('GET', KEYS[3])
return { unread, readAgo or false, announced, card[1], card[2], ago(begun), at, card[7], card[8], card[9], ago(card[10]), card[11], card[12], card[13], card[14], card[15] }
`);

/** What was read in a channel is known again, unless more is known already. */
export const rememberStanding = script(`${PRELUDE}
local gate, learnt = KEYS[1], KEYS[2]
local token, run, retention = ARGV[1], ARGV[2], ARGV[3]
local held = redis.call('HMGET', gate, 'token', 'until')
if held[1] ~= token or number(held[2]) <= now then return 0 end
for i = 3, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then
    redis.call('HSET', KEYS[i], 'message', ARGV[2 * i - 2])
    if ARGV[2 * i - 1] ~= '' then redis.call('HSET', KEYS[i], 'gone', ARGV[2 * i - 1]) end
    redis.call('PEXPIRE', KEYS[i], retention)
  end
end
redis.call('SET', learnt, run .. ' ' .. string.format('%.0f', now), 'PX', retention)
return 1
`);

/** How far apart the calls of a kind are that a platform takes, and how much of that may be spent ahead. */
const PACES = `
local function everyMs(call) return call == 'find' and ${FIND_EVERY_MS} or ${EDIT_EVERY_MS} end
local function burstMs(call, queue)
  if call == 'find' then return ${BURST_OF_FINDS_MS} end
  return call == 'edit' and queue == EDITS and ${BURST_OF_EDITS_MS} or ${BURST_OF_ENDS_MS}
end
`;

/**
 * Asks whether a courier may call its platform now, writes down what it is about to do or has learnt, and makes its lease
 * begin anew. Answers "go", "lost" when the lease is over, or for how many milliseconds to wait. A post waits for the
 * channel's pace, and takes the notice that it tells; any other call draws on the budget that the whole platform has for
 * calls of its kind, kept as the time up to which it is spent. Reading ahead is finding that takes only what nobody else
 * wants.
 */
export const beginCall = script(`${PRELUDE}${PACES}
local channels, due, gate, card, budget, announced = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[7]
local channel, id, token, lease, retention = ARGV[1], ARGV[2], ARGV[3], now + number(ARGV[4]), ARGV[5]
local call, value, notice = ARGV[6], ARGV[7], ARGV[8]
local held = redis.call('HMGET', gate, 'token', 'until', 'queue', 'postAt')
if held[1] ~= token or number(held[2]) <= now or redis.call('HEXISTS', KEYS[8], channel) == 1 then return 'lost' end

if call == 'post' then
  local wait = number(held[4]) - now
  if wait > 0 then return tostring(wait) end
  if redis.call('HEXISTS', card, 'posting') == 1 then redis.call('HINCRBY', card, 'reposts', 1) end
  redis.call('HSET', card, 'posting', now, 'postingAt', value)
  redis.call('HDEL', card, 'looked')
  if notice ~= '' and redis.call('HSETNX', card, 'notice', notice) == 1 then
    redis.call('SET', announced, notice, 'PX', ${ANNOUNCED_MS})
  end
  redis.call('PEXPIRE', card, retention)
elseif call == 'adopt' then
  redis.call('HSET', card, 'message', value)
  redis.call('PEXPIRE', card, retention)
else
  local kind, burst = call, burstMs(call, number(held[3]))
  if call == 'read' then kind, burst = 'find', 0 end
  local spentUntil = math.max(now, number(redis.call('HGET', budget, kind)))
  local wait = spentUntil - now - burst
  if wait > 0 then return tostring(wait) end
  redis.call('HSET', budget, kind, spentUntil + everyMs(kind))
  redis.call('PEXPIRE', budget, ${DAY_MS})
  if call == 'edit' then
    redis.call('HSET', card, 'editing', now)
    redis.call('PEXPIRE', card, retention)
  end
end

local score = number(redis.call('ZSCORE', due, id))
if score - queueOf(score) == number(held[2]) then redis.call('ZADD', due, queueOf(score) + lease, id) end
redis.call('HSET', gate, 'until', lease, 'call', call)
redis.call('ZADD', channels, lease, channel)
return 'go'
`);

/**
 * Gives the channel back and writes down what became of the card. It is due no longer, unless something made it due
 * again since it was claimed, or it is to be tried again: then it keeps its place in its queue if that is held back by
 * the same door. A pause closes the door: the channel, its posts, the platform, or one kind of call to the platform.
 *
 * Who comes too late because another took over changes nothing of that; but it may have called all the same (it was
 * frozen, say). If it may have posted there may be a twin of which nobody knows, so the card is in doubt; if it may have
 * edited, what the message shows may be older than what the other one wrote, so it is written once more. That mark goes
 * when a claim that knew of it was settled: whoever has the card in hand now does not.
 *
 * What was certainly not posted has told no notice: the next card that is posted does.
 */
export const settleCard = script(`${PRELUDE}${PACES}
local channels, due, gate, card, budget = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local hands, announced = KEYS[6], KEYS[7]
local channel, id, token, retention = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local again, door, pause = ARGV[5], ARGV[6], number(ARGV[7])
local posted, edited, claimedAt, overtaken, because = ARGV[8], ARGV[9] ~= '', ARGV[10], ARGV[11], ARGV[12]
local held = redis.call('HMGET', gate, 'token', 'until', 'gap', 'call', 'openAt', 'postAt', 'dueAt', 'settled')
if held[8] == token then return 0 end
if held[1] ~= token then
  local state = redis.call('HMGET', card, 'message', 'gone')
  local isTwin = posted ~= '' and posted ~= state[1]
  if state[2] or not (isTwin or edited) then return 0 end
  redis.call('HSET', card, 'overtaken', token)
  if isTwin then redis.call('HSET', card, 'twin', now, 'twinAt', claimedAt) end
  redis.call('PEXPIRE', card, retention)
  makeDue(channels, due, gate, channel, id, now, isTwin and POSTS or ENDS)
  return 0
end

for i = 13, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('HDEL', card, ARGV[i])
  elseif ARGV[i + 1] == 'now' then redis.call('HSET', card, ARGV[i], now)
  else redis.call('HSET', card, ARGV[i], ARGV[i + 1]) end
end
if overtaken ~= '' and redis.call('HGET', card, 'overtaken') == overtaken then
  redis.call('HDEL', card, 'overtaken', 'twin', 'twinAt')
end
redis.call('PEXPIRE', card, retention)

local told = redis.call('HMGET', card, 'notice', 'message', 'posting', 'gone')
if told[1] and not (told[2] or told[3] or told[4]) then
  redis.call('HDEL', card, 'notice')
  if redis.call('GET', announced) == told[1] then redis.call('DEL', announced) end
end

if door == 'refusal' then
  local times = redis.call('HINCRBY', gate, 'refusals', 1)
  pause = math.min(pause, ${SHORTEST_REFUSAL_MS} * 2 ^ (times - 1))
  again, door = pause, 'channel'
elseif again == '' then redis.call('HDEL', gate, 'refusals') end

if door == 'platform' and pause > 0 then
  -- those that were under way when it was shut say the same once more
  local isShut = number(redis.call('HGET', budget, 'closedUntil')) > now
  local times = redis.call('HINCRBY', budget, 'shutOuts', isShut and 0 or 1)
  pause = math.min(pause, ${SHORTEST_REFUSAL_MS} * 2 ^ (times - 1))
elseif again == '' and held[4] then redis.call('HDEL', budget, 'shutOuts', 'closedFor') end

local isPosted = redis.call('HEXISTS', card, 'message') == 1
local wasSent = held[4] == 'post' or held[4] == 'edit'
local score = number(redis.call('ZSCORE', due, id))
local queue, at = queueOf(score), score - queueOf(score)
local isChanged = score ~= 0 and at ~= number(held[2])
if isPosted and queue == POSTS then queue = EDITS elseif not isPosted then queue = POSTS end
if again ~= '' then
  local isHeldBack = door == 'channel' or door == 'platform'
  if door == 'post' then isHeldBack = queue == POSTS elseif door == 'edit' then isHeldBack = queue ~= POSTS end
  redis.call('ZADD', due, queue + (isHeldBack and number(held[7]) or now + number(again)), id)
elseif not isChanged then redis.call('ZREM', due, id)
else
  if wasSent then at = queue == EDITS and now + math.max(number(held[3]), EDIT_GAP) or now end
  redis.call('ZADD', due, queue + at, id)
end

local openAt, postAt = number(held[5]), number(held[6])
if held[4] == 'post' then postAt = math.max(postAt, now + ${POST_PACE_MS}) end
if pause > 0 then
  if door == 'channel' then openAt = now + pause
  elseif door == 'post' then postAt = now + pause
  elseif door == 'platform' then redis.call('HSET', budget, 'closedUntil', now + pause, 'closedFor', because)
  else
    local spentUntil = math.max(number(redis.call('HGET', budget, door)), now + pause + burstMs(door, ENDS))
    redis.call('HSET', budget, door, spentUntil)
  end
  redis.call('PEXPIRE', budget, ${DAY_MS})
end
redis.call('HSET', gate, 'until', 0, 'openAt', openAt, 'postAt', postAt, 'settled', token)
redis.call('HDEL', gate, 'token', 'gap', 'card', 'queue', 'dueAt', 'call')
redis.call('HDEL', hands, channel)

local next
for _, queue in ipairs(QUEUES) do
  local first, at = firstIn(due, queue)
  if first then
    if queue == POSTS then at = math.max(at, postAt) end
    next = math.min(next or at, at)
  end
end
if next then redis.call('ZADD', channels, math.max(next, openAt), channel) else redis.call('ZREM', channels, channel) end
return 1
`);

/** Which channels were not read in this run of Redis, by their places. */
export const notRead = script(`
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local unread = {}
for i, learnt in ipairs(KEYS) do
  if not string.match(redis.call('GET', learnt) or '', run .. ' ') then unread[#unread + 1] = i - 1 end
end
return unread
`);

/** Why the platform lets us in no more, until somebody tried again and was let in; "" when it does. */
export const whyShut = script(`${PRELUDE}
local budget = redis.call('HMGET', KEYS[1], 'closedUntil', 'closedFor')
return budget[2] and now < number(budget[1]) + ${SHORTEST_REFUSAL_MS} and budget[2] or ''
`);

export const makeCardDue = script(`${PRELUDE}
local channels, due, gate, card = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local state = redis.call('HMGET', card, 'gone', 'message', 'followUp')
if state[1] and not state[3] then return 0 end
makeDue(channels, due, gate, ARGV[1], ARGV[2], now - ${HEAD_START_MS}, state[2] and ENDS or POSTS)
return 1
`);

/** Forgets why a card was given up, and with it the message that was taken away: it may be posted as if it never had been. */
export const bringCardBack = script(`${PRELUDE}
local channels, due, gate, card = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
if redis.call('HGET', card, 'gone') ~= ARGV[3] then return 0 end
redis.call('DEL', card)
makeDue(channels, due, gate, ARGV[1], ARGV[2], now - ${HEAD_START_MS}, POSTS)
return 1
`);
