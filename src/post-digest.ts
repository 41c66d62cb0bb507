import type { Card } from "./card/card.ts";
import { type Day, dayBefore, dayOf, dayOn, timeOn, weekday } from "./card/day.ts";
import { digestCard } from "./card/digest-card.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant } from "./meeting/fact.ts";
import { type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { CardDesk, CardId, Channel, FactStore } from "./ports.ts";

export interface DigestTimes {
  timeZone: string;
  /** "18:00"; "00:00" is the midnight at which the day is over. */
  at: string;
  /** 1 for Monday to 7 for Sunday. */
  days: ReadonlySet<number>;
}

export interface Digesting {
  facts: Pick<FactStore, "factsBetween">;
  desk: Pick<CardDesk, "stateOf" | "makeDue">;
  channels: readonly Channel[];
  times: DigestTimes;
}

const PREFIX = "digest:";
const MIDNIGHT = "00:00";
/** A digest that nobody could post in time is made up for until then; later it would be history. */
const MADE_UP_WITHIN_MS = 24 * 3_600_000;

export const digestId = (date: string): CardId => `${PREFIX}${date}`;

/** "2026-11-24" of a digest's card; undefined for any other card. */
export const digestDate = (card: CardId): string | undefined =>
  card.startsWith(PREFIX) ? card.slice(PREFIX.length) : undefined;

/**
 * Makes the digests due whose time has come: today's, and yesterday's if it was missed. May be asked by every process
 * and as often as it likes: a digest is a card, and a card is posted once. A day without meetings has none.
 */
export async function makeDigestsDue({ facts, desk, channels, times }: Digesting, now: Instant): Promise<void> {
  const today = dayOf(now, times.timeZone);
  for (const day of [dayBefore(today), today]) {
    const dueAt = times.at === MIDNIGHT ? day.until : timeOn(day, times.at);
    if (!times.days.has(weekday(day)) || now < dueAt || now - dueAt >= MADE_UP_WITHIN_MS) continue;
    const card = digestId(day.date);
    const states = await Promise.all(channels.map((channel) => desk.stateOf(channel, card)));
    const missing = channels.filter((_, index) => !states[index]?.message && !states[index]?.gone);
    if (missing.length === 0) continue;
    const meetings = await meetingsBegunOn(facts, day, now);
    if (!meetings.some(({ start }) => start.at < dueAt)) continue;
    await Promise.all(missing.map((channel) => desk.makeDue(channel, card)));
  }
}

/** The digest of a date as it is now: a late fact changes it, and the courier edits the message. */
export async function digestOn(
  facts: Digesting["facts"],
  date: string,
  timeZone: string,
  now: Instant,
): Promise<Card | undefined> {
  const day = dayOn(date, timeZone);
  return digestCard(day, await meetingsBegunOn(facts, day, now));
}

/** A meeting belongs to the day on which it began, also when it ended after midnight. */
async function meetingsBegunOn(facts: Digesting["facts"], day: Day, now: Instant): Promise<Meeting[]> {
  const kept = await facts.factsBetween(day.from, day.until);
  const meetings = await inTurns(kept, (told) => meetingAsOf(now, told));
  return meetings.filter(({ hasStarted, start }) => hasStarted && start.at >= day.from && start.at < day.until);
}
