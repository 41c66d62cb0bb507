import { deepEqual, equal, match, notEqual, throws } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { App, ExpressReceiver, type Installation } from "@slack/bolt";
import express from "express";
import { BOT, EVERY_SCOPE, TEAM } from "../slack.ts";
import { oauthDesk } from "./oauth.ts";
import { clientOf, GENERAL, listening, refused, SILENT, workspace } from "./testing.ts";

const OTHER = "T0OTHER";
const BACK = "http://127.0.0.1/slack/oauth_redirect";

/** Two workspaces; the channel of the second has the same id as one of the first, as ids of DMs may. */
async function twoTeams(t: TestContext) {
  const world = await workspace(t, { redirectUrls: [BACK] });
  const users = [{ id: "U0CAROL", name: "carol", realName: "Carol", tz: "UTC" }];
  const other = world.slack.addTeam(OTHER, {
    users,
    channels: [{ id: GENERAL, name: "everybody" }],
    isInstalled: false,
  });
  const { clientId, clientSecret, authorizeUrl } = world.slack;
  const askFor = (more: Record<string, string> = {}) =>
    `${authorizeUrl}?${new URLSearchParams({ client_id: clientId, scope: "chat:write,commands", state: "s1", ...more })}`;
  const access = (code: string, more: Record<string, string> = {}) =>
    clientOf(world.slack, "").oauth.v2.access({ client_id: clientId, client_secret: clientSecret, code, ...more });
  const codeIn = (address: string) => new URL(address).searchParams.get("code") ?? "";
  return { ...world, other, askFor, access, codeIn };
}

describe("a second workspace", () => {
  test("has a token once somebody has allowed the app there", async (t) => {
    const { slack, other, askFor, access, codeIn } = await twoTeams(t);
    await refused(clientOf(slack, other.botToken).auth.test(), "account_inactive");
    const address = slack.allow(askFor(), { teamId: OTHER });
    match(address, /^http:\/\/127\.0\.0\.1\/slack\/oauth_redirect\?code=[^&]+&state=s1$/);
    const got = await access(codeIn(address));
    deepEqual(
      [got.team, got.scope, got.bot_user_id, got.authed_user],
      [{ id: OTHER, name: "t0other" }, "chat:write,commands", other.bot.userId, { id: "U0CAROL" }],
    );
    equal(got.access_token, other.botToken);
    const client = clientOf(slack, got.access_token);
    const { team_id, user_id } = await client.auth.test();
    deepEqual([team_id, user_id], [OTHER, other.bot.userId]);
    await refused(client.users.info({ user: "U0CAROL" }), "missing_scope");
    notEqual(other.bot.userId, BOT.userId);
  });

  test("shares nothing with the first but the address of the API", async (t) => {
    const { slack, other, say, seen, askFor, access, codeIn } = await twoTeams(t);
    const scope = EVERY_SCOPE.join(",");
    const { access_token } = await access(codeIn(slack.allow(askFor({ scope }), { teamId: OTHER })));
    const client = clientOf(slack, access_token);
    await say("in the first");
    await client.chat.postMessage({ channel: GENERAL, text: "in the second" });
    deepEqual([seen(), other.visible(GENERAL).map(({ plain }) => plain)], [["in the first"], ["in the second"]]);
    equal((await client.conversations.info({ channel: GENERAL })).channel?.name, "everybody");
    await refused(client.users.info({ user: "U0ALICE" }), "user_not_found");
    deepEqual(
      [slack, other].map(({ calls }) => calls.filter(({ method }) => method === "chat.postMessage").length),
      [1, 1],
    );
    other.fail({ method: "chat.postMessage", how: { error: "is_archived" } });
    await say("not met by the other's fault");
    await refused(client.chat.postMessage({ channel: GENERAL, text: "x" }), "is_archived");
    other.endInstallation("revoked");
    await refused(client.auth.test(), "token_revoked");
    await say("still well");
  });

  test("says which it is with all it sends to the app", async (t) => {
    const { slack, other } = await twoTeams(t);
    const received: URLSearchParams[] = [];
    slack.commandUrl = await listening(t, async (request, response) => {
      received.push(new URLSearchParams((await request.toArray()).join("")));
      response.end();
    });
    const asked = await other.command({ userId: "U0CAROL", channelId: GENERAL, text: "/meetings" });
    await slack.command({ userId: "U0ALICE", channelId: GENERAL, text: "/meetings" });
    deepEqual(
      received.map((fields) => fields.get("team_id")),
      [OTHER, TEAM.id],
    );
    await fetch(received[0]?.get("response_url") ?? "", { method: "POST", body: JSON.stringify({ text: "hello" }) });
    deepEqual(
      [asked.answers().length, other.ephemeral("U0CAROL", GENERAL)[0]?.plain, slack.ephemeral("U0ALICE", GENERAL)],
      [1, "hello", []],
    );
  });
});

