import type { Instant } from "../meeting/fact.ts";
import type { Notice } from "../subscription/subscription.ts";

/** What we say, for no platform in particular. Texts are plain: a platform never reads markup in them. */
export interface Card {
  /** What it tells, in a word: a decision is named after the step from one stage to the next. */
  stage: "live" | "ended" | "digest" | "joins" | "note" | "answer";
  /** One line that says the same: for notifications, screen readers and old clients. */
  summary: string;
  parts: Part[];
  buttons: Button[];
  /** Small print below the buttons. */
  note?: Line;
  /** A change of what the channel hears of that this card tells; last of all. */
  notice?: Notice;
  /** It says that there is nothing to tell: only who asked wants to know that. */
  isNothing?: true;
  /** The platform's name of the message that it answers: it stands in that one's thread. */
  replyTo?: string;
}

export type Part =
  | { kind: "heading"; text: string }
  | { kind: "line"; line: Line }
  | List
  | { kind: "figures"; figures: Figure[] }
  | { kind: "table"; columns: Column[]; rows: string[][] }
  | Chart;

/** All lines there are. Of more than a platform can show the spare ones go: see `linesOf`. */
export interface List {
  kind: "list";
  title?: string;
  lines: Line[];
  isNumbered?: boolean;
  spare?: "first" | "last";
}

/** Bars: every series has one number for each category, none below 0. In words and as text: see `chart.ts`. */
export interface Chart {
  kind: "chart";
  title: string;
  /** What the numbers count: "minutes". */
  unit: string;
  categories: string[];
  series: { name: string; numbers: number[] }[];
}

export type Line = Span[];

export type Span =
  | string
  | { strong: string }
  | { code: string }
  | { dot: "live" | "ended" }
  /** A channel, as its platform calls it. */
  | { channel: string }
  | { link: string; to: string }
  /** Shown in the reader's own zone where the platform can do that; `fallback` elsewhere. */
  | { time: Instant; as: "time" | "day and time" | "ago"; fallback: string };

export interface Figure {
  value: string;
  label: string;
}

export interface Column {
  title: string;
  align: "left" | "right";
  /** What its numbers count, one of them and several: said where its title is not seen. */
  unit?: [one: string, many: string];
}

export type Button =
  | { kind: "open"; label: string; url: string; isMain?: boolean }
  | { kind: "ask"; label: string; ask: Ask; about: string; nth?: number; isMain?: boolean }
  /** What is seldom wanted, behind three dots. */
  | { kind: "menu"; label: string; options: { label: string; ask: "mute" | "settings"; about: string }[] };

/** What a button asks for; `about` is the question in words, or a meeting's uuid. Of several that ask the same each is the `nth`. */
export type Ask =
  | "people"
  | "share"
  | "refresh"
  | "earlier"
  | "later"
  | "report"
  | "shareReport"
  | "csv"
  | "picture"
  | "explain"
  | "settings"
  | "subscribe"
  | "list"
  | "mute"
  | "unmute"
  | "help"
  | "today";

/** The lines of a list, at most `most`: those left out are counted. */
export function linesOf({ lines, spare = "last" }: List, most: number): Line[] {
  const hidden = lines.length - most;
  if (hidden <= 0) return lines;
  if (spare === "first") return [[`${hidden} earlier, not shown`], ...lines.slice(hidden)];
  return [...lines.slice(0, most), [`+${hidden} more`]];
}

/** What a reader sees of it. For platforms and places that know nothing but text. */
export function spanText(span: Span): string {
  if (typeof span === "string") return span;
  if ("strong" in span) return span.strong;
  if ("code" in span) return span.code;
  if ("channel" in span) return `#${span.channel}`;
  if ("dot" in span) return span.dot === "live" ? "🟢" : "⚪";
  if ("link" in span) return span.link;
  return span.fallback;
}

export function lineText(line: Line): string {
  return line.map(spanText).join("");
}
