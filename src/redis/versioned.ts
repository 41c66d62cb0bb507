import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import type { RedisClient } from "./connect.ts";
import { persistently, script } from "./script.ts";

/** So long nobody asks Redis again. A fact is never kept for an audience of another version: see `keepFact`. */
const GOOD_FOR_MS = 1_000;
const TRIES = 20;
/** The first time, within Zoom's request. */
const READ_WITHIN_MS = 1_500;

/** Puts another value in the place of one that is still as it was read, and with it a word of what is to follow. */
const replace = script(`
local all, version, unshown = KEYS[1], KEYS[2], KEYS[3]
local name, before, after, toShow = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if (redis.call('HGET', all, name) or '') ~= before then return 0 end
if before == after then return 1 end
if after == '' then redis.call('HDEL', all, name) else redis.call('HSET', all, name, after) end
local count = redis.call('INCR', version)
if toShow ~= '' then redis.call('HSET', unshown, toShow .. ' ' .. name, count) end
return 1
`);

/** The version, and all that it is of unless that is known: in one look. */
const readAll = script(`
local version = redis.call('GET', KEYS[2]) or ''
if version == ARGV[1] then return { version } end
return { version, redis.call('HGETALL', KEYS[1]) }
`);
/** No count is called so. */
const NO_VERSION = "-";

export interface VersionedOptions<T> {
  decoded: (json: string) => T;
  /** "" for what need not be kept. */
  encoded: (value: T) => string;
  /** What there is unless somebody says otherwise. */
  always?: ReadonlyMap<string, T>;
  now?: () => Instant;
}

/** All that there is, by name, at one time. */
export interface Versioned<T> {
  version: string;
  all: ReadonlyMap<string, T>;
}

/**
 * What people change now and then and every process looks at all the time: a hash, and beside it a count of its changes.
 * Several hashes may share one count. In `unshown`, where there is one, each change leaves what is to be shown because of
 * it: a field with that and the name, with the count of that change.
 */
export function redisVersioned<T>(
  redis: RedisClient,
  { all, version, unshown }: { all: string; version: string; unshown?: string },
  { decoded, encoded, always = new Map(), now = Date.now }: VersionedOptions<T>,
) {
  const keys = [all, version];
  const changedKeys = unshown === undefined ? keys : [...keys, unshown];
  let known: { said: Versioned<T>; readAt: Instant } | undefined;

  /** Each asks Redis itself: who joined a reading that is under way would not see what was changed since it began. */
  const fresh = async (): Promise<Versioned<T>> => {
    const readAt = now();
    const before = known?.said;
    const [version, pairs] = (await readAll(redis, keys, [before?.version ?? NO_VERSION])) as [string, string[]?];
    const said = before && pairs === undefined ? before : { version, all: allOf(pairs ?? []) };
    known = { said, readAt };
    return said;
  };
  const allOf = (pairs: readonly string[]): ReadonlyMap<string, T> => {
    const all = new Map(always);
    for (let index = 0; index < pairs.length; index += 2) {
      const name = pairs[index] as string;
      try {
        all.set(name, decoded(pairs[index + 1] as string));
      } catch {
        all.delete(name); // what there is otherwise may tell more
        log.error({ kept: name }, "what is kept here cannot be read by this version and is left out");
      }
    }
    return all;
  };

  return {
    /** As it was within the last second; what was changed here is in it at once. */
    async recent(): Promise<Versioned<T>> {
      if (known && Math.abs(now() - known.readAt) < GOOD_FOR_MS) return known.said;
      // what was known will do while Redis is away: no fact is kept for an audience that is not of the present version
      const otherwise = known?.said;
      return otherwise ? fresh().catch(() => otherwise) : persistently(READ_WITHIN_MS, fresh);
    },
    fresh,
    /** Changes one from what it is now; `changed` is asked again when somebody else was faster. */
    async change(name: string, changed: (before: T | undefined) => T | undefined, toShow = ""): Promise<T | undefined> {
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const before = (await redis.hget(all, name)) ?? "";
        const after = changed(before === "" ? always.get(name) : decoded(before));
        if (after === undefined) return undefined;
        if ((await replace(redis, changedKeys, [name, before, encoded(after), toShow])) !== 1) continue;
        await fresh();
        return after;
      }
      throw new Error("what is to be changed is changed by others all the time");
    },
    /** Gives one another name, unless there is something of that name; under the old one is then what `left` makes of it. */
    async move(from: string, to: string, left: (moved: T) => T, toShow = ""): Promise<void> {
      const kept = (await redis.hget(all, from)) ?? "";
      const moved = kept === "" ? always.get(from) : decoded(kept);
      if (moved === undefined) return;
      const there = (await redis.hget(all, to)) ?? "";
      if (there === "") await replace(redis, changedKeys, [to, "", encoded(moved), toShow]);
      await replace(redis, changedKeys, [from, kept, always.has(from) ? encoded(left(moved)) : "", ""]);
      await fresh();
    },
  };
}
