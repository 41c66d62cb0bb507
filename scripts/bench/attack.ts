import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { ask } from "../../test/hostile/ask.ts";
import { corpus } from "../../test/hostile/corpus.ts";

/** A thread of its own, so that what it costs to attack does not delay the honest senders themselves. */
const { port, zoomSecret, slackSecret, perSecond, atOnce } = workerData;
const entries = corpus({ zoomSecret, slackSecret, nowMs: Date.now() });
const startedAt = performance.now();
let sent = 0;

async function lane(): Promise<void> {
  for (;;) {
    await sleep(Math.max(0, startedAt + (sent * 1_000) / perSecond - performance.now()));
    const { bytes } = entries[sent % entries.length] as (typeof entries)[number];
    sent += 1;
    await ask(port, bytes);
    if (sent % 50 === 0) parentPort?.postMessage(sent);
  }
}

await Promise.all(Array.from({ length: atOnce }, lane));
