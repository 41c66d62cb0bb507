import { setTimeout as sleep } from "node:timers/promises";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { meetingBodies } from "../../test/stand-ins/zoom.ts";
import { percentile, type Sent, sendAsFastAsAnswered, sendAtRate, signedRequest } from "./load.ts";
import { type Bench, CHANNEL, SECRET } from "./stage.ts";

export interface Figure {
  name: string;
  measure: (bench: Bench) => Promise<Row[]>;
}

/** One figure as measured: beside its floor or its goal, never alone. */
export interface Row {
  figure: string;
  measured: string;
  beside: string;
  goal: string;
  isReached: boolean;
}

const MINUTE_MS = 60_000;
const ms = (value: number) => `${value.toFixed(1)} ms`;

/** Each in a run of its own, with a Redis and a Slack of its own. */
export const FIGURES: Figure[] = [
  { name: "cpu", measure: cpuPerEvent },
  { name: "answers", measure: answersAtRate },
  { name: "burst", measure: burst },
  { name: "visible", measure: firstCardVisible },
  { name: "today", measure: todayWithManyMeetings },
  { name: "full", measure: costWithFullRedis },
  { name: "memory", measure: memoryPerMeeting },
  { name: "start", measure: startUp },
  { name: "joins", measure: thousandJoins },
];

/** Joins and lefts of many meetings, each another fact. */
function events(count: number, meetings = 50): object[] {
  const startedAt = Date.now() - 30 * MINUTE_MS;
  const rooms = Array.from({ length: meetings }, (_, index) => meetingBodies({ startedAt, topic: `Meeting ${index}` }));
  return Array.from({ length: count }, (_, index) => {
    const bodies = rooms[index % meetings] as (typeof rooms)[number];
    const name = `Person ${index}`;
    return bodies.connection({ name, id: `zoom-user-${index}` }).joined(startedAt + (index % 1_500) * 1_000);
  });
}

const requests = (count: number, meetings?: number) =>
  events(count, meetings).map((body) => signedRequest(body, SECRET));

async function cpuOf(port: number): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]);
}

async function cpuOfFloor(port: number): Promise<number> {
  return Number(await (await fetch(`http://127.0.0.1:${port}/cpu`)).text());
}

function allTaken({ notOk }: Sent): void {
  if (notOk > 0) throw new Error(`${notOk} requests were not answered with 200`);
}

/** The same load on the floor and on the notifier, both warmed up. */
async function cpuPerEvent(bench: Bench): Promise<Row[]> {
  const perEvent = async (port: number, cpu: (port: number) => Promise<number>, count = 20_000) => {
    allTaken(await sendAsFastAsAnswered(port, requests(5_000), 32));
    const load = requests(count);
    const before = await cpu(port);
    allTaken(await sendAsFastAsAnswered(port, load, 32));
    return ((await cpu(port)) - before) / count;
  };
  const floor = await perEvent((await bench.floor()).port, cpuOfFloor);
  const ours = await perEvent((await bench.notifier({ SLACK_CHANNEL: "" })).port, cpuOf);
  const ratio = ours / floor;
  return [
    {
      figure: "CPU per signed event, durable",
      measured: `${(ours * 1e6).toFixed(0)} µs`,
      beside: `bare node:http + HMAC + EVALSHA ${(floor * 1e6).toFixed(0)} µs: × ${ratio.toFixed(2)}`,
      goal: "≤ 1.6 ×",
      isReached: ratio <= 1.6,
    },
  ];
}

async function answersAtRate(bench: Bench): Promise<Row[]> {
  const load = requests(500 * 20);
  const floor = await sendAtRate((await bench.floor()).port, load, 500);
  const ours = await sendAtRate((await bench.notifier()).port, requests(500 * 20), 500);
  allTaken(ours);
  const p99 = percentile(ours.tookMs, 0.99);
  return [
    {
      figure: "answer to Zoom at 500 events/s, p99",
      measured: ms(p99),
      beside: `floor ${ms(percentile(floor.tookMs, 0.99))}`,
      goal: "≤ 50 ms",
      isReached: p99 <= 50,
    },
  ];
}

