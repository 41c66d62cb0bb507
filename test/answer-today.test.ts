import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { answerPeople, answerToday } from "../src/answer-today.ts";
import type { Card } from "../src/card/card.ts";
import type { Instant, MeetingFact } from "../src/meeting/fact.ts";
import type { Planned } from "../src/meeting/plan.ts";
import { cardText } from "./card/text.ts";
import { OPEN } from "./subscriptions.ts";

const instant = (iso: string): Instant => Date.parse(iso);
const NAMES = { people: "names" } as const;

/** The facts of a meeting with this topic; without an end it is live. */
function held(topic: string, from: string, until?: string, number?: string): MeetingFact[] {
  const fact = (kind: "started" | "ended", iso: string): MeetingFact => {
    const at = instant(iso);
    const about = { uuid: topic, topic, startedAt: instant(from), ...(number && { number }) };
    return { kind, at, timeFrom: "payload", heardAt: at, about };
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
  plans: planning(),
});

/** What is planned, asked as Redis is. */
const planning = (...planned: Planned[]) => ({
  between: async (from: Instant, until: Instant) =>
    planned.filter(({ startsAt }) => startsAt >= from && startsAt < until),
});

const planned = (topic: string, from: string, more: Partial<Planned> = {}): Planned => ({
  number: "777",
  topic,
  isWebinar: false,
  startsAt: instant(from),
  bookedMinutes: 45,
  ...more,
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

describe("what is still to come", () => {
  const now = instant("2026-11-25T11:00:00Z");
  const shown = async (zone: string, scope: string, plans: Planned[], ...meetings: MeetingFact[][]) => {
    const lines = cardText(
      await answerToday(
        { ...keeping(...meetings), sight: OPEN, plans: planning(...plans) },
        { ...view(zone), scope },
        now,
      ),
    );
    const from = lines.indexOf("Still to come");
    return from < 0 ? [] : lines.slice(from + 1).filter((line) => line.startsWith("•"));
  };
  const review = planned("Design review", "2026-11-25T12:02:00Z");

  test("is what is planned for the rest of the asker's day", async () => {
    const night = planned("Late in New York", "2026-11-26T03:00:00Z");
    deepEqual(await shown("UTC", "today", [night, review]), ["• 12:02 UTC  Design review, 45 min"]);
    deepEqual(await shown("America/New_York", "today", [night, review]), [
      "• 12:02 UTC  Design review, 45 min",
      "• 03:00 UTC  Late in New York, 45 min",
    ]);
  });

  test("is told of days to come, and of the rest of some days", async () => {
    const friday = planned("Friday", "2026-11-27T09:00:00Z");
    const monday = planned("Monday", "2026-11-23T09:00:00Z");
    deepEqual(await shown("UTC", "2026-11-27", [friday, review]), ["• 09:00 UTC  Friday, 45 min"]);
    deepEqual(await shown("UTC", "week", [monday, friday, review]), [
      "• 25 Nov 12:02 UTC  Design review, 45 min",
      "• 27 Nov 09:00 UTC  Friday, 45 min",
    ]);
    deepEqual(await shown("UTC", "yesterday", [monday]), []);
  });

  test("has begun when its number was started, by whatever uuid", async () => {
    deepEqual(await shown("UTC", "today", [review], held("Early", "2026-11-25T11:05:00Z", undefined, "777")), []);
    equal((await shown("UTC", "today", [review], held("Other", "2026-11-25T10:55:00Z", undefined, "888"))).length, 1);
    const before = held("The one before", "2026-11-25T09:00:00Z", "2026-11-25T09:30:00Z", "777");
    const ended = cardText(
      await answerToday({ ...keeping(before), sight: OPEN, plans: planning(review) }, view("UTC"), now),
    );
    deepEqual(ended.slice(1, 5), [
      "Still to come",
      "• 12:02 UTC  Design review, 45 min",
      "Ended",
      "• 09:00 UTC  The one before, 30 min, nobody seen",
    ]);
  });

  test("is no more what was to be over by now", async () => {
    deepEqual(await shown("UTC", "today", [planned("Over", "2026-11-25T10:15:00Z")]), []);
    equal((await shown("UTC", "today", [planned("Late", "2026-11-25T10:15:01Z")])).length, 1);
  });

  test("is not asked for where only what is live counts", async () => {
    deepEqual(await shown("UTC", "live", [review]), []);
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
