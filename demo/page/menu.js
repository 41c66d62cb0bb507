// @ts-check
// Menus, and questions that have to be answered first.

import { front } from "./act.js";
import { element, keepFocus } from "./dom.js";

/** @typedef {{ label: string, value: string }} Option */
/** @typedef {{ title: string, text: string, yes: string, no: string, isDanger: boolean }} Confirm */

/**
 * A menu at a button. Keyboard: arrows, Enter, Escape.
 * @param {HTMLElement} button
 * @param {string} label
 * @param {Option[]} options
 * @param {(value: string) => void} choose
 */
export function openMenu(button, label, options, choose) {
  document.querySelector(".menu")?.remove();
  const items = options.map((option) => {
    const item = element("button", { type: "button", role: "menuitem" }, [option.label]);
    item.addEventListener("click", () => {
      close();
      choose(option.value);
    });
    return item;
  });
  const menu = element("div", { class: "menu", role: "menu", "aria-label": label }, items);
  const { left, top, bottom } = button.getBoundingClientRect();
  front().append(menu);
  const isBelow = bottom + 4 + menu.offsetHeight < innerHeight;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${isBelow ? bottom + 4 : Math.max(8, top - 4 - menu.offsetHeight)}px`;
  items[0]?.focus();

  const away = (/** @type {Event} */ event) => {
    if (!(event.target instanceof Node) || !menu.contains(event.target)) close();
  };
  function close() {
    menu.remove();
    document.removeEventListener("pointerdown", away);
    document.removeEventListener("scroll", away, true);
    button.focus({ preventScroll: true });
  }
  document.addEventListener("pointerdown", away);
  document.addEventListener("scroll", away, true);
  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items.at((at + step) % items.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** Whether somebody says yes; at once if there is no question. @param {Confirm | undefined} confirm @returns {Promise<boolean>} */
export async function isConfirmed(confirm) {
  if (!confirm) return true;
  const { title, text, yes, no, isDanger } = confirm;
  const dialog = /** @type {HTMLDialogElement} */ (
    element("dialog", { class: "modal question", "aria-labelledby": "question-title" }, [
      element("form", { method: "dialog" }, [
        element("header", {}, [element("h2", { id: "question-title" }, [title])]),
        element("div", { class: "body" }, [element("p", {}, [text])]),
        element("footer", {}, [
          element("button", { value: "no" }, [no]),
          element("button", { value: "yes", class: isDanger ? "danger" : "main" }, [yes]),
        ]),
      ]),
    ])
  );
  document.body.append(dialog);
  keepFocus(dialog);
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  dialog.remove();
  return dialog.returnValue === "yes";
}
