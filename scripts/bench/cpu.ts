import { allTaken, joins } from "./deliveries.ts";
import { percentile, sendAsFastAsAnswered } from "./load.ts";
import { row } from "./row.ts";
import type { Bench } from "./stage.ts";

const ROUNDS = 7;
/** Until V8 has compiled what is hot: a notifier runs for weeks. */
const WARM_UP = 40_000;
const EVENTS_PER_ROUND = 10_000;
const CONNECTIONS = 32;
const GOAL = 1.6;

/**
 * The same load on the floor and on the notifier, in turns and both warmed up: whatever else this machine does meanwhile
 * it does to both, and the medians are compared.
 */
export async function cpuPerEvent(bench: Bench) {
  const floor = await bench.floor();
  const ours = await bench.notifier({ SLACK_CHANNEL: "" });
  const heard = await bench.notifier();
  const runs = [
    { port: floor.port, cpu: cpuOfFloor, costs: [] as number[] },
    { port: ours.port, cpu: cpuOf, costs: [] as number[] },
    { port: heard.port, cpu: cpuOf, costs: [] as number[] },
  ];
  for (const { port } of runs) allTaken(await sendAsFastAsAnswered(port, joins(WARM_UP), CONNECTIONS));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { port, cpu, costs } of runs) costs.push(await costPerEvent(port, cpu));
  }
  const [onFloor = 0, plain = 0, withChannel = 0] = runs.map(({ costs }) => percentile(costs, 0.5) * 1e6);
  const compared = (figure: string, measured: number) =>
    row({
      figure,
      measured,
      unit: "µs",
      floor: onFloor, // bare node:http + HMAC + JSON.parse + one EVALSHA
      goal: `≤ ${GOAL} × the floor`,
      reached: measured <= GOAL * onFloor,
    });
  return [
    compared("CPU per signed event, durable", plain),
    compared("CPU per signed event, durable, with a channel and its cards", withChannel),
  ];
}

export async function costPerEvent(port: number, cpu = cpuOf, count = EVENTS_PER_ROUND): Promise<number> {
  const load = joins(count);
  const before = await cpu(port);
  allTaken(await sendAsFastAsAnswered(port, load, CONNECTIONS));
  return ((await cpu(port)) - before) / count;
}

/** Seconds of CPU that the notifier used since it started, in its own code and in the system's. */
async function cpuOf(port: number): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]);
}

async function cpuOfFloor(port: number): Promise<number> {
  return Number(await (await fetch(`http://127.0.0.1:${port}/cpu`)).text());
}
