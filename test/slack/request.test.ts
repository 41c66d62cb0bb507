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

describe("the workspace in which something happens", () => {
  const event = { type: "app_home_opened" };
  const authorized = (team_id: unknown) => asRequest({ event, team_id: "T0ACME", authorizations: [{ team_id }] });
  const submitted = (app_installed_team_id: unknown) =>
    asRequest({ type: "view_submission", user: { id: "U0ALICE" }, view: { app_installed_team_id } });

  test("is taken from wherever Slack names it", () => {
    deepEqual(authorized("T0OTHER")?.authorizations, [{ team_id: "T0OTHER" }]);
    deepEqual(authorized(null)?.authorizations, [{ team_id: null }]);
    deepEqual(submitted("T0OTHER")?.view, { app_installed_team_id: "T0OTHER" });
  });

  test("is not said by what is no text", () => {
    for (const odd of [5, [], ["T0OTHER", "T0ACME"], {}, true]) {
      deepEqual(authorized(odd)?.authorizations, undefined);
      deepEqual(submitted(odd)?.view, { app_installed_team_id: undefined });
    }
  });
});
