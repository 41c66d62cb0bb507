import type { Punctuality } from "../meeting/booking.ts";
import type { Instant } from "../meeting/fact.ts";
import { inMeeting, type Meeting } from "../meeting/meeting.ts";
import type { Person } from "../meeting/person.ts";
import { isTold, type Known, presentMs, type Stay } from "../meeting/stay.ts";
import { isPersonTimeSure, personMs } from "../meeting/tally.ts";
import type { Button, Card, Line, Part } from "./card.ts";
import { clockTime, dayOf, shortDayName } from "./day.ts";
import { booking, type CardStyle, endedHow, lastedText } from "./meeting-card.ts";
import { questionText } from "./report-question.ts";
import { aboutDuration, duration, durationSure, hostOf, nameOf, people, timeSpan, topicOf } from "./words.ts";

export interface ReportView extends CardStyle {
  /** Of the times that cannot be shown in each reader's own zone. */
  timeZone: string;
  /** Only the asker sees it and may share it; otherwise a whole channel reads it. */
  isPrivate: boolean;
}

/** One meeting in full: who was there, when and for how long. */
export function reportCard(meeting: Meeting, view: ReportView, now: Instant, punctuality?: Punctuality): Card {
  const showsPeople = view.people === "names" && meeting.people.length > 0;
  return {
    stage: "answer",
    summary: `${topicOf(meeting)}: ${length(meeting)}, ${came(meeting)}`,
    parts: [
      ...heading(meeting, view, now, punctuality).map((line): Part => ({ kind: "line", line })),
      ...(showsPeople ? [table(meeting, view, now)] : []),
    ],
    buttons: view.isPrivate ? buttons(meeting, showsPeople) : [],
    note: note(meeting, view, showsPeople),
  };
}

const dot = "  ·  ";

function heading(meeting: Meeting, view: ReportView, now: Instant, punctuality?: Punctuality): Line[] {
  const { start, end, mostAtOnce } = meeting;
  const host = view.people === "names" && hostOf(meeting);
  const together = durationSure(personMs(meeting, now), isPersonTimeSure(meeting));
  return [
    [{ dot: meeting.isLive ? "live" : "ended" }, "  ", { strong: topicOf(meeting) }],
    [
      timeSpan(start.at, "day and time"),
      ...(end ? [" to ", timeSpan(end.at, "time")] : []),
      ...endedHow(meeting),
      dot,
      { strong: length(meeting) },
      ...booking(meeting),
      ...(punctuality ? planning(meeting, punctuality) : []),
      ...(host ? [`${dot}host ${host}`] : []),
    ],
    [
      { strong: came(meeting) },
      ...(mostAtOnce > 0 ? [`${dot}most at once ${mostAtOnce}${dot}${together} of all people together`] : []),
    ],
  ];
}

const MINUTE_MS = 60_000;

/** Minutes are exact enough; one that broke off and was started again was neither late nor early. */
function planning({ start }: Meeting, { plannedFor, delayMs }: Punctuality): Line {
  const minutes = Math.floor(Math.abs(delayMs ?? 0) / MINUTE_MS);
  const howMuch = (start.sure ? duration : aboutDuration)(minutes * MINUTE_MS);
  const began = minutes === 0 ? "began on time" : `began ${howMuch} ${(delayMs ?? 0) > 0 ? "late" : "early"}`;
  return [`${dot}planned for `, timeSpan(plannedFor, "time"), `, ${delayMs === undefined ? "started again" : began}`];
}

function length(meeting: Meeting): string {
  return meeting.isLive ? `still live, ${inMeeting(meeting).length || "nobody"} in` : lastedText(meeting);
}

function came({ people: all }: Meeting): string {
  return all.length === 0 ? "nobody seen" : people(all.length);
}

function table(meeting: Meeting, { timeZone }: ReportView, now: Instant): Part {
  return {
    kind: "table",
    columns: [
      { title: "Who", align: "left" },
      { title: "In meeting", align: "right" },
      { title: "When", align: "left" },
    ],
    rows: meeting.people.map((person) => [
      whoText(person),
      durationSure(presentMs(person.stays, now), person.stays.every(isTold)),
      staysText(person.stays, meeting.start.at, timeZone),
    ]),
  };
}

function whoText(person: Person): string {
  return `${nameOf(person)}${person.isHost ? ", host" : ""}${person.matchedByName ? " ≈" : ""}`;
}

const MOST_STAYS = 6;

function staysText(stays: readonly Stay[], start: Instant, timeZone: string): string {
  const clock = ({ at, sure }: Known) => `${sure ? "" : "~"}${clockOf(at, start, timeZone)}`;
  const shown = stays.slice(0, MOST_STAYS).map(({ from, to }) => `${clock(from)} to ${to ? clock(to) : "now"}`);
  return [...shown, ...(stays.length > MOST_STAYS ? [`+${stays.length - MOST_STAYS} more`] : [])].join(", ");
}

/** "10:02"; on another day than that of the start "25 Nov 00:10". */
function clockOf(at: Instant, start: Instant, timeZone: string): string {
  const day = dayOf(at, timeZone);
  const clock = clockTime(at, timeZone);
  return day.date === dayOf(start, timeZone).date ? clock : `${shortDayName(day)} ${clock}`;
}

function buttons({ uuid }: Meeting, showsPeople: boolean): Button[] {
  const about = questionText({ of: "meeting", uuid });
  return [
    ...(showsPeople
      ? [
          { kind: "ask" as const, label: "Picture", ask: "picture" as const, about },
          { kind: "ask" as const, label: "Download CSV", ask: "csv" as const, about },
        ]
      : []),
    { kind: "ask", label: "Share in this channel", ask: "shareReport", about },
  ];
}

function note(meeting: Meeting, { timeZone, isPrivate, people: style }: ReportView, showsPeople: boolean): Line {
  const isAbout = meeting.people.some(({ stays }) => !stays.every(isTold));
  const isGuess = meeting.people.some(({ matchedByName }) => matchedByName);
  const sentences = [
    isPrivate && "Only you can see this.",
    showsPeople && `Times of the list: ${timeZone}. Each person counts once, without overlaps.`,
    showsPeople && isAbout && "~ and about: Zoom did not say.",
    showsPeople && isGuess && "≈ matched by name only.",
    style === "counts" && "Names are switched off here.",
  ];
  return [sentences.filter((sentence) => sentence !== false).join(" ")];
}
