import { deepEqual, equal, match } from "node:assert/strict";
import { describe, mock, type TestContext, test } from "node:test";
import express from "express";
import { log } from "../../src/log.ts";
import { slackDoor } from "../../src/slack/door.ts";
import { CLIENT_OPTIONS } from "../../src/slack/platform.ts";
import { type Installed, platformName, workspaces } from "../../src/slack/workspaces.ts";
import { signed } from "../stand-ins/slack/people.ts";
import { button, clientOf, GENERAL, listening, SILENT, workspace } from "../stand-ins/slack/testing.ts";
import { TEAM } from "../stand-ins/slack.ts";
import { EMPTY_HOME, NOBODY_SUBSCRIBED } from "../subscriptions.ts";

const OTHER = "T0OTHER";
const CAROL = { id: "U0CAROL", name: "carol", realName: "Carol", tz: "Asia/Tokyo" };

/** Our door for two workspaces, of which the second has installed the app; what is installed may be changed. */
async function twoWorkspaces(t: TestContext, { withToken = true } = {}) {
  const { slack } = await workspace(t);
  const other = slack.addTeam(OTHER, { users: [CAROL], channels: [{ id: GENERAL, name: "everybody" }] });
  const installed = new Map<string, Installed>([[OTHER, { teamId: OTHER, token: other.botToken }]]);
  const clientOptions = { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl, logger: SILENT };
  const ours = workspaces({
    ...{ clientOptions, now: Date.now, timeZone: "UTC" },
    token: withToken ? slack.botToken : undefined,
    installed: { get: async (teamId) => installed.get(teamId), all: async () => [...installed.values()] },
  });
  const web = express();
  const asked: { timeZone: string }[] = [];
  slackDoor({
    ...{ web, signingSecret: slack.signingSecret, now: Date.now, workspaces: ours, clientOptions },
    told: { isDone: async () => false, done: async () => {} },
    agenda: async (_, __, { timeZone }) => {
      asked.push({ timeZone });
      return { stage: "answer", summary: timeZone, parts: [{ kind: "line", line: [timeZone] }], buttons: [] };
    },
    people: async () => undefined,
    report: async () => ({ stage: "answer", summary: "", parts: [], buttons: [] }),
    explain: async () => ({ stage: "answer", summary: "", parts: [], buttons: [] }),
    status: async () => ({ stage: "answer", summary: "", parts: [], buttons: [] }),
    reportFile: async () => undefined,
    subscribers: NOBODY_SUBSCRIBED,
    onSubscribed: () => {},
    home: EMPTY_HOME,
    move: async () => {},
  });
  slack.commandUrl = `${await listening(t, web)}slack/events`;
  return { slack, other, installed, ours, asked };
}

const JSON_TYPE = { "Content-Type": "application/json" };
const TODAY = { channelId: GENERAL, text: "/meetings today" };

describe("somebody who asks", () => {
  test("is answered with what their own workspace knows of them", async (t) => {
    const { slack, other } = await twoWorkspaces(t);
    const alice = await slack.command({ userId: "U0ALICE", ...TODAY });
    const carol = await other.command({ userId: "U0CAROL", ...TODAY });
    await slack.until(() => alice.answers().length === 1);
    await other.until(() => carol.answers().length === 1);
    deepEqual(
      [alice, carol].map((one) => one.answers()[0]?.plain),
      ["Europe/Zurich", "Asia/Tokyo"],
    );
  });

  test("in a workspace that has taken the app out is told so, at once", async (t) => {
    const { other, installed, asked } = await twoWorkspaces(t, { withToken: false });
    installed.clear();
    const { status, body } = await other.command({ userId: "U0CAROL", ...TODAY });
    equal(status, 200);
    match((body as { text: string }).text, /not installed in this workspace/);
    deepEqual(asked, []);
  });

  test("while it cannot be found out where they are is asked to try again", async (t) => {
    const { other, installed } = await twoWorkspaces(t);
    const told = mock.method(log, "error", () => {});
    t.after(() => told.mock.restore());
    mock.method(installed, "get", () => Promise.reject(new Error("Command timed out")));
    const { status, body } = await other.command({ userId: "U0CAROL", ...TODAY });
    equal(status, 200);
    match((body as { text: string }).text, /try again in a minute/);
    equal(told.mock.callCount(), 1);
  });

  test("in a workspace that cannot be found out now has Slack tell again what happens there", async (t) => {
    const { slack, installed } = await twoWorkspaces(t);
    const told = mock.method(log, "error", () => {});
    t.after(() => told.mock.restore());
    const body = JSON.stringify({ type: "event_callback", team_id: OTHER, event: { type: "app_home_opened" } });
    const post = async () => {
      const headers = { ...signed(body, slack.signingSecret, Math.floor(Date.now() / 1_000)), ...JSON_TYPE };
      return (await fetch(slack.commandUrl as string, { method: "POST", headers, body })).status;
    };
    const away = mock.method(installed, "get", () => Promise.reject(new Error("Command timed out")));
    equal(await post(), 503);
    away.mock.restore();
    equal(await post(), 200);
  });

  test("by a button in a workspace that has taken the app out is told so, and the card stays", async (t) => {
    const { slack, other, installed, asked } = await twoWorkspaces(t, { withToken: false });
    const client = clientOf(slack, other.botToken);
    const { ts = "" } = await client.chat.postMessage({
      ...{ channel: GENERAL, text: "card", blocks: [button("mtg_refresh", "Refresh", "today")] },
    });
    installed.clear();
    const press = { userId: "U0CAROL", channelId: GENERAL, messageTs: ts, actionId: "mtg_refresh" };
    equal((await other.press(press)).status, 200);
    const [told] = await other.until(
      () => other.ephemeral("U0CAROL", GENERAL).length === 1 && other.ephemeral("U0CAROL", GENERAL),
    );
    match(told?.plain ?? "", /not installed in this workspace/);
    deepEqual([asked, other.visible(GENERAL).length], [[], 1]);
  });
});

describe("a workspace", () => {
  test("has an address of its own, and one channel never has two", async (t) => {
    const { slack, other, installed, ours } = await twoWorkspaces(t);
    await (await ours.at("slack"))?.botUserId();
    installed.set(TEAM.id, { teamId: TEAM.id, token: slack.botToken });
    const addresses = async () => (await ours.all()).map(({ address }) => address);
    deepEqual(await addresses(), ["slack", `slack-${OTHER}`]);
    equal((await ours.of(TEAM.id))?.address, "slack");
    equal((await ours.of(OTHER))?.address, `slack-${OTHER}`);
    equal(await (await ours.at(`slack-${OTHER}`))?.botUserId(), other.bot.userId);
    for (const address of [`slack-${TEAM.id}`, "slack-T0NOBODY", "slack-", "teams"]) {
      equal(await ours.at(address), undefined, address);
    }
    equal(await ours.of("T0NOBODY"), undefined);
  });

  test("has its new token as soon as the app is installed again, and no more than one client for it", async (t) => {
    const { other, installed, ours } = await twoWorkspaces(t);
    const before = await ours.of(OTHER);
    equal(await ours.at(`slack-${OTHER}`), before);
    equal(before?.client.token, other.botToken);
    installed.set(OTHER, { teamId: OTHER, token: "xoxb-new" });
    equal((await ours.of(OTHER))?.client.token, "xoxb-new");
  });

  test("is counted as Slack, whichever it is", () => {
    deepEqual(["slack", "slack-T0OTHER", "teams"].map(platformName), ["slack", "slack", "teams"]);
  });
});
