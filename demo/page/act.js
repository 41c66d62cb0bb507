// @ts-check
// Tells the server what somebody does, and that person what came of it.

import { $ } from "./dom.js";

/** Who acts, and where. */
export const here = { userId: "", channelId: "" };

/**
 * Resolves to why it was not done: "" if it was.
 * @param {string} what
 * @param {Record<string, unknown>} data
 */
export async function tryTo(what, data) {
  const body = JSON.stringify({ as: here.userId, ...data });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`/act/${what}`, { method: "POST", headers, body }).catch(() => undefined);
  if (!response) return "The demo does not answer.";
  return response.ok ? "" : String((await response.json()).because);
}

/** The same, and says so if it was not done. @param {string} what @param {Record<string, unknown>} data */
export async function act(what, data) {
  const because = await tryTo(what, data);
  if (because) notice(because);
}

/** @param {string} text */
export function notice(text) {
  $("notice-text").textContent = text;
  front().append($("notice")); // behind a modal nothing can be read or pressed
  $("notice").hidden = false;
}

/** What lies on top of everything else. */
export const front = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;

$("notice-close").addEventListener("click", () => {
  $("notice").hidden = true;
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape") $("notice").hidden = true;
});
