import { parseArgs } from "node:util";
import { DateTime } from "luxon";

export interface DemoOptions {
  /** Plays the day once, prints what the channels show, and ends. */
  exit: boolean;
  speed: number;
  port: number;
  timeZone: string;
  /** "2026-11-24": the latest working day. */
  day: string;
  seed: number;
}

export const HELP = `npm run demo -- [--speed 60] [--port 3000] [--seed 1] [--exit]

  --speed N   how many times as fast as a real day (1 to 3600); 60 with the page, 600 with --exit
  --port N    where the page is (0 to 65535), 3000 unless PORT is set
  --seed N    another day: other ids, other delays
  --exit      no page: play the day once, print what each channel shows at its end, and stop`;

/** The demo's options. Throws a sentence for the person who typed them. */
export function demoOptions(
  args: string[],
  env: Record<string, string | undefined>,
  now: number,
): DemoOptions | "help" {
  const { values } = parse(args);
  if (values.help) return "help";
  const exit = values.exit ?? false;
  const timeZone = env.TIME_ZONE || Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    exit,
    speed: numberIn("--speed", values.speed ?? (exit ? "600" : "60"), 1, 3_600),
    port: numberIn("--port", values.port ?? (env.PORT || "3000"), 0, 65_535),
    seed: numberIn("--seed", values.seed ?? "1", 0, 2 ** 32 - 1),
    timeZone,
    day: latestWorkingDay(now, timeZone),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        exit: { type: "boolean" },
        speed: { type: "string" },
        port: { type: "string" },
        seed: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (err) {
    throw new Error(`${err instanceof Error ? err.message : err}\n\n${HELP}`);
  }
}

function numberIn(option: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (value.trim() !== "" && number >= least && number <= most) return number;
  throw new Error(`${option} must be a number from ${least} to ${most}, not ${JSON.stringify(value.slice(0, 40))}.`);
}

function latestWorkingDay(now: number, timeZone: string): string {
  const today = DateTime.fromMillis(now, { zone: timeZone });
  return today.minus({ days: Math.max(0, today.weekday - 5) }).toFormat("yyyy-MM-dd");
}
