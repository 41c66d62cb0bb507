import { lastedMs, type Meeting } from "../meeting/meeting.ts";
import { type Tally, tally } from "../meeting/tally.ts";
import type { Card, Chart, Figure, Line } from "./card.ts";
import { numberText } from "./chart.ts";
import { type Day, dayOf, daysLater, fromTo, weekday } from "./day.ts";
import { type CardStyle, lastedText } from "./meeting-card.ts";
import { totalFigure, totalWords } from "./total.ts";
import { counted, durationSure, LONGEST_LISTED_TOPIC, topicOf } from "./words.ts";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const WORKDAYS = 5;

/** In which style a channel is told: where meetings are private, also their topics are hidden. */
export interface WeekStyle {
  people: CardStyle["people"] | "private";
}

/**
 * A week in one message, from its Monday: what its meetings add up to beside those of the week before, and how many
 * minutes each day had. A meeting belongs to the day on which it began. Undefined when the week had no meeting.
 */
export function weekCard(
  monday: Day,
  meetings: readonly Meeting[],
  weekBefore: readonly Meeting[],
  style: WeekStyle,
): Card | undefined {
  if (meetings.length === 0) return undefined;
  const [all, before] = [tally(meetings), tally(weekBefore)];
  const [days, daysBefore] = [byDay(meetings, monday), byDay(weekBefore, monday)];
  const title = `Your meeting week, ${fromTo(monday, daysLater(monday, 6))}`;
  const said = [counted(all.meetings, "meeting", "meetings"), totalWords(all), ...change(all, before)];
  return {
    stage: "digest",
    summary: `${title}: ${said.join(", ")}`,
    parts: [
      { kind: "heading", text: title },
      { kind: "figures", figures: figures(all, before) },
      ...[...longest(meetings, style), ...busiest(days)].map((line) => ({ kind: "line" as const, line })),
      ...chart(days, daysBefore),
    ],
    buttons: [],
    note: [
      `The week is Monday to Sunday, ${monday.timeZone}. A meeting counts on the day on which it began; `,
      "what comes late is added here. ",
      { code: "/meetings settings" },
      " changes what is told here.",
    ],
  };
}

/** The meetings of each weekday, from Monday to Sunday. */
function byDay(meetings: readonly Meeting[], { timeZone }: Day): Meeting[][] {
  const days = Map.groupBy(meetings, ({ start }) => weekday(dayOf(start.at, timeZone)));
  return WEEKDAYS.map((_, index) => days.get(index + 1) ?? []);
}

function figures(all: Tally, before: Tally): Figure[] {
  const meetings = all.meetings === 1 ? "meeting" : "meetings";
  return [
    {
      value: String(all.meetings),
      label: `${meetings} (${before.meetings === 0 ? "none known" : before.meetings} last week)`,
    },
    totalFigure(all, change(all, before)),
    { value: String(all.people), label: all.people === 1 ? "person" : "different people" },
    { value: String(all.overran), label: "ran over" },
  ];
}

/** By how much the time changed against the week before; nothing where there is nothing to compare. */
function change(all: Tally, before: Tally): string[] {
  if (all.lastedMs === 0 || before.lastedMs === 0) return [];
  const percent = Math.round((100 * (all.lastedMs - before.lastedMs)) / before.lastedMs);
  if (percent === 0) return ["about the same as last week"];
  if (percent <= -100) return ["down more than 99%"];
  const about = all.isLengthSure && before.isLengthSure ? "" : "about ";
  return [`${percent < 0 ? "down" : "up"} ${about}${numberText(Math.abs(percent))}%`];
}

/** Styles that tell topics: any other says less. */
const TELL_TOPICS: ReadonlySet<string> = new Set(["names", "counts"]);

/** The longest of those that ended, of equally long ones the first. */
function longest(meetings: readonly Meeting[], { people: style }: WeekStyle): Line[] {
  const [first] = meetings
    .filter(({ isLive }) => !isLive)
    .toSorted((a, b) => lengthOf(b) - lengthOf(a) || a.start.at - b.start.at || (a.uuid < b.uuid ? -1 : 1));
  if (!first || lengthOf(first) === 0) return [];
  const topic = TELL_TOPICS.has(style) ? [`${topicOf(first, LONGEST_LISTED_TOPIC)}, `] : [];
  return [["Longest meeting: ", ...topic, { strong: lastedText(first) }]];
}

function lengthOf(meeting: Meeting): number {
  return lastedMs(meeting, meeting.end?.at ?? meeting.start.at);
}

/** The day with the most time, of equal ones the first. */
function busiest(days: readonly Meeting[][]): Line[] {
  const times = days.map((meetings) => tally(meetings));
  const most = Math.max(...times.map((day) => day.lastedMs));
  const index = times.findIndex((day) => day.lastedMs === most);
  const isLengthSure = times[index]?.isLengthSure ?? true;
  return most > 0 ? [["Busiest day: ", `${WEEKDAYS[index]}, `, { strong: durationSure(most, isLengthSure) }]] : [];
}

const MINUTE_MS = 60_000;

/** None when there is no bar to draw, and of last week only when it has any. The weekend is drawn when something was on then, in either week. */
function chart(days: readonly Meeting[][], daysBefore: readonly Meeting[][]): Chart[] {
  const isWeekendFree = [days, daysBefore].every((week) => week.slice(WORKDAYS).every(({ length }) => length === 0));
  const drawn = isWeekendFree ? WORKDAYS : WEEKDAYS.length;
  const minutes = (week: readonly Meeting[][]) =>
    week.slice(0, drawn).map((meetings) => Math.round(tally(meetings).lastedMs / MINUTE_MS));
  const [now, before] = [minutes(days), minutes(daysBefore)];
  const hasBars = (numbers: number[]) => numbers.some((number) => number > 0);
  if (!hasBars(now) && !hasBars(before)) return [];
  const lastWeek = hasBars(before) ? [{ name: "Last week", numbers: before }] : [];
  const series = [{ name: "This week", numbers: now }, ...lastWeek];
  const categories = WEEKDAYS.slice(0, drawn).map((day) => day.slice(0, 3));
  return [{ kind: "chart", title: "Meeting minutes per day", unit: "minutes", categories, series }];
}
