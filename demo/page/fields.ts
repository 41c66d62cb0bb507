import { createElement as h, type ReactNode } from "react";
import type { SeenControl, SeenView } from "../../test/stand-ins/slack.ts";
import { placeholderOf } from "./controls.ts";
import { textNode, type Viewer } from "./words.ts";

type Element = SeenControl["element"];
type Choice = SeenControl["choices"][number];
type InputBlock = Extract<SeenView["blocks"][number], { type: "input" }>;
/** Where a field is among the controls of its view, and what says more about it. */
type Place = { index: number; id: string; label?: string; describedBy?: string; isWrong?: boolean };

/** A field with what stands above and below it. page.js says here what is wrong before the app is asked. */
export function inputNode(
  seen: SeenControl,
  { label, hint }: InputBlock,
  { index, id, error }: { index: number; id: string; error: string | undefined },
  viewer: Viewer,
): ReactNode {
  const describedBy = hint ? `${id}-error ${id}-hint` : `${id}-error`;
  const field = fieldNode(seen, { index, id, describedBy, isWrong: error !== undefined }, viewer);
  const words = [
    textNode(label, viewer),
    seen.isOptional && h("span", { className: "optional", key: 1 }, " (optional)"),
  ];
  return h(
    "div",
    { className: "own input" },
    isGroup(seen.element)
      ? h("div", { className: "label", id: `${id}-label` }, ...words)
      : h("label", { className: "label", htmlFor: id }, ...words),
    field,
    h("p", { className: "wrong", id: `${id}-error`, role: "alert" }, error),
    hint && h("p", { className: "hint", id: `${id}-hint` }, textNode(hint, viewer)),
  );
}

/** A control of a view as the browser's own. What stands in it is page.js's to say: it knows what is being typed. */
export function fieldNode(seen: SeenControl, place: Place, viewer: Viewer): ReactNode {
  const { element } = seen;
  const more = {
    ...(place.label && { "aria-label": place.label }),
    ...(place.describedBy && { "aria-describedby": place.describedBy }),
    ...(place.isWrong && { "aria-invalid": true }),
    ...("focus_on_load" in element && element.focus_on_load && { autoFocus: true }),
  };
  const own = { id: place.id, "data-field": place.index, className: "field", ...more };
  if (/external/.test(element.type)) return searchNode(seen, place, more, viewer);
  if (element.type.startsWith("multi_")) return manyNode(seen, place, more, viewer);
  switch (element.type) {
    case "plain_text_input": {
      const limits = { maxLength: element.max_length ?? 3000, placeholder: element.placeholder?.text };
      if (element.multiline) return h("textarea", { ...own, ...limits, rows: 4 });
      return h("input", { ...own, ...limits, type: "text", autoComplete: "off" });
    }
    case "email_text_input":
      return h("input", { ...own, type: "email", autoComplete: "off", placeholder: element.placeholder?.text });
    case "url_text_input":
      return h("input", { ...own, type: "url", autoComplete: "off", placeholder: element.placeholder?.text });
    case "number_input":
      return h("input", {
        ...own,
        ...{ type: "number", min: element.min_value, max: element.max_value, placeholder: element.placeholder?.text },
        step: element.is_decimal_allowed ? "any" : 1,
      });
    case "datepicker":
      return h("input", { ...own, type: "date" });
    case "timepicker":
      return h("input", { ...own, type: "time" });
    case "radio_buttons":
    case "checkboxes": {
      const isMany = element.type === "checkboxes";
      return h("div", groupOf(place, more, isMany, "choices"), ...choiceNodes(seen, place, isMany, viewer));
    }
    default:
      return selectNode(seen, own);
  }
}

/** What is labelled as a group, and not as one field. */
const isGroup = ({ type }: Element) => /^(multi_|radio|checkbox|external)/.test(type);

function groupOf({ index, id, label }: Place, more: object, isMany: boolean, className: string) {
  return {
    ...{ "data-field": index, "data-many": isMany ? "" : undefined, className: `field ${className}`, ...more },
    role: isMany ? "group" : "radiogroup",
    ...(!label && { "aria-labelledby": `${id}-label` }),
  };
}

function selectNode(seen: SeenControl, own: object): ReactNode {
  const mayBeNone = seen.isInput && seen.isOptional;
  const none = { value: "", ...(!mayBeNone && { disabled: true, hidden: true }) };
  return h(
    "select",
    own,
    h("option", { key: "", ...none }, placeholderOf(seen.element)),
    ...seen.choices.map(({ text, value, description }) =>
      h("option", { key: value, value }, description ? `${text.text} · ${description.text}` : text.text),
    ),
  );
}

function choiceNodes({ choices }: SeenControl, { id, index }: Place, isMany: boolean, viewer: Viewer): ReactNode[] {
  return choices.map(({ text, value, description }: Choice, at) =>
    h(
      "label",
      { key: `${at} ${value}`, className: "choice" },
      h("input", { type: isMany ? "checkbox" : "radio", name: `${id}-choice`, value, "data-of": index }),
      h(
        "span",
        null,
        textNode(text, viewer),
        description && h("span", { className: "hint" }, textNode(description, viewer)),
      ),
    ),
  );
}

/** Several of many: what is chosen, and the whole list when somebody opens it. */
function manyNode(seen: SeenControl, place: Place, more: object, viewer: Viewer): ReactNode {
  return h("div", groupOf(place, more, true, "many"), ...listNodes(seen, place, viewer));
}

function listNodes(seen: SeenControl, place: Place, viewer: Viewer): ReactNode[] {
  const entry = Array.isArray(seen.entry) ? seen.entry : [];
  const chosen = seen.choices.filter(({ value }) => entry.includes(value)).map(({ text }) => text.text);
  return [
    h(
      "details",
      { key: "list" },
      h(
        "summary",
        null,
        chosen.length > 0 ? chosen.join(", ") : h("span", { className: "quiet" }, placeholderOf(seen.element)),
      ),
      h("div", { className: "list" }, ...choiceNodes(seen, place, true, viewer)),
    ),
  ];
}

/** A field whose choices the app finds while somebody types. What is chosen stays among them. */
function searchNode(seen: SeenControl, place: Place, more: object, viewer: Viewer): ReactNode {
  const isMany = seen.element.type.startsWith("multi_");
  const search = {
    ...{ id: place.id, type: "search", "data-search": place.index, autoComplete: "off", className: "field" },
    placeholder: placeholderOf(seen.element),
    "aria-label": `Search ${seen.label || placeholderOf(seen.element)}`,
  };
  return h(
    "div",
    groupOf(place, more, isMany, "search"),
    h("input", search),
    h("div", { className: "list", "aria-live": "polite" }, ...choiceNodes(seen, place, isMany, viewer)),
  );
}
