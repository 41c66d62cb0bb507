import { DateTime } from "luxon";

export type Viewer = { timeZone: string; now: number };

/** A date as Slack's clients write it for a viewer with the 24 hour clock. */
export function readDate(timestamp: number, format: string, viewer: Viewer): string {
  const at = DateTime.fromSeconds(timestamp, { zone: viewer.timeZone, locale: "en-US" });
  const now = DateTime.fromMillis(viewer.now, { zone: viewer.timeZone, locale: "en-US" });
  return format.replace(TOKEN, (_, name: string) => TOKENS[name]?.(at, now) ?? `{${name}}`);
}

/** At least one token, and none that Slack does not know. */
export function isDateFormat(format: string): boolean {
  const names = [...format.matchAll(TOKEN)].map(([, name = ""]) => name);
  return names.length > 0 && names.every((name) => name in TOKENS);
}

const TOKEN = /\{(\w+)\}/g;

const TOKENS: Record<string, (at: DateTime, now: DateTime) => string> = {
  date_num: (at) => at.toFormat("yyyy-MM-dd"),
  date_slash: (at) => at.toFormat("dd/MM/yyyy"),
  date: (at, now) => withYear(at, now, at.toFormat("MMMM d")),
  date_pretty: (at, now) => nearDay(at, now) ?? withYear(at, now, at.toFormat("MMMM d")),
  date_short: (at, now) => withYear(at, now, at.toFormat("MMM d")),
  date_short_pretty: (at, now) => nearDay(at, now) ?? withYear(at, now, at.toFormat("MMM d")),
  date_long: (at) => `${longDay(at)}, ${at.year}`,
  date_long_pretty: (at, now) => nearDay(at, now) ?? `${longDay(at)}, ${at.year}`,
  date_long_full: (at) => at.toFormat("MMMM d, yyyy"),
  day_divider_pretty: (at, now) =>
    nearDay(at, now) ?? (at.year === now.year ? longDay(at) : `${longDay(at)}, ${at.year}`),
  time: (at) => at.toFormat("HH:mm"),
  time_secs: (at) => at.toFormat("HH:mm:ss"),
  ago,
};

const NEAR_DAYS: Record<number, string> = { [-1]: "yesterday", 0: "today", 1: "tomorrow" };
const nearDay = (at: DateTime, now: DateTime) =>
  NEAR_DAYS[Math.round(at.startOf("day").diff(now.startOf("day"), "days").days)];

// Slack leaves the year out while the date is less than six months away.
const withYear = (at: DateTime, now: DateTime, day: string) =>
  Math.abs(at.diff(now, "months").months) < 6 ? day : `${day}, ${at.year}`;

const longDay = (at: DateTime) => `${at.toFormat("EEEE, MMMM")} ${ordinal(at.day)}`;

function ordinal(day: number): string {
  const endings: Record<string, string> = { one: "st", two: "nd", few: "rd", other: "th" };
  return `${day}${endings[new Intl.PluralRules("en-US", { type: "ordinal" }).select(day)]}`;
}

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

function ago(at: DateTime, now: DateTime): string {
  const seconds = Math.round((now.toMillis() - at.toMillis()) / 1000);
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? [];
  if (!unit) return "just now";
  const count = Math.trunc(Math.abs(seconds) / length);
  const period = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds > 0 ? `${period} ago` : `in ${period}`;
}
