import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { type Begun, bookingsOf, nobodyCame, onTime, punctualityOf, stillToCome } from "../../src/meeting/booking.ts";
import type { Planned } from "../../src/meeting/plan.ts";
import { at } from "./facts.ts";

const planned = (time: string, more: Partial<Planned> = {}): Planned => ({
  number: "777",
  isWebinar: false,
  startsAt: at(time),
  bookedMinutes: 30,
  ...more,
});

/** An instance of the number 777, from when to when; its uuid is when it began. */
const ran = (from: string, to?: string, number = "777"): Begun => ({
  uuid: from,
  number,
  start: { at: at(from), sure: true },
  ...(to && { end: { at: at(to), sure: true, because: "told" as const } }),
});

const NOW = at("12:00");
const bookings = (plans: Planned[], begun: Begun[], now = NOW) => bookingsOf(plans, begun, now);
const toCome = (plans: Planned[], begun: Begun[], now: string) =>
  stillToCome(bookings(plans, begun, at(now)), at(now)).length;
const empty = (plans: Planned[], begun: Begun[], now = NOW) =>
  bookings(plans, begun, now).filter((one) => nobodyCame(one, now)).length;

describe("what is still to come", () => {
  test("is what nobody has started yet, until its time is over", () => {
    equal(toCome([planned("10:00")], [], "09:00"), 1);
    equal(toCome([planned("10:00")], [], "10:29"), 1);
    equal(toCome([planned("10:00")], [], "10:30"), 0);
    equal(toCome([planned("10:00")], [ran("09:05")], "09:30"), 0);
    equal(toCome([planned("10:00")], [ran("10:20")], "10:21"), 0);
  });

  test("is not begun by another number, or by what ran long before", () => {
    equal(toCome([planned("10:00")], [ran("09:58", undefined, "888")], "10:05"), 1);
    equal(toCome([planned("10:00")], [ran("08:30", "08:50")], "09:30"), 1);
  });

  test("stands in the order of time", () => {
    const some = [planned("11:00"), planned("10:00", { number: "888" })];
    deepEqual(
      stillToCome(bookings(some, []), at("09:00")).map(({ number }) => number),
      ["888", "777"],
    );
  });
});

describe("a planned time to which nobody came", () => {
  test("is over, and nothing ran in it", () => {
    equal(empty([planned("10:00")], []), 1);
    equal(empty([planned("10:00")], [], at("10:29")), 0);
    equal(empty([planned("10:00")], [ran("09:10", "09:50")]), 0);
    equal(empty([planned("10:00")], [ran("10:31", "10:50")]), 1);
  });

  test("is not one in which the meeting before still ran, or that had begun hours before", () => {
    equal(empty([planned("10:00"), planned("10:30")], [ran("10:02", "10:50")]), 0);
    equal(empty([planned("10:00")], [ran("08:00", "10:20")]), 0);
    equal(empty([planned("10:00"), planned("10:30")], [ran("10:02", "10:20")]), 1);
  });
});

describe("starting on time", () => {
  const meetings = [ran("09:55", "10:05"), ran("10:10", "10:28"), ran("11:05", "11:20"), ran("08:30", "08:31")];
  const plans = [planned("10:00"), planned("11:00")];

  test("is to begin within five minutes, or before", () => {
    deepEqual(onTime(meetings, punctualityOf(bookings(plans, meetings))), { planned: 2, onTime: 2 });
    const late = [ran("10:05:01", "10:30")];
    deepEqual(onTime(late, punctualityOf(bookings(plans, late))), { planned: 1, onTime: 0 });
  });

  test("is asked of the first start only: one that broke off is neither late nor early", () => {
    const found = punctualityOf(bookings(plans, meetings));
    deepEqual([...found.keys()].sort(), ["09:55", "10:10", "11:05"]);
    deepEqual(found.get("09:55"), { plannedFor: at("10:00"), delayMs: -300_000 });
    deepEqual(found.get("10:10"), { plannedFor: at("10:00") });
  });

  test("belongs to the nearest of several times", () => {
    const found = punctualityOf(bookings([planned("10:00"), planned("10:30")], [ran("10:20"), ran("10:02", "10:15")]));
    equal(found.get("10:02")?.plannedFor, at("10:00"));
    equal(found.get("10:20")?.plannedFor, at("10:30"));
  });
});
