import { parseArgs } from "node:util";

/** What somebody typed that cannot be done, said so that they can mend it. */
export class Mistake extends Error {}

export interface Options {
  minutes: number;
  seed: number;
  shrinkMs: number;
  /** Where to write down everything that happened. */
  journal?: string;
}

export const HELP = `Runs several notifiers against a real Redis and stand-ins of Slack and Zoom, kills, freezes and cheats them, and
then looks whether every meeting that was acknowledged to Zoom is shown once and truthfully.

  npm run chaos -- [options]

  --minutes M   how long faults happen; otherwise 2
  --seed S      the same deliveries and faults at the same instants as in an earlier run
  --shrink S    after a failure, look this many seconds for a shorter one; otherwise 0
  --journal F   write everything that happened into this file
  --help        this text

Ends with 0 if nothing was lost, doubled or stale, with 1 and a counter-example if something was, with 2 if it could
not begin. Processes never run twice in quite the same way, so a seed repeats what is done to them, not what they do.`;

/** Reads the command line. Throws a `Mistake` for anything that cannot be done. */
export function readOptions(args: string[]): Options | "help" {
  const { values } = parse(args);
  if (values.help) return "help";
  const { journal } = values;
  return {
    ...(journal && { journal }),
    minutes: number("minutes", values.minutes ?? "2", 0.05, 24 * 60),
    seed: whole("seed", values.seed ?? String(Math.floor(Math.random() * 1_000_000))),
    shrinkMs: number("shrink", values.shrink ?? "0", 0, 24 * 3_600) * 1_000,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        minutes: { type: "string" },
        seed: { type: "string" },
        shrink: { type: "string" },
        journal: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const [because] = (error as Error).message.split(/\.?\n|\. /);
    throw new Mistake(`${because}. npm run chaos -- --help lists what there is.`);
  }
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= least && value <= most) return value;
  throw new Mistake(`--${name} must be a number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
}

function whole(name: string, text: string): number {
  if (/^\d+$/.test(text)) return number(name, text, 0, 2 ** 32 - 1);
  throw new Mistake(`--${name} must be a whole number, not ${JSON.stringify(text)}.`);
}
