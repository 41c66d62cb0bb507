import { type Keyspace, RedisError } from "./keyspace.ts";
import { numberText } from "./lua.ts";

export type Reply = null | number | string | { status: string } | Reply[];
type Command = (data: Keyspace, args: readonly string[]) => Reply;

const OK = { status: "OK" };

/** The commands that the notifier and its scripts use, and those that tests look with. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  TIME: (data) => {
    const ms = data.now();
    return [String(Math.floor(ms / 1_000)), String(Math.floor((ms % 1_000) * 1_000))];
  },
  KEYS: (data) => data.keys(),
  TYPE: (data, [key = ""]) => ({ status: data.find(key)?.kind ?? "none" }),
  DEL: (data, keys) => keys.filter((key) => data.find(key) && data.forget(key)).length,
  EXISTS: (data, keys) => keys.filter((key) => data.find(key)).length,
  RENAME(data, [from = "", to = ""]) {
    data.rename(from, to);
    return OK;
  },
  /** All at once. */
  SCAN: (data, [, ...options]) => {
    const pattern = options[options.findIndex((word) => word.toUpperCase() === "MATCH") + 1] ?? "*";
    return ["0", data.keys().filter((key) => isLike(key, pattern))];
  },
  PEXPIRE: (data, [key = "", ms]) => bit(data.expire(key, data.now() + whole(ms))),
  EXPIRE: (data, [key = "", s]) => bit(data.expire(key, data.now() + whole(s) * 1_000)),
  PTTL(data, [key = ""]) {
    if (!data.find(key)) return -2;
    const until = data.expiry(key);
    return until === undefined ? -1 : Math.round(until - data.now());
  },

  GET: (data, [key = ""]) => data.read(key, "string") ?? null,
  SET(data, [key = "", value = "", ...options]) {
    const words = options.map((option) => option.toUpperCase());
    const unit = words.findIndex((word) => word === "PX" || word === "EX");
    const forMs = unit < 0 ? undefined : whole(options[unit + 1]) * (words[unit] === "EX" ? 1_000 : 1);
    const isThere = data.find(key) !== undefined;
    if (words.includes("NX") && words.includes("XX")) throw new RedisError("ERR syntax error");
    if (forMs !== undefined && forMs <= 0) throw new RedisError("ERR invalid expire time in 'set' command");
    if ((words.includes("NX") && isThere) || (words.includes("XX") && !isThere)) return null;
    data.put(key, value);
    if (forMs !== undefined) data.expire(key, data.now() + forMs);
    return OK;
  },
  INCR: (data, [key = ""]) => incremented(data, key, 1),
  INCRBY: (data, [key = "", by]) => incremented(data, key, whole(by)),

  HGET: (data, [key = "", field = ""]) => data.read(key, "hash")?.get(field) ?? null,
  HMGET: (data, [key = "", ...fields]) => fields.map((field) => data.read(key, "hash")?.get(field) ?? null),
  HGETALL: (data, [key = ""]) => [...(data.read(key, "hash") ?? [])].flat(),
  HVALS: (data, [key = ""]) => [...(data.read(key, "hash")?.values() ?? [])],
  HKEYS: (data, [key = ""]) => [...(data.read(key, "hash")?.keys() ?? [])],
  HLEN: (data, [key = ""]) => data.read(key, "hash")?.size ?? 0,
  HEXISTS: (data, [key = "", field = ""]) => bit(data.read(key, "hash")?.has(field)),
  HSET(data, [key = "", ...given]) {
    const fields = pairs(given);
    const hash = data.open(key, "hash");
    const before = hash.size;
    for (const [field, value] of fields) hash.set(field, value);
    return hash.size - before;
  },
  HSETNX(data, [key = "", field = "", value = ""]) {
    const hash = data.open(key, "hash");
    if (hash.has(field)) return 0;
    hash.set(field, value);
    return 1;
  },
  HINCRBY(data, [key = "", field = "", by]) {
    const hash = data.open(key, "hash");
    const sum = whole(hash.get(field) ?? "0") + whole(by);
    hash.set(field, String(sum));
    return sum;
  },
  HDEL(data, [key = "", ...fields]) {
    const hash = data.read(key, "hash");
    const gone = fields.filter((field) => hash?.delete(field)).length;
    data.tidy(key);
    return gone;
  },

  ZADD: zadd,
  ZINCRBY(data, [key = "", by, member = ""]) {
    const zset = data.open(key, "zset");
    const sum = (zset.get(member) ?? 0) + score(by);
    zset.set(member, sum);
    return scoreText(sum);
  },
  ZREM(data, [key = "", ...members]) {
    const zset = data.read(key, "zset");
    const gone = members.filter((member) => zset?.delete(member)).length;
    data.tidy(key);
    return gone;
  },
  ZSCORE(data, [key = "", member = ""]) {
    const found = data.read(key, "zset")?.get(member);
    return found === undefined ? null : scoreText(found);
  },
  ZMSCORE: (data, [key = "", ...members]) =>
    members.map((member) => {
      const found = data.read(key, "zset")?.get(member);
      return found === undefined ? null : scoreText(found);
    }),
  ZCARD: (data, [key = ""]) => data.read(key, "zset")?.size ?? 0,
  ZCOUNT: (data, [key = "", min, max]) => between(data, key, min, max).length,
  ZRANGE: (data, [key = "", from, to, ...options]) => {
    const all = byScore(data, key);
    if (options.some((option) => !/^withscores$/i.test(option))) throw new RedisError("ERR syntax error");
    return told(ranked(all, from, to), options.length > 0);
  },
  ZREVRANGE: (data, [key = "", from, to, ...options]) =>
    told(ranked(byScore(data, key).toReversed(), from, to), options.length > 0),
  ZRANGEBYSCORE: (data, [key = "", min, max, ...options]) => limited(between(data, key, min, max), options),
  ZREVRANGEBYSCORE: (data, [key = "", max, min, ...options]) =>
    limited(between(data, key, min, max).toReversed(), options),
  ZREMRANGEBYSCORE: (data, [key = "", min, max]) => removed(data, key, between(data, key, min, max)),
  ZREMRANGEBYRANK: (data, [key = "", from, to]) => removed(data, key, ranked(byScore(data, key), from, to)),

  LPUSH(data, [key = "", ...items]) {
    const list = data.open(key, "list");
    list.unshift(...items.toReversed());
    return list.length;
  },
  LRANGE: (data, [key = "", from, to]) => ranked(data.read(key, "list") ?? [], from, to),
  LTRIM(data, [key = "", from, to]) {
    const list = data.read(key, "list");
    list?.splice(0, list.length, ...ranked(list, from, to));
    data.tidy(key);
    return OK;
  },
};

