import type { Instant } from "./fact.ts";
import type { Meeting } from "./meeting.ts";
import { overAt, type Planned } from "./plan.ts";

/** What a booking needs to know of a meeting that began. */
export type Begun = Pick<Meeting, "uuid" | "number" | "start" | "end">;

/** A planned meeting, and what became of it. */
export interface Booking {
  planned: Planned;
  /** What was started for it, the first one first: more than one where it broke off. */
  begun: Begun[];
  /** Something ran in its time, be it for this one or still for the one before. */
  wasHeld: boolean;
}

/** Who starts a number so long before a planned time at the most does so for it. */
export const EARLY_MS = 60 * 60_000;

/** From then on somebody who starts the number does so for this one. */
export function mayBeginAt({ startsAt }: Planned): Instant {
  return startsAt - EARLY_MS;
}

/**
 * Planned meetings with what began of their numbers: the number is all that they share. Who starts a number between an
 * hour before one is planned and its planned end starts that one; the nearest, where there are several.
 */
export function bookingsOf(planned: readonly Planned[], begun: readonly Begun[], now: Instant): Booking[] {
  const begunOf = Map.groupBy(
    begun.toSorted((a, b) => a.start.at - b.start.at || (a.uuid < b.uuid ? -1 : 1)),
    ({ number }) => number,
  );
  return [...Map.groupBy(planned, ({ number }) => number)].flatMap(([number, some]) => {
    const theirs = begunOf.get(number) ?? [];
    const meant = Map.groupBy(theirs, ({ start }) => nearest(some, start.at));
    return some.map((one) => {
      const own = meant.get(one) ?? [];
      return { planned: one, begun: own, wasHeld: own.length > 0 || theirs.some((other) => ranIn(one, other, now)) };
    });
  });
}

function nearest(planned: readonly Planned[], at: Instant): Planned | undefined {
  const possible = planned.filter((one) => at >= mayBeginAt(one) && at <= overAt(one));
  return possible.toSorted(
    (a, b) => Math.abs(a.startsAt - at) - Math.abs(b.startsAt - at) || a.startsAt - b.startsAt,
  )[0];
}

function ranIn(planned: Planned, { start, end }: Begun, now: Instant): boolean {
  return start.at < overAt(planned) && (end?.at ?? now) > planned.startsAt;
}

/** What has not begun and still may, in the order of time. */
export function stillToCome(bookings: readonly Booking[], now: Instant): Planned[] {
  return bookings
    .filter(({ planned, wasHeld }) => !wasHeld && overAt(planned) > now)
    .map(({ planned }) => planned)
    .toSorted((a, b) => a.startsAt - b.startsAt || (a.number < b.number ? -1 : 1));
}

/** Its planned time is over, and nobody started it. */
export function nobodyCame({ planned, wasHeld }: Booking, now: Instant): boolean {
  return !wasHeld && overAt(planned) <= now;
}

/** For when a meeting was planned. */
export interface Punctuality {
  plannedFor: Instant;
  /** How long after that it began, negative when before; absent when it had begun before and broke off. */
  delayMs?: number;
}

/** By the uuid of each meeting that was started for a planned one. */
export function punctualityOf(bookings: readonly Booking[]): Map<string, Punctuality> {
  return new Map(
    bookings.flatMap(({ planned: { startsAt: plannedFor }, begun }) =>
      begun.map(({ uuid, start }, index): [string, Punctuality] => [
        uuid,
        index === 0 ? { plannedFor, delayMs: start.at - plannedFor } : { plannedFor },
      ]),
    ),
  );
}

const ON_TIME_MS = 5 * 60_000;

/** How many of these meetings were planned, and how many of those began in time. A restart is none of them. */
export function onTime(meetings: readonly Pick<Meeting, "uuid">[], punctuality: ReadonlyMap<string, Punctuality>) {
  const delays = meetings.flatMap(({ uuid }) => punctuality.get(uuid)?.delayMs ?? []);
  return { planned: delays.length, onTime: delays.filter((ms) => ms <= ON_TIME_MS).length };
}
