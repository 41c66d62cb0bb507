import { createElement as h, type ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { readDate } from "../../test/stand-ins/slack/dates.ts";
import type { Block } from "../../test/stand-ins/slack.ts";
import { fileNode, type ShownFile } from "./files.ts";
import { type Rendered, renderBlocks } from "./render-blocks.ts";
import { shelf } from "./shelf.ts";
import { timeNode, type Viewer } from "./words.ts";

export type { Rendered } from "./render-blocks.ts";
export type { Viewer } from "./words.ts";
export type Shown = {
  author: { name: string; kind: "app" | "slackbot" } | { name: string; kind: "person"; hue: number };
  atMs: number;
  text: string;
  blocks: Block[];
  files: ShownFile[];
  isOnlyForYou: boolean;
  isMarkedEdited: boolean;
  thread?: Thread | undefined;
};
/** What a message says of its thread. Which one it is, is said by its ts. */
export type Thread = { ts: string; replies: number; lastAtMs: number; isReply: boolean };

/** A message as its viewer sees it in Slack, as HTML in which everything people wrote is inert. */
export function renderMessage(shown: Shown, viewer: Viewer): Rendered {
  const said = shown.blocks.length > 0 ? shown.blocks : textAsBlocks(shown.text);
  const { html, controls } = renderBlocks(said, viewer);
  const { keep, putBack } = shelf();
  const body = h("div", { className: "blocks" }, keep(html));
  return { html: putBack(renderToStaticMarkup(frame(shown, viewer, body))), controls };
}

/** Slack's line between two days. */
export function renderDay(atMs: number, viewer: Viewer): string {
  const day = readDate(Math.floor(atMs / 1000), "{day_divider_pretty}", viewer);
  return renderLine("day", `${day[0]?.toUpperCase()}${day.slice(1)}`);
}

/** Slack's line between a message and its replies. */
export const renderReplies = (count: number): string => renderLine("day count", repliesInWords(count));

const renderLine = (className: string, words: string) =>
  renderToStaticMarkup(h("p", { className }, h("span", null, words)));

const repliesInWords = (count: number) => (count === 1 ? "1 reply" : `${count} replies`);

function frame(
  { author, atMs, files, isOnlyForYou, isMarkedEdited, thread }: Shown,
  viewer: Viewer,
  body: ReactNode,
): ReactNode {
  return h(
    "div",
    { className: isOnlyForYou ? "message only-you" : "message" },
    isOnlyForYou && h("p", { className: "only-you-note" }, "Only visible to you"),
    author.kind === "person"
      ? h("span", { className: `avatar hue-${author.hue}`, "aria-hidden": true }, author.name[0])
      : h("span", { className: `avatar ${author.kind}`, "aria-hidden": true }),
    h(
      "div",
      { className: "said" },
      h(
        "p",
        { className: "said-by" },
        h("strong", null, author.name),
        author.kind === "app" && h("span", { className: "app-badge" }, "APP"),
        timeNode(Math.floor(atMs / 1000), "{time}", viewer),
      ),
      body,
      ...files.map(fileNode),
      thread && threadNode(thread, viewer),
      isMarkedEdited && h("span", { className: "edited" }, "(edited)"),
      isOnlyForYou && h("button", { type: "button", className: "dismiss", "data-dismiss": "" }, "Dismiss message"),
    ),
  );
}

const textAsBlocks = (text: string): Block[] =>
  text === "" ? [] : [{ type: "section", text: { type: "mrkdwn", text } }];

function threadNode({ ts, replies, lastAtMs, isReply }: Thread, viewer: Viewer): ReactNode {
  const button = (className: string, ...words: ReactNode[]) =>
    h("button", { type: "button", className, "data-thread": ts }, ...words);
  if (isReply) return h("p", { className: "hint" }, "replied to ", button("plain", "a thread"));
  if (replies === 0) return button("reply", "Reply in thread");
  const last = readDate(Math.floor(lastAtMs / 1000), "{ago}", viewer);
  return button(
    "replies",
    h("strong", null, repliesInWords(replies)),
    h("span", { className: "hint" }, ` Last reply ${last}`),
  );
}
