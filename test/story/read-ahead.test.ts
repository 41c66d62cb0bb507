import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { startRedis } from "../../scripts/redis.mjs";
import { configFrom } from "../../src/config.ts";
import { startNotifier } from "../../src/main.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { redisSubscriptions } from "../../src/redis/subscriptions.ts";
import { connected } from "../redis/store.ts";
import { startSlack } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { subscription } from "../subscriptions.ts";
import { PEOPLE, settings, zoomAt } from "./notifier.ts";

const ROOMS = ["C0ROOM", "C0HALL", "C0YARD"];

describe("channels that subscribed", () => {
  test("are read before anybody meets, so that no card has to wait for it", { timeout: 240_000 }, async (t) => {
    const redis = await startRedis();
    const slack = await startSlack({ users: PEOPLE, channels: ROOMS.map((id) => ({ id, name: id.toLowerCase() })) });
    const env = settings({ redisUrl: redis.url, slackApi: slack.apiUrl, extra: { SLACK_CHANNEL: "" } });
    const client = await connected(redis.url);
    const store = redisSubscriptions(client, redisKeys(env.REDIS_PREFIX), new Map());
    for (const id of ROOMS) await store.change(`slack:${id}`, () => subscription({}));
    const notifier = await startNotifier(configFrom(env));
    t.after(async () => {
      await notifier.stop();
      client.disconnect();
      await slack.close();
      await redis.stop();
    });
    const calls = (method: string) =>
      slack.calls.filter((call) => call.method === method).map(({ channel }) => channel);
    await slack.until(() => calls("conversations.history").length === ROOMS.length);
    deepEqual(calls("conversations.history").toSorted(), ROOMS.toSorted());
    deepEqual(calls("chat.postMessage"), []);

    const zoom = zoomAt(`http://127.0.0.1:${notifier.port}`);
    equal((await zoom.send(meetingBodies({ startedAt: Date.now() - 60_000 }).started())).status, 200);
    await slack.until(() => calls("chat.postMessage").length === ROOMS.length);
    equal(calls("conversations.history").length, ROOMS.length, "none was read again");
  });
});
