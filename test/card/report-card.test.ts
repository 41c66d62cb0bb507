import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import { periodOf } from "../../src/card/period.ts";
import { periodReportCard } from "../../src/card/period-report-card.ts";
import { type ReportView, reportCard } from "../../src/card/report-card.ts";
import { type PeriodQuestion, reportQuestion } from "../../src/card/report-question.ts";
import { bookingsOf, type Punctuality } from "../../src/meeting/booking.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { at, ended, joined, left, started } from "../meeting/facts.ts";
import { cardText } from "./text.ts";

const NOW = at("12:00");
const mine: ReportView = { people: "names", timeZone: "Europe/Vienna", isPrivate: true };

const report = (facts: MeetingFact[], view: Partial<ReportView> = {}, punctuality?: Punctuality) =>
  reportCard(meetingFrom(facts), { ...mine, ...view }, NOW, punctuality);

const sync = [
  started("10:02", { topic: "Weekly product sync", bookedMinutes: 30, hostId: "id of Alice" }),
  joined("Alice P1", "10:02"),
  joined("Bob P2", "10:02"),
  left("Bob P2", "10:21"),
  joined("Bob P3", "10:32"),
  left("Bob P3", "10:49"),
  joined("Chris? P4", "10:06"),
  ended("10:49"),
];

