import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import type { DayPlan } from "./plan.ts";
import { playDay } from "./play.ts";
import { randomDay } from "./random-day.ts";
import { counterExample, shrunk } from "./shrink.ts";
import { story } from "./story.ts";

const DAYS = Number(process.env.SIMULATED_DAYS ?? 150);

/** Plays days one after another; fails with the shortest story of the first that breaks a promise. */
async function nothingBreaks(from: number, days = DAYS): Promise<void> {
  for (let seed = from; seed < from + days; seed += 1) {
    const found = await counterExample(randomDay(seed));
    if (found) throw new Error(story(await shrunk(found)));
  }
}

describe("whole days, simulated", () => {
  test("no day of these breaks a promise", () => nothingBreaks(1));

  test("an old start alone is no news, and neither is its meeting's end hours later told late", () =>
    nothingBreaks(700_235, 1));

  test("a seed tells all of a day", async () => {
    const tell = async (plan: DayPlan) => {
      const { seen, messages } = await playDay(plan);
      return { seen: seen.map(({ at, what }) => [at, what]), shown: messages.map(({ card }) => card) };
    };
    for (const seed of [3, 4, 5]) deepEqual(await tell(randomDay(seed)), await tell(randomDay(seed)));
  });

  test("the clocks of the machine are back afterwards", async () => {
    const { setTimeout: timer, clearTimeout: clear } = globalThis;
    const clock = Date.now;
    await playDay(randomDay(1));
    deepEqual([globalThis.setTimeout, globalThis.clearTimeout, Date.now], [timer, clear, clock]);
    ok(Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 60_000);
  });

  /** What the days have to contain, or nothing is shown by playing them. */
  test("everything happens to cards that can happen to them", async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= DAYS; seed += 1) {
      const played = await playDay(randomDay(seed));
      for (const { what, details } of played.seen) {
        seen.add(what);
        if (typeof details !== "object") continue;
        if ("because" in details) seen.add(`${details.because}`);
        if ("is" in details) seen.add(`${details.is}`);
      }
    }
    const expected = [
      ...["started", "more people", "ended", "end corrected", "digest", "digest corrected", "nothing new", "adopted"],
      ...["a post is in doubt", "no answer", "ratelimited", "is_archived", "invalid_auth", "message_not_found"],
      ...["lost", "late", "limited", "archived", "noAccess", "odd"],
      ...["post done", "update done", "find done", "dies", "starts anew", "the store fails"],
    ];
    equal(expected.filter((one) => !seen.has(one)).join(), "");
  });
});
