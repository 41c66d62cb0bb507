// @ts-check
// A list of messages: a channel's, or a thread's.

import { act, here, notice } from "./act.js";
import { closest, redraw } from "./dom.js";
import { isConfirmed, openMenu } from "./menu.js";

/** @typedef {{ blockId: string, actionId: string, label: string, url?: string, options?: import("./menu.js").Option[], confirm?: import("./menu.js").Confirm }} Control */
/** @typedef {{ key: string, html: string, controls: Control[] }} Row */

/**
 * Keeps a list at its end for whoever is there, and tells when something new is below for whoever is not.
 * @param {HTMLElement} list
 * @param {HTMLElement} scroll
 * @param {(isBelow: boolean) => void} onMore
 */
export function rowList(list, scroll, onMore = () => {}) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
  function toEnd() {
    scroll.scrollTop = scroll.scrollHeight;
    onMore(false);
  }
  scroll.addEventListener("scroll", () => {
    if (isAtEnd()) onMore(false);
  });
  list.addEventListener("click", (event) => {
    const key = closest(event, "[data-key]")?.dataset.key ?? "";
    const button = closest(event, "[data-control]");
    const control = rows.get(key)?.controls[Number(button?.dataset.control)];
    if (closest(event, "[data-dismiss]")) act("dismiss", { key });
    else if (button && control) press(button, control, key);
  });

  return {
    toEnd,
    clear() {
      rows.clear();
      list.replaceChildren();
      toEnd();
    },
    /** @param {{ order: string[], changed: Row[] }} update */
    show({ order, changed }) {
      const wasAtEnd = isAtEnd();
      const lastBefore = list.lastElementChild;
      for (const row of changed) rows.set(row.key, row);
      const isChanged = new Set(changed.map(({ key }) => key));
      for (const item of [...list.children])
        if (!order.includes(/** @type {HTMLElement} */ (item).dataset.key ?? "")) item.remove();
      for (const [index, key] of order.entries()) {
        let item = /** @type {HTMLElement | null} */ (list.querySelector(`:scope > [data-key="${CSS.escape(key)}"]`));
        if (!item) {
          item = document.createElement("li");
          item.dataset.key = key;
          isChanged.add(key);
        }
        if (isChanged.has(key)) redraw(item, rows.get(key)?.html ?? "");
        if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
      }
      for (const key of rows.keys()) if (!order.includes(key)) rows.delete(key);
      if (wasAtEnd) toEnd();
      else if (list.lastElementChild !== lastBefore) onMore(true);
    },
  };
}

/** @param {HTMLElement} button @param {Control} control @param {string} key */
function press(button, { blockId, actionId, label, url, options, confirm }, key) {
  const channel = here.channelId;
  const tell = async (/** @type {string | undefined} */ option) => {
    if (!(await isConfirmed(confirm))) return;
    if (url) notice(`In Slack, “${label}” opens ${url}`);
    act("press", { channel, key, blockId, actionId, ...(option !== undefined && { option }) });
  };
  if (options) openMenu(button, label, options, tell);
  else tell(undefined);
}
