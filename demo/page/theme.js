// @ts-check
// Light, dark, or as everything else on this machine; kept in the browser.

import { $ } from "./dom.js";

const KEY = "theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const choice = /** @type {HTMLSelectElement} */ ($("theme"));

function show() {
  const isDark = choice.value === "dark" || (choice.value === "system" && dark.matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light"; // the blocks' stylesheet asks for it too
}

const kept = localStorage.getItem(KEY);
if (kept === "light" || kept === "dark") choice.value = kept;
choice.addEventListener("change", () => {
  localStorage.setItem(KEY, choice.value);
  show();
});
dark.addEventListener("change", show);
show();
