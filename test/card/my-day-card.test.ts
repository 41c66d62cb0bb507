import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { dayOn } from "../../src/card/day.ts";
import { myDayCard } from "../../src/card/my-day-card.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { at, ended, joined, started } from "../meeting/facts.ts";
import { cardText } from "./text.ts";

const day = dayOn("2026-03-03", "UTC");
const sync = meetingFrom([
  started("10:02", { topic: "Product sync", bookedMinutes: 30 }),
  joined("Jo P1", "10:02"),
  joined("Al P2", "10:02"),
  ended("10:49"),
]);
const standUp = meetingFrom([started("08:02", { uuid: "B", topic: "Stand-up" }), ended("08:16", { uuid: "B" })]);

describe("somebody's day", () => {
  test("has what they will host, and what yesterday's meetings came to", () => {
    const card = myDayCard({
      day,
      planned: [
        { startsAt: at("14:00") },
        { startsAt: at("09:30"), topic: "Planning", number: "123456789", bookedMinutes: 90 },
      ],
      before: [
        { meeting: sync, isHost: true },
        { meeting: standUp, isHost: false },
      ],
    });
    deepEqual(card && cardText(card), [
      "Your day: Tuesday, 3 March",
      "You host today",
      "• 09:30 UTC  Planning, booked for 1 h 30 min",
      "• 14:00 UTC  (no topic)",
      "Yesterday",
      "• 08:02 UTC  Stand-up, 14 min, nobody seen",
      "• 10:02 UTC  Product sync, 47 min, 2 people, hosted by you  ·  booked for 30 min, ran 17 min over",
    ]);
    equal(card?.summary, "Your day: 2 meetings planned, 2 meetings yesterday");
  });

  test("has one order, however its meetings were found", () => {
    const other = { meeting: { ...standUp, uuid: "A" }, isHost: true };
    const card = (...before: (typeof other)[]) => myDayCard({ day, planned: [], before });
    const own = { meeting: standUp, isHost: false };
    deepEqual(card(own, other), card(other, own));
  });

  test("says nothing of what is not there", () => {
    const card = myDayCard({ day, planned: [], before: [{ meeting: standUp, isHost: false }] });
    deepEqual(card && cardText(card), [
      "Your day: Tuesday, 3 March",
      "Yesterday",
      "• 08:02 UTC  Stand-up, 14 min, nobody seen",
    ]);
    equal(card?.summary, "Your day: no meetings planned, 1 meeting yesterday");
  });

  test("with neither is nothing at all", () => {
    equal(myDayCard({ day, planned: [], before: [] }), undefined);
  });
});
