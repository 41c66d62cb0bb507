import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Chart } from "../../src/card/card.ts";
import { chartLines } from "../../src/card/chart.ts";
import { dayOn } from "../../src/card/day.ts";
import { type WeekStyle, weekCard } from "../../src/card/week-card.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { type Meeting, meetingFrom } from "../../src/meeting/meeting.ts";
import { cardText } from "./text.ts";

interface Held {
  topic?: string;
  who?: string;
  bookedMinutes?: number;
  end?: "ended" | "fellSilent";
}

/** A meeting that began at an instant like "2026-11-16T09:00Z"; without minutes it is live. */
function held(start: string, minutes?: number, { topic, who, bookedMinutes, end = "ended" }: Held = {}): Meeting {
  const startedAt = Date.parse(start);
  const told = (at: number) => ({
    at,
    timeFrom: "payload" as const,
    heardAt: at,
    about: { uuid: start, startedAt, ...(topic && { topic }), ...(bookedMinutes && { bookedMinutes }) },
  });
  const facts: MeetingFact[] = [{ kind: "started", ...told(startedAt) }];
  if (who) facts.push({ kind: "joined", ...told(startedAt), who: { connection: who, zoomUserId: who, name: who } });
  if (minutes !== undefined) facts.push({ kind: end, ...told(startedAt + minutes * 60_000) });
  return meetingFrom(facts);
}

const NAMES: WeekStyle = { people: "names" };
const MONDAY = dayOn("2026-11-16", "Europe/Vienna");

function week(meetings: Meeting[], before: Meeting[] = [], monday = MONDAY, style = NAMES) {
  const card = weekCard(monday, meetings, before, style);
  if (!card) throw new Error("the week has no card");
  const chart = card.parts.find((part): part is Chart => part.kind === "chart");
  return { card, lines: cardText(card), chart, numbers: chart?.series.map(({ numbers }) => numbers) };
}

// 60 + 30 + 150 + 45 = 285 minutes, the week before 200 + 100 = 300: 15 less, which is 5 %
const thisWeek = [
  held("2026-11-16T08:00Z", 60, { topic: "Planning", who: "Jo" }),
  held("2026-11-16T22:30Z", 30, { topic: "Late call", who: "Al" }), // 23:30 in Vienna: still Monday
  held("2026-11-17T23:30Z", 150, { topic: "All hands", who: "Jo", bookedMinutes: 120 }), // 00:30: Wednesday
  held("2026-11-20T09:00Z", 45, { topic: "Review", who: "Bo" }),
];
const lastWeek = [held("2026-11-10T09:00Z", 200), held("2026-11-13T09:00Z", 100)];

