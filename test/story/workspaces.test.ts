import { deepEqual, doesNotMatch, equal, match, notEqual, ok } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Redis } from "ioredis";
import { startRedis } from "../../scripts/redis.mjs";
import { redisKeys } from "../../src/redis/keys.ts";
import { redisSubscriptions } from "../../src/redis/subscriptions.ts";
import { everyMeeting } from "../../src/subscription/book.ts";
import { connected } from "../redis/store.ts";
import { signed } from "../stand-ins/slack/deliver.ts";
import { type SlackTeam, startSlack } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, PEOPLE, settings, zoomAt } from "./notifier.ts";
import { type NotifierProcess, startProcess } from "./process.ts";

const OTHER = "T0OTHER";
const THIRD = "T0THIRD";
const ROOM = "C0ROOM";
const CAROL = { id: "U0CAROL", name: "carol", realName: "Carol", tz: "Asia/Tokyo" };
const TOKEN_KEY = "a key that nobody knows";
const OPEN = {
  SLACK_CLIENT_ID: "1234567890.0987654321",
  SLACK_CLIENT_SECRET: "stand-in-client-secret",
  SLACK_REDIRECT_URL: "https://meetings.example.com/slack/oauth_redirect",
  SLACK_STATE_SECRET: "a state secret of ours",
  SLACK_TOKEN_KEY: TOKEN_KEY,
};

/** Slack with three workspaces, of which the first has its token in the settings unless told; notifiers in one Redis. */
async function world(t: TestContext, extra: Record<string, string> = {}) {
  const server = await startRedis({ appendonly: true });
  const redis = await connected(server.url);
  const slack = await startSlack({ users: PEOPLE, channels: [{ id: CHANNEL, name: "meetings" }] });
  slack.redirectUrls.push(OPEN.SLACK_REDIRECT_URL);
  const settle = { users: [CAROL], channels: [{ id: ROOM, name: "room" }], isInstalled: false };
  const [other, third] = [OTHER, THIRD].map((id) => slack.addTeam(id, settle)) as [SlackTeam, SlackTeam];
  const env = settings({ redisUrl: server.url, slackApi: slack.apiUrl, extra: { ...OPEN, ...extra } });
  const running = new Set<NotifierProcess>();
  t.after(async () => {
    await Promise.all([...running].map((notifier) => notifier.kill()));
    redis.disconnect();
    await slack.close();
    await server.stop();
  });
  const keys = redisKeys(env.REDIS_PREFIX);
  const subscriptions = redisSubscriptions(redis, keys);
  const always = everyMeeting({ timeZone: "UTC", digestAt: "18:00", digestDays: new Set() });

  return {
    slack,
    other,
    third,
    redis,
    async start(more: Record<string, string> = {}) {
      const notifier = await startProcess({ ...env, ...more });
      running.add(notifier);
      slack.commandUrl = `${notifier.url}/slack/events`;
      return notifier;
    },
    /** A meeting begins, of which each of these channels asked to hear. */
    async meets({ url }: NotifierProcess, topic: string, ...channels: string[]) {
      for (const channel of channels) await subscriptions.change(channel, () => always);
      const meeting = meetingBodies({ startedAt: Date.now(), topic });
      equal((await zoomAt(url).send(meeting.started())).status, 200);
    },
  };
}

type World = Awaited<ReturnType<typeof world>>;

/** Somebody's browser, which keeps its cookies and never follows by itself. */
function browser({ url }: NotifierProcess) {
  let cookie = "";
  async function opens(address: string, init: RequestInit = {}) {
    const { pathname, search } = new URL(address, url);
    const answer = await fetch(`${url}${pathname}${search}`, { redirect: "manual", headers: { cookie }, ...init });
    cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    const text = await answer.text();
    return { status: answer.status, text, headers: answer.headers, location: answer.headers.get("location") ?? "" };
  }
  return { opens, begins: async () => (await opens("/slack/install")).location };
}

async function install({ slack }: World, notifier: NotifierProcess, teamId: string) {
  const { opens, begins } = browser(notifier);
  return opens(slack.allow(await begins(), { teamId }));
}

const shows = (team: SlackTeam, channel: string, topic: string) =>
  team.until(() => team.visible(channel).some(({ plain }) => plain.includes(topic)));

const readiness = async ({ url }: NotifierProcess) => {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, text: await answer.text() };
};

/** Slack says that the app was taken out of the other workspace. */
async function tells({ slack }: World, more: object): Promise<void> {
  const what = { type: "event_callback", team_id: OTHER, event: { type: "app_uninstalled" }, authorizations: [] };
  const text = JSON.stringify({ ...what, ...more });
  const headers = { ...signed(text, slack.signingSecret), "Content-Type": "application/json" };
  equal((await fetch(slack.commandUrl ?? "", { method: "POST", body: text, headers })).status, 200);
}