describe("a code", () => {
  test("is good once, with the app's secret, from the address it was sent to", async (t) => {
    const { slack, askFor, access, codeIn } = await twoTeams(t);
    const code = codeIn(slack.allow(askFor({ redirect_uri: `${BACK}?x=1` })));
    await refused(access("made up"), "invalid_code");
    await refused(access(code), "bad_redirect_uri");
    const where = { redirect_uri: `${BACK}?x=1` };
    await refused(access(code, { ...where, client_secret: "guess" }), "bad_client_secret");
    await refused(access(code, { ...where, client_id: "1.2" }), "invalid_client_id");
    const { access_token, scope } = await access(code, where);
    equal(access_token, slack.botToken);
    equal(scope, EVERY_SCOPE.join(","));
    await refused(access(code, where), "code_already_used");
  });

  test("is good for ten minutes", () => {
    let now = 0;
    const installation = { botToken: "xoxb-1", scopes: new Set<string>(), state: "active" as const };
    const desk = oauthDesk({
      ...{ clientId: "1", clientSecret: "s", redirectUrls: () => [BACK], monotonicMs: () => now },
      candidates: () => [
        { team: TEAM, bot: BOT, users: [{ id: "U0", name: "u", realName: "U", tz: "UTC" }], installation },
      ],
    });
    const code = () => new URL(desk.allow("?client_id=1&scope=commands")).searchParams.get("code") ?? "";
    const [late, inTime] = [code(), code()];
    const access = (code: string) => desk.access({ client_id: "1", client_secret: "s", code });
    now = 10 * 60_000;
    equal(access(inTime).access_token, "xoxb-1");
    now += 1;
    throws(() => access(late), { error: "code_expired" });
  });

  test("is sent nowhere but to where the app's settings say", async (t) => {
    const { slack, askFor } = await twoTeams(t);
    throws(() => slack.allow(askFor({ redirect_uri: "http://evil.example/" })), { error: "bad_redirect_uri" });
    throws(() => slack.allow(askFor({ client_id: "1.2" })), { error: "invalid_client_id" });
    throws(() => slack.allow(askFor({ scope: "" })), { error: "invalid_scope" });
    equal(slack.cancel(askFor()), `${BACK}?error=access_denied&state=s1`);
    const page = await (await fetch(askFor())).text();
    match(page, /Allow in stand-in.*Allow in t0other.*Cancel/);
    equal((await fetch(askFor({ client_id: "1.2" }))).status, 400);
    const allowed = await fetch(askFor({ answer: "allow", team: OTHER }), { redirect: "manual" });
    match(allowed.headers.get("location") ?? "", /code=T0OTHER/);
  });
});

test("Slack's own library installs the app and uses the token, and a new one after it was taken out", async (t) => {
  const { slack, other } = await twoTeams(t);
  const installed = new Map<string, Installation>();
  const web = express();
  const address = await listening(t, web);
  slack.redirectUrls.push(`${address}slack/oauth_redirect`);
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const receiver = new ExpressReceiver({
    ...{ app: web, logger: SILENT, signingSecret: slack.signingSecret, endpoints: "/slack/events" },
    ...{
      clientId: slack.clientId,
      clientSecret: slack.clientSecret,
      stateSecret: "s",
      scopes: ["commands", "chat:write"],
    },
    redirectUri: `${address}slack/oauth_redirect`,
    installationStore: {
      storeInstallation: async (one) => void installed.set(one.team?.id ?? "", one),
      fetchInstallation: async ({ teamId }) => installed.get(teamId ?? "") as never,
    },
    installerOptions: {
      ...{ directInstall: true, redirectUriPath: "/slack/oauth_redirect", clientOptions },
      authorizationUrl: slack.authorizeUrl,
    },
  });
  const app = new App({ receiver, clientOptions, logger: SILENT });
  app.command("/meetings", async ({ ack, client, command }) => {
    await ack();
    await client.chat.postMessage({ channel: command.channel_id, text: "hello" });
  });
  slack.commandUrl = `${address}slack/events`;

  async function install(): Promise<string> {
    const begun = await fetch(`${address}slack/install`, { redirect: "manual" });
    const cookie = (begun.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const back = slack.allow(begun.headers.get("location") ?? "", { teamId: OTHER });
    equal((await fetch(back, { headers: { cookie } })).status, 200);
    return installed.get(OTHER)?.bot?.token ?? "";
  }
  const token = await install();
  equal(await install(), token);
  await other.command({ userId: "U0CAROL", channelId: GENERAL, text: "/meetings" });
  await other.until(() => other.visible(GENERAL)[0]?.plain === "hello");
  other.endInstallation();
  notEqual(await install(), token);
  await clientOf(slack, other.botToken).apiCall("apps.uninstall", {
    ...{ client_id: slack.clientId, client_secret: slack.clientSecret },
  });
  await refused(clientOf(slack, other.botToken).auth.test(), "account_inactive");
});
