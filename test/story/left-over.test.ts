import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startRedis } from "../../scripts/redis.mjs";
import { configFrom } from "../../src/config.ts";
import { startNotifier } from "../../src/main.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { redisMoves } from "../../src/redis/move-channel.ts";
import { redisSubscriptions } from "../../src/redis/subscriptions.ts";
import { connected, NINETY_DAYS_MS } from "../redis/store.ts";
import { startSlack } from "../stand-ins/slack.ts";
import { subscription } from "../subscriptions.ts";
import { PEOPLE, settings } from "./notifier.ts";

const [OLD, NEW, ROOM] = ["C0OLD", "C0NEW", "C0ROOM"];

describe("what another process died over", () => {
  test("is gone on with by the next one that starts", { timeout: 240_000 }, async (t) => {
    const redis = await startRedis();
    const slack = await startSlack({
      users: PEOPLE,
      channels: [NEW, ROOM].map((id) => ({ id, name: id.toLowerCase() })),
    });
    const env = settings({ redisUrl: redis.url, slackApi: slack.apiUrl, extra: { SLACK_CHANNEL: "" } });
    const client = await connected(redis.url);
    const keys = redisKeys(env.REDIS_PREFIX);
    const store = redisSubscriptions(client, keys, new Map());
    await store.change(`slack:${OLD}`, () => subscription({ by: "U0ALICE" }), "live");
    await redisMoves(client, keys, { retentionMs: NINETY_DAYS_MS }).move(`slack:${OLD}`, `slack:${NEW}`);
    await store.change(`slack:${ROOM}`, () => subscription(), "live");
    equal((await store.unshown()).length, 2);

    const notifier = await startNotifier(configFrom(env));
    t.after(async () => {
      await notifier.stop();
      client.disconnect();
      await slack.close();
      await redis.stop();
    });
    while ((await store.unshown()).length > 0) await sleep(50); // at once, or in the next minute if Redis is slow
    deepEqual([...(await store.fresh()).channels.keys()].toSorted(), [`slack:${NEW}`, `slack:${ROOM}`]);
  });
});