async function burst(bench: Bench): Promise<Row[]> {
  const load = requests(1_000, 1);
  const floor = await sendAsFastAsAnswered((await bench.floor()).port, load, 100);
  const { port } = await bench.notifier();
  const startedAt = performance.now();
  const ours = await sendAsFastAsAnswered(port, requests(1_000, 1), 100);
  const all = performance.now() - startedAt;
  allTaken(ours);
  return [
    {
      figure: "1,000 deliveries of one meeting in one burst, all answered",
      measured: ms(all),
      beside: `floor, slowest answer ${ms(Math.max(...floor.tookMs))}`,
      goal: "< 1 s",
      isReached: all < 1_000,
    },
  ];
}

/** Meetings start one after another while 50 events a second come in. */
async function firstCardVisible(bench: Bench): Promise<Row[]> {
  const { port } = await bench.notifier();
  const noise = sendAtRate(port, requests(50 * 60, 5), 50);
  const tookMs: number[] = [];
  for (let index = 0; index < 25; index += 1) {
    const topic = `Visible ${index}`;
    const request = signedRequest(meetingBodies({ startedAt: Date.now(), topic }).started(), SECRET);
    const from = performance.now();
    allTaken(await sendAsFastAsAnswered(port, [request], 1));
    await bench.slack.until(() => bench.slack.visible(CHANNEL).some(({ text }) => text.startsWith(topic)), {
      timeoutMs: 30_000,
    });
    tookMs.push(performance.now() - from);
    await sleep(2_000);
  }
  allTaken(await noise);
  const [p50, p99] = [percentile(tookMs, 0.5), percentile(tookMs, 0.99)];
  return [
    {
      figure: "webhook → first card visible, with 50 events/s",
      measured: `p50 ${ms(p50)}, p99 ${ms(p99)}`,
      beside: "one post per second and channel is Slack's own limit",
      goal: "p50 ≤ 150 ms, p99 ≤ 2 s",
      isReached: p50 <= 150 && p99 <= 2_000,
    },
  ];
}

/** Two thousand meetings of two people each that ended within the last hours of this day. */
function endedMeetings(count: number, endedAt: number): object[] {
  return Array.from({ length: count }, (_, index) => {
    const end = endedAt - (index % 60) * 1_000;
    const bodies = meetingBodies({ startedAt: end - 20 * MINUTE_MS, topic: `Past ${index}` });
    const one = bodies.connection({ name: "Ada", id: `u${index}` });
    return [bodies.started(), one.joined(end - 19 * MINUTE_MS), one.left(end - MINUTE_MS), bodies.ended(end)];
  }).flat();
}

const signedAll = (bodies: object[]) => bodies.map((body) => signedRequest(body, SECRET));

async function todayWithManyMeetings(bench: Bench): Promise<Row[]> {
  const { port } = await bench.notifier({ SLACK_CHANNEL: "" });
  allTaken(await sendAsFastAsAnswered(port, signedAll(endedMeetings(2_000, Date.now())), 32));
  const tookMs: number[] = [];
  for (let index = 0; index < 10; index += 1) {
    const from = performance.now();
    const asked = await bench.slack.command({ userId: "U0ALICE", channelId: CHANNEL, text: "/meetings today" });
    await bench.slack.until(() => asked.answers().length > 0);
    tookMs.push(performance.now() - from);
  }
  const p50 = percentile(tookMs, 0.5);
  return [
    {
      figure: "/meetings today with 2,000 meetings that day",
      measured: ms(p50),
      beside: `slowest of 10: ${ms(Math.max(...tookMs))}`,
      goal: "≤ 100 ms",
      isReached: p50 <= 100,
    },
  ];
}

