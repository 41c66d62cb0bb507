import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { joinsCard } from "../../src/card/joins-card.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { joinsBetween, nextReply, replyOf } from "../../src/post-joins.ts";
import { at, ended, joined, left, started } from "../meeting/facts.ts";
import { cardText } from "./text.ts";

const NAMES = { people: "names" } as const;
const begun = [started("10:00"), joined("Bob P1", "10:01")];
const told = (before: MeetingFact[], after: MeetingFact[], style: { people: "names" | "counts" } = NAMES) => {
  const card = joinsCard(meetingFrom(before), meetingFrom([...before, ...after]), style);
  return card && cardText(card);
};

describe("a reply below a card", () => {
  test("names who came together and who left, in their order, with how long they stayed", () => {
    const news = [joined("Dana P2", "10:06"), joined("Chris? P3", "10:06"), left("Bob P1", "10:20")];
    deepEqual(told(begun, news), ["• 10:06 UTC  Chris (guest) and Dana joined", "• 10:20 UTC  Bob left after 19 min"]);
  });

  test("counts them where nobody is named", () => {
    const news = [joined("Dana P2", "10:06"), joined("Chris? P3", "10:07"), left("Bob P1", "10:20")];
    deepEqual(told(begun, news, { people: "counts" }), ["• 10:06 UTC  2 people joined", "• 10:20 UTC  1 person left"]);
  });

  test("is silent about a breakout move, a repetition, and about everybody leaving at the end", () => {
    const moved = [left("Bob P1", "10:10", { leg: "1" }), joined("Bob P1", "10:10", { leg: "2" })];
    const legs = [started("10:00"), joined("Bob P1", "10:01", { leg: "1" })];
    equal(told(legs, moved), undefined);
    equal(told(begun, []), undefined);
    equal(told(begun, [left("Bob P1", "10:29:50"), ended("10:30")]), undefined);
  });
});

describe("what is heard within five minutes", () => {
  test("is told in one reply, which does not depend on who makes it and when", () => {
    const { card, at: due } = nextReply(joined("Dana P2", "10:06"));
    equal(due, at("10:10"));
    deepEqual(nextReply(joined("Chris? P3", "10:09:59")), { card, at: due });
    const reply = replyOf(card);
    deepEqual(reply, { uuid: "A", from: at("10:05"), until: at("10:10") });
    if (!reply) return;
    const facts = [...begun, joined("Dana P2", "10:06"), joined("Late? P4", "09:59", { heard: "10:08" })];
    const later = [...facts, joined("Eve P5", "10:11")];
    const view = { style: NAMES, seen: <T>(meeting: T) => meeting };
    const card1 = joinsBetween(facts, reply, view);
    deepEqual(card1 && cardText(card1), ["• 10:00 UTC  Late (guest) joined", "• 10:06 UTC  Dana joined"]);
    deepEqual(joinsBetween(later.toReversed(), reply, view), card1);
  });

  test("is no card of any other kind", () => {
    equal(replyOf("digest:2026-11-24"), undefined);
    equal(replyOf("4Vo0yq9tQJ2+/=="), undefined);
  });
});
