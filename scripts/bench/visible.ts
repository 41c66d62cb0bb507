import { setTimeout as sleep } from "node:timers/promises";
import { meetingBodies } from "../../test/stand-ins/zoom.ts";
import { allTaken, joins } from "./deliveries.ts";
import { percentile, sendAsFastAsAnswered, sendAtRate, signedRequest } from "./load.ts";
import { row } from "./row.ts";
import { type Bench, CHANNEL, SECRET } from "./stage.ts";

const LIVE = 5;
const SAMPLES = 40;
const PER_SECOND = 50;
/** Slack takes one post a second in a channel: nobody is faster, so meetings begin a little further apart. */
const APART_MS = 1_300;

/**
 * From the sending of `meeting.started` to its card in the channel, while people come and go in other meetings there.
 * The floor is a message that is posted straight to the same Slack.
 */
export async function firstCardVisible(bench: Bench) {
  const { slack } = bench;
  const { port } = await bench.notifier();
  const others = joins(PER_SECOND * ((SAMPLES * APART_MS) / 1_000 + 5), LIVE);
  const noise = sendAtRate(port, others, PER_SECOND);
  await slack.until(() => slack.visible(CHANNEL).length === LIVE, { timeoutMs: 30_000 });

  const appears = async (topic: string, send: () => Promise<unknown>) => {
    const from = performance.now();
    await send();
    await slack.until(() => slack.visible(CHANNEL).some(({ text }) => text.startsWith(topic)), { timeoutMs: 30_000 });
    return performance.now() - from;
  };
  const ours: number[] = [];
  const floor: number[] = [];
  for (let index = 0; index < SAMPLES; index += 1) {
    const topic = `Visible ${index}`;
    const request = signedRequest(meetingBodies({ startedAt: Date.now(), topic }).started(), SECRET);
    ours.push(await appears(topic, async () => allTaken(await sendAsFastAsAnswered(port, [request], 1))));
    if (index % 4 === 0) floor.push(await appears(`Floor ${index} `, () => post(bench, `Floor ${index} `)));
    await sleep(APART_MS);
  }
  allTaken(await noise);
  const p50Ms = percentile(ours, 0.5);
  const p99Ms = percentile(ours, 0.99);
  return [
    row({
      figure: `webhook → first card visible, with ${PER_SECOND} events/s, p50`,
      measured: p50Ms,
      unit: "ms",
      floor: percentile(floor, 0.5),
      goal: "p50 ≤ 150 ms, p99 ≤ 2 s",
      reached: p50Ms <= 150 && p99Ms <= 2_000,
      numbers: { p50Ms, p99Ms },
    }),
  ];
}

async function post({ slack }: Bench, text: string): Promise<void> {
  const answer = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
    body: JSON.stringify({ channel: CHANNEL, text }),
  });
  const { ok } = (await answer.json()) as { ok: boolean };
  if (!ok) throw new Error("the stand-in of Slack took no message");
}
