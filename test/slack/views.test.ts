import { deepEqual, equal } from "node:assert/strict";
import { beforeEach, describe, mock, type TestContext, test } from "node:test";
import type { HomeView, ModalView } from "@slack/types";
import { WebClient } from "@slack/web-api";
import express from "express";
import { log } from "../../src/log.ts";
import { CLIENT_OPTIONS } from "../../src/slack/platform.ts";
import { openView, publishHome, type ShownView, updateView } from "../../src/slack/views.ts";
import { GENERAL, listening, withApp } from "../stand-ins/slack/testing.ts";
import type { SlackOptions } from "../stand-ins/slack.ts";

const ALICE = "U0ALICE";

const text = (words: string) => ({ type: "plain_text" as const, text: words });
const blocks = (words: string) => [{ type: "section" as const, text: text(words) }];
const modal = (words: string): ModalView => ({ type: "modal", title: text("Settings"), blocks: blocks(words) });
const home = (words: string): HomeView => ({ type: "home", blocks: blocks(words) });

const warned = mock.method(log, "warn", () => {});
const loud = mock.method(log, "error", () => {});
beforeEach(() => {
  for (const { mock } of [warned, loud]) mock.resetCalls();
});

async function office(t: TestContext, options: SlackOptions = {}) {
  const triggers: string[] = [];
  const { slack } = await withApp(
    t,
    (app) =>
      app.command("/meetings", async ({ ack, body }) => {
        triggers.push(body.trigger_id);
        await ack();
      }),
    { triggerLivesMs: 60_000, ...options },
  );
  const clientOptions = { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl };
  return {
    slack,
    client: new WebClient(slack.botToken, clientOptions),
    /** One that does not wait long. */
    hasty: new WebClient(slack.botToken, { ...clientOptions, timeout: 500 }),
    calls: (method: string) => slack.calls.filter((call) => call.method === method).length,
    /** What somebody's command gives us to open a modal with. */
    async trigger() {
      await slack.command({ userId: ALICE, channelId: GENERAL, text: "/meetings" });
      return triggers.at(-1) ?? "";
    },
    modalSays: () => slack.modal(ALICE)?.plain,
    homeSays: () => slack.home(ALICE)?.plain,
  };
}

const UNKNOWN = { kind: "unknown", because: "network: TimeoutError" };

describe("a modal", () => {
  test("opens and changes, and tells how to change it again", async (t) => {
    const { client, trigger, modalSays } = await office(t);
    const first = (await openView(client, await trigger(), modal("one"))) as ShownView;
    equal(modalSays(), "Settings\none\n[Cancel]");
    const second = (await updateView(client, first, modal("two"))) as ShownView;
    equal(second.viewId, first.viewId);
    await updateView(client, second, modal("three"));
    equal(modalSays(), "Settings\nthree\n[Cancel]");
  });

  test("comes too late when the press is too long ago, or was answered already", async (t) => {
    const { client, trigger } = await office(t);
    const id = await trigger();
    await openView(client, id, modal("one"));
    equal(await openView(client, id, modal("two")), "too late");
    const late = await office(t, { triggerLivesMs: 0 });
    equal(await openView(late.client, await late.trigger(), modal("one")), "too late");
  });

  test("that somebody else changed meanwhile is made anew", async (t) => {
    const { client, trigger, modalSays, calls } = await office(t);
    const first = (await openView(client, await trigger(), modal("one"))) as ShownView;
    await updateView(client, first, modal("two"));
    let times = 0;
    const fresh = async () => {
      times += 1;
      return modal(`made ${times} times`);
    };
    await updateView(client, first, fresh);
    equal(modalSays(), "Settings\nmade 2 times\n[Cancel]");
    equal(calls("views.update"), 3);
  });

  test("that was closed meanwhile is gone", async (t) => {
    const { slack, client, trigger } = await office(t);
    const first = (await openView(client, await trigger(), modal("one"))) as ShownView;
    await slack.closeModal(ALICE);
    equal(await updateView(client, first, modal("two")), "gone");
  });

  test("comes too late for a press that Slack does not know of", async (t) => {
    const { slack, client } = await office(t);
    slack.fail({ method: "views.open", how: { error: "invalid_trigger_id" } });
    equal(await openView(client, "1.2.3", modal("x")), "too late");
  });

  test("is open also where Slack says yes and nothing else", async (t) => {
    const web = express();
    web.use((_, response) => void response.json({ ok: true }));
    const client = new WebClient("xoxb-any", { ...CLIENT_OPTIONS, slackApiUrl: await listening(t, web) });
    equal(await openView(client, "1.2.3", modal("x")), "shown");
    equal(await updateView(client, { viewId: "V1" }, modal("x")), "shown");
  });

  test("never throws: neither when Slack says no, nor when it says nothing", async (t) => {
    const { slack, client, hasty, trigger, calls } = await office(t);
    const wrong = { ...modal("x"), blocks: [{ type: "nonsense" }] } as unknown as ModalView;
    const refusal = await openView(client, await trigger(), wrong);
    deepEqual(refusal, { kind: "never", because: "invalid_arguments", of: "message" });
    equal(loud.mock.callCount(), 1);
    slack.fail({ method: "*", how: "hangBefore", times: 2 });
    deepEqual(await openView(hasty, "1.2.3", modal("x")), UNKNOWN);
    deepEqual(await updateView(hasty, { viewId: "V1" }, modal("x")), UNKNOWN);
    equal(calls("views.open"), 2, "the client does not try again");
  });
});

describe("the Home tab", () => {
  test("is published, and again whenever it changes", async (t) => {
    const { client, homeSays } = await office(t);
    equal(await publishHome(client, ALICE, home("one")), "done");
    equal(await publishHome(client, ALICE, async () => home("two")), "done");
    equal(homeSays(), "two");
  });

  test("is made anew and published once more where somebody was quicker", async (t) => {
    const { slack, client, homeSays, calls } = await office(t);
    slack.fail({ method: "views.publish", how: { error: "hash_conflict" } });
    let times = 0;
    const fresh = async () => {
      times += 1;
      return home(`made ${times} times`);
    };
    equal(await publishHome(client, ALICE, fresh), "done");
    deepEqual([homeSays(), calls("views.publish")], ["made 2 times", 2]);
    slack.fail({ method: "views.publish", how: { error: "hash_conflict" }, times: 2 });
    const { because } = (await publishHome(client, ALICE, fresh)) as { because: string };
    deepEqual([because, calls("views.publish")], ["hash_conflict", 4]);
  });

  test("that the app does not have is told of once, and asked for again after an hour", async (t) => {
    const { slack, client, calls } = await office(t);
    slack.settings.hasHomeTab = false;
    let uptimeMs = performance.now();
    t.mock.method(performance, "now", () => uptimeMs);
    for (const _ of [1, 2]) equal(await publishHome(client, ALICE, home("one")), "no home");
    equal(calls("views.publish"), 1);
    uptimeMs += 3_600_001;
    equal(await publishHome(client, ALICE, home("one")), "no home");
    equal(warned.mock.callCount(), 1);
    slack.settings.hasHomeTab = true;
    uptimeMs += 3_600_001;
    equal(await publishHome(client, ALICE, home("one")), "done");
    equal(await publishHome(client, ALICE, home("two")), "done");
  });

  test("never throws when Slack says nothing", async (t) => {
    const { slack, hasty } = await office(t);
    slack.fail({ method: "views.publish", how: "hangBefore" });
    deepEqual(await publishHome(hasty, ALICE, home("one")), UNKNOWN);
  });
});
