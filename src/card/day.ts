import { DateTime } from "luxon";
import type { Instant } from "../meeting/fact.ts";

/** A calendar day somewhere: from its midnight to the next one, 23 to 25 hours later. */
export interface Day {
  /** "2026-11-24". */
  date: string;
  timeZone: string;
  from: Instant;
  until: Instant;
}

/** The day that `at` belongs to in a zone. */
export function dayOf(at: Instant, timeZone: string): Day {
  return dayFrom(DateTime.fromMillis(at, { zone: timeZone }));
}

export function dayBefore({ date, timeZone }: Day): Day {
  return dayFrom(DateTime.fromISO(date, { zone: timeZone }).minus({ days: 1 }));
}

/** When the clocks of the day show a time like "18:00". A time that a change of clocks skips counts as the hour after. */
export function timeOn({ date, timeZone }: Day, clock: string): Instant {
  return DateTime.fromISO(`${date}T${clock}`, { zone: timeZone }).toMillis();
}

/** 1 for Monday to 7 for Sunday. */
export function weekday({ date }: Day): number {
  return DateTime.fromISO(date).weekday;
}

/** "Tuesday, 24 November". */
export function dayName({ date }: Day): string {
  return DateTime.fromISO(date).setLocale("en").toFormat("cccc, d LLLL");
}

/** "08:02" on the clocks of a zone. */
export function clockTime(at: Instant, timeZone: string): string {
  return DateTime.fromMillis(at, { zone: timeZone }).toFormat("HH:mm");
}

function dayFrom(time: DateTime): Day {
  const from = time.startOf("day");
  return {
    date: from.toFormat("yyyy-MM-dd"),
    timeZone: time.zoneName ?? "UTC",
    from: from.toMillis(),
    until: from.plus({ days: 1 }).startOf("day").toMillis(),
  };
}
