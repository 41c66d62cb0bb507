import { type Booking, nobodyCame, onTime, punctualityOf } from "../meeting/booking.ts";
import type { Instant } from "../meeting/fact.ts";
import type { Meeting } from "../meeting/meeting.ts";
import { tally } from "../meeting/tally.ts";
import type { Button, Card, Figure, Line, Part } from "./card.ts";
import type { Period } from "./period.ts";
import type { ReportView } from "./report-card.ts";
import { type Grouping, type PeriodQuestion, questionText } from "./report-question.ts";
import { isNoneOver, totalFigure, totalWords } from "./total.ts";
import { counted, durationSure, hostOf, LONGEST_LISTED_TOPIC, shortened, topicOf } from "./words.ts";

const MOST_GROUPS = 20;
const LONGEST_FILTER = 60;

/** What the meetings that began in some days add up to, together and by topic or host. */
export function periodReportCard(
  period: Period,
  meetings: readonly Meeting[],
  question: PeriodQuestion,
  view: ReportView,
  now: Instant,
  bookings: readonly Booking[] = [],
): Card {
  const groups = groupsOf(meetings, question.by);
  const all = tally(meetings);
  const count = all.meetings;
  const total = `${counted(count, "meeting", "meetings")}, ${totalWords(all)}`;
  const filter = filterOf(question);
  const planned = plannedFigures(period, meetings, bookings, now);
  return {
    stage: "answer",
    ...(count === 0 && { isNothing: true as const }),
    summary: `Report, ${period.name}: ${count === 0 ? "no meetings" : total}`,
    parts: [
      { kind: "heading", text: `Report: meetings ${period.name}` },
      ...(filter ? [{ kind: "line" as const, line: filter }] : []),
      ...(count === 0
        ? [
            { kind: "line" as const, line: [now < period.until ? "None so far." : "I know of none."] },
            ...(planned.length > 0 ? [{ kind: "figures" as const, figures: planned }] : []),
          ]
        : [
            { kind: "figures" as const, figures: [...figures(meetings), ...planned] },
            ...table(groups, question.by, view),
          ]),
    ],
    buttons: view.isPrivate ? buttons(question, count, view) : [],
    note: note(period, view.isPrivate),
  };
}

function filterOf({ host, topic }: PeriodQuestion): Line | undefined {
  const only: Line = [
    ...(host ? ["hosted by ", { strong: shortened(host, LONGEST_FILTER) }] : []),
    ...(host && topic ? [", "] : []),
    ...(topic ? ["with the topic ", { strong: shortened(topic, LONGEST_FILTER) }] : []),
  ];
  return only.length > 0 ? ["Only meetings ", ...only] : undefined;
}

function figures(meetings: readonly Meeting[]): Figure[] {
  const all = tally(meetings);
  const over = all.overran > 0 ? `ran over, ${durationSure(all.overMs, all.isLengthSure)} together` : "ran over";
  return [
    { value: String(all.meetings), label: all.meetings === 1 ? "meeting" : "meetings" },
    totalFigure(all),
    { value: String(all.people), label: all.people === 1 ? "person" : "different people" },
    ...(isNoneOver(all)
      ? []
      : [{ value: durationSure(all.personMs, all.isPersonTimeSure), label: "of all people together" }]),
    { value: String(all.overran), label: over },
    { value: String(all.alone), label: "with nobody or one person" },
  ];
}

/** Only what was planned since the notifier listens is known: where nothing is, nothing is said of it. */
function plannedFigures(
  { from, until }: Period,
  meetings: readonly Meeting[],
  bookings: readonly Booking[],
  now: Instant,
): Figure[] {
  const began = onTime(meetings, punctualityOf(bookings));
  const ofThen = bookings.filter(({ planned: { startsAt } }) => startsAt >= from && startsAt < until);
  const empty = ofThen.filter((booking) => nobodyCame(booking, now)).length;
  return [
    ...(began.planned > 0
      ? [{ value: `${began.onTime} of ${began.planned}`, label: "planned that I know of began on time" }]
      : []),
    ...(began.planned + empty > 0 ? [{ value: String(empty), label: "planned that nobody came to" }] : []),
  ];
}

interface Group {
  name: string;
  meetings: Meeting[];
}

/** The largest first. */
function groupsOf(meetings: readonly Meeting[], by: Grouping): Group[] {
  const key = ({ topic = "", hostId, hostEmail = "" }: Meeting) => (by === "topic" ? topic : (hostId ?? hostEmail));
  const name = (some: readonly Meeting[], one: Meeting) =>
    by === "topic"
      ? topicOf(one, LONGEST_LISTED_TOPIC)
      : (some.map(hostOf).find((host) => host !== undefined) ?? "(host not seen)");
  return [...Map.groupBy(meetings, key).values()]
    .flatMap((some) => (some[0] ? [{ name: name(some, some[0]), meetings: some }] : []))
    .map((group) => ({ ...group, ms: tally(group.meetings).lastedMs }))
    .toSorted((a, b) => b.ms - a.ms || b.meetings.length - a.meetings.length || (a.name < b.name ? -1 : 1));
}

function table(groups: readonly Group[], by: Grouping, { people: style }: ReportView): Part[] {
  if (by === "host" && style === "counts") return [];
  const hidden = groups.length - MOST_GROUPS;
  return [
    {
      kind: "table",
      columns: [
        { title: by === "topic" ? "Topic" : "Host", align: "left" },
        { title: "Meetings", align: "right", unit: ["meeting", "meetings"] },
        { title: "Time", align: "right" },
        { title: "People", align: "right", unit: ["person", "people"] },
        { title: "Ran over", align: "right", unit: ["over", "over"] },
      ],
      rows: groups.slice(0, MOST_GROUPS).map(row),
    },
    ...(hidden > 0 ? [{ kind: "line" as const, line: [`+ ${hidden} more, all of them in the CSV`] }] : []),
  ];
}

function row({ name, meetings }: Group): string[] {
  const { meetings: count, live, lastedMs, isLengthSure, people: different, overran } = tally(meetings);
  return [
    name,
    String(count),
    live === count ? "still live" : durationSure(lastedMs, isLengthSure),
    String(different),
    overran > 0 ? String(overran) : "–",
  ];
}

function buttons(question: PeriodQuestion, count: number, { people: style }: ReportView): Button[] {
  const about = questionText(question);
  const by: Grouping = question.by === "topic" ? "host" : "topic";
  const regroup: Button = { kind: "ask", label: `By ${by}`, ask: "report", about: questionText({ ...question, by }) };
  return [
    ...(count > 0 && style === "names" ? [regroup] : []),
    ...(count > 0 ? [{ kind: "ask" as const, label: "Download CSV", ask: "csv" as const, about }] : []),
    { kind: "ask", label: "Share in this channel", ask: "shareReport", about },
  ];
}

function note({ timeZone, isOneDay }: Period, isPrivate: boolean): Line {
  const days = isOneDay ? "the day is that of" : "the days are those of";
  return [`${isPrivate ? "Only you can see this. " : ""}Meetings that began then; ${days} ${timeZone}.`];
}
