import { equal } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { configFrom } from "../../src/config.ts";
import { startNotifier } from "../../src/main.ts";
import { startSlack } from "../stand-ins/slack.ts";
import { zoomSender } from "../stand-ins/zoom.ts";

export const CHANNEL = "C0MEETINGS";
export const SECRET = "zm_test_secret_01";

/** Zoom at a notifier. It waits longer than the 3 s of the real one: whoever tests that limit looks at `tookMs`. */
export const zoomAt = (url: string) => zoomSender({ url: `${url}/zoom/webhook`, secret: SECRET, timeoutMs: 15_000 }); // a machine may be busy

export const PEOPLE = [
  { id: "U0ALICE", name: "alice", realName: "Alice Ng", tz: "UTC", email: "alice@example.com" },
  { id: "U0BEN", name: "ben", realName: "Ben Ito", tz: "America/New_York", email: "ben@example.com" },
];

/** The settings of a notifier between these stand-ins. */
export function settings({ redisUrl, slackApi, extra = {} }: { redisUrl: string; slackApi: string; extra?: object }) {
  return {
    PORT: "0",
    HOST: "127.0.0.1",
    REDIS_URL: redisUrl,
    REDIS_PREFIX: `{test-${randomUUID().slice(0, 8)}}`,
    ZOOM_WEBHOOK_SECRET: SECRET,
    SLACK_BOT_TOKEN: "xoxb-stand-in",
    SLACK_SIGNING_SECRET: "stand-in-signing-secret",
    SLACK_API_URL: slackApi,
    SLACK_CHANNEL: CHANNEL,
    DIGEST_DAYS: "off",
    ...extra,
  };
}

interface StoryOptions extends Record<string, unknown> {
  redis?: StartedRedis;
  /** What Slack is like before the notifier starts. */
  beforehand?: (slack: Awaited<ReturnType<typeof startSlack>>) => void;
}

/** The whole notifier with a real Redis, between stand-ins of Zoom and Slack; other options are settings. */
export async function startStory({ redis, beforehand, ...extra }: StoryOptions = {}) {
  const ownRedis = redis ?? (await startRedis());
  const slack = await startSlack({
    users: PEOPLE,
    channels: [{ id: CHANNEL, name: "meetings" }],
    socketMode: "SLACK_APP_TOKEN" in extra,
  });
  beforehand?.(slack);
  const env = settings({ redisUrl: ownRedis.url, slackApi: slack.apiUrl, extra });
  const notifier = await startNotifier(configFrom(env));
  const url = `http://127.0.0.1:${notifier.port}`;
  slack.commandUrl = `${url}/slack/events`;
  const zoom = zoomAt(url);
  return {
    url,
    slack,
    zoom,
    env,
    notifier,
    redis: ownRedis,
    /** Sends deliveries one after another and insists that each is taken. */
    async zoomSends(...bodies: object[]) {
      for (const body of bodies) equal((await zoom.send(body)).status, 200);
    },
    /** What stands in the channel, as soon as it is this. */
    shows: (...texts: string[]) =>
      slack.until(() => {
        const seen = slack.visible(CHANNEL).map(({ plain }) => plain);
        return seen.length === texts.length && texts.every((text, index) => seen[index]?.includes(text)) && seen;
      }),
    seen: () => slack.visible(CHANNEL).map(({ plain }) => plain),
    async stop() {
      await notifier.stop();
      await slack.close();
      if (!redis) await ownRedis.stop();
    },
  };
}
