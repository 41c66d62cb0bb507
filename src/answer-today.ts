import { type AgendaView, agendaCard } from "./card/agenda-card.ts";
import type { Card } from "./card/card.ts";
import type { CardStyle } from "./card/meeting-card.ts";
import { peopleCard } from "./card/people-card.ts";
import { periodOf } from "./card/period.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant } from "./meeting/fact.ts";
import { meetingAsOf } from "./meeting/meeting.ts";
import type { FactStore } from "./ports.ts";

/** The answer to `/meetings today`, `live`, `week`, `2026-11-24`, …: the days are those of the asker's calendar. */
export async function answerToday(
  { facts }: { facts: Pick<FactStore, "factsOfLive" | "factsBetween"> },
  view: AgendaView & { timeZone: string },
  now: Instant,
): Promise<Card> {
  const isLive = view.scope === "live";
  const period = periodOf(isLive ? "today" : view.scope, now, view.timeZone);
  const told = isLive ? await facts.factsOfLive() : await facts.factsBetween(period.from, period.until);
  const meetings = await inTurns(told, (facts) => meetingAsOf(now, facts));
  const then = meetings.filter(
    ({ hasStarted, start, end }) => hasStarted && start.at < period.until && (end?.at ?? now) >= period.from,
  );
  return agendaCard(period, then, view, now);
}

/** The answer to "Who is in" and "Attendance"; undefined when nothing is kept of the meeting. */
export async function answerPeople(
  { facts, style }: { facts: Pick<FactStore, "factsOf">; style: CardStyle },
  uuid: string,
  now: Instant,
): Promise<Card | undefined> {
  const told = await facts.factsOf(uuid);
  return told.length > 0 ? peopleCard(meetingAsOf(now, told), style, now) : undefined;
}
