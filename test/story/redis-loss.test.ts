import { equal, ok } from "node:assert/strict";
import { globSync, mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startRedis } from "../../scripts/redis.mjs";
import { redisKeys } from "../../src/redis/keys.ts";
import { connected } from "../redis/store.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { startStory } from "./notifier.ts";

async function lossyStory(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "redis-"));
  const server = { now: await startRedis({ dir, appendonly: true }) };
  const story = await startStory({ redis: server.now });
  t.after(async () => {
    await story.stop();
    await server.now.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const file = () => globSync(join(dir, "**/*.aof")).toSorted((a, b) => statSync(b).size - statSync(a).size)[0] ?? "";
  return {
    ...story,
    posts: () => story.slack.calls.filter(({ method }) => method === "chat.postMessage").length,
    async losesEverything() {
      const redis = await connected(server.now.url);
      await redis.flushall();
      redis.disconnect();
    },
    /** Resolves when all that was posted is written down. */
    async quiet() {
      const redis = await connected(server.now.url);
      while ((await redis.zcard(redisKeys(story.env.REDIS_PREFIX).channels)) > 0) await sleep(20);
      redis.disconnect();
    },
    written: () => statSync(file()).size,
    /** It is killed, and of what it wrote only so many bytes are still there when it starts again. */
    async losesAllAfter(bytes: number) {
      await server.now.stop();
      truncateSync(file(), bytes);
      server.now = await startRedis({ dir, appendonly: true });
    },
  };
}

function standUp() {
  const endedAt = Date.now();
  return { endedAt, ...meetingBodies({ startedAt: endedAt - 20 * 60_000, topic: "Stand-up" }) };
}

describe("when Redis has forgotten", { concurrency: true, timeout: 240_000 }, () => {
  test("everything, a live meeting keeps its one message, which tells its end", async (t) => {
    const { zoomSends, shows, posts, quiet, losesEverything } = await lossyStory(t);
    const [one, two] = [standUp(), meetingBodies({ startedAt: Date.now(), topic: "Retro" })];
    await zoomSends(one.started(), two.started());
    await shows("🟢  Stand-up  is live", "🟢  Retro  is live");
    await quiet();
    await losesEverything();
    await zoomSends(one.ended(one.endedAt), two.connection({ name: "Mara Lind" }).joined(Date.now()));
    await shows("⚪  Stand-up  ended after 20 min", "In: Mara Lind");
    equal(posts(), 2);
  });

  test("the last second, a message that was posted in it is not posted again", async (t) => {
    const { zoomSends, shows, posts, quiet, written, losesAllAfter } = await lossyStory(t);
    const { started, ended, endedAt } = standUp();
    const before = written();
    await zoomSends(started());
    await shows("🟢  Stand-up  is live");
    await quiet();
    ok(written() > before + 20);
    await losesAllAfter(before + 20); // in the middle of a command
    await zoomSends(ended(endedAt));
    await shows("⚪  Stand-up  ended after 20 min");
    equal(posts(), 1);
  });
});
