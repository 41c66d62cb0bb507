import { deepEqual, equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, mock, test } from "node:test";
import bolt from "@slack/bolt";
import express from "express";
import { parse } from "yaml";
import { SHORTCUT, type SlackDoor, slackDoor } from "../src/slack/door.ts";
import { SCOPES } from "../src/slack/install.ts";
import { workspaces } from "../src/slack/workspaces.ts";
import { EMPTY_HOME, NOBODY_SUBSCRIBED } from "./subscriptions.ts";

const manifest = parse(readFileSync(new URL("../manifest.yml", import.meta.url), "utf8"));
const { display_information: shown, features, oauth_config: oauth, settings } = manifest;
const EVENTS_AT = "https://meetings.example.com/slack/events";

/** What the notifier listens to, as it tells Bolt. */
function heard() {
  const listens = (["event", "command"] as const).map((what) => mock.method(bolt.App.prototype, what));
  const clientOptions = { slackApiUrl: "http://127.0.0.1:9/api/" };
  slackDoor({
    ...{ web: express(), signingSecret: "of-a-test", now: () => 0, clientOptions },
    workspaces: workspaces({ token: "xoxb-of-a-test", clientOptions, now: () => 0, timeZone: "UTC" }),
    ...{ subscribers: NOBODY_SUBSCRIBED, home: EMPTY_HOME },
  } as unknown as SlackDoor);
  const [events, commands] = listens.map(({ mock: { calls } }) => calls.map((call) => call.arguments[0]));
  mock.restoreAll();
  return { events, commands };
}

describe("manifest.yml", () => {
  const { events, commands } = heard();

  test("asks for all permissions that workspaces are asked for when they install the app by themselves", () => {
    deepEqual(oauth.scopes.bot, SCOPES);
  });

  test("says why of every permission", () => {
    const [why = ""] = readFileSync(new URL("../manifest.yml", import.meta.url), "utf8").split("_metadata");
    for (const scope of [...oauth.scopes.bot, ...oauth.scopes.bot_optional]) {
      ok(why.includes(`#   ${scope} `), `${scope} has no reason`);
    }
  });

  test("subscribes to what the notifier listens to, and to nothing else", () => {
    deepEqual(settings.event_subscriptions.bot_events.toSorted(), events?.toSorted());
  });

  test("has the command and the shortcut that the notifier answers", () => {
    deepEqual(
      features.slash_commands.map((one: { command: string }) => one.command),
      commands,
    );
    deepEqual(
      features.shortcuts.map((one: { callback_id: string }) => one.callback_id),
      [SHORTCUT],
    );
  });

  test("has people and channels in commands told by their ids", () => {
    equal(features.slash_commands[0].should_escape, true);
  });

  test("shows the Home tab and direct messages", () => {
    ok(features.app_home.home_tab_enabled && features.app_home.messages_tab_enabled);
  });

  test("leads to the notifier, at one place for all", () => {
    const { slash_commands: typed } = features;
    deepEqual(
      [typed[0].url, settings.event_subscriptions.request_url, settings.interactivity.request_url],
      [EVENTS_AT, EVENTS_AT, EVENTS_AT],
    );
    equal(settings.token_rotation_enabled, false);
  });

  // docs.slack.dev, "App manifest reference"
  const lengths: [string, string, number, number][] = [
    ["name", shown.name, 1, 35],
    ["description", shown.description, 1, 140],
    ["long description", shown.long_description, 175, 4_000],
    ["bot's name", features.bot_user.display_name, 1, 80],
    ["command", features.slash_commands[0].command, 2, 32],
    ["command's description", features.slash_commands[0].description, 1, 2_000],
    ["usage hint", features.slash_commands[0].usage_hint, 1, 1_000],
    ["shortcut's name", features.shortcuts[0].name, 1, 24],
    ["shortcut's description", features.shortcuts[0].description, 1, 150],
    ["shortcut's callback id", features.shortcuts[0].callback_id, 1, 255],
  ];
  for (const [what, text, least, most] of lengths) {
    test(`has a ${what} as long as Slack takes it`, () => {
      ok(text.length >= least && text.length <= most, `${text.length} characters, not ${least} to ${most}`);
    });
  }
});
