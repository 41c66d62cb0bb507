import { DateTime } from "luxon";
import type { Instant } from "../meeting/fact.ts";
import type { Meeting } from "../meeting/meeting.ts";
import type { Person } from "../meeting/person.ts";
import type { Column, Span } from "./card.ts";

const plural = new Intl.PluralRules("en");

/** "1 person", "2 people". */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${plural.select(count) === "one" ? one : many}`;
}

export const people = (count: number): string => counted(count, "person", "people");

/** A cell of a table where the title of its column is not seen: "8 people". */
export function cellWords(cell: string, { unit }: Pick<Column, "unit">): string {
  return unit && /^\d+$/.test(cell) ? counted(Number(cell), ...unit) : cell;
}

/**
 * A duration as people say it: "43 s", "26 min 24 s", "1 h 31 min". Below an hour to the second, above to the nearest
 * minute.
 */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return withRest(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  return withRest(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

/** A duration that is not sure: "about 47 min". Never more exact than to the minute, unless it was shorter. */
export function aboutDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  return `about ${duration(seconds < 60 ? seconds * 1_000 : Math.round(seconds / 60) * 60_000)}`;
}

/** A duration, "about" if it is not sure. */
export function durationSure(ms: number, isSure: boolean): string {
  return isSure ? duration(ms) : aboutDuration(ms);
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${restUnit}`;
}

const LONGEST_TOPIC = 200;
/** In a list there are many, and the beginning tells which it is. */
export const LONGEST_LISTED_TOPIC = 80;
const LONGEST_NAME = 60;

/** A meeting's topic, or what stands for it. */
export function topicOf({ topic }: Pick<Meeting, "topic">, most = LONGEST_TOPIC): string {
  return shortened(topic ?? "(no topic)", most);
}

/** "Alice Ng", "Chris Park (guest)"; who gave no name is "Somebody". */
export function nameOf({ name = "Somebody", isGuest }: Person): string {
  return `${shortened(name, LONGEST_NAME)}${isGuest ? " (guest)" : ""}`;
}

/** Who hosts the meeting, once that person was seen in it. */
export function hostOf({ people }: Pick<Meeting, "people">): string | undefined {
  const name = people.find(({ isHost }) => isHost)?.name;
  return name && shortened(name, LONGEST_NAME);
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The beginning of a text, cut between characters. Platforms count UTF-16 code units: there are at most `most`. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  let start = "";
  for (const { segment } of graphemes.segment(text)) {
    if (start.length + segment.length >= most) break;
    start += segment;
  }
  return `${start.trimEnd()}…`;
}

/** A place where cards are posted, `slack:C0123`, by its name where the platform knows it. */
export const channelSpan = (channel: string): Span => ({ channel: channel.slice(channel.indexOf(":") + 1) });

/** A time that each reader sees on their own clock. */
export function timeSpan(at: Instant, as: "time" | "day and time" | "ago"): Span {
  const utc = DateTime.fromMillis(at, { zone: "utc" });
  const fallback = as === "day and time" ? utc.toFormat("d LLL HH:mm 'UTC'") : utc.toFormat("HH:mm 'UTC'");
  return { time: at, as, fallback: as === "ago" ? `at ${fallback}` : fallback };
}
