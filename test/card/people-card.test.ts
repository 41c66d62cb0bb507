import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import { linesOf } from "../../src/card/card.ts";
import type { CardStyle } from "../../src/card/meeting-card.ts";
import { peopleCard } from "../../src/card/people-card.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { at, ended, joined, left, started } from "../meeting/facts.ts";
import { cardText } from "./text.ts";

const card = (facts: MeetingFact[], people: CardStyle["people"] = "names", now = "11:00") =>
  peopleCard(meetingFrom(facts), { people }, at(now));

const begun = started("10:00", { topic: "Product sync", hostId: "id of Alice" });
const came = [begun, joined("Alice P1", "10:00"), joined("Bob? P2", "10:05"), left("Bob? P2", "10:20:30")];

describe("who is in", () => {
  test("is told with how long each was there", () => {
    deepEqual(cardText(card(came)), [
      "Product sync  ·  1 in now, 2 so far",
      "• Alice, host  1 h, in since 10:00 UTC",
      "• Bob (guest)  15 min 30 s, from 10:05 UTC",
      "[Report]",
      "Only you can see this. Each person counts once, without overlaps.",
    ]);
  });

  test("is told since the time they came back", () => {
    const back = [...came, joined("Bob? P3", "10:40")];
    match(cardText(card(back)).join("\n"), /Bob \(guest\) ≈ {2}35 min 30 s, in since 10:40 UTC, 2 stays/);
    match(cardText(card(back)).at(-1) ?? "", /≈ matched by name only\.$/);
  });

  test("is nobody yet when nobody came yet", () => {
    deepEqual(cardText(card([begun])), ["Product sync  ·  nobody seen yet", "Only you can see this."]);
    deepEqual(cardText(card([begun, ended("10:30")])), ["Product sync  ·  nobody seen", "Only you can see this."]);
  });
});

describe("who was in", () => {
  test("is about where Zoom did not say when somebody left", () => {
    const lines = cardText(card([...came, ended("10:47")]));
    deepEqual(lines.slice(0, 3), [
      "Product sync  ·  2 people",
      "• Alice, host  about 47 min, from 10:00 UTC",
      "• Bob (guest)  15 min 30 s, from 10:05 UTC",
    ]);
  });

  test("is one person when one came", () => {
    equal(card([begun, joined("Alice P1", "10:00"), ended("10:47")]).summary, "Product sync: 1 person");
  });

  test("is told of the first ones when they are too many, and how many more there are", () => {
    const crowd = Array.from({ length: 100 }, (_, index) => joined(`N${index} P${index}`, "10:03"));
    const [, list] = card([begun, ...crowd]).parts;
    if (list?.kind !== "list") throw new Error("no list");
    deepEqual(linesOf(list, 40).at(-1), ["+60 more"]);
    equal(linesOf(list, 40).length, 41);
  });

  test("is only a number where names are switched off", () => {
    const counts = card(came, "counts");
    deepEqual(cardText(counts), [
      "Product sync  ·  1 in now, 2 so far",
      "Only you can see this. Names are switched off here.",
    ]);
    doesNotMatch(JSON.stringify(counts), /Alice|Bob/);
  });
});
