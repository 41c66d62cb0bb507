import { type AttendanceFact, type Participant, ROUNDING_MS, type TimeSource } from "./fact.ts";
import { type Known, type Stay, union } from "./stay.ts";

/** One device's connection to the meeting, from its first leg to its last. */
export interface Connection {
  key: string;
  /** All that Zoom said about who it is; of two names the later one. */
  who: Participant;
  stays: Stay[];
}

export interface Span {
  start: Known;
  end?: Known;
}

/**
 * The connections of a meeting and when each was there, from its legs: the stretches between breakout moves.
 * A leg has one `joined` and one `left`, whichever comes first (Zoom sends both orders for a move), so a move, a
 * repetition and a reordering need no special case. The facts must be `inOrder`.
 */
export function connectionsFrom(facts: readonly AttendanceFact[], span: Span): Connection[] {
  const byConnection = Map.groupBy(facts, ({ who }) => connectionKey(who));
  return [...byConnection].map(([key, told]) => ({ key, who: described(told), stays: staysOf(told, span) }));
}

/** What tells one connection from another. Payloads of 2020 have no `participant_uuid`: there a `user_id` is one. */
export function connectionKey({ connection, userId, zoomUserId, email, name }: Participant): string {
  return connection ?? `user ${userId ?? zoomUserId ?? email ?? name ?? ""}`;
}

function described(told: readonly AttendanceFact[]): Participant {
  const who: Participant = {};
  for (const fact of told) Object.assign(who, fact.who);
  return who;
}

interface Stretch {
  from?: Known;
  to?: Known;
  /** It is one of several of its leg, of which something is missing: what is concluded may hide a gap. */
  mayHaveGaps?: boolean;
}

function staysOf(told: readonly AttendanceFact[], { start, end }: Span): Stay[] {
  const legs = Map.groupBy(told, ({ who }) => who.userId ?? "");
  const stretches = [...legs.values()].flatMap(stretchesOf).toSorted((a, b) => anchor(a) - anchor(b));
  const stays = stretches.map((stretch, index): Stay => {
    const to = stretch.to ?? startOfNext(stretches[index + 1]) ?? (end && { at: end.at, sure: false });
    return {
      from: stretch.from ?? endOfPrevious(stretches.slice(0, index), stretch) ?? { at: start.at, sure: false },
      ...(to && { to }),
      ...(stretch.mayHaveGaps && { mayHaveGaps: true }),
    };
  });
  // the halves of a move may be a second apart; who really leaves comes back on another connection
  return union(
    stays.map((stay) => within(stay, { start, ...(end && { end }) })),
    ROUNDING_MS,
  );
}

/** Pairs the joins and lefts of one leg by time, a join before a left of the same instant. */
function stretchesOf(leg: readonly AttendanceFact[]): Stretch[] {
  const only = onlyPair(leg);
  if (only) return [only];
  const stretches: Stretch[] = [];
  for (const fact of leg.toSorted((a, b) => a.at - b.at || (a.kind === "joined" ? -1 : 1))) {
    const open = stretches.at(-1);
    const isKnown = (fact.kind === "joined" ? (open?.to ? undefined : open?.from) : open?.to)?.at === fact.at;
    if (isKnown) continue; // the same told twice in other words
    if (fact.kind === "joined") stretches.push({ from: known(fact) });
    else if (open && !open.to) open.to = known(fact);
    else stretches.push({ to: known(fact) });
  }
  const isWhole =
    stretches.length === 1 || stretches.every(({ from, to }, index) => from && (to || !stretches[index + 1]));
  return isWhole ? stretches : stretches.map((stretch) => ({ ...stretch, mayHaveGaps: true }));
}

/**
 * A leg with one join and one left is that stay, also where the left has the earlier time only because a clock other
 * than Zoom's told it or because Zoom rounds to seconds.
 */
function onlyPair(leg: readonly AttendanceFact[]): Stretch | undefined {
  const [join, ...moreJoins] = leg.filter(({ kind }) => kind === "joined");
  const [left, ...moreLefts] = leg.filter(({ kind }) => kind === "left");
  if (!join || !left || moreJoins.length > 0 || moreLefts.length > 0) return undefined;
  if (left.at >= join.at) return { from: known(join), to: known(left) };
  const isExact = (source: TimeSource) => source === "payload";
  if (isExact(join.timeFrom) && isExact(left.timeFrom) && join.at - left.at > ROUNDING_MS) return undefined;
  return { from: known(join), to: { at: join.at, sure: false } };
}

function known({ at, timeFrom }: AttendanceFact): Known {
  return { at, sure: timeFrom !== "arrival" };
}

/** The two halves of a move may be told a second apart: of a leg that was only left the other half comes next. */
function anchor({ from, to }: Stretch): number {
  return from?.at ?? (to?.at ?? 0) - ROUNDING_MS;
}

/** A connection has one leg at a time, so a leg begins when the one before ends, or began if that is all we know. */
function endOfPrevious(earlier: readonly Stretch[], { to }: Stretch): Known | undefined {
  const ends = earlier.flatMap((stretch) => (stretch.to ?? stretch.from)?.at ?? []).filter((at) => to && at <= to.at);
  return ends.length > 0 ? { at: Math.max(...ends), sure: false } : undefined;
}

/** And it is over when the next one begins, or at the latest when that ends. */
function startOfNext(next: Stretch | undefined): Known | undefined {
  const known = next?.from ?? next?.to;
  return known && { at: known.at, sure: false };
}

/** Nobody is in a meeting before it starts or after it ended, whatever the seconds say. */
function within({ from, to, ...stay }: Stay, { start, end }: Span): Stay {
  const border = (known: Known, by: Known): Known => ({ at: by.at, sure: by.sure && known.sure });
  const clamped = (known: Known): Known =>
    end && known.at > end.at ? border(known, end) : known.at < start.at ? border(known, start) : known;
  return { ...stay, from: clamped(from), ...(to && { to: clamped(to) }) };
}
