import { type AgendaView, agendaCard } from "./card/agenda-card.ts";
import type { Card } from "./card/card.ts";
import { dayOf } from "./card/day.ts";
import type { CardStyle } from "./card/meeting-card.ts";
import { peopleCard } from "./card/people-card.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant } from "./meeting/fact.ts";
import { meetingAsOf } from "./meeting/meeting.ts";
import type { FactStore } from "./ports.ts";

/** The answer to `/meetings today` and `/meetings live`: today is the asker's day. */
export async function answerToday(
  { facts }: { facts: Pick<FactStore, "factsOfLive" | "factsBetween"> },
  view: AgendaView & { timeZone: string },
  now: Instant,
): Promise<Card> {
  const day = dayOf(now, view.timeZone);
  const told = view.scope === "live" ? await facts.factsOfLive() : await facts.factsBetween(day.from, day.until);
  const meetings = await inTurns(told, (facts) => meetingAsOf(now, facts));
  const thatDay = meetings.filter(
    ({ hasStarted, start, end }) => hasStarted && start.at < day.until && (end?.at ?? now) >= day.from,
  );
  return agendaCard(day, thatDay, view);
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
