import type { KnownBlock, RichTextBlock, RichTextElement, RichTextSection } from "@slack/types";
import {
  type Button,
  type Card,
  type Chart,
  type Column,
  type Line,
  linesOf,
  lineText,
  type Part,
  type Span,
  spanText,
} from "../card/card.ts";
import { chartInWords, chartLines } from "../card/chart.ts";
import { noticeWords } from "../card/notice-words.ts";
import { cellWords, shortened } from "../card/words.ts";
import type { Instant } from "../meeting/fact.ts";

export interface SlackMessage {
  text: string;
  blocks: KnownBlock[];
}

export interface MessageStyle {
  /** Tables are rolled out workspace by workspace; elsewhere their rows are a list. */
  tables: boolean;
  /** So are charts; elsewhere they are pictures, uploaded before under these ids of files, or else bars of text. */
  charts?: boolean;
  pictures?: ReadonlyMap<Chart, string>;
}

/** All blocks of a message as JSON. Slack refuses somewhat more than 13,000 characters and does not say where (bolt-js issue 2509). */
const HEAVIEST = 10_000;
const MOST_LINES = 60;

/**
 * A card as Slack shows it: its lists get shorter until Slack takes the message. Foreign text only ever stands where
 * Slack reads no markup (`rich_text`, `plain_text`).
 */
export function slackMessage(card: Card, style: MessageStyle): SlackMessage {
  let mostLines = MOST_LINES;
  let blocks = blocksOf(card, style, mostLines);
  while (JSON.stringify(blocks).length > HEAVIEST && mostLines > 1) {
    mostLines = Math.floor(mostLines * 0.9);
    blocks = blocksOf(card, style, mostLines);
  }
  return { text: inWords(card), blocks };
}

/** The same in one line, for a Slack that refuses the blocks; still `rich_text`, which an edit may not take away. */
export function plainMessage(card: Card): SlackMessage {
  const line = summaryLine(card);
  return { text: lineInWords(line), blocks: [richText([section(line)])] };
}

/** The summary, with its channels and times as Slack shows them where a line of the card has the same words. */
function summaryLine({ summary, parts }: Card): Line {
  const lines = parts.flatMap((part) => (part.kind === "line" ? [part.line] : []));
  return lines.find((line) => lineText(line) === summary) ?? [summary];
}

/** Slack has been seen to split a text of 4,000 into several messages (bolt-python issue 764). A notification shows its beginning. */
const LONGEST_TEXT = 3_000;

/** What the blocks say, for those who have nothing else: a screen reader reads the text only (docs.slack.dev, "chat.postMessage"). */
function inWords(card: Card): string {
  const [first, ...others] = card.parts;
  const isSummed = first?.kind === "heading" || (first?.kind === "line" && card.stage !== "joins");
  const isNew = (part: Part) => part.kind !== "line" || lineText(part.line) !== card.summary;
  const lines = [
    ...(isSummed ? others : card.parts).filter(isNew).flatMap(partLines),
    ...(card.note ? [lineInWords(card.note)] : []),
    ...(card.notice ? [escaped(noticeWords(card.notice))] : []),
  ];
  const hidden = (count: number) => `\n+${count} more`;
  let text = lineInWords(summaryLine(card));
  for (const [index, line] of lines.entries()) {
    const rest = index === lines.length - 1 ? "" : hidden(lines.length - index - 1);
    if (`${text}\n${line}${rest}`.length > LONGEST_TEXT) return text + hidden(lines.length - index);
    text += `\n${line}`;
  }
  return text;
}

function partLines(part: Part): string[] {
  switch (part.kind) {
    case "heading":
      return [escaped(part.text)];
    case "line":
      return [lineInWords(part.line)];
    case "list":
      return [...(part.title ? [escaped(part.title)] : []), ...part.lines.map(lineInWords)];
    case "figures":
      return [escaped(part.figures.map(({ value, label }) => `${value} ${label}`).join(", "))];
    case "table":
      return [part.columns.map(({ title }) => title), ...part.rows].map((cells) => escaped(cells.join(" · ")));
    case "chart":
      return [escaped(chartInWords(part))];
  }
}

