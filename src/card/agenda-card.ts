import type { Instant } from "../meeting/fact.ts";
import { inMeeting, type Meeting } from "../meeting/meeting.ts";
import type { Button, Card, Line, Part, Span } from "./card.ts";
import type { Day } from "./day.ts";
import { type CardStyle, lastedText } from "./meeting-card.ts";
import { counted, hostOf, LONGEST_LISTED_TOPIC, people, timeSpan, topicOf } from "./words.ts";

export type AgendaScope = "today" | "live";

export interface AgendaView extends CardStyle {
  scope: AgendaScope;
  /** Only the asker sees it and may share it; otherwise a whole channel reads it. */
  isPrivate: boolean;
}

const LIVE = "Live now";

/** What is on, and what was on that day: the answer to `/meetings today` and `/meetings live`. */
export function agendaCard(day: Day, meetings: readonly Meeting[], { scope, isPrivate, ...style }: AgendaView): Card {
  const byStart = meetings.toSorted((a, b) => a.start.at - b.start.at);
  const live = byStart.filter(({ isLive }) => isLive);
  const ended = scope === "live" ? [] : byStart.filter(({ isLive }) => !isLive);
  const parts: Part[] = [{ kind: "heading", text: scope === "live" ? LIVE : "Meetings today" }];
  if (live.length === 0 && ended.length === 0) parts.push({ kind: "line", line: [nothing(scope)] });
  if (live.length > 0) parts.push(list(live, scope === "live" ? "" : LIVE, (meeting) => liveLine(meeting, style)));
  if (ended.length > 0) parts.push(list(ended, "Ended", (meeting) => endedLine(meeting, day.from)));
  return {
    stage: "answer",
    summary: summary(scope, live.length, ended.length),
    parts,
    buttons: isPrivate ? buttons(scope) : [],
    note: note(day, isPrivate),
  };
}

function summary(scope: AgendaScope, live: number, ended: number): string {
  if (live + ended === 0) return nothing(scope);
  if (scope === "live") return `${counted(live, "meeting is", "meetings are")} live now`;
  return `Meetings today: ${live} live, ${ended} ended`;
}

function nothing(scope: AgendaScope): string {
  return scope === "live" ? "No meeting is live now." : "No meetings today so far.";
}

/** Of more than fit, the latest. */
function list(meetings: readonly Meeting[], title: string, line: (meeting: Meeting) => Line): Part {
  return { kind: "list", ...(title && { title }), lines: meetings.map(line), spare: "first" };
}

function liveLine(meeting: Meeting, style: CardStyle): Line {
  const topic = topicOf(meeting, LONGEST_LISTED_TOPIC);
  const here = inMeeting(meeting).length;
  const host = style.people === "names" && hostOf(meeting);
  return [
    { dot: "live" },
    " ",
    meeting.number && !meeting.isWebinar
      ? { link: topic, to: `https://zoom.us/j/${meeting.number}` }
      : { strong: topic },
    `  ${here === 0 ? "nobody" : here} in, since `,
    timeSpan(meeting.start.at, "time"),
    ...(host ? [`, host ${host}`] : []),
  ];
}

/** One that began on an earlier day says so. */
function endedLine(meeting: Meeting, dayStart: Instant): Line {
  const began: Span = timeSpan(meeting.start.at, meeting.start.at < dayStart ? "day and time" : "time");
  const came = meeting.people.length === 0 ? "nobody seen" : people(meeting.people.length);
  return [began, `  ${topicOf(meeting, LONGEST_LISTED_TOPIC)}, `, { strong: lastedText(meeting) }, `, ${came}`];
}

function buttons(scope: AgendaScope): Button[] {
  return [
    { kind: "ask", label: "Share in this channel", ask: "share", about: scope },
    { kind: "ask", label: "Refresh", ask: "refresh", about: scope },
  ];
}

function note({ timeZone }: Day, isPrivate: boolean): Line {
  return isPrivate
    ? [
        "Only you can see this. Times are in your time zone; the day is that of ",
        timeZone,
        ". More: ",
        { code: "/meetings help" },
      ]
    : ["Times are in the time zone of each reader; the day is that of ", timeZone, "."];
}
