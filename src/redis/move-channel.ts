import type { Channel, ChannelMoves } from "../ports.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";
import { script } from "./script.ts";

/**
 * What was posted in a channel under its old name is what stands there under the new one: the cards go, and what is due
 * with them. What the new one has already stays.
 */
const moveCards = script(`
local channels, dueFrom, dueTo, from, to = KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2]
for i = 4, #KEYS, 2 do
  if redis.call('EXISTS', KEYS[i]) == 1 and redis.call('EXISTS', KEYS[i + 1]) == 0 then
    redis.call('RENAME', KEYS[i], KEYS[i + 1])
  end
end
local due = redis.call('ZRANGE', dueFrom, 0, -1, 'WITHSCORES')
for i = 1, #due, 2 do redis.call('ZADD', dueTo, 'LT', due[i + 1], due[i]) end
redis.call('DEL', dueFrom)
redis.call('ZREM', channels, from)
if #due > 0 then redis.call('ZADD', channels, 'LT', 0, to) end
return #due / 2
`);

/** Every name that a channel had leads to the one it has. */
const noteMove = script(`
local moved, from, to, life = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local known = redis.call('HGETALL', moved)
for i = 1, #known, 2 do
  if known[i + 1] == from then redis.call('HSET', moved, known[i], to) end
end
redis.call('HSET', moved, from, to)
redis.call('HDEL', moved, to)
redis.call('PEXPIRE', moved, life)
`);

const AT_ONCE = 200;

/** Channels that the platform gave another name, in Redis. */
export function redisMoves(redis: RedisClient, keys: Keys, { retentionMs }: { retentionMs: number }): ChannelMoves {
  return {
    known: async () => new Map(Object.entries(await redis.hgetall(keys.moved))),
    isBehind: async (from) => (await redis.exists(keys.due(from))) === 1,
    async move(from, to) {
      // first, so that somebody else goes on with it if we die; meetings that are packed are found by it too
      await noteMove(redis, [keys.moved], [from, to, retentionMs]);
      await moveAll(redis, keys, from, to);
    },
  };
}

/** What stands in a channel and may still change is known under its new name. */
async function moveAll(redis: RedisClient, keys: Keys, from: Channel, to: Channel): Promise<void> {
  const [live, over] = await Promise.all([redis.zrange(keys.live, "0", "-1"), redis.zrange(keys.over, "0", "-1")]);
  const due = await redis.zrange(keys.due(from), "0", "-1");
  const prefix = keys.card(from, "");
  const others = await namesLike(redis, `${escapedGlob(prefix)}*:*`);
  const cards = [...new Set([...live, ...over, ...due, ...others.map((key) => key.slice(prefix.length))])];
  for (let index = 0; index === 0 || index < cards.length; index += AT_ONCE) {
    const some = cards.slice(index, index + AT_ONCE).flatMap((card) => [keys.card(from, card), keys.card(to, card)]);
    const announced = [keys.announced(from), keys.announced(to)];
    await moveCards(redis, [keys.channels, keys.due(from), keys.due(to), ...announced, ...some], [from, to]);
  }
}

/** Digests, weeks and replies have names with a colon, and are in no list. */
async function namesLike(redis: RedisClient, pattern: string): Promise<string[]> {
  const servers = "nodes" in redis ? redis.nodes("master") : [redis];
  const found: string[] = [];
  for (const server of servers) {
    let cursor = "0";
    do {
      const [next, names] = await server.scan(cursor, "MATCH", pattern, "COUNT", "1000");
      found.push(...names);
      cursor = next;
    } while (cursor !== "0");
  }
  return found;
}

function escapedGlob(text: string): string {
  return text.replaceAll(/[\\*?[\]]/g, "\\$&");
}
