import { deepEqual, equal, match } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WebClient } from "@slack/web-api";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { CRASH_POINTS, type CrashPoint } from "../../src/crash-point.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { connected } from "../redis/store.ts";
import { type SlackStandIn, startSlack } from "../stand-ins/slack.ts";
import { meetingBodies, type ZoomBody } from "../stand-ins/zoom.ts";
import { settings, zoomAt } from "../story/notifier.ts";
import { heardThen } from "../story/past.ts";
import { type NotifierProcess, NotStarted, startProcess } from "../story/process.ts";

const MINUTE_MS = 60_000;
const SOON = { timeoutMs: 60_000 };

/** Where an earlier process has to die so that a later one gets to a point. */
const FIRST: Partial<Record<CrashPoint, CrashPoint>> = {
  "after-find": "after-post",
  "after-adopt": "after-post",
  "after-remove": "after-post",
};
const WITH_A_TWIN = new Set<CrashPoint>(["after-remove"]);
/** Reached by a card whose message may not be edited: the end is told in its thread. */
const IN_A_REPLY = new Set<CrashPoint>(["after-follow-up"]);
/** Reached by a meeting that fell silent, before the notifier is ready. */
const IN_SILENCE = new Set<CrashPoint>(["before-over", "after-over"]);

describe("a notifier that dies", { concurrency: true, timeout: 480_000 }, () => {
  let redis: StartedRedis;
  let slack: SlackStandIn;
  before(async () => {
    redis = await startRedis({ appendonly: true });
    const channels = CRASH_POINTS.map((point) => ({ id: channelOf(point), name: point }));
    slack = await startSlack({ channels: [...channels, { id: REPLIES, name: "replies" }] });
  });
  after(async () => {
    await slack.close();
    await redis.stop();
  });

  for (const point of CRASH_POINTS) {
    test(`${point} leaves one card, which the next one makes right`, async (t) => {
      const channel = channelOf(point);
      const scene = openScene(t, { redis, slack, channel });
      const isInReply = IN_A_REPLY.has(point);
      const seen = () => (isInReply ? scene.replies() : slack.visible(channel)).map(({ plain }) => plain);
      if (isInReply) scene.closeEdits();
      const { bodies, heard, truth } = IN_SILENCE.has(point) ? silentTalk() : talk();
      await heardThen({ redis, prefix: scene.prefix, channel }, heard);

      const first = FIRST[point];
      if (first) equal(await scene.diesAt(first, bodies), "SIGKILL");
      if (WITH_A_TWIN.has(point)) await postTwin(slack, channel);
      equal(await scene.diesAt(point, bodies), "SIGKILL");

      const next = await scene.start();
      for (const body of bodies) equal((await scene.sender(next).send(body)).status, 200); // Zoom sends again
      await slack.until(() => seen().length === 1 && truth.test(seen()[0] ?? ""), SOON);
      await scene.quiet();
      deepEqual(seen().length, 1);
      match(seen()[0] ?? "", truth);
    });
  }

  test("after it posted a reply leaves one reply, which the next one adopts", async (t) => {
    const scene = openScene(t, { redis, slack, channel: REPLIES });
    const { bodies, truth } = talk();
    const [started, ended] = bodies as [ZoomBody, ZoomBody];
    const first = await scene.start();
    equal((await scene.sender(first).send(started)).status, 200);
    await slack.until(() => slack.visible(REPLIES).length === 1, SOON);
    await first.kill();
    scene.closeEdits();
    equal(await scene.diesAt("after-post", [ended]), "SIGKILL");
    equal(scene.replies().length, 1);

    await scene.start();
    await scene.quiet();
    deepEqual([slack.visible(REPLIES).length, scene.replies().length], [1, 1]);
    match(scene.replies()[0]?.plain ?? "", truth);
    const posts = slack.calls.filter(({ method, channel }) => method === "chat.postMessage" && channel === REPLIES);
    equal(posts.length, 2);
  });
});

