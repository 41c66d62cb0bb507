import { deepEqual, equal, rejects } from "node:assert/strict";
import { describe, test } from "node:test";
import { slackChannels } from "../../src/slack/channels.ts";
import { BOARD, GENERAL, workspace } from "../stand-ins/slack/testing.ts";

const ALICE = "U0ALICE";
const BUSY = { status: 429, retryAfterS: 1 };

describe("channels in Slack", () => {
  test("are asked for again when Slack had no time to answer", async (t) => {
    const { slack, client } = await workspace(t);
    const channels = slackChannels(client, () => 0);
    slack.fail({ method: "users.conversations", how: BUSY });
    await rejects(channels.mayRead(BOARD, ALICE, false), { name: "NotTold", because: "ratelimited" });
    equal(await channels.mayRead(BOARD, ALICE, false), true);
    slack.fail({ method: "conversations.info", how: BUSY });
    equal((await channels.look(GENERAL)).kind, "unknown");
    equal((await channels.look(GENERAL)).kind, "known");
  });

  test("are told of by nobody where we may not know: that is no reason to say there are none", async (t) => {
    const { slack, client } = await workspace(t, { scopes: ["chat:write"] });
    const channels = slackChannels(client, () => 0);
    await rejects(channels.mayRead(BOARD, ALICE, false), { because: "missing_scope" });
    for (const _ of [1, 2]) equal((await channels.look(GENERAL)).kind, "unknown");
    equal(slack.calls.filter(({ method }) => method === "conversations.info").length, 1);
  });

  test("cost two calls, however many of them are asked about", async (t) => {
    const all = Array.from({ length: 300 }, (_, index) => ({
      id: `C0ROOM${index}`,
      name: `room-${index}`,
      members: [],
    }));
    const { slack, client } = await workspace(t, { channels: all, limits: true });
    const channels = slackChannels(client, () => 0);
    for (const { id } of all) equal(await channels.mayRead(id, ALICE, false), true);
    equal(await channels.mayRead("C0ROOM1", ALICE, true), false, "a guest was not let in");
    deepEqual(
      slack.calls.map(({ method }) => method),
      ["users.conversations", "conversations.list"],
    );
  });

  test("are not read any more by who left, once Slack tells", async (t) => {
    const { slack, client } = await workspace(t);
    const channels = slackChannels(client, () => 0);
    equal(await channels.mayRead(BOARD, ALICE, false), true);
    slack.channel(BOARD).members.length = 0;
    channels.forgetPerson(ALICE);
    equal(await channels.mayRead(BOARD, ALICE, false), false);
  });
});
