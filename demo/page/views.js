// @ts-check
// The app's Home tab and its modals, and what people type and choose there.

import { act, notice, tryTo } from "./act.js";
import { $, closest, keepFocus, redraw } from "./dom.js";
import { isConfirmed, openMenu } from "./menu.js";

/** @typedef {string | string[] | null} Entry */
/** @typedef {import("./rows.js").Control & { entry?: Entry, toldOn?: ("choice" | "enter" | "character")[] }} Control */
/** @typedef {{ id: string, title: string, html: string, controls: Control[] }} View */
/** Where a view is shown. @typedef {{ root: HTMLElement, view: View }} Shown */

/** @type {Map<string, { dialog: HTMLDialogElement, shown: Shown }>} */
const modals = new Map();
/** @type {Shown} */
const home = { root: $("home-view"), view: { id: "", title: "", html: "", controls: [] } };
listen(home);

/** What is typed or chosen and not yet known to the app's side, and why that did not take it, by field. */
const unsent = /** @type {Map<string, Entry>} */ (new Map());
const refused = /** @type {Map<string, string>} */ (new Map());
let isSubmitted = false;

/** @param {View | null} view */
export function showHome(view) {
  $("home-nothing").hidden = view !== null;
  draw(home, view ?? { id: "", title: "", html: "", controls: [] });
}

/** The modals somebody has open, the last on top. @param {View[]} views */
export function showModals(views) {
  for (const [id, { dialog }] of modals) {
    if (views.some((view) => view.id === id)) continue;
    document.body.append($("notice"));
    dialog.close();
    dialog.remove();
    modals.delete(id);
  }
  for (const view of views) {
    const open = modals.get(view.id);
    if (open) draw(open.shown, view);
    else openModal(view);
  }
}

/** @param {View} view */
function openModal(view) {
  const dialog = document.createElement("dialog");
  dialog.className = "modal";
  dialog.setAttribute("aria-labelledby", `${view.id}-title`);
  const form = document.createElement("form");
  form.noValidate = true;
  dialog.append(form);
  document.body.append(dialog);
  const shown = { root: form, view };
  modals.set(view.id, { dialog, shown });
  draw(shown, view);
  dialog.showModal();
  if (!form.querySelector("[autofocus]"))
    focusOn(form.querySelector(".body [data-field]") ?? form.querySelector("[type=submit]"));

  const close = (/** @type {boolean} */ isAll) => act("view/close", { view: view.id, isAll });
  listen(shown);
  form.addEventListener("click", (event) => {
    const how = closest(event, "[data-close]")?.dataset.close;
    if (how) close(how === "all");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(shown, dialog);
  });
  keepFocus(dialog);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault(); // the server says when it is closed
    close(false);
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    const list = closest(event, "details[open]");
    if (list) {
      list.removeAttribute("open");
      list.querySelector("summary")?.focus();
    } else if (!$("notice").hidden) $("notice").hidden = true;
    else close(false);
  });
}

/** @param {Shown} shown @param {HTMLDialogElement} dialog */
async function submit(shown, dialog) {
  if (dialog.hasAttribute("aria-busy")) return;
  dialog.setAttribute("aria-busy", "true");
  isSubmitted = true;
  if (await sendTyped(shown)) await inTurn(() => act("view/submit", { view: shown.view.id }));
  dialog.removeAttribute("aria-busy");
  if (isSubmitted) focusOnTrouble(shown);
}

/** Whoever submitted something wrong is taken to it. @param {Shown} shown */
function focusOnTrouble({ root }) {
  const wrong = root.querySelector('[aria-invalid="true"]');
  if (!wrong) return;
  isSubmitted = false;
  focusOn(wrong);
}

/** @param {Element | null} field */
function focusOn(field) {
  const inside = field?.matches('[role="group"], [role="radiogroup"]') ? field.querySelector("summary, input") : field;
  if (inside instanceof HTMLElement) inside.focus();
}

// Drawing: what was said last, and in it what is being typed

/** @param {Shown} shown @param {View} view */
function draw(shown, view) {
  const focused = focusedIn(shown);
  shown.view = view;
  redraw(shown.root, view.html);
  for (const [index, control] of view.controls.entries()) {
    const field = shown.root.querySelector(`[data-field="${index}"]`);
    const key = keyOf(view, control);
    if (!field || control.entry === undefined) continue;
    setEntry(field, unsent.get(key) ?? control.entry);
    sayWhy(field, refused.get(key));
  }
  if (focused) focusAgain(shown, focused);
  if (isSubmitted) focusOnTrouble(shown);
}

/** @param {Shown} shown */
function focusedIn({ root, view }) {
  const focused = document.activeElement;
  const index = focused?.closest("[data-field]")?.getAttribute("data-field");
  const control = index && root.contains(focused) ? view.controls[Number(index)] : undefined;
  if (!control || !(focused instanceof HTMLElement)) return undefined;
  const caret = "selectionStart" in focused ? focused.selectionStart : null;
  return { focused, key: keyOf(view, control), caret };
}

/** A field may have moved in the view, and whoever types in it moves along. @param {Shown} shown @param {{ focused: HTMLElement, key: string, caret: unknown }} before */
function focusAgain({ root, view }, { focused, key, caret }) {
  const index = view.controls.findIndex((control) => keyOf(view, control) === key);
  const field = root.querySelector(`[data-field="${index}"]`);
  if (!field || (field.contains(focused) && document.activeElement === focused)) return;
  focusOn(field);
  if (typeof caret === "number" && "setSelectionRange" in field)
    /** @type {HTMLInputElement} */ (field).setSelectionRange(caret, caret);
}

