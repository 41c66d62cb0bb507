import type { Workspace } from "../workspace.ts";
import type { Control } from "./controls.ts";
import type { OfferedOption } from "./values.ts";
import { keyOf, type OpenView, stateNow } from "./view-store.ts";

/** What a person may choose in a control: its own options, what the app has offered for what was typed, or people and channels. */
export function choicesOf(open: OpenView, control: Control, workspace: Workspace): OfferedOption[] {
  const { element } = control;
  if ("options" in element) return element.options;
  if (/external/.test(element.type)) return withChosen(open, control);
  const option = (value: string, text: string) => ({ text: { type: "plain_text", text }, value });
  if (/users/.test(element.type))
    return workspace.people
      .filter(({ isDeactivated }) => !isDeactivated)
      .map(({ id, realName }) => option(id, realName));
  if (!/channels|conversations/.test(element.type)) return [];
  const filter = "filter" in element ? element.filter : undefined;
  const kinds: string[] = filter?.include ?? (/channels/.test(element.type) ? ["public"] : ["public", "private", "im"]);
  return workspace.channels
    .filter(
      ({ kind, isArchived, isShared, members }) =>
        !isArchived &&
        kinds.includes(kind === "direct" ? "im" : kind) &&
        (kind === "public" || members.includes(open.userId)) &&
        !(filter?.exclude_external_shared_channels && isShared),
    )
    .map(({ id, name, kind }) => option(id, kind === "direct" ? workspace.bot.name : name));
}

function withChosen(open: OpenView, control: Control): OfferedOption[] {
  const { selected_option, selected_options } = stateNow(open, control);
  const chosen = [selected_options ?? selected_option ?? []].flat() as OfferedOption[];
  const offered = open.offered.get(keyOf(control)) ?? [];
  return [...chosen, ...offered.filter(({ value }) => !chosen.some((one) => one.value === value))];
}
