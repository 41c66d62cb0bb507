import { begunBetween } from "./begun-between.ts";
import type { Card } from "./card/card.ts";
import { type Day, dayOf, dayOn, daysLater, timeOn, weekday } from "./card/day.ts";
import { weekCard } from "./card/week-card.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant } from "./meeting/fact.ts";
import { type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { CardDesk, CardId, FactStore } from "./ports.ts";
import { ASKED_LATE_MS, type DigestView, isToldIn } from "./post-digest.ts";
import { type Book, listening } from "./subscription/book.ts";
import { digestAskedAt, type Subscription } from "./subscription/subscription.ts";
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

export interface WeekSchedule {
  desk: Pick<CardDesk, "stateOf" | "makeDue">;
  book: Book;
}

const FRIDAY = 5;
const HOUR_MS = 3_600_000;
/** A week that nobody could post in time is made up for until then; later it would be history. */
const MADE_UP_WITHIN_MS = 24 * HOUR_MS;
/** What comes late, and what was on at the weekend, is added until the week is over for a day. */
const ADDED_WITHIN_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;

/**
 * Makes the weeks due whose time has come in their channel: on Friday, at the time of the digest. To be asked every
 * minute, by every process; a week is a card, and a card is posted once. It is looked at again every hour.
 */
export async function makeWeeksDue({ desk, book }: WeekSchedule, now: Instant): Promise<void> {
  await inTurns(listening(book), async ([channel, subscription]) => {
    const { digest, timeZone } = subscription;
    if (!digest.isWeekly) return;
    const today = dayOf(now, timeZone);
    for (const monday of [weekOf(today), daysLater(weekOf(today), -7)]) {
      const dueAt = weekDueAt(monday, digest.at);
      const isFirst = isFirstTime(subscription, monday, now);
      const isOpen = now >= dueAt && now < daysLater(monday, 6).until + ADDED_WITHIN_MS;
      const isTime = (now - dueAt) % HOUR_MS < ON_THE_HOUR_MS || (isFirst && now - dueAt < AT_FIRST_MS);
      if (!isTime || !(isFirst || isOpen)) continue;
      const card = weekId(monday.date);
      const { message, gone } = await desk.stateOf(channel, card);
      if (!gone && (isFirst || message !== undefined)) await desk.makeDue(channel, card);
    }
  });
}

/** Whether a week may still be posted: one that had to wait is perhaps not wanted any more, or history. */
export function isWeekDue(subscription: Subscription, monday: string, now: Instant): boolean {
  return subscription.digest.isWeekly && isFirstTime(subscription, dayOn(monday, subscription.timeZone), now);
}

/** Who asks at the weekend is not told of the week that was summed up by then. */
function isFirstTime(subscription: Subscription, monday: Day, now: Instant): boolean {
  const dueAt = weekDueAt(monday, subscription.digest.at);
  const isAskedInTime = digestAskedAt(subscription) < fridayOf(monday).until + ASKED_LATE_MS;
  return isAskedInTime && now >= dueAt && now - dueAt < MADE_UP_WITHIN_MS;
}

function weekDueAt(monday: Day, at: string): Instant {
  const friday = fridayOf(monday);
  return at === MIDNIGHT ? friday.until : timeOn(friday, at);
}

const fridayOf = (monday: Day): Day => daysLater(monday, FRIDAY - 1);

const MIDNIGHT = "00:00";
/** In the beginning every minute: whoever stood still just then is not an hour late. */
const AT_FIRST_MS = 30 * MINUTE_MS;
/** Twice, so that a minute that is missed does not cost an hour. */
const ON_THE_HOUR_MS = 2 * MINUTE_MS;

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
