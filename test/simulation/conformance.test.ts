import { deepEqual } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import type { Instant, MeetingFact } from "../../src/meeting/fact.ts";
import type { Call, CardDesk, Claim, FactStore, Outcome } from "../../src/ports.ts";
import { redisDesk } from "../../src/redis/desk.ts";
import { redisFacts } from "../../src/redis/facts.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { at, ended, joined, left, started, summarized } from "../meeting/facts.ts";
import { onClock } from "../redis/clock.ts";
import { connected, DIGEST } from "../redis/store.ts";
import { answersOf, redisClient } from "./client.ts";
import { type MemoryRedis, memoryRedis } from "./memory-redis.ts";

const RUNS = Number(process.env.LAW_RUNS ?? 200);
const DAY_MS = 24 * 3_600_000;

describe("the Redis of the simulation answers as Redis does", () => {
  let server: StartedRedis;
  let redis: Redis;
  before(async () => {
    server = await startRedis();
    redis = await connected(server.url);
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  /** The same command for both, on an empty database each. */
  const both = async (commands: readonly (readonly string[])[]) => {
    await redis.flushall();
    const memory = directly(memoryRedis(() => 1_764_000_000_000));
    for (const [name = "", ...args] of commands) {
      const [theirs, ours] = await Promise.all([answer(redis, name, args), answer(memory, name, args)]);
      deepEqual(ours, theirs, [name, ...args].join(" "));
    }
  };

  test("to any commands in any order", async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyCommand, { minLength: 1, maxLength: 40 }), both), { numRuns: RUNS });
  });

  test("to numbers that a script prints, compares, adds up and hands on", async () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, min: -1e20, max: 1e20 }),
      fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }).map(Number), // often exactly between two that can be printed
      fc.integer(),
      fc.constantFrom(1_764_000_000_123, -2e13, 0.1, 1e14, 1e17),
    );
    const script = `
local a, b = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('SET', KEYS[1], a)
redis.call('ZADD', KEYS[2], b, 'b')
local function both(x, y) return x, y end
local smaller, larger = both(math.min(a, b), math.max(a, b))
local named = { [a] = 'a', b = b, 'first' }
return { tostring(a), a .. '|' .. b, redis.call('GET', KEYS[1]), redis.call('ZSCORE', KEYS[2], 'b'), named[a] or 'none',
  tostring(named.b), named[1], tostring(a < b), tostring(smaller == a), tostring(larger), tostring(a == 0 and 1 or nil),
  tostring(not a), string.format('%.0f', math.floor(a)), #ARGV }
`;
    await fc.assert(
      fc.asyncProperty(number, number, (a, b) => both([["eval", script, "2", "one", "two", String(a), String(b)]])),
      { numRuns: RUNS },
    );
  });

  test("to every script of ours, whatever happens to cards", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAct, { minLength: 1, maxLength: 40 }), async (acts) => {
        await redis.flushall();
        let now = Date.UTC(2026, 2, 2, 9);
        const theirs = stage(
          onClock(
            redis,
            () => now,
            (lua) => lua.replace("redis.call('INFO', 'server')", "'run_id:run1'"),
          ),
          () => now,
        );
        const memory = memoryRedis(() => now);
        const ours = stage(directly(memory), () => now);
        for (const [index, act] of acts.entries()) {
          now += act.afterMs;
          const told = [await act.play(theirs), await act.play(ours)];
          deepEqual(told[1], told[0], `answer ${index}, ${act.name}`);
          const states = [await stateOf(redis, theirs), await stateOf(directly(memory), ours)];
          deepEqual(states[1], states[0], `after ${index}, ${act.name}`);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

const directly = (memory: MemoryRedis) => redisClient(async (commands) => answersOf(memory, commands));

async function answer(redis: Redis, name: string, args: readonly string[]): Promise<unknown> {
  const command = redis[name as "get"] as unknown as (...args: readonly string[]) => Promise<unknown>;
  try {
    return inOrder(name, await command.apply(redis, [...args]));
  } catch {
    return "an error";
  }
}

/** Redis gives what is in a hash in no order. */
function inOrder(name: string, reply: unknown): unknown {
  if (name === "hgetall") return Object.entries(reply as object).sort();
  return Array.isArray(reply) && (name === "hvals" || name === "hkeys") ? reply.toSorted() : reply;
}

const someKey = fc.constantFrom("a", "b", "c");
const someWord = fc.constantFrom("x", "y", "z", "1", "");
const someScore = fc.oneof(
  fc.integer({ min: -5, max: 5 }).map(String),
  fc.constantFrom("0.5", "inf", "-inf", "1764000000123", "no"),
);
const someBorder = fc.tuple(fc.constantFrom("", "("), someScore).map(([open, at]) => `${open}${at}`);
const someRank = fc.integer({ min: -4, max: 4 }).map(String);
const someLimit = fc.constantFrom(
  [],
  ["LIMIT", "0", "1"],
  ["LIMIT", "1", "2"],
  ["WITHSCORES"],
  ["WITHSCORES", "LIMIT", "0", "-1"],
);
const someOptions = fc.constantFrom(
  [],
  ["NX"],
  ["XX"],
  ["GT"],
  ["LT"],
  ["XX", "GT"],
  ["XX", "LT"],
  ["CH"],
  ["LT", "CH"],
  ["NX", "GT"],
);
const someWhole = fc.integer({ min: -3, max: 3 }).map(String);

const say = <Parts extends unknown[]>(name: string, ...parts: { [At in keyof Parts]: fc.Arbitrary<Parts[At]> }) =>
  fc.tuple(...parts).map((args) => [name, ...args.flat(2).map(String)]);
const some = <T>(what: fc.Arbitrary<T>) => fc.array(what, { minLength: 1, maxLength: 3 });

const anyCommand: fc.Arbitrary<string[]> = fc.oneof(
  say("hset", someKey, some(fc.tuple(someWord, someWord))),
  say("hsetnx", someKey, someWord, someWord),
  say("hincrby", someKey, someWord, someWhole),
  say("hdel", someKey, some(someWord)),
  say("hget", someKey, someWord),
  say("hmget", someKey, some(someWord)),
  say("hexists", someKey, someWord),
  ...["hgetall", "hvals", "hkeys", "hlen", "zcard", "get", "del", "exists", "pttl", "incr"].map((name) =>
    say(name, someKey),
  ),
  say("zadd", someKey, someOptions, some(fc.tuple(someScore, someWord))),
  say("zincrby", someKey, fc.integer({ min: -3, max: 3 }), someWord),
  say("zrem", someKey, some(someWord)),
  say("zscore", someKey, someWord),
  say("zmscore", someKey, some(someWord)),
  say("zcount", someKey, someBorder, someBorder),
  say("zrange", someKey, someRank, someRank, fc.constantFrom([], ["WITHSCORES"])),
  say("zrevrange", someKey, someRank, someRank, fc.constantFrom([], ["WITHSCORES"])),
  say("zrangebyscore", someKey, someBorder, someBorder, someLimit),
  say("zrevrangebyscore", someKey, someBorder, someBorder, someLimit),
  say("zremrangebyscore", someKey, someBorder, someBorder),
  say("zremrangebyrank", someKey, someRank, someRank),
  say("set", someKey, someWord, fc.constantFrom([], ["NX"], ["XX"], ["PX", "0"], ["NX", "XX"])),
  say("incrby", someKey, someWhole),
  say("pexpire", someKey, fc.constantFrom("-1", "0")),
  say("lpush", someKey, some(someWord)),
  say("lrange", someKey, someRank, someRank),
  say("ltrim", someKey, someRank, someRank),
);

const CHANNELS = ["slack:C1", "slack:C2"];
const anyFact = fc
  .tuple(
    fc.constantFrom(started, ended, summarized),
    fc.constantFrom(joined, left),
    fc.constantFrom("A", "B", "C"),
    fc.constantFrom("09:00", "09:10", "09:10:03", "10:00"),
    fc.constantFrom("payload" as const, "arrival" as const),
    fc.option(fc.constantFrom("111", "222"), { nil: undefined }),
    fc.boolean(),
  )
  .map(([plain, attendance, uuid, time, timeFrom, number, isPlain]) => {
    const extra = { uuid, timeFrom, ...(number && { number, startedAt: at(time) }) };
    return isPlain ? plain(time, extra) : attendance("Jo P1", time, extra);
  });
const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constantFrom<Outcome>(
    { kind: "upToDate", because: "nothing new" },
    { kind: "upToDate", because: "started", message: "1.0", shows: "live" },
    { kind: "upToDate", because: "started", message: "1.0", shows: "live", looked: 3, lookAgainInMs: 30_000 },
    { kind: "tryAgain", because: "lost", inMs: 6_000, isUnknown: true, looked: 0 },
    { kind: "tryAgain", because: "its turn comes later", inMs: 700, awaits: "post" },
    { kind: "givenUp", because: "message_not_found" },
    { kind: "refused", because: "is_archived", pauseMs: 3_600_000, looked: 1 },
  ),
  fc
    .constantFrom("post" as const, "edit" as const, "find" as const, "channel" as const, "platform" as const)
    .map((closes): Outcome => ({ kind: "tryAgain", because: "ratelimited", inMs: 5_000, closes })),
);

/** What is concluded is about the first fact that Redis happens to give. */
const saying = ({ kind, at, heardAt, about }: MeetingFact) =>
  JSON.stringify(kind === "startedAgain" ? { kind, at } : { kind, at, heardAt, about });

const STANDING = [
  { card: "A", message: "3.0" },
  { card: DIGEST, message: "4.0", gone: "it was posted before" },
];

interface Act {
  name: string;
  afterMs: number;
  play: (stage: Stage) => Promise<unknown>;
}

const anyAct: fc.Arbitrary<Act> = fc
  .tuple(
    fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 4_000 }) }, fc.constantFrom(11_000, 3_600_000)),
    fc.oneof(
      fc.tuple(anyFact, fc.subarray(CHANNELS), fc.boolean()).map(([fact, channels, isUrgent]) => ({
        name: "keep",
        play: ({ facts }: Stage) =>
          facts.keep(fact, { listeners: channels.map((channel) => ({ channel, digest: DIGEST })), isUrgent }),
      })),
      fc.constant({
        name: "claim",
        async play({ desk, claims, tokens }: Stage) {
          const { claims: taken, nextInMs } = await desk.claim(8);
          claims.push(...taken);
          tokens.push(...taken.map(({ token }) => token));
          return nameless([taken, nextInMs === Number.POSITIVE_INFINITY ? "never" : nextInMs], tokens);
        },
      }),
      fc
        .tuple(fc.nat(), fc.constantFrom("post", "edit", "find", "remove", "adopt", "remember"))
        .map(([which, call]) => ({
          name: call,
          play: async ({ desk, claims }: Stage) => {
            const claim = claims[which % claims.length];
            if (!claim) return undefined;
            if (call === "remember") return desk.remember(claim, STANDING);
            return call === "adopt" ? desk.adopt(claim, "2.0") : desk.begin(claim, call as Call, at("09:00"));
          },
        })),
      fc.tuple(fc.nat(), anyOutcome).map(([which, outcome]) => ({
        name: "settle",
        async play({ desk, claims }: Stage) {
          const claim = claims[which % claims.length];
          if (claim) await desk.settle(claim, outcome);
        },
      })),
      fc.tuple(fc.constantFrom(...CHANNELS), fc.constantFrom("A", "B", DIGEST)).map(([channel, card]) => ({
        name: "makeDue",
        async play({ desk }: Stage) {
          await desk.makeDue(channel, card);
          return desk.stateOf(channel, card);
        },
      })),
      fc.constantFrom("A", "B", "C").map((uuid) => ({
        name: "read",
        play: async ({ facts }: Stage) =>
          [
            await facts.factsOf(uuid),
            ...(await facts.factsOfLive()),
            ...(await facts.factsBetween(0, at("12:00"))),
          ].map((told) => told.map(saying).sort()),
      })),
      fc.constant({ name: "pack", play: ({ facts }: Stage) => facts.packFinished(CHANNELS) }),
      fc.tuple(fc.constantFrom("A", "B", "C"), fc.constantFrom("09:00", "10:00")).map(([uuid, time]) => ({
        name: "isOver",
        play: ({ facts }: Stage) => facts.isOver(uuid, at(time)),
      })),
    ),
  )
  .map(([afterMs, act]) => ({ afterMs, ...act }));

