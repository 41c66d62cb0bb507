import { DateTime } from "luxon";
import type { Instant } from "../meeting/fact.ts";
import { type Day, dayName, dayOf, dayOn, fromTo } from "./day.ts";

/** Some whole days in a row, in a zone. */
export interface Period {
  /** What to type to get it: "last week", "2026-11". */
  words: string;
  /** As part of a sentence: "today", "on Tuesday, 24 November", "in November 2026". */
  name: string;
  timeZone: string;
  from: Instant;
  until: Instant;
  isOneDay: boolean;
}

/** The words that name a period, as people type them; undefined when they name none. */
export function periodWords(typed: string): string | undefined {
  const words = typed.trim().toLowerCase().replaceAll(/\s+/g, " ");
  if (DATE.test(words) || MONTH.test(words)) return DateTime.fromISO(words, UTC).isValid ? words : undefined;
  return RELATIVE.get(words);
}

/** All words that name a period and are no date. */
export const periodNames = (): string[] => [...RELATIVE.keys()];

/** The period that words which `periodWords` understands mean at an instant and place. */
export function periodOf(words: string, now: Instant, timeZone: string): Period {
  const today = dayOf(now, timeZone);
  const date = DateTime.fromISO(today.date, UTC);
  const ofDay = (day: Day, name: string): Period => ({ ...day, words, name, isOneDay: true });
  const on = (date: DateTime) => dayOn(date.toFormat(ISO), timeZone);
  const ofDays = (first: DateTime, after: DateTime, name: string): Period => {
    return { words, name, timeZone, from: on(first).from, until: on(after).from, isOneDay: false };
  };
  const week = (monday: DateTime, which: string) =>
    ofDays(monday, monday.plus({ days: 7 }), `${which} week, ${fromTo(on(monday), on(monday.plus({ days: 6 })))}`);
  const month = (first: DateTime) => ofDays(first, first.plus({ months: 1 }), `in ${text(first, "LLLL yyyy")}`);
  switch (words) {
    case "today":
      return ofDay(today, "today");
    case "yesterday":
      return ofDay(dayOn(date.minus({ days: 1 }).toFormat(ISO), timeZone), "yesterday");
    case "week":
      return week(date.startOf("week"), "this");
    case "last week":
      return week(date.startOf("week").minus({ weeks: 1 }), "last");
    case "month":
      return month(date.startOf("month"));
    case "last month":
      return month(date.startOf("month").minus({ months: 1 }));
  }
  if (MONTH.test(words)) return month(DateTime.fromISO(words, UTC));
  const day = dayOn(words, timeZone);
  const year = day.date.slice(0, 4) === today.date.slice(0, 4) ? "" : ` ${day.date.slice(0, 4)}`;
  return ofDay(day, `on ${dayName(day)}${year}`);
}

const UTC = { zone: "utc" } as const;
const ISO = "yyyy-MM-dd";
const DATE = /^20\d\d-\d\d-\d\d$/;
const MONTH = /^20\d\d-\d\d$/;
const RELATIVE = new Map([
  ["today", "today"],
  ["yesterday", "yesterday"],
  ["week", "week"],
  ["this week", "week"],
  ["last week", "last week"],
  ["month", "month"],
  ["this month", "month"],
  ["last month", "last month"],
]);

function text(date: DateTime, format: string): string {
  return date.setLocale("en").toFormat(format);
}
