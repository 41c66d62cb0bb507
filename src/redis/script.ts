import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

export type Script = (redis: Redis, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** A Lua script, sent once per server and called by its hash afterwards. Every key it touches must be in `keys`. */
export function script(lua: string): Script {
  const sha = createHash("sha1").update(lua).digest("hex");
  return async (redis, keys, args) => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args);
    } catch (err) {
      if (!(err instanceof Error) || !err.message.startsWith("NOSCRIPT")) throw err;
      return redis.eval(lua, keys.length, ...keys, ...args);
    }
  };
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

/**
 * What all scripts share. Redis' own clock decides what is due, so that the clocks of our processes need not agree.
 * What is due before now by `URGENT` jumps the queue; else two edits of one card are `EDIT_GAP` apart at least.
 * `wake` registers a channel; one that is leased is left alone, because settling looks at what is due again.
 */
export const PRELUDE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local URGENT = 86400000
local EDIT_GAP = 3000

local function number(value) return tonumber(value or 0) or 0 end

local function wake(channels, gate, channel, due)
  local doors = redis.call('HMGET', gate, 'until', 'openAt')
  if number(doors[1]) > now then return end
  redis.call('ZADD', channels, 'LT', math.max(due, number(doors[2])), channel)
end
`;
