import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { clockTime, type Day, dayBefore, dayOf, dayOn, timeOn, weekday } from "../../src/card/day.ts";
import type { Instant } from "../../src/meeting/fact.ts";
import { changesOfClocks, offsetsOf } from "./clocks.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const utc = (at: Instant) => new Date(at).toISOString().slice(0, 16);
const borders = ({ from, until }: Day) => [utc(from), utc(until)];

/** What a clock there shows: "2026-11-24T18:00". Reckoned otherwise than the notifier does. */
function shown(timeZone: string): (at: Instant) => string {
  const offset = offsetsOf(timeZone);
  return (at) => utc(at + offset(at) * MINUTE_MS);
}

describe("wherever clocks are changed, ten years long,", () => {
  const changes = changesOfClocks(2017, 2027);

  test("days follow each other without a gap or an overlap", () => {
    ok(changes.length > 400, `${changes.length}`);
    for (const { timeZone, at } of changes) {
      const clock = shown(timeZone);
      for (const day of [-DAY_MS, 0, DAY_MS].map((by) => dayOf(at + by, timeZone))) {
        const next = dayOf(day.until, timeZone);
        const told = `${timeZone} ${day.date}`;
        equal(next.from, day.until, told);
        equal(weekday(next), (weekday(day) % 7) + 1, told);
        deepEqual(dayBefore(next), day, told);
        deepEqual(dayOn(day.date, timeZone), day, told);
        equal(clock(day.from).slice(0, 10), day.date, told);
        equal(clock(day.until - 1).slice(0, 10), day.date, told);
        ok(clock(day.from - 1).slice(0, 10) < day.date, told);
      }
    }
  });

  test("a day is the same at each of its moments", () => {
    for (const { timeZone, at } of changes) {
      for (const hours of [-25, -13, -2, -1, -0.5, -0.01, 0, 0.01, 0.5, 1, 2, 13, 25]) {
        const moment = at + hours * HOUR_MS;
        const day = dayOf(moment, timeZone);
        ok(day.from <= moment && moment < day.until, `${timeZone} ${utc(moment)}`);
        deepEqual(dayOf(day.from, timeZone), day);
        equal(day.date, shown(timeZone)(moment).slice(0, 10));
      }
    }
  });

  test("each time of the clock comes once a day: first when it is shown twice, an hour later when it is skipped", () => {
    for (const { timeZone, at, byMinutes } of changes) {
      const clock = shown(timeZone);
      const day = dayOf(at, timeZone);
      const firstShown = new Map<string, Instant>();
      for (let minute = day.until - MINUTE_MS; minute >= day.from; minute -= MINUTE_MS) {
        firstShown.set(clock(minute).slice(11), minute);
      }
      for (const time of ["00:00", "00:30", "01:30", "02:00", "02:30", "12:00", "18:00", "23:59"]) {
        const late = Date.parse(`${day.date}T${time}Z`) + byMinutes * MINUTE_MS;
        const expected = firstShown.get(time) ?? firstShown.get(utc(late).slice(11));
        if (utc(late).slice(0, 10) === day.date) equal(timeOn(day, time), expected, `${timeZone} ${day.date} ${time}`);
      }
    }
  });
});

describe("a day", () => {
  const day = (date: string, timeZone: string) => borders(dayOn(date, timeZone));

  test("begins an hour late where midnight is skipped", () => {
    deepEqual(day("2018-11-04", "America/Sao_Paulo"), ["2018-11-04T03:00", "2018-11-05T02:00"]);
    deepEqual(day("2026-04-24", "Africa/Cairo"), ["2026-04-23T22:00", "2026-04-24T21:00"]);
    deepEqual(day("2026-03-29", "Asia/Beirut"), ["2026-03-28T22:00", "2026-03-29T21:00"]);
    equal(clockTime(dayOn("2026-04-24", "Africa/Cairo").from, "Africa/Cairo"), "01:00");
  });

  test("begins at the first of two midnights", () => {
    deepEqual(day("2026-11-01", "America/Havana"), ["2026-11-01T04:00", "2026-11-02T05:00"]);
    deepEqual(day("2026-10-25", "Atlantic/Azores"), ["2026-10-25T00:00", "2026-10-26T01:00"]);
  });

  test("is followed by the next but one where a day was left out", () => {
    const last = dayOn("2011-12-29", "Pacific/Apia");
    const next = dayOf(last.until, "Pacific/Apia");
    deepEqual([next.date, borders(next)], ["2011-12-31", ["2011-12-30T10:00", "2011-12-31T10:00"]]);
    deepEqual(dayBefore(next), last);
  });

  test("has 02:30 an hour later when it is skipped, and the first time when it comes twice", () => {
    equal(utc(timeOn(dayOn("2026-03-29", "Europe/Vienna"), "02:30")), "2026-03-29T01:30");
    equal(utc(timeOn(dayOn("2026-10-25", "Europe/Vienna"), "02:30")), "2026-10-25T00:30");
  });
});
