import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { answerPeople, answerToday } from "../src/answer-today.ts";
import type { Card } from "../src/card/card.ts";
import type { Instant, MeetingFact } from "../src/meeting/fact.ts";
import { OPEN } from "./subscriptions.ts";

const instant = (iso: string): Instant => Date.parse(iso);
const NAMES = { people: "names" } as const;

/** The facts of a meeting with this topic; without an end it is live. */
function held(topic: string, from: string, until?: string): MeetingFact[] {
  const fact = (kind: "started" | "ended", iso: string): MeetingFact => {
    const at = instant(iso);
    return { kind, at, timeFrom: "payload", heardAt: at, about: { uuid: topic, topic, startedAt: instant(from) } };
  };
  return [fact("started", from), ...(until ? [fact("ended", until)] : [])];
}

/** As little of a store as an answer needs: it gives more than it is asked for, as it may. */
const keeping = (...meetings: MeetingFact[][]) => ({
  facts: {
    factsBetween: async () => meetings,
    factsOfLive: async () => meetings,
    factsOf: async (uuid: string) => meetings.find((facts) => facts[0]?.about.uuid === uuid) ?? [],
  },
});

const topics = (card: Card): string[] =>
  card.parts.flatMap((part) =>
    part.kind === "list"
      ? part.lines.map((line) => /\w[\w ]*(?=, |$)/.exec(JSON.stringify(line[1] ?? ""))?.[0] ?? "")
      : [],
  );

const view = (timeZone: string, scope: "today" | "live" = "today") => ({ ...NAMES, scope, isPrivate: true, timeZone });

describe("today", () => {
  const store = keeping(
    held("Late in New York", "2026-11-25T03:00:00Z", "2026-11-25T03:30:00Z"),
    held("Morning in Vienna", "2026-11-25T08:00:00Z", "2026-11-25T08:30:00Z"),
  );
  const now = instant("2026-11-25T15:00:00Z");

  test("is the asker's day: what was yesterday evening for one is this night for another", async () => {
    deepEqual(topics(await answerToday({ ...store, sight: OPEN }, view("UTC"), now)), [
      "Late in New York",
      "Morning in Vienna",
    ]);
    deepEqual(topics(await answerToday({ ...store, sight: OPEN }, view("Europe/Vienna"), now)), [
      "Late in New York",
      "Morning in Vienna",
    ]);
    deepEqual(topics(await answerToday({ ...store, sight: OPEN }, view("America/New_York"), now)), [
      "Morning in Vienna",
    ]);
  });

  test("is already tomorrow for some", async () => {
    equal(
      (await answerToday({ ...store, sight: OPEN }, view("Pacific/Kiritimati"), now)).summary,
      "No meetings today so far.",
    );
  });

  test("has what began yesterday and ended today, and not what ended before", async () => {
    const night = keeping(
      held("Over midnight", "2026-11-24T23:30:00Z", "2026-11-25T00:30:00Z"),
      held("Yesterday", "2026-11-24T22:30:00Z", "2026-11-24T23:30:00Z"),
      held("Tomorrow", "2026-11-26T00:00:00Z", "2026-11-26T00:30:00Z"),
    );
    deepEqual(topics(await answerToday({ ...night, sight: OPEN }, view("UTC"), now)), ["Over midnight"]);
  });

  test("has 25 hours when the clocks go back", async () => {
    const autumn = keeping(
      held("First hour", "2026-10-24T22:10:00Z", "2026-10-24T22:20:00Z"),
      held("Last hour", "2026-10-25T22:30:00Z", "2026-10-25T22:40:00Z"),
      held("Day after", "2026-10-25T23:10:00Z", "2026-10-25T23:20:00Z"),
    );
    deepEqual(
      topics(await answerToday({ ...autumn, sight: OPEN }, view("Europe/Vienna"), instant("2026-10-25T22:50:00Z"))),
      ["First hour", "Last hour"],
    );
  });
});

describe("another day", () => {
  test("is that day of the asker's calendar", async () => {
    const store = keeping(
      held("Late in New York", "2026-11-25T03:00:00Z", "2026-11-25T03:30:00Z"),
      held("Morning in Vienna", "2026-11-25T08:00:00Z", "2026-11-25T08:30:00Z"),
    );
    const now = instant("2026-11-26T15:00:00Z");
    const asked = (timeZone: string, scope: string) =>
      answerToday({ ...store, sight: OPEN }, { ...view(timeZone), scope }, now);
    deepEqual(topics(await asked("UTC", "yesterday")), ["Late in New York", "Morning in Vienna"]);
    deepEqual(topics(await asked("America/New_York", "2026-11-24")), ["Late in New York"]);
    deepEqual(topics(await asked("America/New_York", "week")), ["Late in New York", "Morning in Vienna"]);
    equal((await asked("UTC", "2026-11-24")).summary, "I know of no meetings on Tuesday, 24 November.");
  });
});

describe("what is live", () => {
  test("is what has not ended, whenever it began", async () => {
    const store = keeping(
      held("Since yesterday", "2026-11-24T20:00:00Z"),
      held("Over", "2026-11-25T08:00:00Z", "2026-11-25T08:30:00Z"),
    );
    const card = await answerToday({ ...store, sight: OPEN }, view("UTC", "live"), instant("2026-11-25T15:00:00Z"));
    equal(card.summary, "1 meeting is live now");
  });
});

describe("who was in a meeting", () => {
  test("is unknown when nothing is kept of it", async () => {
    equal(await answerPeople({ ...keeping(), sight: OPEN }, "gone", 0), undefined);
  });
});
