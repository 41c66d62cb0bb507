import type { ViewElement } from "../blocks/view-blocks.ts";

type Words = { type: string; text: string };
export type OfferedOption = { text: Words; value: string; description?: Words | undefined };
/** What somebody did to a control: typed text or chose one, chose several, or emptied it. */
export type Entry = string | string[] | null;

// Where an element's value stands in what the app is told, and where its first value stands in the element.
const PLACES: Record<string, { key: string; initial: string }> = {
  plain_text_input: { key: "value", initial: "initial_value" },
  email_text_input: { key: "value", initial: "initial_value" },
  url_text_input: { key: "value", initial: "initial_value" },
  number_input: { key: "value", initial: "initial_value" },
  static_select: { key: "selected_option", initial: "initial_option" },
  external_select: { key: "selected_option", initial: "initial_option" },
  radio_buttons: { key: "selected_option", initial: "initial_option" },
  multi_static_select: { key: "selected_options", initial: "initial_options" },
  multi_external_select: { key: "selected_options", initial: "initial_options" },
  checkboxes: { key: "selected_options", initial: "initial_options" },
  users_select: { key: "selected_user", initial: "initial_user" },
  multi_users_select: { key: "selected_users", initial: "initial_users" },
  conversations_select: { key: "selected_conversation", initial: "initial_conversation" },
  multi_conversations_select: { key: "selected_conversations", initial: "initial_conversations" },
  channels_select: { key: "selected_channel", initial: "initial_channel" },
  multi_channels_select: { key: "selected_channels", initial: "initial_channels" },
  datepicker: { key: "selected_date", initial: "initial_date" },
  timepicker: { key: "selected_time", initial: "initial_time" },
};
const isMany = ({ key }: { key: string }) => key.endsWith("s");

/** Whether an element keeps a value that goes with the view; a button and an overflow menu do not. */
export const keepsValue = ({ type }: ViewElement): boolean => type in PLACES;

/** An element's part of `view.state.values`. What nobody has touched says what the app began with. */
export function stateOf(element: ViewElement, entered: unknown): Record<string, unknown> {
  const place = PLACES[element.type];
  if (!place) throw new Error(`${element.type} keeps no value`);
  const first = (element as Record<string, unknown>)[place.initial] ?? (isMany(place) ? [] : null);
  return { type: element.type, [place.key]: entered === undefined ? first : entered };
}

/** The same as somebody enters it: what `read` would take. */
export function entryOf(state: Record<string, unknown>): Entry {
  const { type: _, ...rest } = state;
  const [value = null] = Object.values(rest);
  const one = (kept: unknown) => (typeof kept === "string" ? kept : (kept as OfferedOption).value);
  return value === null ? null : Array.isArray(value) ? value.map(one) : one(value);
}

/** Whether a required input would let the person submit. */
export const isEmpty = (state: Record<string, unknown>) =>
  Object.entries(state).some(
    ([key, value]) =>
      key !== "type" && (value === null || value === "" || (Array.isArray(value) && value.length === 0)),
  );

/** What is kept of an entry, or why the client would not take it. */
export function read(element: ViewElement, entry: Entry, choices: OfferedOption[]): unknown {
  const place = PLACES[element.type] ?? fail(`${element.type} takes no value`);
  if (isMany(place) !== Array.isArray(entry) && entry !== null)
    fail(`${element.type} takes ${isMany(place) ? "a list" : "one"}`);
  const one = (value: string): unknown => {
    const choice = choices.find((offered) => offered.value === value);
    if (place.key.startsWith("selected_option"))
      return choice ? { text: choice.text, value } : fail(`there is no ${value} to choose`);
    if (/user|conversation|channel/.test(place.key)) return choice ? value : fail(`${value} is not listed`);
    return typed(element, value);
  };
  if (entry === null) return isMany(place) ? [] : null;
  if (!Array.isArray(entry)) return one(entry);
  const most = "max_selected_items" in element ? (element.max_selected_items ?? Infinity) : Infinity;
  return entry.length > most ? fail(`no more than ${most} can be chosen`) : entry.map(one);
}

function range(least: string | number, most: string | number): string {
  const from = Number.isFinite(Number(least)) ? ` from ${least}` : "";
  return Number.isFinite(Number(most)) ? `${from} up to ${most}` : from;
}

function typed(element: ViewElement, value: string): string {
  switch (element.type) {
    case "plain_text_input":
      if (value.length > (element.max_length ?? 3000)) fail("is too long");
      if (value.length < (element.min_length ?? 0)) fail("is too short");
      return element.multiline ? value : value.replaceAll("\n", " ");
    case "email_text_input":
      return /^\S+@\S+\.\S+$/.test(value) ? value : fail("is no address");
    case "url_text_input":
      return URL.canParse(value) ? value : fail("is no link");
    case "number_input": {
      const isNumber = (element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/).test(value);
      const { min_value: least = -Infinity, max_value: most = Infinity } = element;
      return isNumber && Number(value) >= Number(least) && Number(value) <= Number(most)
        ? value
        : fail(`must be a ${element.is_decimal_allowed ? "" : "whole "}number${range(least, most)}`);
    }
    case "datepicker":
      return /^\d{4}-\d\d-\d\d$/.test(value) ? value : fail("is no date");
    case "timepicker":
      return /^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? value : fail("is no time");
    default:
      return value;
  }
}

function fail(because: string): never {
  throw new Error(`Slack's client would not take that: ${because}`);
}
