import { deepEqual, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import { BOT, EVERY_SCOPE, TEAM } from "../slack.ts";
import { BOARD, GENERAL, HIDDEN, LOBBY, listening, refused, withApp, workspace } from "./testing.ts";

/** A workspace whose app writes down each event it hears of. */
async function withDiary(t: Parameters<typeof workspace>[0], types: string[], options = {}) {
  const heard: Record<string, unknown>[] = [];
  const world = await withApp(
    t,
    (app) => {
      for (const type of types)
        app.event(type, async ({ event }) => {
          const { event_ts: _, ...rest } = { ...event } as Record<string, unknown>;
          heard.push(rest);
        });
    },
    options,
  );
  return { ...world, heard };
}

describe("the app hears", () => {
  test("that a channel was archived, came back, or got another name", async (t) => {
    const types = ["channel_archive", "channel_unarchive", "channel_rename", "group_archive", "group_rename"];
    const { slack, heard, say } = await withDiary(t, types, { now: () => 1795430520123 });
    const told = await slack.archive(GENERAL, "U0BOB");
    deepEqual([told.kind, "attempts" in told && told.attempts], ["accepted", 1]);
    await refused(say("x"), "is_archived");
    await slack.unarchive(GENERAL, "U0BOB");
    await slack.rename(GENERAL, "all-hands");
    await slack.rename(BOARD, "directors");
    await slack.archive(BOARD, "U0ALICE");
    deepEqual(await slack.archive(HIDDEN, "U0ALICE"), { kind: "notWanted" });
    const expected = [
      { type: "channel_archive", channel: GENERAL, user: "U0BOB" },
      { type: "channel_unarchive", channel: GENERAL, user: "U0BOB" },
      { type: "channel_rename", channel: { id: GENERAL, name: "all-hands", created: 1795430520 } },
      { type: "group_rename", channel: { id: BOARD, name: "directors", created: 1795430520 } },
      { type: "group_archive", channel: BOARD, user: "U0ALICE" },
    ];
    await t.waitFor(() => deepEqual(heard, expected), { timeout: 60_000 });
  });

  test("that it was let in and thrown out", async (t) => {
    const types = ["member_joined_channel", "member_left_channel"];
    const scopes = [...EVERY_SCOPE, "channels:join"];
    const { slack, client, heard } = await withDiary(t, types, { scopes });
    const where = (channel: string, channel_type: string) => ({
      user: BOT.userId,
      channel,
      channel_type,
      team: TEAM.id,
    });
    await slack.inviteApp(HIDDEN, "U0ALICE");
    await slack.removeApp(HIDDEN);
    await refused(client.conversations.info({ channel: HIDDEN }), "channel_not_found");
    await client.conversations.join({ channel: LOBBY });
    const expected = [
      { type: "member_joined_channel", ...where(HIDDEN, "G"), inviter: "U0ALICE" },
      { type: "member_left_channel", ...where(HIDDEN, "G") },
      { type: "member_joined_channel", ...where(LOBBY, "C") },
    ];
    await t.waitFor(() => deepEqual(heard, expected), { timeout: 60_000 });
  });

  test("that a channel is gone, shared, or has another id", async (t) => {
    const { slack, client, say, seen, heard } = await withDiary(t, [
      "channel_deleted",
      "channel_shared",
      "channel_id_changed",
    ]);
    const { ts = "" } = await say("card");
    await slack.share(GENERAL);
    equal((await client.conversations.info({ channel: GENERAL })).channel?.is_ext_shared, true);
    await slack.changeId(GENERAL, "C0MOVED");
    await refused(say("x"), "channel_not_found");
    const edited = await client.chat.update({ channel: "C0MOVED", ts, text: "still here" });
    equal(edited.channel, "C0MOVED");
    deepEqual(seen("C0MOVED"), ["still here"]);
    await slack.deleteChannel("C0MOVED", "U0BOB");
    await refused(say("x", "C0MOVED"), "channel_not_found");
    const expected = [
      { type: "channel_shared", channel: GENERAL, connected_team_id: "T0PARTNER" },
      { type: "channel_id_changed", old_channel_id: GENERAL, new_channel_id: "C0MOVED" },
      { type: "channel_deleted", channel: "C0MOVED", actor_id: "U0BOB" },
    ];
    await t.waitFor(() => deepEqual(heard, expected), { timeout: 60_000 });
  });

  test("nothing when a channel turns private, but finds it so", async (t) => {
    const { slack, client } = await withDiary(t, []);
    slack.makePrivate(LOBBY);
    await refused(client.conversations.info({ channel: LOBBY }), "channel_not_found");
  });

  test("that somebody opened its Home tab, each time", async (t) => {
    const { slack } = await withApp(t, (app) => {
      app.event("app_home_opened", async ({ event, client }) => {
        const views = "view" in event ? "again" : "first";
        const text = { type: "plain_text" as const, text: `${event.tab} ${views}` };
        await client.views.publish({
          user_id: event.user,
          view: { type: "home", blocks: [{ type: "section", text }] },
        });
      });
    });
    await slack.openApp("U0BOB");
    await slack.until(() => slack.home("U0BOB")?.plain === "home first");
    await slack.openApp("U0BOB");
    await slack.until(() => slack.home("U0BOB")?.plain === "home again");
  });

  test("that it was taken out, in either order, and can do nothing more", async (t) => {
    const types = ["app_uninstalled", "tokens_revoked"];
    for (const first of ["app_uninstalled", "tokens_revoked"] as const) {
      const { slack, say, heard } = await withDiary(t, types);
      await slack.uninstall({ first });
      await t.waitFor(() => deepEqual([heard.length, heard[0]?.type], [2, first]), { timeout: 60_000 });
      deepEqual(heard.find(({ type }) => type === "tokens_revoked")?.tokens, { oauth: [], bot: [BOT.userId] });
      await refused(say("x"), "account_inactive");
    }
  });

  test("only of what it has subscribed to", async (t) => {
    const { slack, heard } = await withDiary(t, ["channel_archive"], { events: ["channel_rename"] });
    deepEqual(await slack.archive(GENERAL, "U0BOB"), { kind: "notWanted" });
    deepEqual(heard, []);
  });
});

describe("an event", () => {
  test("is sent again, at most three times, to an app that does not say that it heard", async (t) => {
    const { slack } = await workspace(t, { retriesAfterMs: [0, 0, 0] });
    const sent: unknown[] = [];
    const ids = new Set<unknown>();
    let acceptAfter = Infinity;
    slack.commandUrl = await listening(t, async (request, response) => {
      const body = JSON.parse((await request.toArray()).join("")) as { event_id: string };
      ids.add(body.event_id);
      sent.push([request.headers["x-slack-retry-num"], request.headers["x-slack-retry-reason"]]);
      response.writeHead(sent.length > acceptAfter ? 200 : 500).end();
    });
    const told = await slack.archive(GENERAL, "U0BOB");
    deepEqual([told.kind, ids.size], ["givenUp", 1]);
    deepEqual(sent, [
      [undefined, undefined],
      ["1", "http_error"],
      ["2", "http_error"],
      ["3", "http_error"],
    ]);
    acceptAfter = sent.length + 1;
    const again = await slack.unarchive(GENERAL, "U0BOB");
    deepEqual([again.kind, "attempts" in again && again.attempts, ids.size], ["accepted", 2, 2]);
  });

  test("is not repeated if the app says so", async (t) => {
    const { slack } = await workspace(t, { retriesAfterMs: [0] });
    slack.commandUrl = await listening(t, (_request, response) =>
      response.writeHead(500, { "X-Slack-No-Retry": "1" }).end(),
    );
    const told = await slack.archive(GENERAL, "U0BOB");
    deepEqual([told.kind, "attempts" in told && told.attempts], ["givenUp", 1]);
  });

  test("is not repeated after the end", async (t) => {
    const { slack } = await workspace(t);
    let calls = 0;
    slack.commandUrl = await listening(t, (_request, response) => {
      calls += 1;
      response.writeHead(500).end();
      if (calls === 2) void slack.close();
    });
    equal((await slack.archive(GENERAL, "U0BOB")).kind, "givenUp");
    equal(calls, 2);
  });

  test("says that an app was too slow, or away", async (t) => {
    let reason: unknown;
    const patienceMs = (retries: number) => (retries === 0 ? 50 : 60_000);
    const { slack } = await workspace(t, { retriesAfterMs: [0], patienceMs });
    slack.commandUrl = await listening(t, (request, response) => {
      reason = request.headers["x-slack-retry-reason"];
      if (reason !== undefined) response.end();
    });
    const told = await slack.archive(GENERAL, "U0BOB");
    deepEqual([told.kind, "attempts" in told && told.attempts, reason], ["accepted", 2, "http_timeout"]);
    slack.commandUrl = "http://127.0.0.1:1/";
    equal((await slack.archive(GENERAL, "U0BOB")).kind, "givenUp");
  });

  test("is preceded by a question for the address", async (t) => {
    const { slack } = await withApp(t, () => {});
    equal(await slack.verifyUrl(), true);
    slack.commandUrl = await listening(t, (_request, response) => response.end("hello"));
    equal(await slack.verifyUrl(), false);
  });
});

describe("a shortcut", () => {
  test("opens a modal from anywhere", async (t) => {
    const { slack } = await withApp(t, (app) => {
      app.shortcut("meetings_today", async ({ ack, shortcut, client }) => {
        await ack();
        const view = { type: "modal" as const, title: { type: "plain_text" as const, text: "Today" }, blocks: [] };
        await client.views.open({ trigger_id: shortcut.trigger_id, view });
      });
    });
    equal((await slack.shortcut({ userId: "U0BOB", callbackId: "meetings_today" })).status, 200);
    match((await slack.until(() => slack.modal("U0BOB"))).plain, /^Today/);
  });

  test("for a message says which, and can be answered where it is", async (t) => {
    const { slack, say } = await withApp(t, (app) => {
      app.shortcut({ callback_id: "report", type: "message_action" }, async ({ ack, shortcut, respond }) => {
        await ack();
        await respond({ text: `about ${shortcut.message.text}` });
      });
    });
    const { ts = "" } = await say("card");
    const asked = await slack.messageShortcut({
      userId: "U0BOB",
      channelId: GENERAL,
      messageTs: ts,
      callbackId: "report",
    });
    await slack.until(() => asked.answers().length > 0);
    equal(slack.ephemeral("U0BOB", GENERAL)[0]?.plain, "about card");
  });
});
