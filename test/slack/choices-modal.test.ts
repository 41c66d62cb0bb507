import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { choicesModal, readChoices } from "../../src/slack/choices-modal.ts";
import { opened } from "./views.ts";

const read = (modal: ReturnType<typeof opened>) => readChoices(modal.view());

describe("my settings", () => {
  test("begin with nothing, and the morning for later", () => {
    const modal = opened(choicesModal({ whenLiveWithoutMe: false }));
    equal(modal.plain(), "My settings\nDirect messages: \nMy day at: 08:00\n[Cancel] [Save]");
    deepEqual(read(modal), { kind: "said", choices: { whenLiveWithoutMe: false } });
  });

  test("come back as they were", () => {
    for (const choices of [
      { whenLiveWithoutMe: true },
      { whenLiveWithoutMe: false, myDayAt: "06:45" },
      { whenLiveWithoutMe: true, myDayAt: "23:59" },
    ]) {
      deepEqual(read(opened(choicesModal(choices))), { kind: "said", choices });
    }
  });

  test("are what somebody ticks and chooses", () => {
    const modal = opened(choicesModal({ whenLiveWithoutMe: true }));
    modal.fill("choices", ["my_day"]);
    modal.fill("at", "07:15");
    deepEqual(read(modal), { kind: "said", choices: { whenLiveWithoutMe: false, myDayAt: "07:15" } });
    modal.fill("choices", []);
    deepEqual(read(modal), { kind: "said", choices: { whenLiveWithoutMe: false } });
  });

  test("are told to be wrong if no client of Slack's could have sent them", () => {
    const control = (choices: unknown, at: unknown) => ({
      state: { values: { choices: { v: choices }, at: { v: at } } },
    });
    const ticked = { selected_options: [{ value: "my_day" }] };
    for (const choices of [undefined, null, 7, "x".repeat(100_000), { selected_options: [{ value: "other" }] }]) {
      deepEqual(Object.keys(errors(control(choices, { selected_time: "08:00" }))), ["choices"]);
    }
    for (const at of [undefined, null, 7, { selected_time: "24:00" }, { selected_time: null }]) {
      deepEqual(errors(control(ticked, at)), { at: "Choose a time." });
    }
    for (const view of [undefined, null, 7, {}]) equal(readChoices(view).kind, "wrong");
  });
});

function errors(view: unknown): Record<string, string> {
  const answer = readChoices(view);
  return answer.kind === "wrong" ? answer.errors : {};
}
