import { deepEqual, equal, ok } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startRedis } from "../../scripts/redis.mjs";
import { startSlack } from "../stand-ins/slack.ts";
import { meetingBodies, zoomSender } from "../stand-ins/zoom.ts";
import { CHANNEL, SECRET, settings } from "./notifier.ts";
import { startProcess } from "./process.ts";

test("the log says once that Redis is gone and once that it is back, without a stack", {
  timeout: 60_000,
}, async (t) => {
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
  const { send } = zoomSender({ url: `${notifier.url}/zoom/webhook`, secret: SECRET });
  const { started } = meetingBodies({ startedAt: Date.now() });
  const told = () => notifier.lines.map((line) => JSON.parse(line));

  await redis.now.stop();
  equal((await send(started())).status, 503); // it tried for 2 s, and the courier looked every second
  redis.now = await startRedis({ dir, appendonly: true });
  while (!told().some(({ msg }) => msg === "what is due can be looked at again")) await sleep(20);
  equal((await send(started())).status, 200);

  const troubles = told()
    .filter(({ level }) => level === "error" || level === "warn")
    .filter(({ msg }) => !msg.endsWith("in the next minute")); // when a minute begins just now
  deepEqual(troubles.map(({ msg, err }) => [msg, typeof err?.message, err?.stack]).sort(), [
    ["Redis cannot be reached: nothing is kept or sent until it can", "string", undefined],
    ["a fact could not be kept: Zoom is asked to send it again", "string", undefined],
    ["what is due cannot be looked at: no card is sent", "string", undefined],
  ]);
  const { times, afterMs } = told().find(({ msg }) => msg === "what is due can be looked at again");
  ok(times >= 2 && afterMs >= 1_000, `met ${times} times in ${afterMs} ms`);
  equal(told().filter(({ msg }) => msg === "Redis is back").length, 1);
});
