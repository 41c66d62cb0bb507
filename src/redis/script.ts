import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import type { RedisClient } from "./connect.ts";

export type Script = (
  redis: RedisClient,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
) => Promise<unknown>;

/**
 * A Lua script, sent once per server and called by its hash afterwards. Every key it touches must be in `keys`. Its
 * answer's strings are text, or bytes where it gives back what is not text.
 */
export function script(lua: string, answer: "text" | "bytes" = "text"): Script {
  const sha = createHash("sha1").update(lua).digest("hex");
  return async (redis, keys, args) => {
    if ("stream" in redis) inOneWrite(redis.stream);
    try {
      if (answer === "bytes") return await redis.callBuffer("EVALSHA", sha, keys.length, ...keys, ...args);
      return await redis.evalsha(sha, keys.length, ...keys, ...args);
    } catch (err) {
      if (!(err instanceof Error) || !err.message.startsWith("NOSCRIPT")) throw err;
      if (answer === "bytes") return redis.callBuffer("EVAL", lua, keys.length, ...keys, ...args);
      return redis.eval(lua, keys.length, ...keys, ...args);
    }
  };
}

/** What is asked in one turn of the event loop goes out together: of a small command the system call costs most. */
function inOneWrite(stream: Redis["stream"] | undefined): void {
  if (!stream || stream.writableCorked > 0) return; // there is none before the first connection
  stream.cork();
  setImmediate(() => stream.uncork());
}

const RETRY_MS = 100;

/** Tries again while Redis cannot be reached, to begin for the last time after `ms`. For what is harmless done twice. */
export async function persistently<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    try {
      return await work();
    } catch (err) {
      if (performance.now() + RETRY_MS > deadline) throw err;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** One edit of a platform per this time: Slack allows 50 a minute, so this and a burst of 10 stay within it. */
export const EDIT_EVERY_MS = 1_500;
/** So many edits that are no ends may follow one another faster. */
export const BURST_OF_EDITS_MS = 4 * EDIT_EVERY_MS;

/**
 * What all scripts share. Redis' own clock decides what is due, so that the clocks of our processes need not agree.
 *
 * What is due in a channel stands in one sorted set, in three queues: ends go before first posts, and these before other
 * edits. A card's score is the time at which it is due, shifted by its queue; a card stands in one queue at a time, and
 * only ever moves forward ("LT") until it is settled. A card in hand stands there with the end of its lease as its time:
 * any other time says that it changed meanwhile.
 *
 * `makeDue` never postpones a card, and wakes its channel; one that is leased is left alone, because settling looks at
 * what is due again.
 */
export const PRELUDE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ENDS, POSTS, EDITS = -2e13, -1e13, 0
local QUEUES = { ENDS, POSTS, EDITS }
local EDIT_GAP = 3000

local function number(value) return tonumber(value or 0) or 0 end

local function queueOf(score)
  if score < -1e13 then return ENDS elseif score < 0 then return POSTS else return EDITS end
end

local function firstIn(due, queue)
  local first = redis.call('ZRANGEBYSCORE', due, queue, queue + 5e12, 'WITHSCORES', 'LIMIT', 0, 1)
  if first[1] then return first[1], number(first[2]) - queue end
end

local function makeDue(channels, due, gate, channel, id, at, queue)
  local doors = redis.call('HMGET', gate, 'until', 'openAt', 'postAt')
  local leaseEnds, opens = number(doors[1]), number(doors[2])
  local score = number(redis.call('ZSCORE', due, id))
  if leaseEnds > 0 and score - queueOf(score) == leaseEnds then
    at, queue = math.min(at, leaseEnds - 1), math.min(queue, queueOf(score))
  end
  redis.call('ZADD', due, 'LT', at + queue, id)
  if leaseEnds > now then return end
  if queue == POSTS then opens = math.max(opens, number(doors[3])) end
  redis.call('ZADD', channels, 'LT', math.max(at, opens), channel)
end
`;
