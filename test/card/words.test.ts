import { equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { aboutDuration, duration, people, shortened } from "../../src/card/words.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe("how long something took", () => {
  const said: [number, string][] = [
    [0, "0 s"],
    [499, "0 s"],
    [43 * SECOND, "43 s"],
    [59.4 * SECOND, "59 s"],
    [59.6 * SECOND, "1 min"],
    [26 * MINUTE + 24 * SECOND, "26 min 24 s"],
    [47 * MINUTE, "47 min"],
    [HOUR - 400, "1 h"],
    [HOUR, "1 h"],
    [HOUR + 20 * SECOND, "1 h"],
    [HOUR + 31 * MINUTE, "1 h 31 min"],
    [2 * HOUR - 20 * SECOND, "2 h"],
    [30 * HOUR, "30 h"],
    [-5 * SECOND, "0 s"],
  ];
  for (const [ms, words] of said) test(`is said as ${words} for ${ms} ms`, () => equal(duration(ms), words));

  test("is said to the minute at best where it is not sure", () => {
    equal(aboutDuration(26 * MINUTE + 24 * SECOND), "about 26 min");
    equal(aboutDuration(43 * SECOND), "about 43 s");
    equal(aboutDuration(89 * SECOND), "about 1 min");
    equal(aboutDuration(HOUR + 31 * MINUTE + 40 * SECOND), "about 1 h 32 min");
  });
});

describe("how many people", () => {
  test("is never said as 1 people", () => {
    equal(people(0), "0 people");
    equal(people(1), "1 person");
    equal(people(2), "2 people");
    equal(people(1001), "1001 people");
  });
});

describe("a text that is too long", () => {
  test("ends with three dots, between two characters", () => {
    equal(shortened("Weekly product sync", 10), "Weekly pr…");
    equal(shortened("Weekly product sync", 8), "Weekly…");
    equal(shortened("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 12), "👩‍👩‍👧‍👦…");
    equal(shortened("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 11), "…");
    equal(shortened("short", 5), "short");
  });

  test("is never longer than asked for, and never broken inside a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), fc.integer({ min: 2, max: 30 }), (text, most) => {
        const short = shortened(text, most);
        ok(short.length <= most && short.isWellFormed() && text.startsWith(short.replace(/…$/, "")));
      }),
      { numRuns: Number(process.env.LAW_RUNS ?? 100) },
    );
  });
});
