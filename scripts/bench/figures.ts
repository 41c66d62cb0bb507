import { meetingBodies } from "../../test/stand-ins/zoom.ts";
import { cpuPerEvent } from "./cpu.ts";
import { allTaken, endedMeetings, joins, signedAll } from "./deliveries.ts";
import { flatMemory } from "./flat.ts";
import { besideHostile } from "./hostile.ts";
import { percentile, type Sent, sendAsFastAsAnswered, sendAtRate, signedRequest } from "./load.ts";
import { type Row, row } from "./row.ts";
import { type Bench, CHANNEL, SECRET } from "./stage.ts";
import { costWithFullRedis, memoryPerMeeting, monthOfMany, todayWithManyMeetings } from "./storage.ts";
import { firstCardVisible } from "./visible.ts";

export interface Figure {
  name: string;
  measure: (bench: Bench, options: { events: number }) => Promise<Omit<Row, "name">[]>;
  /** Takes so long that it is measured only when it is asked for. */
  isLong?: boolean;
}

/** Each in a run of its own, with a Redis and a Slack of its own. */
export const FIGURES: Figure[] = [
  { name: "cpu", measure: cpuPerEvent },
  { name: "answers", measure: answersAtRate },
  { name: "strangers", measure: besideStrangers },
  { name: "burst", measure: burst },
  { name: "hostile", measure: besideHostile },
  { name: "visible", measure: firstCardVisible },
  { name: "today", measure: todayWithManyMeetings },
  { name: "full", measure: costWithFullRedis },
  { name: "memory", measure: memoryPerMeeting },
  { name: "month", measure: monthOfMany },
  { name: "start", measure: startUp },
  { name: "joins", measure: thousandJoins },
  { name: "flat", measure: flatMemory, isLong: true },
];

/** How long answers took and how many were not 200, as numbers. */
function answersOf({ tookMs, notOk }: Sent) {
  return { p50Ms: percentile(tookMs, 0.5), p99Ms: percentile(tookMs, 0.99), maxMs: Math.max(...tookMs), notOk };
}

async function answersAtRate(bench: Bench) {
  const floor = await sendAtRate((await bench.floor()).port, joins(500 * 20), 500);
  const ours = answersOf(await sendAtRate((await bench.notifier()).port, joins(500 * 20), 500));
  return [
    row({
      figure: "answer to Zoom at 500 events/s, p99",
      measured: ours.p99Ms,
      unit: "ms",
      floor: percentile(floor.tookMs, 0.99),
      goal: "≤ 50 ms, max ≤ 500 ms, all 200",
      reached: ours.p99Ms <= 50 && ours.maxMs <= 500 && ours.notOk === 0,
      numbers: ours,
    }),
  ];
}

/** Strangers ask twenty times as often as Zoom; what they send is not signed. */
async function besideStrangers(bench: Bench) {
  const SECONDS = 20;
  const { port } = await bench.notifier();
  const unsigned = signedAll(endedMeetings(1, 1)).map((request) =>
    Buffer.from(request.toString("latin1").replace(/(x-zm-signature: v0=).{8}/, "$100000000"), "latin1"),
  );
  const alone = answersOf(await sendAtRate(port, joins(100 * 5), 100));
  const flood = Array.from({ length: 2_000 * SECONDS }, (_, index) => unsigned[index % unsigned.length] as Buffer);
  const [signed, strangers] = await Promise.all([
    sendAtRate(port, joins(100 * SECONDS), 100),
    sendAtRate(port, flood, 2_000),
  ]);
  if (strangers.notOk < flood.length) throw new Error("a stranger was answered with 200");
  const ours = answersOf(signed);
  return [
    row({
      figure: "answer to 100 signed events/s beside 2,000 unsigned requests/s, p99",
      measured: ours.p99Ms,
      unit: "ms",
      goal: "≤ 40 ms, no signed one refused",
      reached: ours.p99Ms <= 40 && ours.notOk === 0,
      numbers: { ...ours, p99MsWithoutStrangers: alone.p99Ms },
    }),
  ];
}

async function burst(bench: Bench) {
  const lots = () => joins(1_000, 1);
  const timed = async (port: number) => {
    const load = lots();
    const startedAt = performance.now();
    const sent = answersOf(await sendAsFastAsAnswered(port, load, 100));
    return { allMs: performance.now() - startedAt, ...sent };
  };
  const floor = await timed((await bench.floor()).port);
  const ours = await timed((await bench.notifier()).port);
  return [
    row({
      figure: "1,000 deliveries of one meeting in one burst, all answered",
      measured: ours.allMs,
      unit: "ms",
      floor: floor.allMs,
      goal: "< 1 s, all 200",
      reached: ours.allMs < 1_000 && ours.notOk === 0,
      numbers: ours,
    }),
  ];
}

async function startUp(bench: Bench) {
  const times: number[] = [];
  for (let index = 0; index < 5; index += 1) times.push((await bench.notifier()).readyMs);
  const p50 = percentile(times, 0.5);
  return [
    row({
      figure: "start, with a Redis that is there, p50",
      measured: p50,
      unit: "ms",
      goal: "≤ 1 s",
      reached: p50 <= 1_000,
      numbers: { maxMs: Math.max(...times) },
    }),
  ];
}

async function thousandJoins(bench: Bench) {
  const { port } = await bench.notifier();
  const bodies = meetingBodies({ startedAt: Date.now(), topic: "Everybody" });
  allTaken(await sendAsFastAsAnswered(port, [signedRequest(bodies.started(), SECRET)], 1));
  const everybody = Array.from({ length: 1_000 }, (_, index) =>
    signedRequest(bodies.connection({ name: `Person ${index}`, id: `u${index}` }).joined(Date.now()), SECRET),
  );
  allTaken(await sendAtRate(port, everybody, 1_000 / 60));
  await bench.slack.until(() => bench.slack.visible(CHANNEL)[0]?.plain.includes("1000 in the meeting now"), {
    timeoutMs: 130_000,
  });
  const count = (method: string) => bench.slack.calls.filter((call) => call.method === method).length;
  const [posts, edits] = [count("chat.postMessage"), count("chat.update")];
  return [
    row({
      figure: "Slack calls for 1,000 joins in a minute; the card shows 1000 in the end",
      measured: posts + edits,
      unit: "calls",
      goal: "1 post, ≤ 8 edits",
      reached: posts === 1 && edits <= 8,
      numbers: { posts, edits },
    }),
  ];
}
