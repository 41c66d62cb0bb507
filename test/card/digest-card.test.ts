import { deepEqual, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import { dayOf } from "../../src/card/day.ts";
import { digestCard } from "../../src/card/digest-card.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { at, ended, joined, started } from "../meeting/facts.ts";
import { cardText } from "./text.ts";

const vienna = dayOf(at("12:00"), "Europe/Vienna");
const digest = (meetings: MeetingFact[][]) => {
  const card = digestCard(vienna, meetings.map(meetingFrom));
  if (!card) throw new Error("there is no digest");
  return card;
};

const standUp = [
  started("08:02", { uuid: "B", topic: "Stand-up" }),
  joined("Jo P1", "08:02", { uuid: "B" }),
  ended("08:16", { uuid: "B" }),
];
const sync = [
  started("10:02", { topic: "Product sync", bookedMinutes: 30 }),
  joined("Jo P1", "10:02"),
  joined("Al P2", "10:02"),
  ended("10:49"),
];

describe("the digest of a day", () => {
  test("has the totals first and a row for each meeting, on the clocks of its zone", () => {
    deepEqual(cardText(digest([sync, standUp])), [
      "Meetings on Monday, 2 March",
      "2 meetings",
      "1 h 1 min in total",
      "2 different people",
      "1 ran over",
      "Start | Meeting | Length | People",
      "09:02 | Stand-up | 14 min | 1",
      "11:02 | Product sync | 47 min | 2",
      "Times of the table: Europe/Vienna. Meetings that began on this day; what comes late is added here. /meetings settings changes what is told here.",
    ]);
    equal(digest([sync, standUp]).summary, "Monday, 2 March: 2 meetings, 1 h 1 min, 2 people");
  });

  test("of one meeting and one person says so", () => {
    deepEqual(cardText(digest([standUp])).slice(1, 5), ["1 meeting", "14 min in total", "1 person", "0 ran over"]);
  });

  test("of a day without meetings is none", () => {
    equal(digestCard(vienna, []), undefined);
  });

  test("says what is still live and does not count its time", () => {
    const lines = cardText(digest([standUp, [started("10:02", { topic: "All hands" })]]));
    equal(lines[2], "14 min in total, 1 still live");
    match(lines.join("\n"), /^11:02 \| All hands \| still live \| 0$/m);
  });

  test("of meetings that are all still live tells no total", () => {
    const live = (uuid: string) => [started("10:02", { uuid }), joined("Jo P1", "10:02", { uuid })];
    deepEqual(cardText(digest([live("A"), live("B")])).slice(1, 4), ["2 meetings", "2 still live", "1 person"]);
    equal(digest([live("A"), live("B")]).summary, "Monday, 2 March: 2 meetings, all still live, 1 person");
    equal(digest([live("A")]).summary, "Monday, 2 March: 1 meeting, still live, 1 person");
  });

  test("says that the total is not sure where one length is not", () => {
    const silent: MeetingFact = { ...ended("10:49"), kind: "fellSilent" };
    equal(cardText(digest([standUp, [started("10:02"), silent]]))[2], "about 1 h 1 min in total");
  });

  test("has twenty rows at most and says how many more meetings there were", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => [started("10:02", { uuid: `U${index}` }), ended("10:03")]);
    match(cardText(digest(many(21))).join("\n"), /^\+ 1 more meeting: \/meetings 2026-03-02$/m);
    match(cardText(digest(many(100))).join("\n"), /^\+ 80 more meetings: \/meetings 2026-03-02$/m);
    equal(cardText(digest(many(20))).length, 6 + 20 + 1);
  });
});
