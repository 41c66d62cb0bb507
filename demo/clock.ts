/**
 * A clock that stands until `realStart`, runs `speed` times as fast as the real one until `fastUntil`, and then like the
 * real one.
 */
export interface ClockPlan {
  /** The real instant at which it shows `startAt`. */
  realStart: number;
  startAt: number;
  speed: number;
  fastUntil: number;
}

/** What the clock shows at a real instant. Milliseconds since 1970. */
export function shownAt(real: number, { realStart, startAt, speed, fastUntil }: ClockPlan): number {
  if (real < realStart) return startAt;
  const realEnd = realStart + (fastUntil - startAt) / speed;
  return real < realEnd ? startAt + (real - realStart) * speed : fastUntil + (real - realEnd);
}

/** How many real milliseconds until the clock shows `at`; 0 when it is past. */
export function realMsUntil(at: number, real: number, plan: ClockPlan): number {
  const left = at - shownAt(real, plan);
  if (left <= 0) return 0;
  const fastLeft = Math.max(0, Math.min(at, plan.fastUntil) - shownAt(real, plan));
  return Math.ceil(fastLeft / plan.speed + (left - fastLeft));
}

export function isFast(real: number, plan: ClockPlan): boolean {
  return shownAt(real, plan) < plan.fastUntil;
}