/** Everything that stands in Redis, whatever kind of key it is. */
async function everything(redis: Redis): Promise<string> {
  const dumps: string[] = [];
  for (const key of await redis.keys("*")) {
    const kind = await redis.type(key);
    dumps.push(key);
    if (kind === "hash") dumps.push(...Object.entries(await redis.hgetall(key)).flat());
    else if (kind === "string") dumps.push((await redis.get(key)) ?? "");
    else if (kind === "zset") dumps.push(...(await redis.zrange(key, "0", "-1")));
    else dumps.push(...(await redis.lrange(key, 0, -1)));
  }
  return dumps.join("\n");
}

describe("a workspace that installs the app", () => {
  test("has its cards and answers, beside the one of the settings", async (t) => {
    const all = await world(t);
    const { slack, other, redis } = all;
    const notifier = await all.start();
    const done = await install(all, notifier, OTHER);
    equal(done.status, 200);
    match(done.text, /The app is in t0other: type \/meetings subscribe in a channel\./);
    equal(done.headers.get("cache-control"), "no-store");

    await all.meets(notifier, "Sync", `slack-${OTHER}:${ROOM}`);
    await Promise.all([shows(slack, CHANNEL, "Sync"), shows(other, ROOM, "Sync")]);
    const asked = await other.command({ userId: CAROL.id, channelId: ROOM, text: "/meetings today" });
    match((await other.until(() => asked.answers()[0])).plain, /Sync/);
    const strange = await all.third.command({ userId: CAROL.id, channelId: ROOM, text: "/meetings today" });
    match(JSON.stringify(strange.body), /not installed in this workspace/);
    deepEqual(await readiness(notifier), { status: 200, text: "ready\n" });
    const metrics = await (await fetch(`${notifier.url}/metrics`)).text();
    match(metrics, /^slack_workspaces\{state="accepts"\} 2$/m);
    match(metrics, /^meeting_cards_total\{platform="slack",.*\} 2$/m);
    doesNotMatch(metrics, /T0OTHER/);

    const kept = await everything(redis);
    match(kept, /:installations\nT0OTHER\n/);
    for (const secret of [other.botToken, slack.botToken, TOKEN_KEY, "xoxb", CAROL.id, other.bot.userId]) {
      ok(!kept.includes(secret), `${secret} stands in Redis`);
    }
    ok(!notifier.lines.some((line) => /xoxb|code=/.test(line)), "a secret stands in the log");
  });

  test("is still there when the notifier was killed, and in each notifier at once", async (t) => {
    const all = await world(t);
    const first = await all.start();
    const second = await all.start();
    equal((await install(all, first, OTHER)).status, 200);
    const asked = await all.other.command({ userId: CAROL.id, channelId: ROOM, text: "/meetings today" });
    await all.other.until(() => asked.answers()[0]);
    await Promise.all([first.kill(), second.kill()]);
    const third = await all.start({ SLACK_TOKEN_KEY: `a new key that nobody knows, ${TOKEN_KEY}` });
    await all.meets(third, "Sync", `slack-${OTHER}:${ROOM}`);
    await shows(all.other, ROOM, "Sync");
    third.signal("SIGTERM");
    await third.exited;
    const fourth = await all.start({ SLACK_TOKEN_KEY: "a new key that nobody knows" });
    await all.meets(fourth, "Retro", `slack-${OTHER}:${ROOM}`);
    await shows(all.other, ROOM, "Retro");
  });

  test("and takes it out hears nothing any more, until it installs it again", async (t) => {
    const all = await world(t);
    const { slack, other, redis } = all;
    const notifier = await all.start();
    await install(all, notifier, OTHER);
    const { botToken: before } = other;
    await other.uninstall();
    await t.waitFor(async () => doesNotMatch(await everything(redis), /T0OTHER\n/), { timeout: 60_000 });
    const asked = await other.command({ userId: CAROL.id, channelId: ROOM, text: "/meetings today" });
    match(JSON.stringify(asked.body), /not installed/);
    await all.meets(notifier, "Sync", `slack-${OTHER}:${ROOM}`);
    await shows(slack, CHANNEL, "Sync");
    await t.waitFor(() => ok(notifier.lines.some((line) => line.includes("its platform is not set up"))), {
      timeout: 60_000,
    });
    deepEqual(await readiness(notifier), { status: 200, text: "ready\n" });

    await install(all, notifier, OTHER);
    notEqual(other.botToken, before);
    await shows(other, ROOM, "Sync");
    await other.command({ userId: CAROL.id, channelId: ROOM, text: "/meetings help" });
    equal(other.calls.filter(({ error }) => error === "invalid_auth").length, 0);
  });

  test("is answered through Socket Mode too", async (t) => {
    const all = await world(t, { SLACK_APP_TOKEN: "xapp-stand-in", SLACK_SIGNING_SECRET: "" });
    all.slack.socketMode = true;
    const notifier = await all.start();
    await all.slack.until(() => all.slack.connections() === 1);
    await install(all, notifier, OTHER);
    const asked = await all.other.command({ userId: CAROL.id, channelId: ROOM, text: "/meetings today" });
    match((await all.other.until(() => asked.answers()[0])).plain, /No meetings|Meetings today/);
    await all.other.uninstall();
    await t.waitFor(async () => doesNotMatch(await everything(all.redis), /T0OTHER\n/), { timeout: 60_000 });
  });

  test("again is not forgotten because of what Slack says of its first time", async (t) => {
    const all = await world(t);
    const notifier = await all.start();
    await install(all, notifier, OTHER);
    await tells(all, { event_id: "Ev0LATE", event_time: Math.floor(Date.now() / 1_000) - 60 });
    await all.other.until(() => all.other.calls.filter(({ method }) => method === "auth.test").length >= 2);
    await all.meets(notifier, "Sync", `slack-${OTHER}:${ROOM}`);
    await shows(all.other, ROOM, "Sync");
  });

  test("again is not forgotten either where Slack does not tell whether its token works", async (t) => {
    const all = await world(t);
    const notifier = await all.start();
    await install(all, notifier, OTHER);
    const asks = () => all.other.calls.filter(({ method }) => method === "auth.test").length;
    const before = asks();
    all.other.fail({ method: "auth.test", how: { status: 429, retryAfterS: 1 } });
    all.other.fail({ method: "auth.test", how: { status: 503 } });
    await tells(all, { event_id: "Ev0LATE", event_time: Math.floor(Date.now() / 1_000) - 60 });
    await all.other.until(() => asks() >= before + 3);
    await all.meets(notifier, "Sync", `slack-${OTHER}:${ROOM}`);
    await shows(all.other, ROOM, "Sync");
  });

  test("and takes it out after that is forgotten, also where its token is taken a while longer", async (t) => {
    const all = await world(t);
    const notifier = await all.start();
    await install(all, notifier, OTHER);
    match(await everything(all.redis), /T0OTHER\n/);
    await tells(all, { event_id: "Ev0GONE", event_time: Math.floor(Date.now() / 1_000) });
    await t.waitFor(async () => doesNotMatch(await everything(all.redis), /T0OTHER\n/), { timeout: 60_000 });
  });

  test("whose token dies stops nobody else", async (t) => {
    const all = await world(t);
    const { slack, other } = all;
    const notifier = await all.start();
    await install(all, notifier, OTHER);
    other.endInstallation("revoked");
    deepEqual(await readiness(notifier), { status: 200, text: "ready\n" });
    match(await (await fetch(`${notifier.url}/metrics`)).text(), /^slack_workspaces\{state="refuses"\} 1$/m);
    const isTold = () => ok(notifier.lines.some((line) => line.includes("workspace T0OTHER does not accept us")));
    await t.waitFor(isTold, { timeout: 60_000 });
    await all.meets(notifier, "Sync", `slack-${OTHER}:${ROOM}`);
    await shows(slack, CHANNEL, "Sync");
    await t.waitFor(() => ok(notifier.lines.some((line) => line.includes("card later: token_revoked"))), {
      timeout: 60_000,
    });
    await install(all, notifier, OTHER);
    await shows(other, ROOM, "Sync");
  });

  test("that has its token in the settings does not become a second one", async (t) => {
    const all = await world(t);
    const notifier = await all.start();
    const done = await install(all, notifier, all.slack.team.id);
    equal(done.status, 200);
    match(done.text, /in this workspace already/);
    doesNotMatch(await everything(all.redis), /installations/);
  });

  test("needs no other to be there before", async (t) => {
    const all = await world(t, { SLACK_BOT_TOKEN: "", SLACK_CHANNEL: "", SLACK_TEAMS: `${OTHER},T0FRIEND` });
    const { slack } = all;
    const notifier = await all.start();
    deepEqual(await readiness(notifier), { status: 200, text: "ready\n" });
    equal((await install(all, notifier, OTHER)).status, 200);
    const keyless = await all.start({ SLACK_TOKEN_KEY: "a new key that nobody knows" });
    const said = "slack: no installation can be opened, SLACK_TOKEN_KEY is not the one they were sealed with\n";
    deepEqual(await readiness(keyless), { status: 503, text: said });
    await keyless.kill();
    slack.commandUrl = `${notifier.url}/slack/events`;
    await all.meets(notifier, "Sync", `slack-${OTHER}:${ROOM}`);
    await shows(all.other, ROOM, "Sync");
    const refused = await install(all, notifier, THIRD);
    equal(refused.status, 403);
    match(refused.text, /not meant for your workspace/);
    ok(all.third.calls.some(({ method }) => method === "apps.uninstall"));
    const asked = await all.third.command({ userId: CAROL.id, channelId: ROOM, text: "/meetings today" });
    match(JSON.stringify(asked.body), /not installed/);
  });
});

