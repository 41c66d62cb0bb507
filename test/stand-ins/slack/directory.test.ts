import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { ConversationsMembersResponse, UsersConversationsResponse, UsersListResponse } from "@slack/web-api";
import { BOT, EVERY_SCOPE } from "../slack.ts";
import { ATTIC, BOARD, clientOf, GENERAL, HIDDEN, LOBBY, refused, workspace } from "./testing.ts";

const scopes = [...EVERY_SCOPE, "im:read", "im:history", "channels:join", "team:read"];

describe("a direct message", () => {
  test("is opened once, with one person, and read like a channel", async (t) => {
    const { client, say, seen } = await workspace(t, { scopes });
    const open = async (): Promise<Record<string, unknown>> => ({
      ...(await client.apiCall("conversations.open", { users: "U0BOB" })),
    });
    const { already_open, channel } = await open();
    deepEqual([already_open, channel], [undefined, { id: "D0BOB" }]);
    equal((await open()).already_open, true);
    const whole = await client.conversations.open({ channel: "D0BOB", return_im: true });
    deepEqual([whole.channel?.id, (whole.channel as Record<string, unknown>).user], ["D0BOB", "U0BOB"]);
    await say("hello", "D0BOB");
    deepEqual(seen("D0BOB"), ["hello"]);
    const { messages } = await client.conversations.history({ channel: "D0BOB" });
    deepEqual(
      messages?.map(({ text }) => text),
      ["hello"],
    );
    deepEqual((await client.conversations.members({ channel: "D0BOB" })).members, ["U0BOB", BOT.userId]);
  });

  test("reaches nobody who left, no bot and no stranger", async (t) => {
    const users = [{ id: "U0LEFT", name: "left", realName: "Lee", tz: "UTC", email: "lee@example.com" }];
    const { slack, client, say } = await workspace(t, {
      users: users.map((user) => ({ ...user, isDeactivated: true })),
    });
    await refused(client.conversations.open({ users: "U0LEFT" }), "user_disabled");
    await refused(say("x", "U0LEFT"), "user_disabled");
    await refused(client.conversations.open({ users: BOT.userId }), "cannot_dm_bot");
    await refused(client.conversations.open({ users: "U0EVE" }), "user_not_found");
    await refused(client.apiCall("conversations.open"), "users_list_not_supplied");
    await refused(client.conversations.open({ channel: GENERAL }), "method_not_supported_for_channel_type");
    await refused(client.users.lookupByEmail({ email: "lee@example.com" }), "users_not_found");
    equal((await client.users.info({ user: "U0LEFT" })).user?.deleted, true);
    deepEqual(slack.visible("D0LEFT"), []);
  });

  test("cannot be posted to while the Messages tab is off", async (t) => {
    const { slack, say } = await workspace(t);
    slack.settings.hasMessagesTab = false;
    await refused(say("x", "U0BOB"), "messages_tab_disabled");
    slack.settings.hasMessagesTab = true;
    await say("x", "U0BOB");
  });
});

describe("a channel", () => {
  test("says whether it is private, shared, archived, and has our bot", async (t) => {
    const { slack, client } = await workspace(t);
    slack.channel(GENERAL).isShared = true;
    const about = async (channel: string) => {
      const { channel: told } = await client.conversations.info({ channel, include_num_members: true });
      return [told?.is_private, told?.is_archived, told?.is_ext_shared, told?.is_member, told?.num_members];
    };
    deepEqual(await about(GENERAL), [false, false, true, true, 3]);
    deepEqual(await about(BOARD), [true, false, false, true, 2]);
    deepEqual(await about(LOBBY), [false, false, false, false, 2]);
    deepEqual(await about(ATTIC), [false, true, false, true, 3]);
    await refused(about(HIDDEN), "channel_not_found");
    equal((await client.conversations.info({ channel: GENERAL })).channel?.num_members, undefined);
    await refused(client.conversations.info({ channel: "D0BOB" }), "channel_not_found");
  });

  test("if public can be joined", async (t) => {
    const { slack, client } = await workspace(t, { scopes });
    const join = (channel: string) => client.conversations.join({ channel });
    equal((await join(LOBBY)).channel?.is_member, true);
    equal(slack.channel(LOBBY).botIsMember, true);
    equal((await join(LOBBY)).warning, "already_in_channel");
    await refused(join(BOARD), "method_not_supported_for_channel_type");
    await refused(join(ATTIC), "is_archived");
    const { client: unable } = await workspace(t);
    equal((await refused(unable.conversations.join({ channel: LOBBY }), "missing_scope")).needed, "channels:join");
  });

  test("is among those that a person or our bot is in, page by page", async (t) => {
    const { client } = await workspace(t);
    const of = async (user?: string) => {
      const ids: (string | undefined)[] = [];
      const wanted = { types: "public_channel,private_channel", limit: 1, ...(user && { user }) };
      for await (const page of client.paginate("users.conversations", wanted))
        ids.push(...((page as UsersConversationsResponse).channels ?? []).map(({ id }) => id));
      return ids;
    };
    deepEqual(await of(), [GENERAL, BOARD, ATTIC]);
    deepEqual(await of("U0BOB"), [GENERAL, LOBBY, ATTIC]);
    await refused(of("U0EVE"), "user_not_found");
    await refused(client.users.conversations({ types: "im" }), "missing_scope");
  });

  test("lists its members page by page", async (t) => {
    const { client } = await workspace(t);
    const pages: (string[] | undefined)[] = [];
    for await (const page of client.paginate("conversations.members", { channel: GENERAL, limit: 2 }))
      pages.push((page as ConversationsMembersResponse).members);
    deepEqual(pages, [["U0ALICE", "U0BOB"], [BOT.userId]]);
    await refused(client.conversations.members({ channel: GENERAL, cursor: "nonsense" }), "invalid_cursor");
  });
});

describe("the directory", () => {
  test("lists people and bots page by page", async (t) => {
    const { client } = await workspace(t);
    const everybody: unknown[] = [];
    for await (const page of client.paginate("users.list", { limit: 2 }))
      for (const { id, is_bot } of (page as UsersListResponse).members ?? []) everybody.push([id, is_bot]);
    deepEqual(everybody, [
      ["U0ALICE", false],
      ["U0BOB", false],
      [BOT.userId, true],
    ]);
    const { user } = await client.users.info({ user: BOT.userId });
    equal(user?.is_bot, true);
  });

  test("knows the workspace and our bot", async (t) => {
    const { client } = await workspace(t, { scopes });
    equal((await client.team.info()).team?.domain, "stand-in");
    await refused(client.team.info({ team: "T0OTHER" }), "team_not_found");
    equal((await client.bots.info({ bot: BOT.botId })).bot?.user_id, BOT.userId);
    await refused(client.bots.info({ bot: "B0OTHER" }), "bot_not_found");
  });
});

describe("a token", () => {
  test("can be given back by its owner", async (t) => {
    const { client } = await workspace(t);
    const revoke = async (test: boolean): Promise<Record<string, unknown>> => ({
      ...(await client.apiCall("auth.revoke", { test })),
    });
    equal((await revoke(true)).revoked, false);
    equal((await revoke(false)).revoked, true);
    await refused(client.auth.test(), "token_revoked");
  });

  test("dies with the app", async (t) => {
    const { slack, say } = await workspace(t);
    slack.endInstallation();
    await refused(say("x"), "account_inactive");
    await refused(clientOf(slack, "xoxb-other").auth.test(), "invalid_auth");
    deepEqual(slack.visible(GENERAL), []);
  });
});
