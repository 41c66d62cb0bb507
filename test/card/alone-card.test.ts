import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { aloneCard } from "../../src/card/alone-card.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { ended, joined, left, started } from "../meeting/facts.ts";
import { cardText } from "./text.ts";

const sync = [
  started("10:02", { topic: "Weekly product sync", number: "123456789", hostId: "id of Mara" }),
  joined("Bob P1", "10:02"),
  joined("Dana P2", "10:03"),
];
const told = (facts: MeetingFact[]) => {
  const meeting = meetingFrom(facts);
  const card = aloneCard(
    meeting,
    meeting.people.find(({ isHost }) => isHost),
  );
  return { text: cardText(card), summary: card.summary };
};

describe("what a host is told whose meeting is live without them", () => {
  test("is who is there, since when, and how to join", () => {
    deepEqual(told(sync), {
      text: ["🟢  Weekly product sync  is live without you · 2 in, since 10:02 UTC", "[Join]"],
      summary: "Weekly product sync is live without you, 2 people in",
    });
  });

  test("says so when everybody gave up for now", () => {
    const facts = [...sync, left("Bob P1", "10:10"), left("Dana P2", "10:10")];
    deepEqual(told(facts).text, [
      "🟢  Weekly product sync  is live without you · nobody in, since 10:02 UTC",
      "[Join]",
    ]);
  });

  test("is that they joined, from then on for ever", () => {
    const facts = [...sync, joined("Mara P3", "10:06")];
    deepEqual(told(facts).text, ["You joined  Weekly product sync  at 10:06 UTC"]);
    deepEqual(told([...facts, left("Mara P3", "10:20"), ended("10:30")]), told(facts));
  });

  test("is that it ended without them", () => {
    deepEqual(told([...sync, ended("10:30")]), {
      text: ["⚪  Weekly product sync  ended after 28 min without you · 2 people"],
      summary: "Weekly product sync ended after 28 min, without you",
    });
  });
});
