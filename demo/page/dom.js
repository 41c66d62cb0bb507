// @ts-check
// Elements, and how what is shown becomes what should be shown without losing anybody's place.

/** @type {<T extends HTMLElement = HTMLElement>(id: string) => T} */
export const $ = (id) => /** @type {any} */ (document.getElementById(id));

/** @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} children */
export function element(name, attributes, children = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== "") made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** @param {(Node | string)[]} items */
export function group(items) {
  const fragment = document.createDocumentFragment();
  fragment.append(...items);
  return fragment;
}

/** @param {Event} event @param {string} selector @returns {HTMLElement | null} */
export function closest(event, selector) {
  return event.target instanceof Element ? event.target.closest(selector) : null;
}

/** @param {Element} item @param {string} html */
export function redraw(item, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  morph(item, template.content);
}

/**
 * Makes one node's children like another's and keeps what can stay: a button that is replaced between press and
 * release loses the click, and whoever stands on it with the keyboard loses their place. A list that somebody opened
 * stays open.
 * @param {Node} shown
 * @param {Node} wanted
 */
export function morph(shown, wanted) {
  const next = [...wanted.childNodes];
  while (shown.childNodes.length > next.length) shown.lastChild?.remove();
  for (const [index, node] of next.entries()) {
    const old = shown.childNodes[index];
    if (!old) shown.appendChild(node);
    else if (old.isEqualNode(node)) continue;
    else if (old instanceof Element && node instanceof Element && isLike(old, node)) {
      for (const { name } of [...old.attributes])
        if (!node.hasAttribute(name) && name !== "open") old.removeAttribute(name);
      for (const { name, value } of node.attributes) old.setAttribute(name, value);
      morph(old, node);
    } else if (old instanceof Text && node instanceof Text) old.data = node.data;
    else old.replaceWith(node);
  }
}

/** What is typed into one kind of field says nothing in another. @param {Element} old @param {Element} node */
const isLike = (old, node) =>
  old.tagName === node.tagName &&
  old.namespaceURI === node.namespaceURI &&
  old.getAttribute("type") === node.getAttribute("type");

/** Keeps Tab inside a dialog: the browser alone would go on to its own buttons. @param {HTMLDialogElement} dialog */
export function keepFocus(dialog) {
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const all = [...dialog.querySelectorAll(FOCUSABLE)].filter((one) => one.checkVisibility());
    const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    const at = document.activeElement;
    const isAtEdge = at === from || at === dialog || isInGroupOf(at, from);
    if (!isAtEdge || !(to instanceof HTMLElement)) return;
    event.preventDefault();
    to.focus();
  });
}

const FOCUSABLE = "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary";

/** Of radio buttons with one name, Tab knows only one. @param {Element | null} at @param {Element | undefined} edge */
const isInGroupOf = (at, edge) =>
  at instanceof HTMLInputElement && edge instanceof HTMLInputElement && at.type === "radio" && at.name === edge.name;
