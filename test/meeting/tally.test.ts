import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { personMs, tally } from "../../src/meeting/tally.ts";
import { at, ended, joined, left, started } from "./facts.ts";

const MIN = 60_000;
const of = (...meetings: MeetingFact[][]) => tally(meetings.map(meetingFrom));

/** 47 min, booked for 30; Alice all the time, Bob 19 + 17 min of it, on the phone and on screen in between. */
const sync = [
  started("10:02", { bookedMinutes: 30 }),
  joined("Alice P1", "10:02"),
  joined("Bob P2", "10:02"),
  left("Bob P2", "10:21"),
  joined("Bob P3", "10:32"),
  left("Bob P3", "10:49"),
  left("Alice P1", "10:49"),
  ended("10:49"),
];
/** 14 min, booked for 15; Alice alone. */
const alone = [
  started("08:02", { uuid: "B", bookedMinutes: 15 }),
  joined("Alice P1", "08:02", { uuid: "B" }),
  left("Alice P1", "08:16", { uuid: "B" }),
  ended("08:16", { uuid: "B" }),
];
const nobody = [started("09:00", { uuid: "C" }), ended("09:00:43", { uuid: "C" })];
const live = [started("11:00", { uuid: "D" }), joined("Cleo P9", "11:00", { uuid: "D" })];

describe("the time of all people together", () => {
  test("counts each one's stays, and none of the time between them", () => {
    equal(personMs(meetingFrom(sync), at("12:00")), (47 + 19 + 17) * MIN);
  });

  test("counts those who are still there up to now", () => {
    equal(personMs(meetingFrom(live), at("11:07:30")), 7.5 * MIN);
  });

  test("counts two devices of one person once", () => {
    const both = [joined("Jo P1", "09:00"), joined("Jo P2", "09:05"), left("Jo P1", "09:20"), left("Jo P2", "09:25")];
    equal(personMs(meetingFrom([started("09:00"), ...both, ended("09:30")]), at("12:00")), 25 * MIN);
  });
});

describe("what several meetings add up to", () => {
  test("is their number, length, people and who ran over", () => {
    deepEqual(of(sync, alone, nobody), {
      meetings: 3,
      live: 0,
      lastedMs: (47 + 14) * MIN + 43_000,
      isLengthSure: true,
      people: 2,
      personMs: (83 + 14) * MIN,
      isPersonTimeSure: true,
      overran: 1,
      overMs: 17 * MIN,
      alone: 2,
    });
  });

  test("leaves what is still live out of all times, but counts it and its people", () => {
    const { meetings, live: still, lastedMs, personMs, people, alone: few } = of(alone, live);
    deepEqual(
      { meetings, still, lastedMs, personMs, people, few },
      { meetings: 2, still: 1, lastedMs: 14 * MIN, personMs: 14 * MIN, people: 2, few: 1 },
    );
  });

  test("is not sure when one end or one leave is not", () => {
    equal(
      of(sync, [started("09:00", { uuid: "E" }), ended("09:30", { uuid: "E", timeFrom: "arrival" })]).isLengthSure,
      false,
    );
    const unseen = [
      started("09:00", { uuid: "F" }),
      joined("Al P1", "09:00", { uuid: "F" }),
      ended("09:30", { uuid: "F" }),
    ];
    deepEqual([of(unseen).isLengthSure, of(unseen).isPersonTimeSure], [true, false]);
  });

  test("calls nothing over by less than a minute, and nothing that was not booked", () => {
    const close = [started("09:00", { uuid: "G", bookedMinutes: 30 }), ended("09:30:59", { uuid: "G" })];
    deepEqual([of(close).overran, of(nobody).overran], [0, 0]);
  });

  test("is nothing when there is none", () => {
    const { meetings, lastedMs, people, isLengthSure } = of();
    deepEqual(
      { meetings, lastedMs, people, isLengthSure },
      { meetings: 0, lastedMs: 0, people: 0, isLengthSure: true },
    );
  });
});
