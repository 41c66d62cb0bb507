import type { ModalView } from "@slack/types";
import type { Choices } from "../subscription/choices.ts";
import { ACTION, input, option, plainText, told, valuesOf } from "./view-parts.ts";

const WITHOUT_ME = option("Tell me when a meeting that I host goes live without me", "without_me");
const MY_DAY = option("My day, each morning", "my_day");
const IN_THE_MORNING = "08:00";

/** "My settings": what one person wants to be told in direct messages. */
export function choicesModal({ whenLiveWithoutMe, myDayAt }: Choices): ModalView {
  const chosen = [...(whenLiveWithoutMe ? [WITHOUT_ME] : []), ...(myDayAt ? [MY_DAY] : [])];
  return {
    type: "modal",
    callback_id: "me_save",
    title: plainText("My settings"),
    submit: plainText("Save"),
    close: plainText("Cancel"),
    blocks: [
      input(
        "choices",
        "Direct messages",
        {
          type: "checkboxes",
          options: [WITHOUT_ME, MY_DAY],
          ...(chosen.length > 0 && { initial_options: chosen }),
        },
        { optional: true },
      ),
      input(
        "at",
        "My day at",
        { type: "timepicker", initial_time: myDayAt ?? IN_THE_MORNING },
        { hint: "In your own time zone." },
      ),
    ],
  };
}

export type ReadChoices = { kind: "wrong"; errors: Record<string, string> } | { kind: "said"; choices: Choices };

/** What somebody chose in it, or what is wrong, by block. */
export function readChoices(view: unknown): ReadChoices {
  const values = valuesOf(view);
  const chosen = CHOSEN.safeParse(values.choices?.[ACTION]);
  const at = AT.safeParse(values.at?.[ACTION]);
  if (!chosen.success) return { kind: "wrong", errors: { choices: "Tick it or leave it." } };
  const whenLiveWithoutMe = chosen.data.includes("without_me");
  if (!chosen.data.includes("my_day")) return { kind: "said", choices: { whenLiveWithoutMe } };
  if (!at.success || at.data === undefined) return { kind: "wrong", errors: { at: "Choose a time." } };
  return { kind: "said", choices: { whenLiveWithoutMe, myDayAt: at.data } };
}

const CHOSEN = told.options(["without_me", "my_day"], "is no choice");
const AT = told.time("is no time");
