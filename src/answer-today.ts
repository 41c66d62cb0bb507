import { type AgendaView, agendaCard } from "./card/agenda-card.ts";
import type { Card } from "./card/card.ts";
import { peopleCard } from "./card/people-card.ts";
import { type Period, periodOf } from "./card/period.ts";
import { inTurns } from "./in-turns.ts";
import { bookingsOf, stillToCome } from "./meeting/booking.ts";
import type { Instant } from "./meeting/fact.ts";
import { type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { Planned } from "./meeting/plan.ts";
import type { FactStore, PlanStore } from "./ports.ts";
import { type Sight, seen, seenPlanned } from "./sight.ts";
import { styleOf, veiled } from "./subscription/veil.ts";

export interface Answering {
  facts: Pick<FactStore, "factsOfLive" | "factsBetween">;
  plans: Pick<PlanStore, "between">;
  /** What the asker may see. */
  sight: Sight;
}

/** The answer to `/meetings today`, `live`, `week`, `2026-11-24`, …: the days are those of the asker's calendar. */
export async function answerToday(
  { facts, plans, sight }: Answering,
  view: AgendaView & { timeZone: string },
  now: Instant,
): Promise<Card> {
  const isLive = view.scope === "live";
  const period = periodOf(isLive ? "today" : view.scope, now, view.timeZone);
  const told = isLive ? await facts.factsOfLive() : await facts.factsBetween(period.from, period.until);
  const meetings = await inTurns(told, (facts) => meetingAsOf(now, facts));
  const then = meetings
    .filter(({ hasStarted, start, end }) => hasStarted && start.at < period.until && (end?.at ?? now) >= period.from)
    .flatMap((meeting) => seen(sight, meeting) ?? []);
  const toCome = isLive ? [] : await plannedIn(plans, period, meetings, now);
  const planned = toCome.flatMap((one) => seenPlanned(sight, one) ?? []);
  return agendaCard(period, then, view, now, planned);
}

/** What is planned for a longer time may still begin long after it was to. */
const LONGEST_BOOKING_MS = 2 * 24 * 3_600_000;

/** What may still begin of what is planned for some days, where `meetings` are all that ran in them. */
export async function plannedIn(
  plans: Pick<PlanStore, "between">,
  { from, until }: Pick<Period, "from" | "until">,
  meetings: readonly Meeting[],
  now: Instant,
): Promise<Planned[]> {
  if (until <= now) return [];
  const planned = await plans.between(Math.max(from, now - LONGEST_BOOKING_MS), until);
  const begun = meetings.filter(({ hasStarted }) => hasStarted);
  return stillToCome(bookingsOf(planned, begun, now), now);
}

/** The answer to "Who is in" and "Attendance"; undefined when nothing is kept of the meeting, or it is not for the asker. */
export async function answerPeople(
  { facts, sight }: { facts: Pick<FactStore, "factsOf">; sight: Sight },
  uuid: string,
  now: Instant,
): Promise<Card | undefined> {
  const told = await facts.factsOf(uuid);
  const meeting = told.length > 0 ? meetingAsOf(now, told) : undefined;
  const people = meeting && sight(meeting);
  return people && peopleCard(veiled(meeting, people), styleOf(people), now);
}
