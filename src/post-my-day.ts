import type { Card } from "./card/card.ts";
import { type Day, dayBefore, dayOf, dayOn, timeOn } from "./card/day.ts";
import { myDayCard, type PlannedMeeting } from "./card/my-day-card.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant, MeetingIdentity } from "./meeting/fact.ts";
import type { CardDesk, CardId, Channel, Claim, FactStore, Wish } from "./ports.ts";
import { meetingsBegunOn } from "./post-digest.ts";
import type { Chooser } from "./subscription/chooser.ts";
import { isOf } from "./subscription/person-match.ts";
import { type HostIds, isHostOf } from "./subscription/subscription.ts";

const PREFIX = "myday:";
/** What nobody could post in time is made up for until then; later the morning is over. */
const MADE_UP_WITHIN_MS = 4 * 3_600_000;
/** In the minute in which many people's day begins, what was yesterday is found out once for all of them. */
const GOOD_FOR_MS = 60_000;

export const myDayId = (date: string): CardId => `${PREFIX}${date}`;

/** "2026-11-24" of somebody's day; undefined for any other card. */
export const myDayDate = (card: CardId): string | undefined =>
  card.startsWith(PREFIX) ? card.slice(PREFIX.length) : undefined;

export interface MyDayPorts {
  facts: Pick<FactStore, "factsBetween">;
  desk: Pick<CardDesk, "stateOf" | "makeDue">;
  /** What is planned to begin between two instants; absent where nobody knows. */
  planned?: (from: Instant, until: Instant) => Promise<readonly Planned[]>;
  hostIds?: HostIds;
}

export type Planned = PlannedMeeting & Pick<MeetingIdentity, "hostId" | "hostEmail">;

export interface MyDays {
  /**
   * Makes the days due whose time has come. May be asked by every process and as often as it likes: somebody's day is a
   * card, and a card is posted once. A day with nothing to tell has none.
   */
  makeDue(people: ReadonlyMap<Channel, Chooser>, now: Instant): Promise<void>;
  /** Somebody's day of a date; undefined when there is nothing to tell. */
  card(chooser: Chooser, date: string, now: Instant): Promise<Card | undefined>;
}

/** What people have ahead and behind them, each morning. */
export function myDays({ facts, desk, planned, hostIds }: MyDayPorts): MyDays {
  /** The last card of each person that was looked after here: whether there is something to tell is asked once. */
  const lookedAfter = new Map<Channel, CardId>();
  const begun = remembered((day, now) => meetingsBegunOn(facts, day, now));
  const plans = remembered(async ({ from, until }) => (await planned?.(from, until)) ?? []);

  const card = async ({ email, timeZone }: Chooser, date: string, now: Instant) => {
    if (email === undefined) return undefined;
    const day = dayOn(date, timeZone);
    const [ahead, before] = await Promise.all([plans.on(day, now), begun.on(dayBefore(day), now)]);
    return myDayCard({
      day,
      planned: ahead.filter((one) => isHostOf({ email }, { ...one, people: [] }, hostIds)),
      before: before
        .filter((meeting) => isOf({ email }, meeting, hostIds))
        .map((meeting) => ({ meeting, isHost: isHostOf({ email }, meeting, hostIds) })),
    });
  };

  return {
    card,
    async makeDue(people, now) {
      for (const memory of [begun, plans]) memory.forgetBefore(now - GOOD_FOR_MS);
      for (const person of lookedAfter.keys()) if (!people.has(person)) lookedAfter.delete(person);
      await inTurns(people, async ([person, chooser]) => {
        const date = dateDue(chooser, now);
        if (date === undefined || lookedAfter.get(person) === myDayId(date)) return;
        const { message, gone } = await desk.stateOf(person, myDayId(date));
        const isTold = message !== undefined || gone !== undefined;
        if (!isTold && (await card(chooser, date, now))) await desk.makeDue(person, myDayId(date));
        lookedAfter.set(person, myDayId(date));
      });
    },
  };
}

/** Somebody's day as it should be shown now. One that nobody could post in the morning is not posted at all. */
export async function wishedMyDay(
  myDays: Pick<MyDays, "card"> | undefined,
  chooser: Chooser,
  { date, state }: { date: string; state: Claim["state"] },
  now: Instant,
): Promise<Wish> {
  const isBegun = state.message !== undefined || state.posting !== undefined;
  if (!isBegun && dateDue(chooser, now) !== date) return { kind: "nothing", because: "it is not the time for it" };
  const card = await myDays?.card(chooser, date, now);
  return card ? { kind: "show", card } : { kind: "nothing", because: "nothing is to be told of that day" };
}

/** The date of the day that somebody should be told of now, if any. */
function dateDue({ choices: { myDayAt }, timeZone }: Chooser, now: Instant): string | undefined {
  if (myDayAt === undefined) return undefined;
  const today = dayOf(now, timeZone);
  return [dayBefore(today), today].find((day) => {
    const dueAt = timeOn(day, myDayAt);
    return now >= dueAt && now - dueAt < MADE_UP_WITHIN_MS;
  })?.date;
}

/** What was found out of a day, until it is forgotten. What failed is asked anew. */
function remembered<T>(find: (day: Day, now: Instant) => Promise<T>) {
  const found = new Map<string, { at: Instant; answer: Promise<T> }>();
  return {
    on(day: Day, now: Instant): Promise<T> {
      const key = `${day.date} ${day.timeZone}`;
      const known = found.get(key);
      if (known) return known.answer;
      const answer = find(day, now);
      found.set(key, { at: now, answer });
      answer.catch(() => found.delete(key));
      return answer;
    },
    forgetBefore(instant: Instant): void {
      for (const [key, { at }] of found) if (at <= instant) found.delete(key);
    },
  };
}