async function costWithFullRedis(bench: Bench): Promise<Row[]> {
  const { port } = await bench.notifier({ SLACK_CHANNEL: "" });
  const perEvent = async () => {
    const load = requests(10_000);
    const before = await cpuOf(port);
    allTaken(await sendAsFastAsAnswered(port, load, 32));
    return ((await cpuOf(port)) - before) / 10_000;
  };
  for (let warmUp = 0; warmUp < 4; warmUp += 1) await perEvent();
  const empty = await perEvent();
  allTaken(await sendAsFastAsAnswered(port, signedAll(endedMeetings(20_000, Date.now())), 32));
  const full = await perEvent();
  const ratio = full / empty;
  return [
    {
      figure: "CPU per event with 20,000 meetings kept",
      measured: `${(full * 1e6).toFixed(0)} µs`,
      beside: `nearly empty ${(empty * 1e6).toFixed(0)} µs: × ${ratio.toFixed(2)}`,
      goal: "no dearer (≤ × 1.1)",
      isReached: ratio <= 1.1,
    },
  ];
}

async function memoryPerMeeting(bench: Bench): Promise<Row[]> {
  const redis = connectRedis(bench.redis.url);
  await whenReady(redis, 5_000);
  const used = async () => Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
  const { port } = await bench.notifier();
  const live = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const startedAt = Date.now() - 5 * MINUTE_MS;
      const bodies = meetingBodies({ startedAt, topic: `Live meeting number ${index}` });
      const people = Array.from({ length: 10 }, (_, person) =>
        bodies
          .connection({ name: `Person ${person}`, id: `zoomuserid${index}x${person}` })
          .joined(startedAt + person * 1_000),
      );
      return [bodies.started(), ...people];
    }).flat();
  allTaken(await sendAsFastAsAnswered(port, signedAll(live(100)), 32));
  const before = await used();
  allTaken(await sendAsFastAsAnswered(port, signedAll(live(1_000)), 32));
  const perLive = ((await used()) - before) / 1_000;
  redis.disconnect();
  return [
    {
      figure: "Redis memory per live meeting of 10 people",
      measured: `${(perLive / 1024).toFixed(2)} KiB`,
      beside: "one channel",
      goal: "≤ 4 KiB",
      isReached: perLive <= 4_096,
    },
  ];
}

async function startUp(bench: Bench): Promise<Row[]> {
  const times: number[] = [];
  for (let index = 0; index < 5; index += 1) times.push((await bench.notifier()).readyMs);
  const p50 = percentile(times, 0.5);
  return [
    {
      figure: "start, with a Redis that is there",
      measured: ms(p50),
      beside: `slowest of 5: ${ms(Math.max(...times))}`,
      goal: "≤ 1 s",
      isReached: p50 <= 1_000,
    },
  ];
}

async function thousandJoins(bench: Bench): Promise<Row[]> {
  const { port } = await bench.notifier();
  const bodies = meetingBodies({ startedAt: Date.now(), topic: "Everybody" });
  allTaken(await sendAsFastAsAnswered(port, [signedRequest(bodies.started(), SECRET)], 1));
  const joins = Array.from({ length: 1_000 }, (_, index) =>
    signedRequest(bodies.connection({ name: `Person ${index}`, id: `u${index}` }).joined(Date.now()), SECRET),
  );
  allTaken(await sendAtRate(port, joins, 1_000 / 60));
  await bench.slack.until(() => bench.slack.visible(CHANNEL)[0]?.plain.includes("1000 in the meeting now"), {
    timeoutMs: 130_000,
  });
  const count = (method: string) => bench.slack.calls.filter((call) => call.method === method).length;
  const [posts, edits] = [count("chat.postMessage"), count("chat.update")];
  return [
    {
      figure: "Slack calls for 1,000 joins in a minute",
      measured: `${posts} post, ${edits} edits`,
      beside: "the card shows 1000 in the end",
      goal: "1 post, ≤ 8 edits",
      isReached: posts === 1 && edits <= 8,
    },
  ];
}