type Scored = [member: string, score: number];

const bit = (is: boolean | undefined) => (is ? 1 : 0);

function whole(value: string | undefined): number {
  if (value === undefined || !/^-?\d+$/.test(value))
    throw new RedisError("ERR value is not an integer or out of range");
  return Number(value);
}

function score(value: string | undefined): number {
  if (/^[-+]?inf(inity)?$/i.test(value ?? "")) return value?.startsWith("-") ? -Infinity : Infinity;
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value ?? ""))
    throw new RedisError("ERR value is not a valid float");
  return Number(value);
}

/** As Redis answers a score: `%.17g`. */
const scoreText = (value: number) => numberText(value, 17);

function pairs(given: readonly string[]): [string, string][] {
  if (given.length === 0 || given.length % 2 > 0) throw new RedisError("ERR wrong number of arguments");
  return Array.from({ length: given.length / 2 }, (_, at) => [given[2 * at] ?? "", given[2 * at + 1] ?? ""]);
}

function incremented(data: Keyspace, key: string, by: number): number {
  const sum = whole(data.read(key, "string") ?? "0") + by;
  const until = data.expiry(key);
  data.put(key, String(sum));
  if (until !== undefined) data.expire(key, until);
  return sum;
}

const ZADD_OPTIONS = new Set(["NX", "XX", "GT", "LT", "CH"]);