/** Foreign text stands here as it is: Slack finds nothing in it to act upon. */
function lineInWords(line: Line): string {
  return line.map(spanInWords).join("");
}

function spanInWords(span: Span): string {
  if (typeof span === "object" && "time" in span) return dateToken(span);
  if (typeof span === "object" && "channel" in span && CHANNEL.test(span.channel)) return `<#${span.channel}>`;
  return escaped(spanText(span));
}

/** Slack shows its name to who may know it (docs.slack.dev, "Formatting message text"). */
const CHANNEL = /^[CG][A-Z0-9]+$/;

function blocksOf(card: Card, style: MessageStyle, mostLines: number): KnownBlock[] {
  return [
    ...card.parts.flatMap((part) => partBlocks(part, style, mostLines)),
    ...(card.buttons.length > 0 ? [{ type: "actions" as const, elements: card.buttons.map(button) }] : []),
    ...(card.note ? [note(card.note)] : []),
    ...(card.notice ? [smallPrint(noticeWords(card.notice))] : []),
  ];
}

/** What Slack reads as control sequences in `text` and mrkdwn; the rest is harmless there (docs.slack.dev, "Formatting message text"). */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function partBlocks(part: Part, style: MessageStyle, mostLines: number): KnownBlock[] {
  switch (part.kind) {
    case "heading":
      return [{ type: "header", text: { type: "plain_text", text: part.text, emoji: false } }];
    case "line":
      return [richText([section(part.line)])];
    case "list":
      return [
        ...(part.title ? [richText([section([{ strong: part.title }])])] : []),
        ...items(linesOf(part, mostLines), part.isNumbered ? "ordered" : "bullet"),
      ];
    case "figures":
      return [
        {
          type: "section",
          fields: part.figures.map(({ value, label }) => ({
            type: "mrkdwn",
            text: `*${escaped(value)}* ${escaped(label)}`,
          })),
        },
      ];
    case "table":
      return tableBlocks(part, style.tables, mostLines);
    case "chart":
      return [chartBlock(part, style)];
  }
}

function items(lines: readonly Line[], style: "bullet" | "ordered" = "bullet"): KnownBlock[] {
  return [richText([{ type: "rich_text_list", style, elements: lines.map(section) }])];
}

function tableBlocks({ columns, rows }: Extract<Part, { kind: "table" }>, tables: boolean, mostLines: number) {
  const inWords = (cell: string, index: number) => cellWords(cell, columns[index] ?? {});
  const lines = rows.map((row): Line => [row.map(inWords).join("  ·  ")]);
  if (!tables) return items(linesOf({ kind: "list", lines }, mostLines));
  const hidden = rows.length - mostLines;
  return [table(columns, rows.slice(0, mostLines)), ...(hidden > 0 ? [richText([section([`+${hidden} more`])])] : [])];
}

function table(columns: readonly Column[], rows: readonly string[][]): KnownBlock {
  const cells = (row: readonly string[]) => row.map((text) => ({ type: "raw_text" as const, text }));
  return {
    type: "table",
    column_settings: columns.map(({ align }) => ({ align, is_wrapped: align === "left" })),
    rows: [cells(columns.map(({ title }) => title)), ...rows.map(cells)],
  };
}

function chartBlock(chart: Chart, { charts, pictures }: MessageStyle): KnownBlock {
  const picture = pictures?.get(chart);
  if (charts) return barChart(chart);
  return picture === undefined ? barsOfText(chart) : pictureOf(chart, picture);
}

// docs.slack.dev, "Data visualization block"
const LONGEST_TITLE = 50;
const LONGEST_LABEL = 20;
const MOST_CATEGORIES = 20;
const MOST_SERIES = 6;

