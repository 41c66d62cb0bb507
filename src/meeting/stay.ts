import type { Instant } from "./fact.ts";

/** An instant and whether Zoom said so (`sure`) or we concluded it. */
export interface Known {
  at: Instant;
  sure: boolean;
}

/** A stretch of presence. Without `to` it is still going on. */
export interface Stay {
  from: Known;
  to?: Known;
}

/** The union of stays: sorted, without overlaps; stays that touch are one. */
export function union(stays: readonly Stay[]): Stay[] {
  const merged: Stay[] = [];
  for (const stay of stays.toSorted((a, b) => a.from.at - b.from.at || (b.from.sure ? 1 : 0) - (a.from.sure ? 1 : 0))) {
    const last = merged.at(-1);
    if (last && endsAt(last) >= stay.from.at) merged[merged.length - 1] = joined(last, stay);
    else merged.push(stay);
  }
  return merged;
}

/** How long the stays lasted, in milliseconds; those that go on are counted up to `now`. Never negative. */
export function presentMs(stays: readonly Stay[], now: Instant): number {
  return stays.reduce((sum, { from, to }) => sum + Math.max(0, (to?.at ?? now) - from.at), 0);
}

/** For how long two people's stays coincide, in milliseconds. Both lists must be unions. */
export function overlapMs(some: readonly Stay[], others: readonly Stay[]): number {
  let sum = 0;
  for (const one of some) {
    for (const other of others) {
      sum += Math.max(0, Math.min(endsAt(one), endsAt(other)) - Math.max(one.from.at, other.from.at));
    }
  }
  return sum;
}

/**
 * The greatest number of lists that have a stay at one instant. Who leaves as another comes does not count twice; a stay
 * of no length is somebody all the same.
 */
export function mostAtOnce(staysOfEach: readonly (readonly Stay[])[]): number {
  const changes = staysOfEach.flat().flatMap((stay) => [
    { at: stay.from.at, by: 1 },
    { at: endsAt(stay), by: -1 },
  ]);
  let now = 0;
  let most = changes.length > 0 ? 1 : 0;
  for (const { by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

export function endsAt({ to }: Stay): Instant {
  return to?.at ?? Number.POSITIVE_INFINITY;
}

function joined(first: Stay, next: Stay): Stay {
  const end =
    endsAt(first) > endsAt(next) ? first : endsAt(next) > endsAt(first) ? next : first.to?.sure ? first : next;
  return end.to ? { from: first.from, to: end.to } : { from: first.from };
}