function zadd(data: Keyspace, [key = "", ...rest]: readonly string[]): Reply {
  const first = rest.findIndex((word) => !ZADD_OPTIONS.has(word.toUpperCase()));
  const has = new Set(rest.slice(0, first).map((word) => word.toUpperCase()));
  if (["NX", "GT", "LT"].filter((word) => has.has(word)).length > 1 || (has.has("NX") && has.has("XX"))) {
    throw new RedisError("ERR GT, LT, and/or NX options at the same time are not compatible");
  }
  const members = pairs(rest.slice(first)).map(([value, member]): Scored => [member, score(value)]);
  if (has.has("XX") && !data.read(key, "zset")) return 0;
  const zset = data.open(key, "zset");
  let [added, changed] = [0, 0];
  for (const [member, value] of members) {
    const before = zset.get(member);
    if (before === undefined) {
      if (has.has("XX")) continue;
      zset.set(member, value);
      added += 1;
    } else {
      const isKept = has.has("NX") || (has.has("GT") && value <= before) || (has.has("LT") && value >= before);
      if (isKept || value === before) continue;
      zset.set(member, value);
      changed += 1;
    }
  }
  data.tidy(key);
  return has.has("CH") ? added + changed : added;
}

function byScore(data: Keyspace, key: string): Scored[] {
  const zset = data.read(key, "zset");
  if (!zset) return [];
  return [...zset].sort(([a, first], [b, second]) => first - second || (a < b ? -1 : 1));
}

function between(data: Keyspace, key: string, min: string | undefined, max: string | undefined): Scored[] {
  const [isFrom, isUntil] = [border(min, (at, limit) => at > limit), border(max, (at, limit) => at < limit)];
  return byScore(data, key).filter(([, at]) => isFrom(at) && isUntil(at));
}

function border(said: string | undefined, isBeyond: (at: number, limit: number) => boolean) {
  const isOpen = said?.startsWith("(") ?? false;
  const text = isOpen ? said?.slice(1) : said;
  let limit: number;
  try {
    limit = score(text);
  } catch {
    throw new RedisError("ERR min or max is not a float");
  }
  return (at: number) => isBeyond(at, limit) || (!isOpen && at === limit);
}

function ranked<T>(all: readonly T[], from: string | undefined, to: string | undefined): T[] {
  const place = (at: number) => Math.max(at < 0 ? all.length + at : at, 0);
  const last = whole(to);
  return all.slice(place(whole(from)), last < 0 ? Math.max(all.length + last + 1, 0) : last + 1);
}

function limited(all: readonly Scored[], options: readonly string[]): Reply {
  const words = options.map((option) => option.toUpperCase());
  const at = words.indexOf("LIMIT");
  const [skip, most] = at < 0 ? [0, -1] : [whole(options[at + 1]), whole(options[at + 2])];
  const some = skip < 0 ? [] : all.slice(skip, most < 0 ? undefined : skip + most);
  return told(some, words.includes("WITHSCORES"));
}

function told(some: readonly Scored[], withScores: boolean): string[] {
  return withScores ? some.flatMap(([member, at]) => [member, scoreText(at)]) : some.map(([member]) => member);
}

function removed(data: Keyspace, key: string, some: readonly Scored[]): number {
  const zset = data.read(key, "zset");
  for (const [member] of some) zset?.delete(member);
  data.tidy(key);
  return some.length;
}

/** Of what a pattern may say in Redis: any characters, and those that are meant as they stand. */
function isLike(key: string, pattern: string): boolean {
  const parts = pattern.match(/\\.|\*|[^\\*]/g) ?? [];
  const source = parts
    .map((one) => (one === "*" ? ".*" : one.replace(/^\\/, "").replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^${source}$`, "s").test(key);
}
