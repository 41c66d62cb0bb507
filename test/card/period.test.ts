import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { periodOf, periodWords } from "../../src/card/period.ts";

/** A Tuesday, in the evening of Vienna and already Wednesday in Tokyo. */
const NOW = Date.parse("2026-11-24T18:00:00Z");
const HOUR = 3_600_000;

const days = (words: string, timeZone = "UTC", now = NOW) => {
  const { from, until, name } = periodOf(words, now, timeZone);
  return [name, new Date(from).toISOString().slice(0, 16), new Date(until).toISOString().slice(0, 16)];
};

describe("the words for some days", () => {
  const understood: [string, string | undefined][] = [
    ["Today", "today"],
    ["this  week", "week"],
    ["week", "week"],
    ["LAST WEEK", "last week"],
    ["this month", "month"],
    ["2026-11", "2026-11"],
    ["2026-11-24", "2026-11-24"],
    ["2024-02-29", "2024-02-29"],
    ["2026-02-29", undefined],
    ["2026-13", undefined],
    ["1999-01-01", undefined],
    ["2026-1-1", undefined],
    ["weekly", undefined],
    ["constructor", undefined],
    ["", undefined],
  ];
  for (const [typed, words] of understood) {
    test(`${typed || "nothing"}: ${words ?? "no days"}`, () => equal(periodWords(typed), words));
  }
});

describe("the days that are meant", () => {
  test("are those of the asker's calendar", () => {
    deepEqual(days("today"), ["today", "2026-11-24T00:00", "2026-11-25T00:00"]);
    deepEqual(days("today", "Asia/Tokyo"), ["today", "2026-11-24T15:00", "2026-11-25T15:00"]);
    deepEqual(days("yesterday", "Asia/Tokyo"), ["yesterday", "2026-11-23T15:00", "2026-11-24T15:00"]);
  });

  test("begin a week on Monday, also on Sunday and over the end of a month or year", () => {
    const sunday = Date.parse("2026-11-29T12:00:00Z");
    deepEqual(days("week", "UTC", sunday), ["this week, 23 to 29 November", "2026-11-23T00:00", "2026-11-30T00:00"]);
    deepEqual(days("last week"), ["last week, 16 to 22 November", "2026-11-16T00:00", "2026-11-23T00:00"]);
    equal(days("week", "UTC", Date.parse("2026-12-01T12:00:00Z"))[0], "this week, 30 November to 6 December");
    equal(days("last week", "UTC", Date.parse("2027-01-05T12:00:00Z"))[0], "last week, 28 December to 3 January");
  });

  test("are a whole month, by name or number", () => {
    deepEqual(days("month"), ["in November 2026", "2026-11-01T00:00", "2026-12-01T00:00"]);
    deepEqual(days("last month"), ["in October 2026", "2026-10-01T00:00", "2026-11-01T00:00"]);
    deepEqual(days("2026-02"), ["in February 2026", "2026-02-01T00:00", "2026-03-01T00:00"]);
  });

  test("are one day, with its year when that is another", () => {
    deepEqual(days("2026-11-20"), ["on Friday, 20 November", "2026-11-20T00:00", "2026-11-21T00:00"]);
    equal(days("2025-12-31")[0], "on Wednesday, 31 December 2025");
  });

  test("have an hour more or less when the clocks change", () => {
    const hours = (words: string) => {
      const { from, until } = periodOf(words, NOW, "Europe/Vienna");
      return (until - from) / HOUR;
    };
    deepEqual([hours("2026-10-25"), hours("2026-03-29"), hours("2026-10")], [25, 23, 31 * 24 + 1]);
  });
});
