import { deepEqual, equal } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { redisFacts } from "../../src/redis/facts.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { startSentinels } from "../redis/sentinels.ts";
import { portOf, says, until } from "../redis/servers.ts";
import { connected, NINETY_DAYS_MS } from "../redis/store.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { guestsJoin, namesIn } from "./guests.ts";
import { startStory } from "./notifier.ts";

/** Longer than the webhook tries, so that somebody is asked to send again. */
const DOWN_AFTER_MS = 3_000;

async function storyWithSentinels(t: TestContext) {
  const redis = await startSentinels({ downAfterMs: DOWN_AFTER_MS });
  const story = await startStory({ redis });
  t.after(async () => {
    await story.stop();
    await redis.stop();
  });
  return {
    ...redis,
    ...story,
    async ready() {
      const answer = await fetch(`${story.url}/readyz`);
      return { status: answer.status, text: await answer.text() };
    },
    /** What is kept of a meeting at this url. */
    async factsAt(url: string, uuid: string) {
      const redis = await connected(url);
      const facts = await redisFacts(redis, redisKeys(story.env.REDIS_PREFIX), { retentionMs: NINETY_DAYS_MS }).factsOf(
        uuid,
      );
      redis.disconnect();
      return facts;
    },
  };
}

describe("when Sentinels choose another master", { concurrency: true, timeout: 240_000 }, () => {
  for (const how of ["is killed", "is frozen"] as const) {
    test(`because it ${how}, nothing that was taken is lost, and one card tells it`, async (t) => {
      const story = await storyWithSentinels(t);
      const { zoom, zoomSends, shows, master, replica, ready, factsAt } = story;
      const startedAt = Date.now() - 20 * 60_000;
      const bodies = meetingBodies({ startedAt, topic: "Stand-up" });
      await zoomSends(bodies.started());
      await shows("🟢  Stand-up  is live");
      const guests = guestsJoin(t, zoom, bodies);
      await guests.untilTaken(20);

      process.kill(master.pid, how === "is killed" ? "SIGKILL" : "SIGSTOP");
      const lostAt = performance.now();
      const isInTrouble = async () =>
        isDeepStrictEqual(await ready(), { status: 503, text: "redis: does not answer\n" });
      await Promise.all([guests.untilAnswered(503), until("trouble is told", isInTrouble)]); // before another is chosen
      await guests.untilTaken(20);
      t.diagnostic(`taken again ${Math.round(performance.now() - lostAt)} ms after the master was lost`);
      await until("ready", async () => (await ready()).status === 200);
      equal(await says(portOf(replica), "role:master"), true);

      if (how === "is frozen") {
        process.kill(master.pid, "SIGCONT");
        await until("the old master follows the new one", async () => says(portOf(master), "master_link_status:up"));
        await guests.untilTaken(20);
      }
      await guests.stop();
      deepEqual([...new Set(guests.answers)].sort(), [200, 503]);

      const kept = namesIn(await factsAt(replica.url, bodies.meeting.uuid));
      deepEqual(
        guests.taken.filter((name) => !kept.has(name)),
        [],
      );
      if (how === "is frozen") {
        await until("the old master has just what the new one has", async () =>
          isDeepStrictEqual(namesIn(await factsAt(master.url, bodies.meeting.uuid)), kept),
        );
      }
      await zoomSends(bodies.ended(Date.now()));
      await shows("⚪  Stand-up  ended after ");
    });
  }
});
