import type { Instant } from "../meeting/fact.ts";
import { inMeeting, type Meeting } from "../meeting/meeting.ts";
import type { Known } from "../meeting/stay.ts";
import { isPersonTimeSure, personMs } from "../meeting/tally.ts";
import { lastedText } from "./meeting-card.ts";
import { duration, durationSure, people } from "./words.ts";

type Clock = (at: Instant) => string;

/** What is different in a meeting since something more was heard of it: "started 10:02:00, 1 in now"; else "nothing". */
export function changeWords(before: Meeting | undefined, after: Meeting, clock: Clock): string {
  const changes = [
    startWords(before, after, clock),
    endWords(before, after, clock),
    peopleWords(before, after),
    waitingWords(before, after),
    ...(before ? planWords(before, after) : []),
  ].filter((words) => words !== undefined);
  if (changes.length > 0) return changes.join(", ");
  return before ? "nothing" : "first heard of";
}

function startWords(before: Meeting | undefined, after: Meeting, clock: Clock): string | undefined {
  if (!after.hasStarted) return undefined;
  if (!before?.hasStarted) return `started ${knownWords(after.start, clock)}`;
  return correction("start", before.start, after.start, clock);
}

function endWords(before: Meeting | undefined, after: Meeting, clock: Clock): string | undefined {
  if (!before?.end) return after.end && `ended after ${lastedText(after)}`;
  return after.end ? correction("end", before.end, after.end, clock) : "not ended after all";
}

function correction(what: "start" | "end", before: Known, after: Known, clock: Clock): string | undefined {
  if (before.at !== after.at) {
    return `${what} corrected from ${knownWords(before, clock)} to ${knownWords(after, clock)}`;
  }
  return !before.sure && after.sure ? `${what} is sure now` : undefined;
}

function knownWords({ at, sure }: Known, clock: Clock): string {
  return sure ? clock(at) : `about ${clock(at)}`;
}

/** The first of these that differs: who is in, who came, who is who, and for how long they were there. */
function peopleWords(before: Meeting | undefined, after: Meeting): string | undefined {
  const [was, is] = [before ? inMeeting(before).length : 0, inMeeting(after).length];
  if (after.isLive && is !== was) return `${is === 0 ? "nobody" : is} in now`;
  const [came, come] = [before?.people.length ?? 0, after.people.length];
  if (came !== come) return after.isLive ? `${come} so far` : `${people(come)} in all`;
  if (!before) return undefined;
  if (whoIsWho(before) !== whoIsWho(after)) return "a name corrected";
  return timeWords(before, after);
}

function whoIsWho(meeting: Meeting): string {
  return JSON.stringify(meeting.people.map(({ key, name }) => `${key} ${name}`).toSorted());
}

/** A corrected end changes everybody's time, and says so itself. */
function timeWords(before: Meeting, after: Meeting): string | undefined {
  if (before.isLive !== after.isLive || before.end?.at !== after.end?.at) return undefined;
  const until = after.end?.at ?? after.lastHeardAt;
  const [was, is] = [personMs(before, until), personMs(after, until)];
  const [from, to] = [before, after].map((meeting) =>
    durationSure(personMs(meeting, until), isPersonTimeSure(meeting)),
  );
  if (was === is && from === to) return undefined;
  if (after.isLive) return "somebody's time corrected";
  return from === to
    ? `people's time corrected by ${duration(Math.abs(is - was))}`
    : `people's time corrected from ${from} to ${to}`;
}

function waitingWords(before: Meeting | undefined, { waiting, end }: Meeting): string | undefined {
  if (end || waiting === (before?.waiting ?? 0)) return undefined;
  return `${waiting === 0 ? "nobody" : waiting} in the waiting room`;
}

/** Neither the old nor the new topic is repeated here: not everybody may read it. */
function planWords(before: Meeting, { topic, bookedMinutes }: Meeting): string[] {
  return [
    ...(topic === before.topic ? [] : ["topic changed"]),
    ...(bookedMinutes === undefined || bookedMinutes === before.bookedMinutes
      ? []
      : [`booked for ${duration(bookedMinutes * 60_000)}`]),
  ];
}
