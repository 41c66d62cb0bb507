import type { Interactive } from "../../test/stand-ins/slack/check-blocks.ts";
import { readMrkdwn } from "../../test/stand-ins/slack/plain.ts";
import type { SeenControl } from "../../test/stand-ins/slack.ts";
import type { Viewer } from "./words.ts";

/** Something to press, type into or choose from, and how to say which one it was. */
export type Control = {
  blockId: string;
  actionId: string;
  label: string;
  url?: string;
  /** What a menu offers; a button has none. */
  options?: { label: string; value: string }[];
  /** What has to be answered first. */
  confirm?: { title: string; text: string; yes: string; no: string; isDanger: boolean };
  /** What stands in a field of a view; what is only pressed has no entry. */
  entry?: SeenControl["entry"];
  /** When the app is told of a field; of most it hears when the view is submitted. */
  toldOn?: ToldOn[];
};
type ToldOn = "choice" | "enter" | "character";
export type Element = Interactive | SeenControl["element"];
type Pressed = Extract<Element, { type: "button" | "overflow" }>;

/** What the page has to know of a button or a menu. */
export function pressControl(element: Element, blockId: string, viewer: Viewer): Control {
  const where = { blockId, actionId: element.action_id ?? "", ...confirmOf(element, viewer) };
  if (element.type === "button")
    return { ...where, label: element.text.text, ...(element.url && { url: element.url }) };
  const options = "options" in element ? element.options : [];
  return {
    ...where,
    label: element.type === "overflow" ? "More options" : placeholderOf(element),
    options: options.map(({ text, value }) => ({ label: text.text, value })),
  };
}

/** The same of a field in a view. */
export function fieldControl(seen: SeenControl, viewer: Viewer): Control {
  const { blockId, actionId, element, entry, isTold } = seen;
  return {
    ...{ blockId, actionId, entry, ...confirmOf(element, viewer) },
    label: seen.label || placeholderOf(element),
    toldOn: isTold ? toldOn(element) : [],
  };
}

export const isPressed = (element: Element): element is Pressed =>
  element.type === "button" || element.type === "overflow";

export const placeholderOf = (element: Element): string =>
  ("placeholder" in element && element.placeholder?.text) || "Choose";

function toldOn(element: Element): ToldOn[] {
  if (!isTyped(element)) return ["choice"];
  const wanted = "dispatch_action_config" in element ? element.dispatch_action_config?.trigger_actions_on : undefined;
  return (wanted ?? ["on_enter_pressed"]).map((when) => (when === "on_enter_pressed" ? "enter" : "character"));
}

const isTyped = ({ type }: Element) => type.endsWith("_input");

function confirmOf(element: Element, viewer: Viewer): Pick<Control, "confirm"> {
  const confirm = "confirm" in element ? element.confirm : undefined;
  if (!confirm) return {};
  return {
    confirm: {
      title: confirm.title.text,
      text: confirm.text.type === "mrkdwn" ? readMrkdwn(confirm.text.text, viewer) : confirm.text.text,
      ...{ yes: confirm.confirm.text, no: confirm.deny.text, isDanger: confirm.style === "danger" },
    },
  };
}
