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
  /** Something about its middle was concluded: there may have been a gap. */
  mayHaveGaps?: boolean;
}

/** The union of stays: sorted, without overlaps; stays that touch, or nearly so, are one. */
export function union(stays: readonly Stay[], toleranceMs = 0): Stay[] {
  const merged: Stay[] = [];
  for (const stay of stays.toSorted((a, b) => a.from.at - b.from.at || (b.from.sure ? 1 : 0) - (a.from.sure ? 1 : 0))) {
    const last = merged.at(-1);
    if (last && endsAt(last) + toleranceMs >= stay.from.at) merged[merged.length - 1] = joined(last, stay);
    else merged.push(stay);
  }
  return merged;
}

/** The union of what several connections tell. What only a concluded border of one of them fills may be a gap. */
export function unionOfConnections(stays: readonly Stay[]): Stay[] {
  const told = new Set(union(stays.filter(isTold)).map(borders));
  return union(stays).map((stay) => {
    const isMerged = stays.filter((one) => one.from.at <= endsAt(stay) && endsAt(one) >= stay.from.at).length > 1;
    return isMerged && !told.has(borders(stay)) ? { ...stay, mayHaveGaps: true } : stay;
  });
}

/** Whether Zoom told all of it. */
export function isTold({ from, to, mayHaveGaps }: Stay): boolean {
  return from.sure && (to?.sure ?? true) && !mayHaveGaps;
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
    { at: stay.from.at, by: 1, rank: 1 },
    { at: endsAt(stay), by: -1, rank: endsAt(stay) > stay.from.at ? 0 : 2 },
  ]);
  let now = 0;
  let most = 0;
  for (const { by } of changes.sort((a, b) => a.at - b.at || a.rank - b.rank)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

export function endsAt({ to }: Stay): Instant {
  return to?.at ?? Number.POSITIVE_INFINITY;
}

const borders = (stay: Stay): string => `${stay.from.at} ${endsAt(stay)}`;

function joined(first: Stay, next: Stay): Stay {
  const end =
    endsAt(first) > endsAt(next) ? first : endsAt(next) > endsAt(first) ? next : first.to?.sure ? first : next;
  const mayHaveGaps = first.mayHaveGaps || next.mayHaveGaps;
  return { from: first.from, ...(end.to && { to: end.to }), ...(mayHaveGaps && { mayHaveGaps }) };
}
