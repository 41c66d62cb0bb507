import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { describe, mock, type TestContext, test } from "node:test";
import express from "express";
import { log } from "../../src/log.ts";
import { installPages } from "../../src/slack/install.ts";
import type { Installation } from "../../src/slack/installations.ts";
import { CLIENT_OPTIONS } from "../../src/slack/platform.ts";
import { listening, SILENT } from "../stand-ins/slack/testing.ts";

mock.method(log, "info", () => {});
const loud = mock.method(log, "error", () => {});

const GIVEN = {
  ...{ ok: true, access_token: "xoxb-1", token_type: "bot", scope: "commands", bot_user_id: "U0BOT", app_id: "A0" },
  ...{
    team: { id: "T0ACME", name: "Acme" },
    enterprise: null,
    is_enterprise_install: false,
    authed_user: { id: "U1" },
  },
};

/** What somebody reads who lets the app in, where Slack gives this for the code. */
async function installed(t: TestContext, given: object, keep = async () => {}) {
  const api = await listening(t, (request, response) => {
    response.setHeader("content-type", "application/json");
    const said = request.url?.endsWith("auth.test") ? { ok: true, bot_id: "B0" } : { ...GIVEN, ...given };
    response.end(JSON.stringify(said));
  });
  const kept: [string, Installation][] = [];
  const web = express();
  installPages({
    ...{ web, clientId: "1.2", clientSecret: "secret", stateSecret: "a state secret", allowed: undefined },
    redirectUrl: "https://meetings.example.com/slack/oauth_redirect",
    clientOptions: { ...CLIENT_OPTIONS, slackApiUrl: `${api}api/`, logger: SILENT },
    store: {
      async keep(teamId, installation) {
        await keep();
        kept.push([teamId, installation]);
      },
      get: async () => undefined,
      all: async () => [],
      forget: async () => true,
    },
    isAlone: async () => false,
    onInstalled: async () => {},
  });
  const url = await listening(t, web);
  const begun = await fetch(`${url}slack/install`, { redirect: "manual" });
  const asked = new URL(begun.headers.get("location") ?? "");
  equal(asked.href.split("?")[0], `${api}oauth/v2/authorize`);
  const cookie = (begun.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const answer = await fetch(`${url}slack/oauth_redirect?code=c&state=${asked.searchParams.get("state")}`, {
    headers: { cookie },
  });
  return { status: answer.status, text: await answer.text(), headers: answer.headers, kept };
}

describe("who lets the app into a workspace", () => {
  test("reads its name as it is, whatever somebody called it, and nothing of it is run", async (t) => {
    const name = `<script>alert(1)</script>"&'\u202E`;
    const { status, text, headers, kept } = await installed(t, { team: { id: "T0ACME", name } });
    equal(status, 200);
    match(text, /The app is in &lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&amp;&#39;: type \/meetings subscribe/);
    match(headers.get("content-security-policy") ?? "", /default-src 'none'/);
    doesNotMatch(text, /xoxb/);
    const [[teamId, { bot }] = ["", {}]] = kept as [string, Installation][];
    deepEqual([teamId, bot?.token, bot?.userId], ["T0ACME", "xoxb-1", "U0BOT"]);
  });

  const useless: [string, object, RegExp][] = [
    [
      "for a whole organization is asked to choose a workspace",
      { team: null, enterprise: { id: "E0CORP", name: "Corp" }, is_enterprise_install: true },
      /one workspace at a time, not for a whole organization/,
    ],
    [
      "of an app that rotates its tokens is told that this is not supported",
      { refresh_token: "xoxe-1", expires_in: 43_200 },
      /Token rotation is switched on/,
    ],
    ["without a bot is asked to do it again", { access_token: undefined }, /no bot/],
  ];
  for (const [sentence, given, words] of useless) {
    test(sentence, async (t) => {
      const { status, text, kept } = await installed(t, given);
      equal(status, 400);
      match(text, words);
      deepEqual(kept, []);
    });
  }

  test("while the installation cannot be kept is asked to try again", async (t) => {
    loud.mock.resetCalls();
    const { status, text } = await installed(t, {}, async () => {
      throw new Error("Connection is closed, xoxb-1");
    });
    equal(status, 503);
    match(text, /try again in a minute/);
    doesNotMatch(text, /xoxb|Connection/);
    equal(loud.mock.callCount(), 1);
  });

  test("of a workspace in an organization gets it for that one", async (t) => {
    const { status, kept } = await installed(t, { enterprise: { id: "E0CORP", name: "Corp" } });
    deepEqual([status, kept[0]?.[0]], [200, "T0ACME"]);
  });
});
