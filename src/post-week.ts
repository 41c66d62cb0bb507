import { begunBetween } from "./begun-between.ts";
import type { Card } from "./card/card.ts";
import { type Day, dayOn, daysLater, weekday } from "./card/day.ts";
import { weekCard } from "./card/week-card.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant } from "./meeting/fact.ts";
import { type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { CardId, FactStore } from "./ports.ts";
import { type DigestView, isToldIn } from "./post-digest.ts";
import { peopleShown, veiled } from "./subscription/veil.ts";

const PREFIX = "week:";

/** A week is called by the date of its Monday. */
export const weekId = (monday: string): CardId => `${PREFIX}${monday}`;

/** "2026-11-16" of a week's card; undefined for any other card. */
export const weekDate = (card: CardId): string | undefined =>
  card.startsWith(PREFIX) ? card.slice(PREFIX.length) : undefined;

/** The Monday of a day's week. */
export function weekOf(day: Day): Day {
  return daysLater(day, 1 - weekday(day));
}

/**
 * The digest of a week as it is now in a channel: of what was asked for there, with no more of people than may be told.
 * Undefined when nothing was on. `monday` is a date like "2026-11-16".
 */
export async function weekOn(
  facts: Pick<FactStore, "factsBetween">,
  { subscription, people, hostIds }: DigestView,
  monday: string,
  now: Instant,
): Promise<Card | undefined> {
  const first = dayOn(monday, subscription.timeZone);
  const shown = peopleShown(subscription, people);
  const told = await Array.fromAsync(begunBetween(facts, daysLater(first, -7).from, daysLater(first, 7).from));
  const known = await inTurns(told, (facts) => meetingAsOf(now, facts));
  const meetings = known
    .filter((meeting) => meeting.hasStarted && isToldIn(subscription, meeting, hostIds))
    .map((meeting) => veiled(meeting, shown));
  const isBefore = ({ start }: Meeting) => start.at < first.from;
  const week = meetings.filter((meeting) => !isBefore(meeting));
  return weekCard(first, week, meetings.filter(isBefore), { people: shown });
}
