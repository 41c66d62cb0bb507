import { createElement as h, type ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import type { SeenView } from "../../test/stand-ins/slack.ts";
import { type Rendered, renderBlocks } from "./render-blocks.ts";
import { textNode, type Viewer } from "./words.ts";

export type RenderedView = Rendered & { id: string; title: string };

/** What somebody sees in the app's Home tab. */
export function renderHome(view: SeenView, viewer: Viewer): RenderedView {
  const { html, controls } = renderBlocks(view.blocks, viewer, view);
  return { id: view.id, title: "Home", html: html + renderToStaticMarkup(troubleNode(view)), controls };
}

/** A modal from its title to its buttons, with a way back if it lies on another one. */
export function renderModal(view: SeenView, viewer: Viewer, { isOnTop }: { isOnTop: boolean }): RenderedView {
  const { html, controls } = renderBlocks(view.blocks, viewer, view);
  const { title = "", close = "Cancel", submit } = view.frame ?? {};
  const words = (text: string) => textNode({ type: "plain_text", text }, viewer);
  const head = h(
    "header",
    null,
    isOnTop && h("button", { type: "button", className: "icon", "data-close": "one", "aria-label": "Back" }, "‹"),
    h("h2", { id: `${view.id}-title` }, words(title)),
    h("button", { type: "button", className: "icon", "data-close": "all", "aria-label": "Close" }, "✕"),
  );
  const foot = h(
    "footer",
    null,
    h("button", { type: "button", "data-close": "one" }, words(close)),
    submit && h("button", { type: "submit", className: "main" }, words(submit)),
  );
  const body = `<div class="body">${html}${renderToStaticMarkup(troubleNode(view))}</div>`;
  return { id: view.id, title, html: renderToStaticMarkup(head) + body + renderToStaticMarkup(foot), controls };
}

const troubleNode = ({ trouble }: SeenView): ReactNode => h("p", { className: "wrong", role: "alert" }, trouble);
