import { hasSureLength, inMeeting, lastedMs, type Meeting, overranMs } from "../meeting/meeting.ts";
import type { Person } from "../meeting/person.ts";
import type { Button, Card, Line } from "./card.ts";
import { aboutDuration, duration, hostOf, nameOf, people, timeSpan, topicOf } from "./words.ts";

export interface CardStyle {
  /** With "counts" nobody is named, not even the host. */
  people: "names" | "counts";
}

/** What a channel says about one meeting: while it runs, and once it ended. Nothing in it changes by itself. */
export function meetingCard(meeting: Meeting, style: CardStyle): Card {
  return meeting.isLive ? liveCard(meeting, style) : endedCard(meeting, style);
}

const NAMES_SHOWN = 8;

function liveCard(meeting: Meeting, style: CardStyle): Card {
  const here = inMeeting(meeting);
  const topic = topicOf(meeting);
  const parts: Line[] = [
    [{ dot: "live" }, "  ", { strong: topic }, "  is live"],
    [
      { strong: here.length === 0 ? "Nobody in the meeting now" : `${here.length} in the meeting now` },
      ...(meeting.people.length > here.length ? [dot, `${meeting.people.length} joined so far`] : []),
      ...(meeting.waiting > 0 ? [dot, `${meeting.waiting} in the waiting room`] : []),
      dot,
      meeting.start.sure ? "started " : "started about ",
      timeSpan(meeting.start.at, "time"),
      " (",
      timeSpan(meeting.start.at, "ago"),
      ")",
      ...host(meeting, style),
    ],
    ...(style.people === "names" && here.length > 0 ? [[`In: ${listed(here)}`]] : []),
  ];
  return {
    stage: "live",
    summary: `${topic} is live, ${here.length === 0 ? "nobody" : people(here.length)} in`,
    parts: parts.map((line) => ({ kind: "line", line })),
    buttons: [...joinButton(meeting), ...peopleButton(meeting, style, "Who is in"), menu(meeting)],
  };
}

function endedCard(meeting: Meeting, style: CardStyle): Card {
  const topic = topicOf(meeting);
  const { start, end } = meeting;
  const lasted = lastedText(meeting);
  const came = meeting.people.length === 0 ? "nobody seen" : people(meeting.people.length);
  return {
    stage: "ended",
    summary: `${topic} ended after ${lasted}, ${came}`,
    parts: [
      { kind: "line", line: [{ dot: "ended" }, "  ", { strong: topic }, "  ended after ", { strong: lasted }] },
      {
        kind: "line",
        line: [
          timeSpan(start.at, "day and time"),
          " to ",
          ...(end ? [timeSpan(end.at, lastedMs(meeting, end.at) < LONG_MS ? "time" : "day and time")] : []),
          ...endedHow(meeting),
          dot,
          came,
          ...(meeting.mostAtOnce < meeting.people.length ? [`, most at once ${meeting.mostAtOnce}`] : []),
          ...host(meeting, style),
          ...booking(meeting),
        ],
      },
    ],
    buttons: peopleButton(meeting, style, "Attendance"),
  };
}

const dot = "  ·  ";
/** From then on a time alone does not tell the day it belongs to. */
const LONG_MS = 12 * 3_600_000;

/** How long the meeting took, "about" where its start or end is not sure, and unknown where only one of them is told. */
export function lastedText(meeting: Meeting): string {
  const { start, end } = meeting;
  const ms = lastedMs(meeting, end?.at ?? start.at);
  if (hasSureLength(meeting)) return duration(ms);
  return ms === 0 ? "an unknown time" : aboutDuration(ms);
}

/** Why the end is not sure, where it is not. */
export function endedHow({ end }: Meeting): Line {
  switch (end?.because) {
    case "startedAgain":
      return [" (no end signal from Zoom, it was started again)"];
    case "fellSilent":
      return [" (no end signal from Zoom, nothing heard since)"];
    case "summarized":
      return [" (no end signal from Zoom, time from its summary)"];
    default:
      return end && !end.sure ? [" (Zoom did not say when exactly)"] : [];
  }
}

/** Over what was booked it says by how much; below that the booking is nobody's business. */
export function booking(meeting: Meeting): Line {
  const { bookedMinutes, start, end } = meeting;
  const overMin = Math.floor(overranMs(meeting, end?.at ?? start.at) / 60_000);
  if (!bookedMinutes) return [];
  const byHowMuch = hasSureLength(meeting) ? duration : aboutDuration;
  const over = overMin >= 1 ? `, ran ${byHowMuch(overMin * 60_000)} over` : "";
  return [dot, `booked for ${duration(bookedMinutes * 60_000)}${over}`];
}

function host(meeting: Meeting, style: CardStyle): Line {
  const name = style.people === "names" && hostOf(meeting);
  return name ? [dot, `host ${name}`] : [];
}

function listed(some: readonly Person[]): string {
  const shown = some.slice(0, NAMES_SHOWN).map(nameOf);
  const more = some.length - shown.length;
  return more > 0 ? `${shown.join(", ")}, +${more} more` : shown.join(", ");
}

/** The link carries the number only: a passcode is for those who were invited. */
export function joinButton({ number, isWebinar }: Meeting): Button[] {
  return number && !isWebinar
    ? [{ kind: "open", label: "Join", url: `https://zoom.us/j/${number}`, isMain: true }]
    : [];
}

/** For who has heard enough of it, or wants to hear of others. */
function menu({ uuid }: Meeting): Button {
  return {
    kind: "menu",
    label: "More",
    options: [
      { label: "Do not post this meeting here", ask: "mute", about: uuid },
      { label: "Channel settings", ask: "settings", about: "" },
    ],
  };
}

function peopleButton(meeting: Meeting, style: CardStyle, label: string): Button[] {
  if (style.people === "counts" || meeting.people.length === 0) return [];
  return [{ kind: "ask", label, ask: "people", about: meeting.uuid }];
}
