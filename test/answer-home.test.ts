import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { answerHome } from "../src/answer-home.ts";
import { lineText } from "../src/card/card.ts";
import type { MeetingFact } from "../src/meeting/fact.ts";
import type { Planned } from "../src/meeting/plan.ts";
import type { Known } from "../src/subscription/subscription.ts";
import { about, at, ended, joined, started } from "./meeting/facts.ts";
import { OPEN } from "./subscriptions.ts";

const NOW = at("12:00");
const MINE = "me@example.com";
const isMine = ({ hostEmail }: Known) => hostEmail === MINE;

const held = (topic: string, hostEmail: string, number: string, facts: MeetingFact[]) =>
  about({ uuid: topic, topic, hostEmail, number }, facts);
const planned = (topic: string, time: string, more: Partial<Planned> = {}): Planned => ({
  number: topic,
  topic,
  hostEmail: MINE,
  isWebinar: false,
  startsAt: at(time),
  ...more,
});

async function day(meetings: MeetingFact[][], plans: Planned[] = []): Promise<string[]> {
  const sources = {
    facts: { factsBetween: async () => meetings },
    plans: { between: async () => plans },
    sight: OPEN,
    isMine,
  };
  const { day } = await answerHome(sources, "UTC", NOW);
  return day.map(lineText);
}

describe("somebody's day in the Home tab", () => {
  test("is what is over and what they still host", async () => {
    const standUp = held("Stand-up", MINE, "1", [started("09:00"), joined("Jo P1", "09:00"), ended("09:10")]);
    const review = planned("Review", "15:00", { bookedMinutes: 45 });
    deepEqual(await day([standUp], [review, planned("Open end", "16:00")]), [
      "09:00 UTC  Stand-up, 10 min, 1 person",
      "15:00 UTC  Review, planned for 45 min",
      "16:00 UTC  Open end, planned",
    ]);
  });

  test("has nothing of other people, and nothing twice that is on", async () => {
    const others = held("Others'", "bob@example.com", "1", [started("09:00"), ended("09:10")]);
    const isOn = held("Review", MINE, "Review", [started("11:58"), joined("Jo P1", "11:58")]);
    const plans = [planned("Review", "12:00"), planned("Bob's", "14:00", { hostEmail: "bob@example.com" })];
    deepEqual(await day([others, isOn], plans), []);
  });
});
