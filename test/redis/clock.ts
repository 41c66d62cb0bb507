import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import type { Instant } from "../../src/meeting/fact.ts";

/** A clock that stands still until a test lets time pass. */
export function standingClock(startsAt: Instant = Date.now()) {
  let now = startsAt;
  return {
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

export type StandingClock = ReturnType<typeof standingClock>;

/**
 * The real server with a clock of ours: scripts are told the time instead of asking for it. Keys expire by the server's
 * own.
 */
export function onClock(redis: Redis, now: () => Instant, alsoTold = (lua: string) => lua): Redis {
  const scripts = new Map<string, string>();
  const told = (lua: string) =>
    alsoTold(lua).replace("redis.call('TIME')", `{ '${Math.floor(now() / 1_000)}', '${(now() % 1_000) * 1_000}' }`);
  type Args = [number, ...string[]];
  const known = (sha: string) => {
    const lua = scripts.get(sha);
    if (!lua) throw new Error("NOSCRIPT");
    return told(lua);
  };
  const learn = (lua: string) => {
    scripts.set(createHash("sha1").update(lua).digest("hex"), lua);
    return told(lua);
  };
  const own = {
    eval: (lua: string, ...args: Args) => redis.eval(learn(lua), ...args),
    evalsha: async (sha: string, ...args: Args) => redis.eval(known(sha), ...args),
    callBuffer: async (name: string, script: string, ...args: Args) =>
      redis.callBuffer("EVAL", name === "EVAL" ? learn(script) : known(script), ...args),
  };
  return new Proxy(redis, {
    get(_, name: keyof typeof own) {
      const value = own[name] ?? redis[name];
      return typeof value === "function" ? value.bind(redis) : value;
    },
  });
}
