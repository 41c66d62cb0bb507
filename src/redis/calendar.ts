import type { Instant } from "../meeting/fact.ts";

const DAY_MS = 24 * 3_600_000;
const MONTH_DAYS = 30;

/** Days since 1970, UTC. */
export const dayOf = (at: Instant): number => Math.floor(at / DAY_MS);

/** Thirty days are a month here: it need not be anybody's, only be found again. */
export const monthOf = (at: Instant): number => Math.floor(dayOf(at) / MONTH_DAYS);

export const dayEnds = (day: number): Instant => (day + 1) * DAY_MS;
export const monthEnds = (month: number): Instant => dayEnds((month + 1) * MONTH_DAYS - 1);

/** From the first to the last, both included; none when the last is before the first. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
