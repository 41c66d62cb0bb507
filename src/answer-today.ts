import { type AgendaView, agendaCard } from "./card/agenda-card.ts";
import type { Card } from "./card/card.ts";
import { peopleCard } from "./card/people-card.ts";
import { periodOf } from "./card/period.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant } from "./meeting/fact.ts";
import { meetingAsOf } from "./meeting/meeting.ts";
import type { FactStore } from "./ports.ts";
import { type Sight, seen } from "./sight.ts";
import { styleOf, veiled } from "./subscription/veil.ts";

/** The answer to `/meetings today`, `live`, `week`, `2026-11-24`, …: the days are those of the asker's calendar. */
export async function answerToday(
  { facts, sight }: { facts: Pick<FactStore, "factsOfLive" | "factsBetween">; sight: Sight },
  view: AgendaView & { timeZone: string },
  now: Instant,
): Promise<Card> {
  const isLive = view.scope === "live";
  const period = periodOf(isLive ? "today" : view.scope, now, view.timeZone);
  const told = isLive ? await facts.factsOfLive() : await facts.factsBetween(period.from, period.until);
  const meetings = await inTurns(told, (facts) => seen(sight, meetingAsOf(now, facts)));
  const then = meetings
    .filter((meeting) => meeting !== undefined)
    .filter(({ hasStarted, start, end }) => hasStarted && start.at < period.until && (end?.at ?? now) >= period.from);
  return agendaCard(period, then, view, now);
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
