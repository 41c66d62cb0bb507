import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { startRedis } from "../../scripts/redis.mjs";
import { freePort } from "../free-port.ts";
import { startSlack } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, PEOPLE, settings, startStory, zoomAt } from "./notifier.ts";
import { startProcess } from "./process.ts";

const ALICE = "U0ALICE";
const NO_HTTP = { SLACK_APP_TOKEN: "xapp-stand-in", SLACK_SIGNING_SECRET: "" };

async function story(t: TestContext) {
  const { slack, ...rest } = await startStory(NO_HTTP);
  t.after(rest.stop);
  await slack.until(() => slack.connections() === 1);
  const asks = async (text: string) => {
    const asked = await slack.command({ userId: ALICE, channelId: CHANNEL, text });
    equal(asked.status, 200);
    return asked;
  };
  return { slack, asks, ...rest };
}

const readiness = async (url: string) => {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, text: await answer.text() };
};

describe("in Socket Mode", () => {
  test("commands and buttons are answered, and nothing is taken over HTTP", async (t) => {
    const { slack, asks, zoomSends, shows, url } = await story(t);
    const sync = meetingBodies({ startedAt: Date.now(), topic: "Sync" });
    await zoomSends(sync.started());
    await shows("Sync");
    const today = await asks("/meetings today");
    const answer = await slack.until(() => today.answers()[0]);
    match(answer.plain, /Meetings today[\s\S]*Sync/);
    const ephemeralId = "id" in answer ? answer.id : "";
    await zoomSends(sync.ended(Date.now() + 60_000));
    const pressed = await slack.press({ userId: ALICE, channelId: CHANNEL, actionId: "mtg_refresh", ephemeralId });
    equal(pressed.status, 200);
    await slack.until(() => /ended|min/.test(slack.ephemeral(ALICE, CHANNEL)[0]?.plain ?? ""));
    const other = await asks("/zoom");
    match(JSON.stringify(other.body), /I do not know .*\/zoom/);
    equal((await fetch(`${url}/slack/events`, { method: "POST", body: "a=b" })).status, 404);
  });

  test("Slack may renew the connection at any time, and a network may break it", async (t) => {
    const { slack, asks, url } = await story(t);
    const opened = () => slack.calls.filter(({ method }) => method === "apps.connections.open").length;
    slack.disconnect("warning");
    await slack.until(() => slack.connections() === 2);
    await asks("/meetings help");
    await asks("/meetings help");
    slack.disconnect("refresh_requested");
    await slack.until(() => opened() === 3);
    await t.waitFor(() => asks("/meetings help"), { timeout: 60_000 });
    slack.dropConnections();
    await slack.until(() => opened() === 4);
    await t.waitFor(() => asks("/meetings help"), { timeout: 60_000 });
    deepEqual(await readiness(url), { status: 200, text: "ready\n" });
  });

  test("whoever looks after the notifier sees that Slack cannot reach it, and that it can again", async (t) => {
    const { slack, url } = await story(t);
    slack.socketMode = false;
    slack.disconnect("link_disabled");
    await t.waitFor(
      async () => {
        const { status, text } = await readiness(url);
        deepEqual([status, text.split(":")[0]], [503, "socket mode"]);
      },
      { timeout: 60_000 },
    );
    slack.socketMode = true;
    await t.waitFor(async () => equal((await readiness(url)).status, 200), { timeout: 60_000 });
  });

  test("a notifier that starts while Slack is away keeps what Zoom says, and makes up for it later", async (t) => {
    const redis = await startRedis();
    const port = await freePort();
    const slackApi = `http://127.0.0.1:${port}/api/`;
    const env = { ...settings({ redisUrl: redis.url, slackApi, extra: NO_HTTP }) };
    const notifier = await startProcess(env);
    t.after(async () => {
      await notifier.kill();
      await redis.stop();
    });
    const zoom = zoomAt(notifier.url);
    const sync = meetingBodies({ startedAt: Date.now(), topic: "Sync" });
    equal((await zoom.send(sync.started())).status, 200);
    const { status, text } = await readiness(notifier.url);
    equal(status, 503);
    match(text, /^slack: does not answer\nsocket mode: /);

    const channels = [{ id: CHANNEL, name: "meetings" }];
    const slack = await startSlack({ port, users: PEOPLE, channels, socketMode: true });
    t.after(slack.close);
    await slack.until(() => slack.connections() === 1);
    await slack.until(() => slack.visible(CHANNEL).some(({ plain }) => plain.includes("Sync")));
    equal((await slack.command({ userId: ALICE, channelId: CHANNEL, text: "/meetings help" })).status, 200);

    notifier.signal("SIGTERM");
    deepEqual(await notifier.exited, { code: 0, signal: null });
    await slack.until(() => slack.connections() === 0);
    ok(!notifier.lines.some((line) => line.includes("xapp-")), "the token stands in the log");
  });
});
