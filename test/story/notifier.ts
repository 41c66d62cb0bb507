import { equal } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { configFrom } from "../../src/config.ts";
import { startNotifier } from "../../src/main.ts";
import { startSlack } from "../stand-ins/slack.ts";
import { type ZoomSender, zoomSender } from "../stand-ins/zoom.ts";

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

/**
 * Delivers one after another and insists that each is taken: at once, or again where it could not be kept in all the time
 * that there was, as on a very busy machine.
 */
export async function insistently({ send }: ZoomSender, bodies: readonly object[]): Promise<void> {
  for (const body of bodies) {
    let answer = await send(body);
    for (let tries = 1; answer.status === 503 && answer.tookMs > 2_000 && tries < 5; tries += 1) {
      answer = await send(body);
    }
    equal(answer.status, 200);
  }
}

let lastStart: Promise<unknown> = Promise.resolve();

/** One after another: of many that start at once in one process, Redis' answers would come too late for some. */
export function inTurn<T>(start: () => Promise<T>): Promise<T> {
  const started = lastStart.then(start);
  lastStart = started.catch(() => {});
  return started;
}

interface StoryOptions extends Record<string, unknown> {
  redis?: StartedRedis;
  /** Who there is in Slack, if others than usual. */
  people?: typeof PEOPLE;
  /** What Slack is like before the notifier starts. */
  beforehand?: (slack: Awaited<ReturnType<typeof startSlack>>) => void;
}

/** The whole notifier with a real Redis, between stand-ins of Zoom and Slack; other options are settings. */
export function startStory(options: StoryOptions = {}) {
  return inTurn(() => startNow(options));
}

async function startNow({ redis, people = PEOPLE, beforehand, ...extra }: StoryOptions) {
  const ownRedis = redis ?? (await startRedis());
  const slack = await startSlack({
    users: people,
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
    zoomSends: (...bodies: object[]) => insistently(zoom, bodies),
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
