import { DateTime, IANAZone } from "luxon";
import type { Instant } from "../meeting/fact.ts";

/** A calendar day somewhere: from its midnight to the next one, 23 to 25 hours later. */
export interface Day {
  /** "2026-11-24". */
  readonly date: string;
  readonly timeZone: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** The day that `at` belongs to in a zone. */
export function dayOf(at: Instant, timeZone: string): Day {
  const hour = `${Math.floor(at / HOUR_MS)} ${timeZone}`;
  const known = remembered.get(hour);
  if (known && known.from <= at && at < known.until) return known;
  const day = dayOn(dateOf(at + offsetMs(at, timeZone)), timeZone);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(hour, day);
  return day;
}

/** The day of a date like "2026-11-24" in a zone. */
export function dayOn(date: string, timeZone: string): Day {
  const next = dateOf(Date.parse(date) + DAY_MS);
  return { date, timeZone, from: firstShown(`${date}T00:00`, timeZone), until: firstShown(`${next}T00:00`, timeZone) };
}

export function dayBefore({ from, timeZone }: Day): Day {
  return dayOf(from - 1, timeZone);
}

/** The day so many days later on the calendar; earlier if that is negative. */
export function daysLater({ date, timeZone }: Day, days: number): Day {
  return dayOn(dateOf(Date.parse(date) + days * DAY_MS), timeZone);
}

/**
 * When the clocks of the day show a time like "18:00": the first time if they do so twice. A time that a change of
 * clocks skips counts as the hour after.
 */
export function timeOn({ date, timeZone }: Day, clock: string): Instant {
  return firstShown(`${date}T${clock}`, timeZone);
}

/** 1 for Monday to 7 for Sunday. */
export function weekday({ date }: Day): number {
  return DateTime.fromISO(date, UTC).weekday;
}

/** "Tuesday, 24 November". */
export function dayName({ date }: Day): string {
  return DateTime.fromISO(date, UTC).setLocale("en").toFormat("cccc, d LLLL");
}

/** "16 to 22 November", "30 November to 6 December". */
export function fromTo(first: Day, last: Day): string {
  const isOneMonth = first.date.slice(0, 7) === last.date.slice(0, 7);
  const text = ({ date }: Day, format: string) => DateTime.fromISO(date, UTC).setLocale("en").toFormat(format);
  return `${text(first, isOneMonth ? "d" : "d LLLL")} to ${text(last, "d LLLL")}`;
}

/** "24 Nov". */
export function shortDayName({ date }: Day): string {
  return DateTime.fromISO(date, UTC).setLocale("en").toFormat("d LLL");
}

/** "08:02" on the clocks of a zone. */
export function clockTime(at: Instant, timeZone: string): string {
  return DateTime.fromMillis(at, { zone: timeZone }).toFormat("HH:mm");
}

/** "08:02:45". */
export function clockTimeToSecond(at: Instant, timeZone: string): string {
  return DateTime.fromMillis(at, { zone: timeZone }).toFormat("HH:mm:ss");
}

const UTC = { zone: "utc" };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** By hour and zone: finding the borders of a day is dear, and every delivery asks for the day of its meeting. */
const remembered = new Map<string, Day>();
const MOST_REMEMBERED = 1_000;

/** Not by luxon: of two instants that show the same it takes one or the other, depending on today's season. */
function firstShown(clock: string, timeZone: string): Instant {
  const wanted = Date.parse(`${clock}Z`);
  const [before, after] = [offsetMs(wanted - DAY_MS, timeZone), offsetMs(wanted + DAY_MS, timeZone)];
  const [first, second] = [wanted - before, wanted - after];
  if (before === after) return first;
  const isAfterChange = offsetMs(first, timeZone) !== before && offsetMs(second, timeZone) === after;
  return isAfterChange ? second : first;
}

function offsetMs(at: Instant, timeZone: string): number {
  return IANAZone.create(timeZone).offset(at) * 60_000;
}

function dateOf(utc: Instant): string {
  return new Date(utc).toISOString().slice(0, 10);
}