/** @param {View} view @param {Control} control */
const keyOf = ({ id }, { blockId, actionId }) => `${id}\n${blockId}\n${actionId}`;

/** @param {Element} field @returns {Entry} */
function entryOf(field) {
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement)
    return field.value === "" ? null : field.value;
  const chosen = [...field.querySelectorAll("input:checked")].map((one) => /** @type {HTMLInputElement} */ (one).value);
  return field.hasAttribute("data-many") ? chosen : (chosen[0] ?? null);
}

/** @param {Element} field @param {Entry} entry */
function setEntry(field, entry) {
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement) {
    const value = String(entry ?? "");
    if (field.value !== value) field.value = value;
    return;
  }
  for (const one of field.querySelectorAll("input[data-of]")) {
    const choice = /** @type {HTMLInputElement} */ (one);
    choice.checked = Array.isArray(entry) ? entry.includes(choice.value) : entry === choice.value;
  }
}

/** @param {Element} field @param {string | undefined} because */
function sayWhy(field, because) {
  const place = document.getElementById((field.getAttribute("aria-describedby") ?? "").split(" ")[0] ?? "");
  if (!because) return;
  if (!place) return notice(because);
  place.textContent = because;
  field.setAttribute("aria-invalid", "true");
}

// What people do. One thing after the other, so that the app hears of it in this order.

let queue = Promise.resolve();
/** @template T @param {() => Promise<T>} job @returns {Promise<T>} */
function inTurn(job) {
  const done = queue.then(job);
  queue = done.then(
    () => {},
    () => {},
  );
  return done;
}

/** @param {Shown} shown @param {Control} control @param {Entry} entry @param {boolean} isTyping */
function fill(shown, control, entry, isTyping) {
  const { view } = shown;
  const key = keyOf(view, control);
  unsent.set(key, entry);
  return inTurn(async () => {
    const { blockId, actionId } = control;
    const because = await tryTo("view/fill", { view: view.id, blockId, actionId, entry, isTyping });
    if (because) refused.set(key, because.replace("Slack's client would not take that: ", ""));
    else refused.delete(key);
    if (!because && JSON.stringify(unsent.get(key)) === JSON.stringify(entry)) unsent.delete(key);
    if (because) draw(shown, shown.view);
    return because === "";
  });
}

/** Whether the app's side knows now all that was typed elsewhere. @param {Shown} shown @param {Control} [here] */
async function sendTyped(shown, here) {
  const typed = shown.view.controls.filter((control) => control !== here && unsent.has(keyOf(shown.view, control)));
  const taken = typed.map((control) => fill(shown, control, unsent.get(keyOf(shown.view, control)) ?? null, true));
  return (await Promise.all(taken)).every(Boolean);
}

/** @param {Shown} shown */
function listen(shown) {
  const { root } = shown;
  const controlAt = (/** @type {Event} */ event) => {
    const field = closest(event, "[data-field]");
    return { field, control: shown.view.controls[Number(field?.dataset.field)] };
  };
  const isSearch = (/** @type {Event} */ event) => closest(event, "[data-search]") !== null;

  root.addEventListener("click", async (event) => {
    const button = closest(event, "[data-control]");
    const control = shown.view.controls[Number(button?.dataset.control)];
    if (!button || !control) return;
    const tell = async (/** @type {string | undefined} */ option) => {
      if (!(await isConfirmed(control.confirm))) return;
      if (control.url) notice(`In Slack, “${control.label}” opens ${control.url}`);
      await sendTyped(shown);
      const { blockId, actionId } = control;
      const which = { view: shown.view.id, blockId, actionId, ...(option !== undefined && { option }) };
      await inTurn(() => act("view/press", which));
    };
    if (control.options) openMenu(button, control.label, control.options, tell);
    else tell(undefined);
  });
  root.addEventListener("input", (event) => {
    const { field, control } = controlAt(event);
    if (isSearch(event)) return search(shown, /** @type {HTMLInputElement} */ (event.target));
    if (!field || !control) return;
    isSubmitted = false;
    unsent.set(keyOf(shown.view, control), entryOf(field));
    if (control.toldOn?.includes("character")) fill(shown, control, entryOf(field), false);
  });
  root.addEventListener("change", async (event) => {
    const { field, control } = controlAt(event);
    if (!field || !control || isSearch(event)) return;
    const isTold = control.toldOn?.includes("choice") ?? false;
    if (isTold && !(await isConfirmed(control.confirm))) {
      unsent.delete(keyOf(shown.view, control));
      return draw(shown, shown.view);
    }
    const entry = entryOf(field);
    if (isTold) await sendTyped(shown, control);
    if (unsent.has(keyOf(shown.view, control))) await fill(shown, control, entry, !isTold);
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    const { field, control } = controlAt(event);
    if (isSearch(event)) return event.preventDefault();
    if (!field || !control?.toldOn?.includes("enter")) return;
    event.preventDefault();
    fill(shown, control, entryOf(field), false);
  });
  root.addEventListener("focusin", (event) => {
    if (isSearch(event)) search(shown, /** @type {HTMLInputElement} */ (event.target));
  });
}

/** Only the latest words are asked for. @type {{ words: string, isAsking: boolean }} */
const asked = { words: "", isAsking: false };

/** @param {Shown} shown @param {HTMLInputElement} input */
async function search(shown, input) {
  asked.words = input.value;
  if (asked.isAsking) return;
  asked.isAsking = true;
  let last;
  do {
    last = asked.words;
    const control = shown.view.controls[Number(input.dataset.search)];
    if (control) {
      const { blockId, actionId } = control;
      await tryTo("view/search", { view: shown.view.id, blockId, actionId, words: last });
    }
  } while (last !== asked.words);
  asked.isAsking = false;
}
