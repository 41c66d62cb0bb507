import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "csv-parse/sync";
import { answerReport } from "../src/answer-report.ts";
import { begunBetween } from "../src/begun-between.ts";
import { reportQuestion } from "../src/card/report-question.ts";
import { makeFile } from "../src/make-file.ts";
import type { Instant, MeetingFact } from "../src/meeting/fact.ts";
import type { Planned } from "../src/meeting/plan.ts";
import { cardText } from "./card/text.ts";
import { OPEN } from "./subscriptions.ts";

const instant = (iso: string): Instant => Date.parse(iso);
const NOW = instant("2026-11-25T15:00:00Z");

/** The facts of a meeting with one person in it; without an end it is live. */
function held(
  topic: string,
  from: string,
  until?: string,
  about: { number?: string; uuid?: string } = {},
): MeetingFact[] {
  const identity = { uuid: `${topic} ${from}`, topic, startedAt: instant(from), hostId: "Z1", ...about };
  const told = (iso: string) => ({
    at: instant(iso),
    timeFrom: "payload" as const,
    heardAt: instant(iso),
    about: identity,
  });
  const who = { connection: "P1", name: "Alice", zoomUserId: "Z1" };
  return [
    { kind: "started", ...told(from) },
    { kind: "joined", ...told(from), who },
    ...(until
      ? [
          { kind: "left" as const, ...told(until), who },
          { kind: "ended" as const, ...told(until) },
        ]
      : []),
  ];
}

const DAY_MS = 24 * 3_600_000;
const start = (facts: MeetingFact[]) => facts[0]?.at ?? 0;

function keeping(...meetings: MeetingFact[][]) {
  const read = new Set<string>();
  return {
    retentionMs: 90 * DAY_MS,
    facts: {
      factsBetween: async (from: Instant, until: Instant) => {
        // more than it is asked for, as it may
        const found = meetings.filter((facts) => start(facts) >= from - 1.5 * DAY_MS && start(facts) < until + DAY_MS);
        for (const [fact] of found) read.add(fact?.about.uuid ?? "");
        return found;
      },
      factsOf: async (uuid: string) => meetings.find(([fact]) => fact?.about.uuid === uuid) ?? [],
    },
    plans: planning(),
    read: () => read.size,
  };
}

/** What is planned, asked as Redis is. */
const planning = (...planned: Planned[]) => ({
  between: async (from: Instant, until: Instant) =>
    planned.filter(({ startsAt }) => startsAt >= from && startsAt < until),
  of: async (number: string) => planned.filter((one) => one.number === number),
});

const planned = (topic: string, from: string, more: Partial<Planned> = {}): Planned => ({
  number: "777",
  topic,
  isWebinar: false,
  startsAt: instant(from),
  bookedMinutes: 30,
  ...more,
});

const store = keeping(
  held("Weekly sync", "2026-11-24T10:00:00Z", "2026-11-24T10:30:00Z", { number: "86412345678" }),
  held("Weekly sync", "2026-11-17T10:00:00Z", "2026-11-17T10:30:00Z", { number: "86412345678" }),
  held("Design review", "2026-11-25T09:00:00Z", "2026-11-25T10:00:00Z", { uuid: "aD+/1==" }),
  held("Live one", "2026-11-25T14:50:00Z"),
  held("Night", "2026-11-23T23:30:00Z", "2026-11-24T01:00:00Z"),
);

const ask = async (words: string, timeZone = "UTC", from = store) =>
  cardText(
    await answerReport(
      { ...from, sight: OPEN },
      reportQuestion(words),
      { people: "names", timeZone, isPrivate: true },
      NOW,
    ),
  );

