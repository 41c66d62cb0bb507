/** Every place between two steps at which this process may be made to die, in the order in which a card meets them. */
export const CRASH_POINTS = [
  "before-keep",
  "after-keep",
  "after-claim",
  "before-begin-post",
  "after-begin-post",
  "after-post",
  "after-find",
  "after-adopt",
  "after-remove",
  "before-edit",
  "after-edit",
  "after-follow-up",
  "after-settle",
  "before-over",
  "after-over",
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

const crashAt = process.env.CRASH_AT;

/**
 * Kills this process on the spot, without any farewell, if `CRASH_AT` names the place: so `npm run chaos` and the tests
 * show that dying there loses and doubles nothing. Does nothing otherwise.
 */
export function crashPoint(here: CrashPoint): void {
  if (crashAt === here) process.kill(process.pid, "SIGKILL");
}
