import type { Instant } from "../meeting/fact.ts";
import { inMeeting, type Meeting } from "../meeting/meeting.ts";
import type { Person } from "../meeting/person.ts";
import { isTold, presentMs } from "../meeting/stay.ts";
import type { Card, Line } from "./card.ts";
import type { CardStyle } from "./meeting-card.ts";
import { questionText } from "./report-question.ts";
import { aboutDuration, duration, nameOf, people, timeSpan, topicOf } from "./words.ts";

/** Who is or was in a meeting and for how long: the answer to "Who is in" and "Attendance". */
export function peopleCard(meeting: Meeting, style: CardStyle, now: Instant): Card {
  const here = new Set(inMeeting(meeting));
  const showsNames = style.people === "names" && meeting.people.length > 0;
  const count = countOf(meeting, here.size);
  return {
    stage: "answer",
    summary: `${topicOf(meeting)}: ${count}`,
    parts: [
      { kind: "line", line: [{ strong: topicOf(meeting) }, `  ·  ${count}`] },
      ...(showsNames
        ? [{ kind: "list" as const, lines: meeting.people.map((person) => personLine(person, here.has(person), now)) }]
        : []),
    ],
    buttons: showsNames
      ? [{ kind: "ask", label: "Report", ask: "report", about: questionText({ of: "meeting", uuid: meeting.uuid }) }]
      : [],
    note: [
      "Only you can see this.",
      ...(showsNames ? howCounted(meeting) : []),
      ...(style.people === "counts" ? [NO_NAMES] : []),
    ],
  };
}

function countOf({ isLive, people: all }: Meeting, here: number): string {
  if (all.length === 0) return isLive ? "nobody seen yet" : "nobody seen";
  return isLive ? `${here} in now, ${all.length} so far` : people(all.length);
}

function howCounted(meeting: Meeting): Line {
  const isGuess = meeting.people.some(({ matchedByName }) => matchedByName);
  return [" Each person counts once, without overlaps.", ...(isGuess ? [" ≈ matched by name only."] : [])];
}

const NO_NAMES = " Names are switched off here.";

function personLine(person: Person, isHere: boolean, now: Instant): Line {
  const { stays, isHost, matchedByName } = person;
  const ms = presentMs(stays, now);
  const isSure = stays.every(isTold);
  const came = isHere ? stays.at(-1) : stays[0];
  return [
    { strong: `${nameOf(person)}${isHost ? ", host" : ""}${matchedByName ? " ≈" : ""}` },
    `  ${isSure ? duration(ms) : aboutDuration(ms)}`,
    ...(came ? [isHere ? ", in since " : ", from ", timeSpan(came.from.at, "time")] : []),
    ...(stays.length > 1 ? [`, ${stays.length} stays`] : []),
  ];
}
