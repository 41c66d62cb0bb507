import { createElement as h, type ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message as Blocks } from "slack-blocks-to-jsx";
import { readDate } from "../../test/stand-ins/slack/dates.ts";
import type { Block } from "../../test/stand-ins/slack.ts";
import { type Control, withControls } from "./controls.ts";
import { fileNode, type ShownFile } from "./files.ts";
import { channelNode, linkNode, personNode, setWordsAside, timeNode, type Viewer } from "./words.ts";

export type { Viewer } from "./words.ts";
export type Rendered = { html: string; controls: Control[] };
export type Shown = {
  author: { name: string; kind: "app" | "slackbot" } | { name: string; kind: "person"; hue: number };
  atMs: number;
  text: string;
  blocks: Block[];
  files: ShownFile[];
  isOnlyForYou: boolean;
  isMarkedEdited: boolean;
};

/** A message as its viewer sees it in Slack, as HTML in which everything people wrote is inert. */
export function renderMessage(shown: Shown, viewer: Viewer): Rendered {
  const said = shown.blocks.length > 0 ? shown.blocks : textAsBlocks(shown.text);
  const { blocks: numbered, controls } = withControls(said);
  const { blocks, putBack } = setWordsAside(numbered, viewer);
  const message = frame(shown, viewer, h(Blocks, { blocks: blocks as never, ...LAYOUT, hooks: hooks(viewer) }));
  return { html: putBack(withoutIds(renderToStaticMarkup(message), controls)), controls };
}

/** Slack's line between two days. */
export function renderDay(atMs: number, viewer: Viewer): string {
  const day = readDate(Math.floor(atMs / 1000), "{day_divider_pretty}", viewer);
  return renderToStaticMarkup(h("p", { className: "day" }, h("span", null, day[0]?.toUpperCase(), day.slice(1))));
}

function frame(
  { author, atMs, files, isOnlyForYou, isMarkedEdited }: Shown,
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
      isMarkedEdited && h("span", { className: "edited" }, "(edited)"),
      isOnlyForYou && h("button", { type: "button", className: "dismiss", "data-dismiss": "" }, "Dismiss message"),
    ),
  );
}

const textAsBlocks = (text: string): Block[] =>
  text === "" ? [] : [{ type: "section", text: { type: "mrkdwn", text } }];

const LAYOUT = { name: "", logo: "", withoutWrapper: true };

const hooks = (viewer: Viewer) => ({
  date: ({ timestamp, format, link }: { timestamp: string; format: string; link: string | null }) => {
    const shown = timeNode(Number(timestamp), format, viewer);
    return link ? linkNode(link, shown) : shown;
  },
  user: ({ id }: { id: string }) => personNode(id, viewer),
  channel: ({ id }: { id: string }) => channelNode(id, viewer),
  link: ({ href, children }: { href: string; children?: ReactNode }) => linkNode(href, children),
});

/** The library makes ids of action and block ids; on a page of many messages they would not be unique. */
function withoutIds(html: string, controls: Control[]): string {
  const menu = (index: string) => (controls[Number(index)]?.options ? ' aria-haspopup="menu"' : "");
  // Quotes that people wrote are &quot; here, so only real attributes match.
  return html
    .replaceAll(
      /<button([^>]*) id="(?:overflow_menu_button_)?control-(\d+)"/g,
      (_, before: string, index: string) => `<button${before} data-control="${index}"${menu(index)}`,
    )
    .replaceAll(/ id="[^"]*"/g, "")
    .replaceAll(' data-theme="light"', "");
}