describe("a report", () => {
  test("of the last one is of the latest that is over", async () => {
    equal((await ask("last"))[0], "⚪  Design review");
  });

  test("of words is of the meeting that has them in its topic", async () => {
    equal((await ask("review DESIGN"))[0], "⚪  Design review");
  });

  test("of words or a number that mean several offers them, the latest first", async () => {
    deepEqual(await ask("sync"), [
      "Several meetings have sync in their topic. Here are 2:",
      "1. Weekly sync  24 Nov 10:00 UTC, 30 min, 1 person",
      "2. Weekly sync  17 Nov 10:00 UTC, 30 min, 1 person",
      "[Report 1] [Report 2]",
      "Only you can see this. Times are in your time zone.",
    ]);
    match(
      (await ask("864 1234 5678"))[0] ?? "",
      /^The number 86412345678 was used for several meetings\. Here are 2:$/,
    );
  });

  test("of nothing offers the latest, also what is live", async () => {
    deepEqual((await ask("")).slice(0, 2), [
      "Which meeting? Here are the latest:",
      "1. Live one  25 Nov 14:50 UTC, still live, 1 person",
    ]);
  });

  test("of what is not there says how to ask", async () => {
    const lines = await ask("frobnicate");
    equal(lines[0], "I know of no meeting with frobnicate in its topic.");
    match(lines.join("\n"), /\/meetings report last/);
    equal((await ask("999 999 9999"))[0], "I know of no meeting with the number 9999999999.");
    equal((await ask("uuid gone"))[0], "I know nothing about this meeting any more.");
    equal((await ask("", "UTC", keeping()))[0], "I know of no meeting yet.");
  });

  test("reads no more meetings than it needs", async () => {
    const days = Array.from({ length: 28 }, (_, day) => `2026-11-${String(day + 1).padStart(2, "0")}`);
    const many = keeping(...days.map((day) => held("Daily", `${day}T08:00:00Z`, `${day}T08:10:00Z`)));
    const lines = await ask("daily", "UTC", many);
    equal(lines[0], "Several meetings have daily in their topic. Here are the latest 10:");
    ok(many.read() < 20, `${many.read()} were read`);
  });

  test("of some days has what began on those days of the asker's", async () => {
    const counted = async (words: string, zone: string) => (await ask(words, zone))[1];
    equal(await counted("2026-11-24", "UTC"), "1 meeting");
    equal(await counted("2026-11-24", "Europe/Vienna"), "2 meetings");
    equal(await counted("2026-11", "UTC"), "5 meetings");
    equal((await ask("week topic sync"))[2], "1 meeting");
    equal((await ask("week host alice"))[2], "4 meetings");
    equal((await ask("week host nobody"))[2], "None so far.");
  });
});

describe("a report on what was planned", () => {
  const sync = (from: string, until: string, topic = "Weekly sync") => held(topic, from, until, { number: "777" });
  const about = async (words: string, plans: Planned[], ...meetings: MeetingFact[][]) =>
    (await ask(words, "UTC", { ...keeping(...meetings), plans: planning(...plans) })).filter((line) =>
      /plan/.test(line),
    );
  const weekly = planned("Weekly sync", "2026-11-24T10:00:00Z", { hostId: "Z1" });

  test("counts what began on time, and what nobody came to", async () => {
    const meetings = [sync("2026-11-24T10:04:00Z", "2026-11-24T10:30:00Z")];
    const alone = planned("Forgotten", "2026-11-24T15:00:00Z", { number: "888", hostId: "Z1" });
    const theirs = planned("Theirs", "2026-11-24T15:00:00Z", { number: "999", hostId: "Z2" });
    const onTime = "1 of 1 planned that I know of began on time";
    deepEqual(await about("week", [weekly, alone, theirs], ...meetings), [onTime, "2 planned that nobody came to"]);
    deepEqual(await about("week topic sync", [weekly, alone], ...meetings), [onTime, "0 planned that nobody came to"]);
    deepEqual(await about("week host alice", [weekly, alone, theirs], ...meetings), [
      onTime,
      "1 planned that nobody came to",
    ]);
    deepEqual(await about("week", [], ...meetings), []);
  });

  test("knows a meeting that began before midnight for one planned after it, and one whose topic is another now", async () => {
    const night = planned("Night", "2026-11-24T00:05:00Z");
    const meetings = [sync("2026-11-23T23:58:00Z", "2026-11-24T00:30:00Z", "Renamed")];
    deepEqual(await about("2026-11-24", [night], ...meetings), []);
    deepEqual(await about("2026-11-24 topic night", [night], ...meetings), []);
    deepEqual(await about("2026-11-23", [night], ...meetings), [
      "1 of 1 planned that I know of began on time",
      "0 planned that nobody came to",
    ]);
  });

  test("knows a meeting that began after midnight for one planned before it", async () => {
    const night = planned("Night", "2026-11-23T23:50:00Z");
    const meetings = [sync("2026-11-24T00:02:00Z", "2026-11-24T00:20:00Z")];
    const late = "0 of 1 planned that I know of began on time";
    deepEqual(await about("2026-11-24", [night], ...meetings), [late, "0 planned that nobody came to"]);
    deepEqual(await about("2026-11-23", [night], ...meetings), []);
  });

  test("finds a meeting by the topic it has, whatever it was planned as", async () => {
    const meetings = [sync("2026-11-24T10:04:00Z", "2026-11-24T10:30:00Z", "Renamed")];
    const onTime = "1 of 1 planned that I know of began on time";
    deepEqual(await about("week topic renamed", [weekly], ...meetings), [onTime, "0 planned that nobody came to"]);
  });

  test("takes no restart after midnight for a late start", async () => {
    const night = planned("Night", "2026-11-23T23:50:00Z");
    const meetings = [
      sync("2026-11-23T23:51:00Z", "2026-11-24T00:05:00Z"),
      sync("2026-11-24T00:10:00Z", "2026-11-24T00:20:00Z"),
    ];
    deepEqual(await about("2026-11-24", [night], ...meetings), []);
  });

  test("of one meeting says how late it began, and knows a restart", async () => {
    const meetings = [
      held("Weekly sync", "2026-11-24T10:04:00Z", "2026-11-24T10:10:00Z", { number: "777", uuid: "first" }),
      held("Weekly sync", "2026-11-24T10:20:00Z", "2026-11-24T10:30:00Z", { number: "777", uuid: "second" }),
    ];
    match((await about("uuid first", [weekly], ...meetings)).join(), /planned for 10:00 UTC, began 4 min late/);
    match((await about("uuid second", [weekly], ...meetings)).join(), /planned for 10:00 UTC, started again/);
    deepEqual(await about("last", [], ...meetings), []);
  });

  test("comes as a file with the planned start of each", async () => {
    const from = { ...keeping(sync("2026-11-24T10:04:00Z", "2026-11-24T10:30:00Z")), plans: planning(weekly) };
    const csv = await makeFile(
      { ...from, sight: OPEN, style: { people: "names" } },
      { kind: "csv", question: reportQuestion("week"), timeZone: "UTC" },
      NOW,
    );
    const [row] = parse<Record<string, string>>(csv?.bytes ?? "", { bom: true, columns: true });
    deepEqual([row?.planned_start, row?.start_delay_seconds], ["2026-11-24T10:00:00.000Z", "240"]);
  });
});

