import { type ScheduledTask, schedule } from "node-cron";
import { log } from "./log.ts";

/** A minute that is noticed so late is still looked after; by then the next one begins. */
const LATE_MS = 59_000;

/**
 * Does it at the beginning of each minute; late if the process stood still or had too much to do just then. One that
 * takes longer than a minute is not begun again meanwhile.
 */
export function everyMinute(work: () => Promise<void>): Pick<ScheduledTask, "destroy"> {
  return schedule("* * * * *", work, {
    noOverlap: true,
    missedExecutionTolerance: LATE_MS,
    suppressMissedWarning: true,
    logger: { debug: line("debug"), info: line("debug"), warn: line("debug"), error: line("error") },
  });
}

/** node-cron's own lines, in our log. */
function line(level: "debug" | "error") {
  return (said: string | Error) => log[level]({ from: "node-cron" }, String(said));
}
