import { setTimeout as sleep } from "node:timers/promises";
import { HELP, Mistake, type Options, readOptions } from "./replay/options.ts";
import { type Plan, planned, type Step } from "./replay/plan.ts";
import { type Answer, NO_ANSWER, post } from "./replay/post.ts";
import { readRecording } from "./replay/recording.ts";
import { zoomHeaders } from "./replay/sign.ts";

const NO_STATUS = new Map<number, string>([
  [NO_ANSWER.inTime, "no answer within 3 s"],
  [NO_ANSWER.refused, "nobody there"],
  [NO_ANSWER.broken, "connection broken"],
]);
/** Node's timers cannot wait longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === "help") console.log(HELP);
  else process.exitCode = await replay(options);
} catch (error) {
  if (!(error instanceof Mistake)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** Sends a recording to a running notifier; says at the end what was sent and how it was answered. */
async function replay(options: Options): Promise<0 | 1> {
  const plan = planned(await readRecording(options.file), options, Date.now());
  const { isShuffled, drop, twice, seed } = options;
  if (isShuffled || drop > 0 || twice > 0) console.log(`The seed is ${seed}; --seed ${seed} repeats this run.`);
  const statuses: number[] = [];
  for (const [index, step] of plan.steps.entries()) {
    if (options.speed !== undefined) await sleep(Math.min(step.pauseMs / options.speed, LONGEST_TIMER_MS));
    const answer = await send(step, options);
    if (options.verbose) console.log(verboseLine(step, answer, `${index + 1}/${plan.steps.length}`));
    statuses.push(answer.status);
    if (answer.status === NO_ANSWER.refused) break; // the rest would be refused as well
  }
  console.log(summary(plan, statuses));
  if (statuses.includes(NO_ANSWER.refused)) console.error(nobodyAt(options.url));
  return statuses.every((status) => status === 200) ? 0 : 1;
}

async function send({ raw, requestId }: Step, { url, secret }: Options): Promise<Answer> {
  const timestampS = Math.floor(Date.now() / 1000);
  return await post({ url, raw, headers: zoomHeaders({ secret, raw, timestampS, requestId }) });
}

function verboseLine({ line }: Step, { status, tookMs }: Answer, progress: string): string {
  return `${progress} line ${line}: ${inWords(status)} after ${Math.round(tookMs)} ms`;
}

function summary({ steps, doubled, dropped }: Plan, statuses: readonly number[]): string {
  const answers = [...Map.groupBy(statuses, (status) => status)].sort(([a], [b]) => a - b);
  const counts = answers.map(([status, all]) => `${inWords(status)}: ${all.length}`);
  return [
    `Sent ${statuses.length} of ${steps.length}: ${doubled} of these a second time, ${dropped} dropped before.`,
    `Answers: ${counts.join(", ") || "none"}.`,
  ].join("\n");
}

function inWords(status: number): string {
  return NO_STATUS.get(status) ?? String(status);
}

function nobodyAt(url: string): string {
  const { origin, pathname } = new URL(url);
  return `Nobody answers at ${origin}${pathname}: start the notifier (npm start, npm run demo) or name its address with --to.`;
}