interface Stage {
  facts: FactStore;
  desk: CardDesk;
  claims: Claim[];
  /** The tokens of claims, in the order in which they were handed out: they are random. */
  tokens: string[];
}

function stage(redis: Redis, now: () => Instant): Stage {
  const keys = redisKeys("{same}");
  const retentionMs = 90 * DAY_MS;
  const tokens: string[] = [];
  return {
    facts: redisFacts(redis, keys, { retentionMs, now, restMs: 60_000 }),
    desk: redisDesk(redis, keys, { leaseMs: 10_000, retentionMs, now }),
    claims: [],
    tokens,
  };
}

/** Every key and what it holds. How long they live is told by the clock, which the real server does not share. */
async function stateOf(redis: Redis, { tokens }: Stage): Promise<unknown> {
  const keys = await redis.keys("*");
  const state = await Promise.all(
    keys.sort().map(async (key) => {
      const kind = await redis.type(key);
      return [key, kind, await held(redis, key, kind), (await redis.pttl(key)) < 0];
    }),
  );
  return nameless(state, tokens);
}

async function held(redis: Redis, key: string, kind: string): Promise<unknown> {
  if (kind === "string") return redis.get(key);
  if (kind === "zset") return redis.zrange(key, "0", "-1", "WITHSCORES");
  const fields = Object.entries(await redis.hgetallBuffer(key)).map(([field, bytes]) => [
    field,
    bytes.toString("latin1"),
  ]);
  return fields.sort();
}

function nameless(told: unknown, tokens: readonly string[]): unknown {
  const text = tokens.reduce(
    (text, token, index) => text.replaceAll(token, `token ${index}`),
    JSON.stringify(told) ?? "null",
  );
  return JSON.parse(text);
}