describe("the pages for that", () => {
  test("get nobody in who did not begin here, or a second time", async (t) => {
    const all = await world(t);
    const { slack } = all;
    const notifier = await all.start();
    const mine = browser(notifier);
    const begun = await mine.begins();
    const asked = new URL(begun).searchParams;
    equal(
      asked.get("scope"),
      "commands,chat:write,chat:write.public,channels:read,groups:read,users:read,users:read.email,im:write,files:write",
    );
    equal(asked.get("redirect_uri"), OPEN.SLACK_REDIRECT_URL);
    const back = slack.allow(begun, { teamId: OTHER });
    const without = (name: string) => {
      const url = new URL(back);
      url.searchParams.delete(name);
      return url.href;
    };
    const stranger = browser(notifier);
    await stranger.begins();
    const wrong: [string, () => ReturnType<typeof mine.opens>][] = [
      ["another browser", () => stranger.opens(back)],
      ["no cookie", () => browser(notifier).opens(back)],
      ["no state", () => mine.opens(without("state"))],
      ["no code", () => mine.opens(without("code"))],
      [
        "a forged state",
        async () => {
          const forged = [asked.get("state")?.split(".").slice(0, 2).join("."), "AAAA"].join(".");
          return mine.opens(back.replace(/state=[^&]*/, `state=${forged}`), {
            headers: { cookie: `slack-app-oauth-state=${forged}` },
          });
        },
      ],
      ["nothing at all", () => mine.opens("/slack/oauth_redirect")],
      [
        "somebody who pressed Cancel",
        async () => {
          const one = browser(notifier);
          return one.opens(slack.cancel(await one.begins()));
        },
      ],
      [
        "a code that is no code",
        async () => {
          const one = browser(notifier);
          const address = slack.allow(await one.begins(), { teamId: OTHER });
          return one.opens(address.replace(/code=[^&]*/, "code=%3Cscript%3E"));
        },
      ],
      [
        "a code for the second time",
        async () => {
          const one = browser(notifier);
          const address = slack.allow(await one.begins(), { teamId: OTHER });
          const cookie = `slack-app-oauth-state=${new URL(address).searchParams.get("state")}`;
          equal((await one.opens(address)).status, 200);
          await all.other.uninstall();
          return one.opens(address, { headers: { cookie } });
        },
      ],
    ];
    for (const [what, opens] of wrong) {
      const { status, text, headers } = await opens();
      equal(status, 400, what);
      match(text, /<p>Nothing was installed[^<]+<\/p>/, what);
      doesNotMatch(text, /xoxb|script|at \w+ \(|Error/, what);
      equal(headers.get("cache-control"), "no-store", what);
      equal(headers.get("referrer-policy"), "no-referrer", what);
    }
    await t.waitFor(async () => doesNotMatch(await everything(all.redis), /installations/), { timeout: 60_000 });
    for (const path of ["/slack/install", "/slack/oauth_redirect"]) {
      for (const method of ["POST", "PUT", "DELETE", "HEAD"]) {
        equal((await fetch(`${notifier.url}${path}`, { method })).status, 405, `${method} ${path}`);
      }
    }
    ok(!notifier.lines.some((line) => line.includes('"level":"error"')), "a stranger's mistake is called an error");
  });

  test("ask to try again while Slack or Redis does not answer, and say nothing else", async (t) => {
    const all = await world(t);
    const notifier = await all.start();
    const one = browser(notifier);
    const address = all.slack.allow(await one.begins(), { teamId: OTHER });
    all.slack.fail({ method: "oauth.v2.access", how: { error: "internal_error" } });
    const { status, text } = await one.opens(address);
    equal(status, 503);
    match(text, /Please try again in a minute/);
    doesNotMatch(text, /internal_error/);
  });

  test("are not there where nobody may install the app", async (t) => {
    const all = await world(t, Object.fromEntries(Object.keys(OPEN).map((name) => [name, ""])));
    const notifier = await all.start();
    for (const path of ["/slack/install", "/slack/oauth_redirect"]) {
      equal((await fetch(`${notifier.url}${path}`)).status, 404);
    }
  });
});
