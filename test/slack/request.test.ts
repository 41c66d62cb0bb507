import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { asRequest } from "../../src/slack/request.ts";

const press = (action: object) => asRequest({ type: "block_actions", user: { id: "U0ALICE" }, actions: [action] });

describe("what a button carries", () => {
  test("is one harmless line, for it may be shown again", () => {
    const value = "topic Sync\u0000\u202E\r\n now ";
    deepEqual(press({ action_id: "mtg_report", value })?.actions, [
      { action_id: "mtg_report", value: "topic Sync now" },
    ]);
    deepEqual(press({ action_id: "mtg_more", selected_option: { value } })?.actions, [
      { action_id: "mtg_more", selected_option: { value: "topic Sync now" } },
    ]);
  });

  test("is nothing where it is no text", () => {
    for (const odd of [5, null, [], {}, true]) {
      deepEqual(press({ action_id: "mtg_report", value: odd, selected_option: { value: odd } })?.actions, [
        { action_id: "mtg_report", value: undefined, selected_option: undefined },
      ]);
    }
  });
});
