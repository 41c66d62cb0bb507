import { equal, rejects } from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { App, ExpressReceiver } from "@slack/bolt";
import { type Logger, LogLevel, type WebAPIPlatformError, WebClient } from "@slack/web-api";
import express from "express";
import { BOT, type SlackOptions, type SlackStandIn, startSlack } from "../slack.ts";

export const GENERAL = "C0GENERAL";
export const BOARD = "G0BOARD";
export const HIDDEN = "G0HIDDEN";
export const LOBBY = "C0LOBBY";
export const ATTIC = "C0ATTIC";

export const SILENT: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** A workspace with two people and a channel of every sort, and Slack's own client for it. */
export async function workspace(t: TestContext, options: SlackOptions = {}) {
  const slack = await startSlack({
    limits: false,
    users: [
      { id: "U0ALICE", name: "alice", realName: "Alice Ng", tz: "Europe/Zurich", email: "alice@example.com" },
      { id: "U0BOB", name: "bob", realName: "Bob Brown", tz: "America/New_York" },
    ],
    channels: [
      { id: GENERAL, name: "general" },
      { id: BOARD, name: "board", isPrivate: true, members: ["U0ALICE"] },
      { id: HIDDEN, name: "hidden", isPrivate: true, botIsMember: false },
      { id: LOBBY, name: "lobby", botIsMember: false },
      { id: ATTIC, name: "attic", isArchived: true },
    ],
    ...options,
  });
  t.after(slack.close);
  const client = clientOf(slack);
  const say = (text: string, channel = GENERAL) => client.chat.postMessage({ channel, text });
  const seen = (channel = GENERAL) => slack.visible(channel).map(({ plain }) => plain);
  return { slack, client, say, seen };
}

/** Slack's own client, which neither repeats a call nor waits when told to slow down. */
export const clientOf = ({ apiUrl, botToken }: Pick<SlackStandIn, "apiUrl" | "botToken">, token = botToken) =>
  new WebClient(token, {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: SILENT,
  });

/** An app of a few lines behind a real Bolt, so that Slack's own library judges what we send. */
export async function withApp(t: TestContext, listen: (app: App) => void, options: SlackOptions = {}) {
  const world = await workspace(t, options);
  const web = express();
  const receiver = new ExpressReceiver({
    signingSecret: world.slack.signingSecret,
    app: web,
    endpoints: "/slack/events",
    logger: SILENT,
  });
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: world.slack.botToken, botId: BOT.botId, botUserId: BOT.userId }),
    clientOptions: { slackApiUrl: world.slack.apiUrl },
    logger: SILENT,
  });
  listen(app);
  world.slack.commandUrl = `${await listening(t, web)}slack/events`;
  return world;
}

/** What came with the refusal, for a test that wants to see more than its name. */
export async function refused(call: Promise<unknown>, error: string): Promise<Record<string, unknown>> {
  let data: Record<string, unknown> = {};
  await rejects(call, (thrown: WebAPIPlatformError) => {
    data = { ...thrown.data };
    return true;
  });
  equal(data.error, error);
  return data;
}

export async function listening(t: TestContext, handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

export const rich = (text: string) => ({
  type: "rich_text" as const,
  elements: [{ type: "rich_text_section" as const, elements: [{ type: "text" as const, text }] }],
});
export const section = (text: string) => ({ type: "section" as const, text: { type: "mrkdwn" as const, text } });
export const button = (actionId: string, label: string, value?: string) => ({
  type: "actions" as const,
  elements: [
    {
      type: "button" as const,
      action_id: actionId,
      text: { type: "plain_text" as const, text: label },
      ...(value && { value }),
    },
  ],
});