describe("a report where names are switched off", () => {
  const counted = async (words: string) =>
    cardText(
      await answerReport(
        { ...store, sight: () => "counts" },
        reportQuestion(words),
        { people: "counts", timeZone: "UTC", isPrivate: true },
        NOW,
      ),
    );

  test("tells nothing by host", async () => {
    equal((await counted("week host alice"))[0], "Names are switched off here, so I cannot tell by host.");
    equal((await counted("week"))[1], "4 meetings");
    const question = reportQuestion("week host alice");
    const asked = { kind: "csv", question, timeZone: "UTC" } as const;
    equal(await makeFile({ ...store, sight: () => "counts", style: { people: "counts" } }, asked, NOW), undefined);
  });
});

describe("a search through the past", () => {
  test("finds each meeting once and the latest first, over all its steps", async () => {
    const hours = Array.from({ length: 90 * 24 }, (_, hour) => new Date(NOW - hour * 3_600_000).toISOString());
    const past = keeping(...hours.map((from) => held("Hourly", from)));
    const found: number[] = [];
    for await (const facts of begunBetween(past.facts, NOW - 90 * DAY_MS, NOW + 1)) found.push(start(facts));
    deepEqual(
      found,
      hours.map((from) => instant(from)),
    );
  });
});

describe("the file of a report", () => {
  const file = (kind: "csv" | "picture", words: string, people: "names" | "counts" = "names") =>
    makeFile(
      { ...store, sight: () => people, style: { people } },
      { kind, question: reportQuestion(words), timeZone: "UTC" },
      NOW,
    );

  test("of a meeting is called after its topic and time, in plain letters", async () => {
    const csv = await file("csv", "uuid aD+/1==");
    deepEqual(
      [csv?.name, csv?.title],
      ["attendance-2026-11-25-0900-design-review.csv", "Attendance of Design review, 25 Nov 09:00 (UTC)"],
    );
    equal(parse(csv?.bytes ?? "", { bom: true, columns: true }).length, 1);
  });

  test("that is a picture is a PNG and says what it shows", async () => {
    const picture = await file("picture", "uuid aD+/1==");
    equal(picture?.name, "attendance-2026-11-25-0900-design-review.png");
    equal(picture?.bytes.subarray(1, 4).toString(), "PNG");
    match(picture?.alt ?? "", /^Attendance of Design review\. .*Alice, host: 1 h, 09:00 to 10:00\.$/);
  });

  test("of some days has a row for each meeting of the report", async () => {
    const csv = await file("csv", "week topic sync");
    equal(csv?.name, "meetings-2026-11-23-to-2026-11-29.csv");
    deepEqual(
      parse<{ topic: string }>(csv?.bytes ?? "", { bom: true, columns: true }).map(({ topic }) => topic),
      ["Weekly sync"],
    );
    equal((await file("csv", "2026-11-24"))?.name, "meetings-2026-11-24.csv");
  });

  test("is not made of a meeting that is forgotten, or where nobody may be named", async () => {
    equal(await file("csv", "uuid gone"), undefined);
    equal(await file("csv", "uuid aD+/1==", "counts"), undefined);
    equal(await file("picture", "uuid aD+/1==", "counts"), undefined);
  });
});
