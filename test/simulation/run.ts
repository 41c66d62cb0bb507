import { parseArgs } from "node:util";
import { mutants } from "./mutants.ts";
import type { Sabotage } from "./process.ts";
import { randomDay } from "./random-day.ts";
import { counterExample, shrunk } from "./shrink.ts";
import { story } from "./story.ts";

const { values } = parseArgs({
  options: {
    days: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    mutants: { type: "boolean", default: false },
  },
});
const [first, days] = [Number(values.seed), Number(values.days)];
process.exitCode = values.mutants ? await findMutants() : await findFaults();

/** Plays days until one breaks a promise, and tells of it. */
async function findFaults(): Promise<number> {
  console.log(`simulating ${days} days from seed ${first}`);
  const begun = process.hrtime.bigint();
  for (let seed = first; seed < first + days; seed += 1) {
    const found = await counterExample(randomDay(seed));
    if (!found) continue;
    console.log(story(await shrunk(found)));
    return 1;
  }
  console.log(`no promise broken; ${(Number(process.hrtime.bigint() - begun) / 1e9).toFixed(1)} s`);
  return 0;
}

/** Leaves out one line of our scripts after the other, and tells which of them nobody misses. */
async function findMutants(): Promise<number> {
  let unfound = 0;
  for (const { script, line, sabotage } of await mutants()) {
    const [kind, after] = await foundAfter(sabotage);
    if (!kind) unfound += 1;
    console.log(
      `${kind ? `${kind} after ${after}`.padEnd(28) : "NOT FOUND".padEnd(28)} ${script.slice(0, 40)} | ${line}`,
    );
  }
  console.log(`${unfound} lines are not missed within ${days} days`);
  return 0;
}

async function foundAfter(sabotage: Sabotage): Promise<[kind?: string, days?: number]> {
  for (let day = 0; day < days; day += 1) {
    try {
      const found = await counterExample(randomDay(first + day), sabotage);
      if (found) return [found.violation.kind, day + 1];
    } catch (err) {
      return [`cannot be read (${(err as Error).message})`, day + 1];
    }
  }
  return [];
}