describe("the report of a meeting", () => {
  test("tells who was there, when and for how long, on the asker's clocks", () => {
    deepEqual(cardText(report([...sync, left("Alice P1", "10:49"), left("Chris? P4", "10:40:30")])), [
      "⚪  Weekly product sync",
      "2 Mar 10:02 UTC to 10:49 UTC  ·  47 min  ·  booked for 30 min, ran 17 min over  ·  host Alice",
      "3 people  ·  most at once 3  ·  1 h 58 min of all people together",
      "Who | In meeting | When",
      "Alice, host | 47 min | 11:02 to 11:49",
      "Bob | 36 min | 11:02 to 11:21, 11:32 to 11:49",
      "Chris (guest) | 34 min 30 s | 11:06 to 11:40",
      "[Picture] [Download CSV] [Share in this channel]",
      "Only you can see this. Times of the list: Europe/Vienna. Each person counts once, without overlaps.",
    ]);
  });

  test("says for when it was planned, and whether it began then", () => {
    const said = (delayMs?: number, facts = sync) => {
      const planned = { plannedFor: at("10:00"), ...(delayMs !== undefined && { delayMs }) };
      return /planned for .*?(?= {2}·|$)/.exec(cardText(report(facts, {}, planned))[1] ?? "")?.[0];
    };
    equal(said(240_000), "planned for 10:00 UTC, began 4 min late");
    equal(said(-180_000), "planned for 10:00 UTC, began 3 min early");
    equal(said(59_000), "planned for 10:00 UTC, began on time");
    equal(said(), "planned for 10:00 UTC, started again");
    equal(said(240_000, [joined("Al P1", "10:04")]), "planned for 10:00 UTC, began about 4 min late");
  });

  test("says what Zoom did not tell", () => {
    const lines = cardText(report(sync));
    equal(lines[2], "3 people  ·  most at once 3  ·  about 2 h 6 min of all people together");
    equal(lines[4], "Alice, host | about 47 min | 11:02 to ~11:49");
    match(lines.at(-1) ?? "", /~ and about: Zoom did not say\.$/);
  });

  test("of a live meeting counts up to now", () => {
    const lines = cardText(report([started("11:30", { topic: "Live one" }), joined("Al P1", "11:35")]));
    deepEqual(lines.slice(0, 5), [
      "🟢  Live one",
      "2 Mar 11:30 UTC  ·  still live, 1 in",
      "1 person  ·  most at once 1  ·  25 min of all people together",
      "Who | In meeting | When",
      "Al | 25 min | 12:35 to now",
    ]);
  });

  test("over midnight says the day", () => {
    const night = [
      started("22:50"),
      joined("Al P1", "22:50"),
      { ...left("Al P1", "00:00"), at: at("23:20") },
      ended("23:20"),
    ];
    match(cardText(report(night)).join("\n"), /Al \| 30 min \| 23:50 to 3 Mar 00:20/);
  });

  test("of a meeting that nobody was seen in has nothing to download", () => {
    deepEqual(cardText(report([started("09:00", { topic: "Empty" }), ended("09:00:43")])), [
      "⚪  Empty",
      "2 Mar 09:00 UTC to 09:00 UTC  ·  43 s",
      "nobody seen",
      "[Share in this channel]",
      "Only you can see this.",
    ]);
  });

  test("names nobody and lists nobody where names are switched off", () => {
    const counts = report(sync, { people: "counts" });
    doesNotMatch(JSON.stringify(counts), /Alice|Bob|Chris|csv|picture/);
    match(cardText(counts).at(-1) ?? "", /Names are switched off here\.$/);
  });

  test("shared with a channel has no buttons and is not called private", () => {
    doesNotMatch(cardText(report(sync, { isPrivate: false })).join("\n"), /\[|Only you/);
  });
});

const standUp = (hour: string, uuid: string, extra = {}) => [
  started(`${hour}:00`, { uuid, topic: "Stand-up", hostId: "id of Bob", bookedMinutes: 15, ...extra }),
  joined("Bob P1", `${hour}:00`, { uuid }),
  left("Bob P1", `${hour}:10`, { uuid }),
  ended(`${hour}:10`, { uuid }),
];

describe("the report of some days", () => {
  const days = (asked: string, meetings: MeetingFact[][], view: Partial<ReportView> = {}) => {
    const question = reportQuestion(asked) as PeriodQuestion;
    const period = periodOf(question.period, NOW, "UTC");
    return periodReportCard(period, meetings.map(meetingFrom), question, { ...mine, ...view }, NOW);
  };
  const some = [sync, standUp("08", "B"), standUp("09", "C")];

  test("adds up, together and by topic, the longest first", () => {
    deepEqual(cardText(days("week", some)), [
      "Report: meetings this week, 2 to 8 March",
      "3 meetings",
      "1 h 7 min in total",
      "3 different people",
      "about 2 h 26 min of all people together",
      "1 ran over, 17 min together",
      "2 with nobody or one person",
      "Topic | Meetings | Time | People | Ran over",
      "Weekly product sync | 1 | 47 min | 3 | 1",
      "Stand-up | 2 | 20 min | 1 | –",
      "[By host] [Download CSV] [Share in this channel]",
      "Only you can see this. Meetings that began then; the days are those of UTC.",
    ]);
    equal(days("week", some).summary, "Report, this week, 2 to 8 March: 3 meetings, 1 h 7 min");
  });

  test("says how many began on time, and to which nobody came, as far as it knows what was planned", () => {
    const planned = (number: string, time: string) => ({
      number,
      isWebinar: false,
      startsAt: at(time),
      bookedMinutes: 15,
    });
    const numbered = [standUp("08", "B", { number: "1" }), standUp("09", "C", { number: "2" })];
    const of = (meetings: MeetingFact[][], ...plans: ReturnType<typeof planned>[]) => {
      const question = reportQuestion("week") as PeriodQuestion;
      const held = meetings.map(meetingFrom);
      return cardText(
        periodReportCard(periodOf("week", NOW, "UTC"), held, question, mine, NOW, bookingsOf(plans, held, NOW)),
      );
    };
    deepEqual(
      of(numbered, planned("1", "08:00"), planned("2", "08:54"), planned("3", "10:00"), planned("4", "12:00")).slice(
        7,
        9,
      ),
      ["1 of 2 planned that I know of began on time", "1 planned that nobody came to"],
    );
    equal(of(numbered, planned("1", "08:00"))[8], "0 planned that nobody came to");
    equal(of(numbered, planned("4", "12:00"))[7], "Topic | Meetings | Time | People | Ran over");
    deepEqual(of([], planned("3", "10:00")).slice(1, 3), ["None so far.", "1 planned that nobody came to"]);
  });

  test("or by host, who may not have been seen", () => {
    const lines = cardText(days("week by host", [...some, standUp("07", "D", { hostId: "nobody" })]));
    deepEqual(lines.slice(7, 11), [
      "Host | Meetings | Time | People | Ran over",
      "Alice | 1 | 47 min | 3 | 1",
      "Bob | 2 | 20 min | 1 | –",
      "(host not seen) | 1 | 10 min | 1 | –",
    ]);
    match(lines.at(-2) ?? "", /^\[By topic\]/);
  });

  test("says what it leaves out", () => {
    equal(
      cardText(days("week host @bob topic stand", [standUp("08", "B")]))[1],
      "Only meetings hosted by @bob, with the topic stand",
    );
  });

  test("without a meeting says so, and has nothing to download", () => {
    deepEqual(cardText(days("week", [])).slice(0, 3), [
      "Report: meetings this week, 2 to 8 March",
      "None so far.",
      "[Share in this channel]",
    ]);
    equal(cardText(days("yesterday", []))[1], "I know of none.");
  });

  test("names no host where names are switched off", () => {
    doesNotMatch(JSON.stringify(days("week by host", some, { people: "counts" })), /Alice|Bob|By/);
  });

  test("gives no time to what only runs yet", () => {
    const live = [started("11:30", { uuid: "L", topic: "Live one" }), joined("Al P1", "11:35", { uuid: "L" })];
    const lines = cardText(days("week", [...some, live]));
    equal(lines[2], "1 h 7 min in total, 1 still live");
    equal(lines[10], "Live one | 1 | still live | 1 | –");
    deepEqual(cardText(days("week", [live])).slice(1, 6), [
      "1 meeting",
      "1 still live",
      "1 person",
      "0 ran over",
      "0 with nobody or one person",
    ]);
  });

  test("shows the largest topics and counts the rest", () => {
    const many = Array.from({ length: 30 }, (_, index) => [
      started("09:00", { uuid: `${index}`, topic: `Topic ${index}` }),
      ended(`09:${10 + index}`, { uuid: `${index}` }),
    ]);
    const lines = cardText(days("week", many));
    equal(lines[8]?.split(" | ")[0], "Topic 29");
    equal(lines[28], "+ 10 more, all of them in the CSV");
  });
});
