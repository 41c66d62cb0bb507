import type { Instant } from "../meeting/fact.ts";
import { inMeeting, type Meeting } from "../meeting/meeting.ts";
import type { Person } from "../meeting/person.ts";
import { presentMs } from "../meeting/stay.ts";
import type { Card, Line } from "./card.ts";
import { aboutDuration, duration, nameOf, people, timeSpan, topicOf } from "./words.ts";

const MOST_PEOPLE = 40;

/** Who is or was in a meeting and for how long: the answer to "Who is in" and "Attendance". */
export function peopleCard(meeting: Meeting, now: Instant): Card {
  const here = new Set(inMeeting(meeting));
  const lines = meeting.people.slice(0, MOST_PEOPLE).map((person) => personLine(person, here.has(person), now));
  const hidden = meeting.people.length - lines.length;
  const count = meeting.isLive ? `${here.size} in now, ${meeting.people.length} so far` : people(meeting.people.length);
  return {
    stage: "answer",
    summary: `${topicOf(meeting)}: ${count}`,
    parts: [
      { kind: "line", line: [{ strong: topicOf(meeting) }, `  ·  ${count}`] },
      { kind: "list", lines: hidden > 0 ? [...lines, [`+${hidden} more`]] : lines },
    ],
    buttons: [],
    note: [
      "Only you can see this. Each person counts once, without overlaps.",
      ...(meeting.people.some(({ matchedByName }) => matchedByName) ? [" ≈ matched by name only."] : []),
    ],
  };
}

function personLine(person: Person, isHere: boolean, now: Instant): Line {
  const ms = presentMs(person.stays, now);
  const isSure = person.stays.every(({ from, to }) => from.sure && (to?.sure ?? true));
  const name = `${nameOf(person)}${person.isHost ? ", host" : ""}${person.matchedByName ? " ≈" : ""}`;
  const first = person.stays[0];
  return [
    { strong: name },
    `  ${isSure ? duration(ms) : aboutDuration(ms)}`,
    ...(first ? [isHere ? ", in since " : ", from ", timeSpan(first.from.at, "time")] : []),
    ...(person.stays.length > 1 ? [`, ${person.stays.length} stays`] : []),
  ];
}
