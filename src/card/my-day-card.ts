import { compare, type Instant } from "../meeting/fact.ts";
import type { Meeting } from "../meeting/meeting.ts";
import type { Card, Line, List, Part } from "./card.ts";
import { type Day, dayName } from "./day.ts";
import { booking, lastedText } from "./meeting-card.ts";
import { counted, duration, LONGEST_LISTED_TOPIC, people, timeSpan, topicOf } from "./words.ts";

/** A meeting that is planned, once. */
export interface PlannedMeeting {
  startsAt: Instant;
  bookedMinutes?: number;
  topic?: string;
  number?: string;
}

export interface MyDay {
  day: Day;
  /** Those that the person will host. */
  planned: readonly PlannedMeeting[];
  /** Those of the day before that the person hosted or was in. */
  before: readonly { meeting: Meeting; isHost: boolean }[];
}

/** What one person has ahead and what their meetings of the day before came to; undefined when there is neither. */
export function myDayCard({ day, planned, before }: MyDay): Card | undefined {
  if (planned.length + before.length === 0) return undefined;
  const ahead = planned.toSorted((a, b) => a.startsAt - b.startsAt);
  const past = before.toSorted(({ meeting: a }, { meeting: b }) => a.start.at - b.start.at || compare(a.uuid, b.uuid));
  return {
    stage: "note",
    summary: `Your day: ${said(ahead.length, "planned")}, ${said(past.length, "yesterday")}`,
    parts: [
      { kind: "heading", text: `Your day: ${dayName(day)}` },
      ...list("You host today", ahead.map(plannedLine)),
      ...list("Yesterday", past.map(pastLine)),
    ],
    buttons: [],
  };
}

function said(count: number, when: string): string {
  return `${count === 0 ? "no meetings" : counted(count, "meeting", "meetings")} ${when}`;
}

function list(title: string, lines: Line[]): Part[] {
  const all: List = { kind: "list", title, lines };
  return lines.length === 0 ? [] : [all];
}

function plannedLine({ startsAt, bookedMinutes, topic, number }: PlannedMeeting): Line {
  const called = topicOf(topic === undefined ? {} : { topic }, LONGEST_LISTED_TOPIC);
  return [
    timeSpan(startsAt, "time"),
    "  ",
    number ? { link: called, to: `https://zoom.us/j/${number}` } : { strong: called },
    ...(bookedMinutes ? [`, booked for ${duration(bookedMinutes * 60_000)}`] : []),
  ];
}

function pastLine({ meeting, isHost }: MyDay["before"][number]): Line {
  const length = meeting.isLive ? "still live" : lastedText(meeting);
  const came = meeting.people.length === 0 ? "nobody seen" : people(meeting.people.length);
  return [
    timeSpan(meeting.start.at, "time"),
    `  ${topicOf(meeting, LONGEST_LISTED_TOPIC)}, `,
    { strong: length },
    `, ${came}${isHost ? ", hosted by you" : ""}`,
    ...(meeting.isLive ? [] : booking(meeting)),
  ];
}
