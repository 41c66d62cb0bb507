import { plannedIn } from "./answer-today.ts";
import type { Line } from "./card/card.ts";
import { dayOf } from "./card/day.ts";
import { lastedText } from "./card/meeting-card.ts";
import { duration, LONGEST_LISTED_TOPIC, people, timeSpan, topicOf } from "./card/words.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant } from "./meeting/fact.ts";
import { inMeeting, type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { Planned } from "./meeting/plan.ts";
import type { FactStore, PlanStore } from "./ports.ts";
import { type Sight, seen, seenPlanned } from "./sight.ts";
import type { Known } from "./subscription/subscription.ts";

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
  plans: Pick<PlanStore, "between">;
  sight: Sight;
  /** Whether somebody hosts it or was in it. */
  isMine: (meeting: Known) => boolean;
}

/**
 * What is on now, of what somebody may see, and which meetings of their own are over today or still to come, by the day
 * of their calendar.
 */
export async function answerHome(
  { facts, plans, sight, isMine }: HomeSources,
  timeZone: string,
  now: Instant,
): Promise<{ live: LiveNow[]; day: Line[] }> {
  const today = dayOf(now, timeZone);
  const kept = await facts.factsBetween(today.from, today.until);
  const known = (await inTurns(kept, (told) => meetingAsOf(now, told)))
    .filter(({ hasStarted, start, end }) => hasStarted && start.at < today.until && (end?.at ?? now) >= today.from)
    .toSorted((a, b) => a.start.at - b.start.at);
  const planned = await plannedIn(plans, today, known, now);
  const toCome = planned
    .filter((one) => isMine({ ...one, people: [] }))
    .flatMap((one) => seenPlanned(sight, one) ?? []);
  const shown = (some: Meeting[]) => some.map((one) => seen(sight, one)).filter((one) => one !== undefined);
  const ended = shown(known.filter((meeting) => !meeting.isLive && isMine(meeting)));
  return {
    live: shown(known.filter(({ isLive }) => isLive)).map(liveNow),
    day: [...ended.map(endedLine), ...toCome.map(plannedLine)],
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

function plannedLine({ startsAt, bookedMinutes, topic }: Planned): Line {
  const called = topicOf(topic === undefined ? {} : { topic }, LONGEST_LISTED_TOPIC);
  const length = bookedMinutes ? ` for ${duration(bookedMinutes * 60_000)}` : "";
  return [timeSpan(startsAt, "time"), `  ${called}, planned${length}`];
}
