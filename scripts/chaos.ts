import { writeFileSync } from "node:fs";
import type { Wrong } from "./chaos/judge.ts";
import { HELP, Mistake, type Options, readOptions } from "./chaos/options.ts";
import { type Plan, planFrom } from "./chaos/plan.ts";
import { play, type Result } from "./chaos/play.ts";
import { counterExample, isRight, shortPlan, summary } from "./chaos/report.ts";
import { shortened } from "./chaos/shrink.ts";
import { inOneLine } from "./chaos/timeline.ts";

const CALM_WITHIN_MS = 300_000;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") console.log(HELP);
  else process.exitCode = await chaos(options);
} catch (error) {
  if (!(error instanceof Mistake)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** Plays the plan of a seed; says at the end what was lost, doubled or stale, and how that came about. */
async function chaos({ seed, minutes, shrinkMs, journal }: Options): Promise<0 | 1> {
  console.log(`The seed is ${seed}; --minutes ${minutes} --seed ${seed} does the same again.`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
  const plan = planFrom({ seed, minutes, beginsAt: Date.now() });
  const result = await play(plan, { say: (line) => console.log(line), calmWithinMs: CALM_WITHIN_MS });
  console.log(summary(result));
  if (journal) writeFileSync(journal, `${result.moments.map(inOneLine).join("\n")}\n`);
  if (isRight(result)) return 0;
  console.log(counterExample(result));
  const [wrong] = result.wrong;
  if (wrong && shrinkMs > 0) await shrink(plan, wrong, Date.now() + shrinkMs);
  return 1;
}

/** Looks for a shorter plan that fails in the same way, and tells its story. */
async function shrink(plan: Plan, { kind, uuid }: Wrong, until: number): Promise<void> {
  let last: Result | undefined;
  const failsAgain = async (shorter: Plan) => {
    console.log(`trying again with ${shorter.deliveries.length} deliveries and ${shorter.faults.length} faults`);
    const result = await play(shorter, { say: () => {}, calmWithinMs: CALM_WITHIN_MS });
    const isSame = result.wrong.some((wrong) => wrong.kind === kind);
    if (isSame) last = result;
    return isSame;
  };
  const shortest = await shortened(plan, uuid, failsAgain, () => Date.now() < until);
  if (!shortest || !last) return console.log("It did not fail again in a shorter run.");
  console.log(shortPlan(shortest));
  console.log(counterExample(last));
}
