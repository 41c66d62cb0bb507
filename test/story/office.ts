import { equal } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { configFrom } from "../../src/config.ts";
import { startNotifier } from "../../src/main.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { connected } from "../redis/store.ts";
import { type SlackOptions, startSlack } from "../stand-ins/slack.ts";
import { insistently, settings, zoomAt } from "./notifier.ts";
import { zoneWhereItIs } from "./zones.ts";

export const GENERAL = "C0GENERAL";
export const SALES = "C0SALES";
export const ATTIC = "C0ATTIC";
/** Private, with the app in it; only Alice is a member. */
export const BOARD = "G0BOARD";
/** Private, without the app. */
export const HIDDEN = "G0HIDDEN";
export const ALICE = "U0ALICE";
export const BEN = "U0BEN";
/** An admin of the workspace. */
export const ADA = "U0ADA";
/** Of another company. */
export const EVE = "U0EVE";

/** What was a moment ago was today for all of them. */
const NOON = zoneWhereItIs(12);
const PEOPLE = [
  { id: ALICE, name: "alice", realName: "Alice Ng", tz: NOON, email: "Alice@example.com" },
  { id: BEN, name: "ben", realName: "Ben Ito", tz: NOON, email: "ben@example.com" },
  { id: ADA, name: "ada", realName: "Ada Root", tz: NOON, email: "ada@example.com", isAdmin: true },
  { id: EVE, name: "eve", realName: "Eve Other", tz: NOON, email: "eve@partner.example", teamId: "T0PARTNER" },
];
const OURS = [ALICE, BEN, ADA];
const CHANNELS = [
  { id: GENERAL, name: "general", members: OURS },
  { id: SALES, name: "sales", members: OURS },
  { id: ATTIC, name: "attic", isArchived: true, members: OURS },
  { id: BOARD, name: "board", isPrivate: true, members: [ALICE] },
  { id: HIDDEN, name: "hidden", isPrivate: true, members: OURS, botIsMember: false },
];

/** The whole notifier in a workspace where nothing is subscribed yet, and what its people do. */
export async function startOffice({
  redis,
  slack: slackOptions = {},
  ...extra
}: { redis?: StartedRedis; slack?: SlackOptions } & Record<string, unknown> = {}) {
  const ownRedis = redis ?? (await startRedis());
  const slack = await startSlack({ users: PEOPLE, channels: CHANNELS, ...slackOptions });
  const env = settings({ redisUrl: ownRedis.url, slackApi: slack.apiUrl, extra: { SLACK_CHANNEL: "", ...extra } });
  const notifier = await startNotifier(configFrom(env));
  const url = `http://127.0.0.1:${notifier.port}`;
  slack.commandUrl = `${url}/slack/events`;
  const zoom = zoomAt(url);

  const answered = async (asked: Awaited<ReturnType<typeof slack.command>>) => {
    equal(asked.status, 200);
    return slack.until(() => asked.answers().at(-1));
  };
  return {
    url,
    env,
    slack,
    zoom,
    notifier,
    redis: ownRedis,
    /** Types a command and reads the answer. */
    asks: async (text: string, { userId = ALICE, channelId = GENERAL } = {}) =>
      (await answered(await slack.command({ userId, channelId, text: `/meetings ${text}` }))).plain,
    answerTo: async (text: string, { userId = ALICE, channelId = GENERAL } = {}) =>
      answered(await slack.command({ userId, channelId, text: `/meetings ${text}` })),
    answered,
    zoomSends: (...bodies: object[]) => insistently(zoom, bodies),
    seen: (channelId = GENERAL) => slack.visible(channelId).map(({ plain }) => plain),
    /** What stands in the channel, as soon as each message has its text. */
    shows: (channelId: string, ...texts: string[]) =>
      slack.until(() => {
        const seen = slack.visible(channelId).map(({ plain }) => plain);
        return seen.length === texts.length && texts.every((text, index) => seen[index]?.includes(text)) && seen;
      }),
    /** Resolves when no card of the channel is in hand: what Slack said of the last one is written down. */
    async settled(channelId: string) {
      const client = await connected(ownRedis.url);
      while (await client.hexists(redisKeys(env.REDIS_PREFIX).hands, `slack:${channelId}`)) await sleep(20);
      client.disconnect();
    },
    async stop() {
      await notifier.stop();
      await slack.close();
      if (!redis) await ownRedis.stop();
    },
  };
}

export type Office = Awaited<ReturnType<typeof startOffice>>;