/** Slack's own chart; of a larger one what fits. */
function barChart({ title, unit, categories, series }: Chart): KnownBlock {
  const labels = categories.slice(0, MOST_CATEGORIES).map((category) => shortened(category, LONGEST_LABEL));
  const block = {
    type: "data_visualization",
    title: shortened(title, LONGEST_TITLE),
    chart: {
      type: "bar",
      axis_config: { categories: labels, y_label: shortened(unit, LONGEST_LABEL) },
      series: series.slice(0, MOST_SERIES).map(({ name, numbers }) => ({
        name: shortened(name, LONGEST_LABEL),
        data: labels.map((label, index) => ({ label, value: numbers[index] ?? 0 })),
      })),
    },
  };
  return block as unknown as KnownBlock; // newer than the client's types
}

function pictureOf(chart: Chart, id: string): KnownBlock {
  return {
    type: "image",
    slack_file: { id },
    alt_text: chartInWords(chart), // its title stands in the picture
  };
}

function barsOfText(chart: Chart): KnownBlock {
  const text = chartLines(chart).join("\n");
  return richText([
    section([{ strong: chart.title }]),
    { type: "rich_text_preformatted", elements: [{ type: "text", text }], border: 0 },
  ]);
}

function richText(elements: RichTextBlock["elements"]): RichTextBlock {
  return { type: "rich_text", elements };
}

export function section(line: Line): RichTextSection {
  return { type: "rich_text_section", elements: line.map(leaf) };
}

const DOTS = { live: "large_green_circle", ended: "white_circle" } as const;
const DATES = { time: "{time}", "day and time": "{date_short_pretty} {time}", ago: "{ago}" } as const;

function leaf(span: Span): RichTextElement {
  if (typeof span === "string") return { type: "text", text: span };
  if ("strong" in span) return { type: "text", text: span.strong, style: { bold: true } };
  if ("code" in span) return { type: "text", text: span.code, style: { code: true } };
  if ("dot" in span) return { type: "emoji", name: DOTS[span.dot] };
  if ("channel" in span) return { type: "channel", channel_id: span.channel };
  if ("link" in span) return { type: "link", url: span.to, text: span.link };
  return {
    type: "date",
    timestamp: Math.floor(span.time / 1_000),
    format: DATES[span.as],
    fallback: span.fallback,
  };
}

function button(one: Button) {
  const text = { type: "plain_text" as const, text: one.label, emoji: false };
  if (one.kind === "open") {
    return {
      type: "button" as const,
      action_id: "mtg_open",
      text,
      url: one.url,
      ...(one.isMain && { style: "primary" as const }),
    };
  }
  if (one.kind === "menu") {
    const options = one.options.map(({ label, ask, about }) => ({
      text: { type: "plain_text" as const, text: label, emoji: false },
      value: `${ask}:${about}`,
    }));
    return { type: "overflow" as const, action_id: "mtg_more", options };
  }
  const style = one.isMain && { style: "primary" as const };
  const value = one.about !== "" && { value: one.about }; // no text of Slack's may be empty
  return { type: "button" as const, action_id: `mtg_${one.ask}${one.nth ?? ""}`, text, ...value, ...style };
}

/** Our own words only: a note never holds a topic or a name, so mrkdwn is safe here. */
function note(line: Line): KnownBlock {
  return { type: "context", elements: [{ type: "mrkdwn", text: mrkdwn(line) }] };
}

function smallPrint(text: string): KnownBlock {
  return { type: "context", elements: [{ type: "plain_text", text, emoji: false }] };
}

/** A line of our own words as mrkdwn. Foreign text in it could do no harm, but would be shown as markup. */
export function mrkdwn(line: Line): string {
  return line
    .map((span) => {
      const text = spanInWords(span);
      if (typeof span === "string") return text;
      if ("code" in span) return `\`${text}\``;
      return "strong" in span ? `*${text}*` : text;
    })
    .join("");
}

function dateToken({ time, as, fallback }: Extract<Span, { time: Instant }>): string {
  return `<!date^${Math.floor(time / 1_000)}^${DATES[as]}|${escaped(fallback)}>`;
}
