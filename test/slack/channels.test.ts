import { equal } from "node:assert/strict";
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
    equal(await channels.mayRead(BOARD, ALICE, false), false);
    equal(await channels.mayRead(BOARD, ALICE, false), true);
    slack.fail({ method: "conversations.info", how: BUSY });
    equal((await channels.look(GENERAL)).kind, "unknown");
    equal((await channels.look(GENERAL)).kind, "known");
  });

  test("are not asked for again soon where we may not know", async (t) => {
    const { slack, client } = await workspace(t, { scopes: ["chat:write"] });
    const channels = slackChannels(client, () => 0);
    for (const _ of [1, 2]) {
      equal(await channels.mayRead(BOARD, ALICE, false), false);
      equal((await channels.look(GENERAL)).kind, "unknown");
    }
    const asked = slack.calls.filter(({ method }) => method.includes("conversations"));
    equal(asked.length, 3, "who is in which, and two channels");
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
