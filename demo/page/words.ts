import { createElement as h, type ReactNode } from "react";
import type { RichTextLeaf } from "../../test/stand-ins/slack/check-blocks.ts";
import { readDate } from "../../test/stand-ins/slack/dates.ts";
import { emoji, withEmoji } from "../../test/stand-ins/slack/emoji.ts";
import { parseMrkdwn } from "../../test/stand-ins/slack/mrkdwn.ts";
import type { Shelf } from "./shelf.ts";

export type Viewer = { timeZone: string; now: number; names: Readonly<Record<string, string>> };

/**
 * Blocks for the library to lay out, their words set aside. The library reads plain text as markup and loses what looks
 * like HTML; Slack does neither.
 */
export function withWordsAside<B>(blocks: B[], viewer: Viewer, { aside }: Shelf): B[] {
  function walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    const { type, text } = value as { type?: unknown; text?: unknown };
    if (type === "rich_text") return value;
    if (type === "raw_number")
      return { type: "raw_text", text: aside(String(text ?? (value as { value: number }).value)) };
    if (typeof text === "string" && (type === "plain_text" || type === "raw_text"))
      return { ...value, text: aside(withEmoji(text)) };
    if (typeof text === "string" && type === "mrkdwn") return { ...value, text: aside(mrkdwnNode(text, viewer)) };
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  }
  return walk(blocks) as B[];
}

/** Words of either kind where we lay them out ourselves. */
export const textNode = ({ type, text }: { type: string; text: string }, viewer: Viewer): ReactNode =>
  type === "mrkdwn" ? mrkdwnNode(text, viewer) : withEmoji(text);

/** How a date is shown to its viewer; the full one is a tooltip, as in Slack. */
export function timeNode(timestamp: number, format: string, viewer: Viewer): ReactNode {
  const full = readDate(timestamp, "{date_long} at {time_secs}", viewer);
  const dateTime = new Date(timestamp * 1000).toISOString();
  return h("time", { dateTime, title: `${full}, ${viewer.timeZone}` }, readDate(timestamp, format, viewer));
}

export const personNode = (id: string, { names }: Viewer) =>
  h("span", { className: "slack_user" }, `@${names[id] ?? id}`);
export const channelNode = (id: string, { names }: Viewer) =>
  h("span", { className: "slack_channel" }, `#${names[id] ?? id}`);

/** A link out of the page: page.js says where it leads instead of going there. */
export const linkNode = (href: string, children: ReactNode) =>
  h("a", { href, className: "slack_link", rel: "noreferrer noopener", "data-outside": "" }, children);

const mrkdwnNode = (text: string, viewer: Viewer): ReactNode =>
  h("span", null, ...parseMrkdwn(text).map((leaf) => styled(leafNode(leaf, viewer), leaf.style)));

function leafNode(leaf: RichTextLeaf, viewer: Viewer): ReactNode {
  switch (leaf.type) {
    case "text":
      return leaf.text;
    case "link":
      return linkNode(leaf.url, leaf.text ?? leaf.url);
    case "date": {
      const shown = timeNode(leaf.timestamp, leaf.format, viewer);
      return leaf.url ? linkNode(leaf.url, shown) : shown;
    }
    case "user":
      return personNode(leaf.user_id, viewer);
    case "channel":
      return channelNode(leaf.channel_id, viewer);
    case "broadcast":
      return h("span", { className: "slack_broadcast" }, `@${leaf.range}`);
    case "emoji":
      return emoji(leaf.name);
    case "usergroup":
      return `@${leaf.usergroup_id}`;
    case "color":
      return leaf.value;
  }
}

function styled(node: ReactNode, style: RichTextLeaf["style"]): ReactNode {
  if (style?.code) return h("code", { className: "slack_inline_code" }, node);
  let wrapped = node;
  if (style?.strike) wrapped = h("s", null, wrapped);
  if (style?.italic) wrapped = h("em", null, wrapped);
  if (style?.bold) wrapped = h("strong", null, wrapped);
  return wrapped;
}