describe("the digest of a week", () => {
  test("has its totals beside those of the week before, the longest, the busiest day and a chart", () => {
    const { card, lines, chart } = week(thisWeek, lastWeek);
    deepEqual(lines, [
      "Your meeting week, 16 to 22 November",
      "4 meetings (2 last week)",
      "4 h 45 min in total, down 5%",
      "3 different people",
      "1 ran over",
      "Longest meeting: All hands, 2 h 30 min",
      "Busiest day: Wednesday, 2 h 30 min",
      "Bar chart of meeting minutes per day: Mon 90 (last week 0), Tue 0 (last week 200), Wed 150 (last week 0), " +
        "Thu 0 (last week 0), Fri 45 (last week 100).",
      "The week is Monday to Sunday, Europe/Vienna. A meeting counts on the day on which it began; what comes late is added here. " +
        "/meetings settings changes what is told here.",
    ]);
    equal(card.summary, "Your meeting week, 16 to 22 November: 4 meetings, 4 h 45 min, down 5%");
    deepEqual(chart, {
      kind: "chart",
      title: "Meeting minutes per day",
      unit: "minutes",
      categories: ["Mon", "Tue", "Wed", "Thu", "Fri"],
      series: [
        { name: "This week", numbers: [90, 0, 150, 0, 45] },
        { name: "Last week", numbers: [0, 200, 0, 0, 100] },
      ],
    });
    deepEqual(JSON.parse(JSON.stringify(card)), card);
  });

  test("is the same in whatever order its meetings come", () => {
    deepEqual(week(thisWeek.toReversed(), lastWeek.toReversed()).card, week(thisWeek, lastWeek).card);
  });

  test("has a weekend as soon as something was on then, in either week", () => {
    const seven = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const sunday = week(thisWeek, [held("2026-11-15T10:00Z", 20)]);
    deepEqual(sunday.chart?.categories, seven);
    deepEqual(sunday.numbers?.[1], [0, 0, 0, 0, 0, 0, 20]);
    deepEqual(week([...thisWeek, held("2026-11-21T10:00Z")]).chart?.categories, seven); // live, so without minutes
  });

  test("counts the whole night of a meeting on the day on which it began, also when the clocks change in it", () => {
    // Vienna puts its clocks back on Sunday, 25 October 2026, at 01:00Z: the day has 25 hours
    const october = dayOn("2026-10-19", "Europe/Vienna");
    const { lines, numbers } = week(
      [held("2026-10-24T22:00Z", 25 * 60), held("2026-10-18T22:00Z", 15)],
      [held("2026-10-18T21:59Z", 10)],
      october,
    );
    equal(lines[0], "Your meeting week, 19 to 25 October");
    deepEqual(numbers, [
      [15, 0, 0, 0, 0, 0, 25 * 60],
      [0, 0, 0, 0, 0, 0, 10],
    ]);
  });

  test("after a week without meetings says so and compares nothing", () => {
    const { lines, numbers } = week([held("2026-11-16T08:00Z", 60)]);
    deepEqual(lines.slice(1, 5), [
      "1 meeting (none known last week)",
      "1 h in total",
      "0 different people",
      "0 ran over",
    ]);
    deepEqual(numbers, [[60, 0, 0, 0, 0]]);
  });

  test("is none for a week without meetings, whatever was on before", () => {
    equal(weekCard(MONDAY, [], lastWeek, NAMES), undefined);
    equal(weekCard(MONDAY, [], [], NAMES), undefined);
  });

  test("counts what is still live, but not its time", () => {
    const { lines } = week([...thisWeek, held("2026-11-20T12:00Z")], lastWeek);
    equal(lines[1], "5 meetings (2 last week)");
    equal(lines[2], "4 h 45 min in total, 1 still live, down 5%");
  });

  test("tells no total where all is still live", () => {
    const live = [held("2026-11-20T12:00Z"), held("2026-11-20T12:01Z")];
    const { lines, card } = week(live, lastWeek);
    deepEqual(lines.slice(1, 3), ["2 meetings (2 last week)", "2 still live"]);
    equal(card.summary, "Your meeting week, 16 to 22 November: 2 meetings, all still live");
    equal(week(live.slice(0, 1)).lines[2], "1 still live");
  });

  test("has no chart, no longest and nothing to compare where no time is known", () => {
    const { lines, card } = week(
      [held("2026-11-20T12:00Z"), held("2026-11-20T12:01Z", 0)],
      [held("2026-11-10T09:00Z", 0)],
    );
    deepEqual(lines.slice(1, 3), ["2 meetings (1 last week)", "0 s in total, 1 still live"]);
    deepEqual(
      card.parts.map(({ kind }) => kind),
      ["heading", "figures"],
    );
  });

  test("says about where an end is not sure", () => {
    const silent = held("2026-11-17T08:00Z", 90, { topic: "Sync", end: "fellSilent" });
    const { lines } = week([silent, held("2026-11-18T08:00Z", 30)], lastWeek);
    equal(lines[2], "about 2 h in total, down about 60%");
    equal(lines[5], "Longest meeting: Sync, about 1 h 30 min");
    equal(lines[6], "Busiest day: Tuesday, about 1 h 30 min");
  });

  const changes: [number, number, string][] = [
    [300, 300, "about the same as last week"],
    [301, 300, "about the same as last week"],
    [450, 300, "up 50%"],
    [6_000, 1, "up 599,900%"],
    [1, 1_000, "down more than 99%"],
  ];
  for (const [now, before, said] of changes) {
    test(`of ${now} minutes after ${before} is ${said}`, () => {
      const { lines } = week([held("2026-11-16T08:00Z", now)], [held("2026-11-10T08:00Z", before)]);
      equal(lines[2]?.split("in total, ")[1], said);
    });
  }

  test("names nobody, and no topic where the channel is told none", () => {
    const counts = week(thisWeek, lastWeek, MONDAY, { people: "counts" });
    doesNotMatch(JSON.stringify(counts.card), /\b(Jo|Al|Bo)\b/);
    match(counts.lines[5] ?? "", /All hands/);
    const hidden = week(thisWeek, lastWeek, MONDAY, { people: "private" });
    equal(hidden.lines[5], "Longest meeting: 2 h 30 min");
    doesNotMatch(JSON.stringify(hidden.card), /All hands|Planning|Review|Late call|\b(Jo|Al|Bo)\b/);
  });
});

describe("a chart as text", () => {
  const chart = (...numbers: number[][]): Chart => ({
    kind: "chart",
    title: "Meeting minutes per day",
    unit: "minutes",
    categories: ["Mon", "Tue"],
    series: numbers.map((some, index) => ({ name: ["This week", "Last week"][index] ?? "", numbers: some })),
  });

  test("has bars as long as their numbers, and the numbers", () => {
    deepEqual(chartLines(chart([100, 50], [1_440, 0])), [
      "█ This week  ▒ Last week  (minutes)",
      "Mon █ 100",
      `    ${"▒".repeat(20)} 1,440`,
      "Tue █ 50",
      "    0",
    ]);
  });

  test("shows the smallest number as a bar, and none as none", () => {
    deepEqual(chartLines(chart([1, 10_000])).slice(1), ["Mon █ 1", `Tue ${"█".repeat(20)} 10,000`]);
    deepEqual(chartLines(chart([0, 0])).slice(1), ["Mon 0", "Tue 0"]);
  });
});
