import { IANAZone } from "luxon";
import type { Instant } from "../../src/meeting/fact.ts";

export interface ChangeOfClocks {
  timeZone: string;
  /** The first instant of the new time. */
  at: Instant;
  /** Forward is positive. */
  byMinutes: number;
}

const WEEK_MS = 7 * 24 * 3_600_000;

/** Every change of clocks in these years, wherever on earth; of zones that change alike the first. */
export function changesOfClocks(fromYear: number, untilYear: number): ChangeOfClocks[] {
  const all = Intl.supportedValuesOf("timeZone").flatMap((timeZone) => {
    const offset = offsetsOf(timeZone);
    const weeks: ChangeOfClocks[] = [];
    for (let week = Date.UTC(fromYear); week < Date.UTC(untilYear); week += WEEK_MS) {
      const [before, after] = [offset(week), offset(week + WEEK_MS)];
      if (before === after) continue;
      weeks.push({ timeZone, at: changeBetween(week, week + WEEK_MS, offset), byMinutes: after - before });
    }
    return weeks;
  });
  const alike = Map.groupBy(all, ({ timeZone, at, byMinutes }) => `${at} ${byMinutes} ${offsetsOf(timeZone)(at)}`);
  return [...alike.values()].flatMap(([first]) => first ?? []);
}

/** Minutes from UTC at an instant. */
export function offsetsOf(timeZone: string): (at: Instant) => number {
  const zone = IANAZone.create(timeZone);
  return (at) => zone.offset(at);
}

function changeBetween(early: Instant, late: Instant, offset: (at: Instant) => number): Instant {
  const before = offset(early);
  let [last, first] = [early, late];
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2);
    if (offset(middle) === before) last = middle;
    else first = middle;
  }
  return first;
}
