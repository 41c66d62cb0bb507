import type { Card } from "./card/card.ts";
import { type Day, dayBefore, dayOf, dayOn, timeOn, weekday } from "./card/day.ts";
import { digestCard } from "./card/digest-card.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant } from "./meeting/fact.ts";
import { type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { CardDesk, CardId, FactStore } from "./ports.ts";
import { type Book, listening } from "./subscription/book.ts";
import {
  digestAskedAt,
  type HostIds,
  hears,
  isMuted,
  type PeopleShown,
  type Subscription,
} from "./subscription/subscription.ts";
import { peopleShown, veiled } from "./subscription/veil.ts";

export interface Digesting {
  facts: Pick<FactStore, "factsBetween">;
  desk: Pick<CardDesk, "stateOf" | "makeDue">;
  book: Book;
  hostIds?: HostIds;
}

const PREFIX = "digest:";
const MIDNIGHT = "00:00";
/** A digest that nobody could post in time is made up for until then; later it would be history. */
export const MADE_UP_WITHIN_MS = 24 * 3_600_000;
/** A day that was over before its channel subscribed is none of its own; who asks for more at midnight still has it. */
export const ASKED_LATE_MS = 3_600_000;

export const digestId = (date: string): CardId => `${PREFIX}${date}`;

/** "2026-11-24" of a digest's card; undefined for any other card. */
export const digestDate = (card: CardId): string | undefined =>
  card.startsWith(PREFIX) ? card.slice(PREFIX.length) : undefined;

/**
 * Makes the digests due whose time has come in their channel: today's, and yesterday's if it was missed. May be asked by
 * every process and as often as it likes: a digest is a card, and a card is posted once. A day without meetings has none.
 */
export async function makeDigestsDue({ facts, desk, book, hostIds }: Digesting, now: Instant): Promise<void> {
  const days = new Map<string, Promise<Meeting[]>>();
  const begunOn = (day: Day) => {
    const key = `${day.date} ${day.timeZone}`;
    const meetings = days.get(key) ?? meetingsBegunOn(facts, day, now);
    days.set(key, meetings);
    return meetings;
  };
  await inTurns(listening(book), async ([channel, subscription]) => {
    for (const { day, dueAt } of digestsDue(subscription, now)) {
      const card = digestId(day.date);
      const { message, gone } = await desk.stateOf(channel, card);
      if (message !== undefined || gone) continue;
      const isHeard = (meeting: Meeting) => meeting.start.at < dueAt && isToldIn(subscription, meeting, hostIds);
      if ((await begunOn(day)).some(isHeard)) await desk.makeDue(channel, card);
    }
  });
}

/** The digests of a channel whose time has come and that are not history yet. */
function digestsDue(subscription: Subscription, now: Instant): { day: Day; dueAt: Instant }[] {
  const { digest, timeZone } = subscription;
  const [today, askedAt] = [dayOf(now, timeZone), digestAskedAt(subscription)];
  return [dayBefore(today), today]
    .filter(({ until }) => askedAt < until + ASKED_LATE_MS)
    .map((day) => ({ day, dueAt: digest.at === MIDNIGHT ? day.until : timeOn(day, digest.at) }))
    .filter(({ day, dueAt }) => digest.days.includes(weekday(day)) && now >= dueAt && now - dueAt < MADE_UP_WITHIN_MS);
}

/** Whether the digest of a date may still be posted: one that had to wait is perhaps not wanted any more, or history. */
export function isDigestDue(subscription: Subscription, date: string, now: Instant): boolean {
  return digestsDue(subscription, now).some(({ day }) => day.date === date);
}

export interface DigestView {
  subscription: Subscription;
  /** The most that the operator allows anybody to tell of people. */
  people: PeopleShown;
  hostIds?: HostIds;
}

/** The digest of a date as it is now in a channel: a late fact changes it, and the courier edits the message. */
export async function digestOn(
  facts: Digesting["facts"],
  { subscription, people, hostIds }: DigestView,
  date: string,
  now: Instant,
): Promise<Card | undefined> {
  const day = dayOn(date, subscription.timeZone);
  const shown = peopleShown(subscription, people);
  const heard = (await meetingsBegunOn(facts, day, now)).filter((one) => isToldIn(subscription, one, hostIds));
  return digestCard(
    day,
    heard.map((meeting) => veiled(meeting, shown)),
  );
}

/** A digest tells of all that was asked for, also of what got no card. */
export function isToldIn(subscription: Subscription, meeting: Meeting, hostIds?: HostIds): boolean {
  return hears(subscription, meeting, hostIds) && !isMuted(subscription, meeting);
}

/** A meeting belongs to the day on which it began, also when it ended after midnight. */
export async function meetingsBegunOn(facts: Digesting["facts"], day: Day, now: Instant): Promise<Meeting[]> {
  const kept = await facts.factsBetween(day.from, day.until);
  const meetings = await inTurns(kept, (told) => meetingAsOf(now, told));
  return meetings.filter(({ hasStarted, start }) => hasStarted && start.at >= day.from && start.at < day.until);
}
