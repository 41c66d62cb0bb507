import { deepEqual, equal, ok } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startRedis } from "../../scripts/redis.mjs";
import { connected } from "../redis/store.ts";
import { startSlack } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, settings, zoomAt } from "./notifier.ts";
import { startProcess } from "./process.ts";

async function notifierWithLog(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "redis-"));
  const redis = { now: await startRedis({ dir, appendonly: true }) };
  const slack = await startSlack({ channels: [{ id: CHANNEL, name: "meetings" }] });
  const notifier = await startProcess(settings({ redisUrl: redis.now.url, slackApi: slack.apiUrl }));
  t.after(async () => {
    await notifier.kill();
    await slack.close();
    await redis.now.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const told = () => notifier.lines.map((line) => JSON.parse(line));
  return {
    send: zoomAt(notifier.url).send,
    readyz: `${notifier.url}/readyz`,
    redisUrl: redis.now.url,
    kill: () => redis.now.stop(),
    async startAgain() {
      redis.now = await startRedis({ dir, appendonly: true });
    },
    /** What its operator should look at. */
    troubles: () =>
      told()
        .filter(({ level }) => level === "error" || level === "warn")
        .filter(({ msg }) => !msg.endsWith("in the next minute")), // when a minute begins just now
    /** The lines that say this, as soon as there is one. */
    async says(words: string) {
      for (;;) {
        const lines = told().filter(({ msg }) => msg === words);
        if (lines.length > 0) return lines;
        await sleep(20);
      }
    },
  };
}

describe("the log", { concurrency: true, timeout: 240_000 }, () => {
  test("says once that Redis is gone and once that it is back, without a stack", async (t) => {
    const { send, kill, startAgain, says, troubles } = await notifierWithLog(t);
    const { started } = meetingBodies({ startedAt: Date.now() });
    await says("card: read ahead"); // with nothing in hand, for each card in hand has a line of its own
    await kill();
    await says("what is due cannot be looked at: no card is sent");
    equal((await send(started())).status, 503); // it tried for 2 s, and the courier looks again every second
    await startAgain();
    const [{ times, afterMs }, ...more] = await says("what is due can be looked at again");
    ok(times >= 2 && afterMs >= 1_000, `met ${times} times in ${afterMs} ms`);
    deepEqual(more, []);
    equal((await says("Redis is back")).length, 1);
    equal((await send(started())).status, 200);
    deepEqual(
      troubles()
        .map(({ msg, err }) => [msg, typeof err?.message, err?.stack])
        .sort(),
      [
        ["Redis cannot be reached: nothing is kept or sent until it can", "string", undefined],
        ["a fact could not be kept: Zoom is asked to send it again", "string", undefined],
        ["what is due cannot be looked at: no card is sent", "string", undefined],
      ],
    );
  });

  test("and /readyz say that Redis begins to throw keys away, and deliveries are taken all the same", async (t) => {
    const { send, readyz, redisUrl, says, troubles } = await notifierWithLog(t);
    const redis = await connected(redisUrl);
    t.after(() => redis.disconnect());
    const asked = async () => {
      const answer = await fetch(readyz);
      return [answer.status, await answer.text()];
    };
    await redis.config("SET", "maxmemory-policy", "allkeys-lru");
    const because = "maxmemory-policy is allkeys-lru, which loses facts: set it to noeviction";
    for (let time = 1; time <= 3; time += 1) deepEqual(await asked(), [503, `redis: ${because}\n`]);
    equal((await send(meetingBodies({ startedAt: Date.now() }).started())).status, 200);
    await redis.config("SET", "maxmemory-policy", "noeviction");
    while ((await asked())[0] !== 200) await sleep(50);
    equal((await says("Redis loses nothing any more")).length, 1);
    deepEqual(
      troubles().map(({ msg, err }) => [msg, err.message]),
      [["Redis may lose what it keeps", because]],
    );
  });
});