const REPLIES = "C0REPLIES";

function channelOf(point: CrashPoint): string {
  return `C0${point.replaceAll("-", "").toUpperCase()}`;
}

interface Setting {
  redis: StartedRedis;
  slack: SlackStandIn;
  channel: string;
}

/** Notifiers that share a prefix and a channel, one after another. */
function openScene(t: TestContext, { redis, slack, channel }: Setting) {
  const prefix = `{crash-${randomUUID().slice(0, 8)}}`;
  const extra = { REDIS_PREFIX: prefix, SLACK_CHANNEL: channel };
  const env = settings({ redisUrl: redis.url, slackApi: slack.apiUrl, extra });
  const start = async (more: Record<string, string> = {}) => {
    const notifier = await startProcess({ ...env, ...more });
    t.after(() => notifier.kill());
    return notifier;
  };
  const sender = ({ url }: NotifierProcess) => zoomAt(url);
  return {
    /** No message may be edited from now on. */
    closeEdits() {
      const how = { error: "edit_window_closed" };
      slack.fail({ method: "chat.update", channel, how, times: Number.POSITIVE_INFINITY });
    },
    /** What stands in the thread of the first message. */
    replies: () => slack.replies(channel, slack.visible(channel)[0]?.ts ?? ""),
    prefix,
    start,
    sender,
    /** Starts a notifier that is to die there and gives it what to do; resolves with how it ended. */
    async diesAt(point: CrashPoint, bodies: readonly ZoomBody[]): Promise<NodeJS.Signals | null> {
      try {
        const doomed = await start({ CRASH_AT: point });
        let isDead = false;
        const ended = doomed.exited.then(({ signal }) => {
          isDead = true;
          return signal;
        });
        for (const body of bodies) {
          await sender(doomed).send(body);
          // the next delivery comes when the last one is shown, or when nobody is there to show it
          while (!isDead && slack.visible(channel).length === 0) await sleep(20);
        }
        return await ended;
      } catch (error) {
        if (error instanceof NotStarted) return error.signal;
        throw error;
      }
    },
    /** Resolves when no card is due or in hand any more. */
    async quiet() {
      const client = await connected(redis.url);
      while ((await client.zcard(redisKeys(prefix).channels)) > 0) await sleep(20);
      client.disconnect();
    },
  };
}

interface Scene {
  bodies: ZoomBody[];
  heard: { body: ZoomBody; at: number }[];
  truth: RegExp;
}

function talk(): Scene {
  const endedAt = Math.floor(Date.now() / 1_000) * 1_000;
  const bodies = meetingBodies({ startedAt: endedAt - 20 * MINUTE_MS, topic: "Talk" });
  return { bodies: [bodies.started(), bodies.ended(endedAt)], heard: [], truth: /^⚪ {2}Talk {2}ended after 20 min\n/ };
}

function silentTalk(): Scene {
  const startedAt = Math.floor(Date.now() / 1_000) * 1_000 - 90 * MINUTE_MS;
  const leftAt = startedAt + 48 * MINUTE_MS;
  const bodies = meetingBodies({ startedAt, topic: "Talk" });
  const jo = bodies.connection({ name: "Jo Brandt" });
  const heard = [
    { body: bodies.started(), at: startedAt },
    { body: jo.joined(startedAt), at: startedAt },
    { body: jo.left(leftAt), at: leftAt },
  ];
  return { bodies: [], heard, truth: /^⚪ {2}Talk {2}ended after about 48 min\n/ };
}

/** The same card once more, as a process may post it that was frozen meanwhile. */
async function postTwin(slack: SlackStandIn, channel: string): Promise<void> {
  const [original] = slack.visible(channel);
  if (!original?.metadata) throw new Error("there is no message to double");
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const { metadata, text, blocks } = original;
  await client.chat.postMessage({ channel, text, blocks: blocks as never, metadata: metadata as never });
}
