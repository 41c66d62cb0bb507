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
}

export interface HomeSources {
  facts: Pick<FactStore, "factsBetween">;
  sight: Sight;
  /** Whether somebody hosted it or was in it. */
  isMine: (meeting: Meeting) => boolean;
}

/**
 * What is on now, of what somebody may see, and which meetings of their own are over today, by the day of their calendar.
 */
export async function answerHome(
  { facts, sight, isMine }: HomeSources,
  timeZone: string,
  now: Instant,
): Promise<{ live: LiveNow[]; day: Line[] }> {
  const today = dayOf(now, timeZone);
  const kept = await facts.factsBetween(today.from, today.until);
  const known = (await inTurns(kept, (told) => meetingAsOf(now, told)))
    .filter(({ hasStarted, start, end }) => hasStarted && start.at < today.until && (end?.at ?? now) >= today.from)
    .toSorted((a, b) => a.start.at - b.start.at);
  const shown = (some: Meeting[]) => some.map((one) => seen(sight, one)).filter((one) => one !== undefined);
  return {
    live: shown(known.filter(({ isLive }) => isLive)).map(liveNow),
    day: shown(known.filter((meeting) => !meeting.isLive && isMine(meeting))).map(endedLine),
  };
}

function liveNow(meeting: Meeting): LiveNow {
  const { uuid, number, isWebinar } = meeting;
  return {
    uuid,
    topic: topicOf(meeting, LONGEST_LISTED_TOPIC),
    ...(number !== undefined && !isWebinar && { number }),
    here: inMeeting(meeting).length,
  };
}

function endedLine(meeting: Meeting): Line {
  const came = meeting.people.length === 0 ? "nobody seen" : people(meeting.people.length);
  const topic = topicOf(meeting, LONGEST_LISTED_TOPIC);
  return [timeSpan(meeting.start.at, "time"), `  ${topic}, `, { strong: lastedText(meeting) }, `, ${came}`];
}
