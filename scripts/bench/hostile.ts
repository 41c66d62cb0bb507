import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { meetingBodies } from "../../test/stand-ins/zoom.ts";
import { percentile, sendAtRate, signedRequest } from "./load.ts";
import { row } from "./row.ts";
import { type Bench, SECRET } from "./stage.ts";

const PER_SECOND = 100;
const SECONDS = 20;
const AT_ONCE = 16;
const GOAL_MS = 250;

/** How long honest senders wait while as many hostile requests come in, the whole corpus over and over. */
export async function besideHostile(bench: Bench) {
  const { port } = await bench.notifier({ SLACK_CHANNEL: "" });
  const honest = async () => {
    const { tookMs, notOk } = await sendAtRate(port, deliveries(), PER_SECOND);
    if (notOk > 0) throw new Error(`${notOk} honest deliveries were not answered with 200`);
    return percentile(tookMs, 0.99);
  };
  await honest(); // to warm up
  const alone = await honest();
  const attack = await attackOn(port, bench.slack.signingSecret);
  const beside = await honest();
  const hostile = await attack.stop();
  return [
    row({
      figure: `answer to Zoom at ${PER_SECOND} events/s beside hostile requests, p99`,
      measured: beside,
      unit: "ms",
      floor: alone,
      goal: `≤ ${GOAL_MS} ms, all 200`,
      reached: beside <= GOAL_MS,
      numbers: { hostilePerSecond: Math.round(hostile / SECONDS) },
    }),
  ];
}

function deliveries(): Buffer[] {
  const startedAt = Date.now() - 30 * 60_000;
  const bodies = meetingBodies({ startedAt, topic: "Honest" });
  return Array.from({ length: PER_SECOND * SECONDS }, (_, index) =>
    signedRequest(bodies.connection({ name: `Person ${index}`, id: `u${index}` }).joined(startedAt + index), SECRET),
  );
}

async function attackOn(port: number, slackSecret: string) {
  const worker = new Worker(new URL("./attack.ts", import.meta.url), {
    workerData: { port, zoomSecret: SECRET, slackSecret, perSecond: PER_SECOND, atOnce: AT_ONCE },
  });
  let sent = 0;
  worker.on("message", (count: number) => {
    sent = count;
  });
  await once(worker, "message"); // it takes a while to write all that down
  return {
    async stop(): Promise<number> {
      await worker.terminate();
      return sent;
    },
  };
}
