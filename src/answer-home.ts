import type { Line } from "./card/card.ts";
import { dayOf } from "./card/day.ts";
import { lastedText } from "./card/meeting-card.ts";
import { LONGEST_LISTED_TOPIC, people, timeSpan, topicOf } from "./card/words.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant } from "./meeting/fact.ts";
import { inMeeting, type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { FactStore } from "./ports.ts";
import { type Sight, seen } from "./sight.ts";

/** A meeting that is on. */
export interface LiveNow {
  uuid: string;
  topic: string;
  /** Where it can be joined. */
  number?: string;
  /** How many are in. */
  here: number;
  startedAt: Instant;
}

/** What is on now and what was on today, of what somebody may see, by the day of their calendar. */
export async function answerHome(
  { facts, sight }: { facts: Pick<FactStore, "factsBetween">; sight: Sight },
  timeZone: string,
  now: Instant,
): Promise<{ live: LiveNow[]; day: Line[] }> {
  const today = dayOf(now, timeZone);
  const kept = await facts.factsBetween(today.from, today.until);
  const meetings = (await inTurns(kept, (told) => seen(sight, meetingAsOf(now, told))))
    .filter((meeting) => meeting !== undefined)
    .filter(({ hasStarted, start, end }) => hasStarted && start.at < today.until && (end?.at ?? now) >= today.from)
    .toSorted((a, b) => a.start.at - b.start.at);
  return {
    live: meetings.filter(({ isLive }) => isLive).map(liveNow),
    day: meetings.filter(({ isLive }) => !isLive).map(endedLine),
  };
}

function liveNow(meeting: Meeting): LiveNow {
  const { uuid, number, isWebinar, start } = meeting;
  return {
    uuid,
    topic: topicOf(meeting, LONGEST_LISTED_TOPIC),
    ...(number !== undefined && !isWebinar && { number }),
    here: inMeeting(meeting).length,
    startedAt: start.at,
  };
}

function endedLine(meeting: Meeting): Line {
  const came = meeting.people.length === 0 ? "nobody seen" : people(meeting.people.length);
  const topic = topicOf(meeting, LONGEST_LISTED_TOPIC);
  return [timeSpan(meeting.start.at, "time"), `  ${topic}, `, { strong: lastedText(meeting) }, `, ${came}`];
}
