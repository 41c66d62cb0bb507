import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { WebClient } from "@slack/web-api";
import express from "express";
import { slackChannels } from "../../src/slack/channels.ts";
import { slackHistory } from "../../src/slack/history.ts";
import { CLIENT_OPTIONS } from "../../src/slack/platform.ts";
import { leaveToChange } from "../../src/slack/rights.ts";
import { workspaces } from "../../src/slack/workspaces.ts";
import { BOARD, GENERAL, HIDDEN, LOBBY, listening, SILENT, workspace } from "../stand-ins/slack/testing.ts";
import type { How } from "../stand-ins/slack.ts";

const ALICE = "U0ALICE";
const BOB = "U0BOB";
const FOR_EVER = Number.POSITIVE_INFINITY;

const WAYS: How[] = [{ error: "unknown_method" }, { status: 404 }, { status: 501 }];

/** Our workspace where Slack, or what somebody put in its place, has no such methods. */
async function without(t: TestContext, methods: readonly string[], how: How = { error: "unknown_method" }) {
  const { slack } = await workspace(t);
  for (const method of methods) slack.fail({ method, how, times: FOR_EVER });
  return { slack, ...(await ours(slack.apiUrl, slack.botToken)) };
}

/** The same where every method says yes and nothing else. */
async function whereNothingIsTold(t: TestContext) {
  const web = express();
  web.use((_, response) => void response.json({ ok: true }));
  return ours(await listening(t, web), "xoxb-any");
}

async function ours(slackApiUrl: string, token: string) {
  const clientOptions = { ...CLIENT_OPTIONS, slackApiUrl, logger: SILENT };
  const here = await workspaces({ clientOptions, now: () => 0, timeZone: "Europe/Vienna", token }).at("slack");
  if (!here) throw new Error("the workspace of the token is always there");
  return { here, client: new WebClient(token, clientOptions) };
}

describe("who may read which channel, where Slack has no list of somebody's channels,", () => {
  for (const how of WAYS) {
    test(`is asked of each channel (${JSON.stringify(how)})`, async (t) => {
      const { slack, here } = await without(t, ["users.conversations"], how);
      const { channels } = here;
      slack.channel(LOBBY).members.length = 0;
      equal(await channels.mayRead(LOBBY, ALICE, false), true, "everybody may read a public channel");
      equal(await channels.mayRead(BOARD, ALICE, false), true, "she is in it");
      equal(await channels.mayRead(BOARD, BOB, false), false);
      equal(await channels.mayRead(HIDDEN, ALICE, false), false, "we are not in it ourselves");
      equal(await channels.mayRead(LOBBY, ALICE, true), false, "a guest was not let in");
      equal(await channels.hasMember(BOARD, ALICE), true);
      equal(await channels.hasMember(BOARD, BOB), false);
    });
  }

  test("is asked anew for who has just joined", async (t) => {
    const { slack, here } = await without(t, ["users.conversations"]);
    equal(await here.channels.isIn(BOARD, BOB), false);
    slack.channel(BOARD).members.push(BOB);
    equal(await here.channels.isIn(BOARD, BOB), true);
  });

  test("is taken from a channel itself where there is no list of channels at all", async (t) => {
    const { here } = await without(t, ["users.conversations", "conversations.list"]);
    equal(await here.channels.mayRead(GENERAL, BOB, false), true);
    equal(await here.channels.mayRead(BOARD, BOB, false), false);
  });

  test("is nobody who was not told of, where nothing is told", async (t) => {
    const all = ["users.conversations", "conversations.list", "conversations.members", "conversations.info"];
    for (const { here } of [await without(t, all), await whereNothingIsTold(t)]) {
      equal(await here.channels.mayRead(GENERAL, ALICE, false), false);
      equal(await here.channels.isIn(GENERAL, ALICE), false);
      equal((await here.channels.look(GENERAL)).kind, "unknown");
    }
  });

  test("is not guessed where Slack only has no time", async (t) => {
    const { slack, here } = await without(t, ["users.conversations"]);
    slack.fail({ method: "conversations.members", how: { status: 429, retryAfterS: 1 } });
    await rejects(here.channels.mayRead(BOARD, ALICE, false), { name: "NotTold", because: "ratelimited" });
    equal(await here.channels.mayRead(BOARD, ALICE, false), true);
  });

  test("is read to its end also where a page names itself as the next", async (t) => {
    const web = express();
    let asked = 0;
    web.use((_, response) => {
      asked += 1;
      response.json({ ok: true, channels: [{ id: GENERAL }], response_metadata: { next_cursor: "same" } });
    });
    const { client } = await ours(await listening(t, web), "xoxb-any");
    equal(await slackChannels(client, () => 0).mayRead(GENERAL, ALICE, false), true);
    equal(asked, 2);
  });
});

describe("somebody of whom Slack tells little", () => {
  test("is one of the workspace where nobody can be looked up", async (t) => {
    const asked = [
      ...(await Promise.all(WAYS.map((how) => without(t, ["users.info", "auth.test"], how)))),
      await whereNothingIsTold(t),
    ];
    for (const { here } of asked) {
      const { timeZone, isStranger, isGuest, isAdmin } = await here.person(ALICE);
      deepEqual([timeZone, isStranger, isGuest, isAdmin], ["Europe/Vienna", false, false, false]);
    }
  });

  test("is no stranger only because their workspace is not told, but is where another one is", async (t) => {
    for (const [user, isStranger] of [
      [{ id: ALICE, name: "alice" }, false],
      [{ id: ALICE, name: "alice", team_id: "T0OURS" }, false],
      [{ id: ALICE, name: "alice", team_id: "T0THEIRS" }, true],
      [{ id: ALICE, name: "alice", is_stranger: true }, true],
    ] as const) {
      const web = express();
      web.use(({ path }, response) => {
        response.json(path.endsWith("auth.test") ? { ok: true, team_id: "T0OURS" } : { ok: true, user });
      });
      const { here } = await ours(await listening(t, web), "xoxb-any");
      equal((await here.person(ALICE)).isStranger, isStranger, JSON.stringify(user));
    }
  });
});

describe("a channel of which Slack tells nothing", () => {
  const READS = ["conversations.info", "users.conversations", "conversations.members", "conversations.list"];

  test("is changed by who is there, and not from elsewhere", async (t) => {
    for (const { here } of [await without(t, READS), await whereNothingIsTold(t)]) {
      deepEqual(await leaveToChange(here, { userId: ALICE, channelId: GENERAL }, GENERAL, "members"), {
        kind: "given",
        isShared: false,
      });
      deepEqual(await leaveToChange(here, { userId: ALICE, channelId: LOBBY }, GENERAL, "members"), {
        kind: "refused",
        because: "not_told",
      });
    }
  });

  test("is changed from elsewhere by who is known to be in it", async (t) => {
    const { here } = await without(t, ["conversations.info"]);
    equal((await leaveToChange(here, { userId: ALICE }, BOARD, "members")).kind, "given");
    equal((await leaveToChange(here, { userId: BOB }, BOARD, "members")).kind, "refused");
  });

  test("has no history in which a message could be looked for", async (t) => {
    for (const how of WAYS) {
      const { client } = await without(t, ["conversations.history"], how);
      equal(await slackHistory(client)({ conversation: GENERAL, isPerson: false }, 0), "cannot look");
    }
  });
});

test("a method that is there but fails is no method that is missing", async (t) => {
  const { slack, here } = await without(t, []);
  slack.fail({ method: "users.info", how: { status: 500 } });
  await rejects(here.person(ALICE), (err: Error) => {
    match(err.message, /500/);
    return true;
  });
});
