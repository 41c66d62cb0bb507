import { inMeeting, type Meeting } from "../meeting/meeting.ts";
import type { Person } from "../meeting/person.ts";
import { isTold, presentMs } from "../meeting/stay.ts";
import type { Card, Line } from "./card.ts";
import type { CardStyle } from "./meeting-card.ts";
import { counted, durationSure, nameOf, people, timeSpan } from "./words.ts";

const MOST_NAMES = 12;
const TOGETHER_MS = 2 * 60_000;
/** Who left with everybody else is no news: the card says that it ended. */
const AT_THE_END_MS = 60_000;

/** Who came and who left between two states of one meeting; undefined when nobody did. In the order of time. */
export function joinsCard(before: Meeting | undefined, after: Meeting, style: CardStyle): Card | undefined {
  const moves = movesBetween(before, after);
  if (moves.length === 0) return undefined;
  const lines = style.people === "names" ? named(moves) : countedMoves(moves);
  const [came, left] = [moves.filter(({ kind }) => kind === "joined"), moves.filter(({ kind }) => kind === "left")];
  const said = [
    came.length > 0 && `${people(came.length)} joined`,
    left.length > 0 && `${people(left.length)} left`,
    after.isLive && `${counted(inMeeting(after).length, "is", "are")} in now`,
  ].filter((one) => one !== false);
  return {
    stage: "joins",
    summary: said.join(", "),
    parts: lines.length === 1 ? lines.map((line) => ({ kind: "line", line })) : [{ kind: "list", lines }],
    buttons: [],
  };
}

interface Move {
  kind: "joined" | "left";
  at: number;
  person: Person;
  /** How long they were there in all when they left. */
  stayed: string;
}

/** A stay that was not there before began; one that had no end before ended. Corrected times are no news. */
function movesBetween(before: Meeting | undefined, after: Meeting): Move[] {
  const known = new Map((before?.people ?? []).map((person) => [person.key, person]));
  return after.people
    .flatMap((person): Move[] => {
      const was = known.get(person.key);
      const [joinsBefore, leftsBefore] = [joins(was), lefts(was)];
      const stayed = durationSure(presentMs(person.stays, after.lastToldAt), person.stays.every(isTold));
      const came = person.stays
        .slice(joinsBefore)
        .map(({ from }): Move => ({ kind: "joined", at: from.at, person, stayed }));
      const ended = person.stays.filter(({ to }) => to !== undefined).slice(leftsBefore);
      return [...came, ...ended.flatMap(({ to }): Move[] => (to ? [{ kind: "left", at: to.at, person, stayed }] : []))];
    })
    .filter(({ kind, at }) => kind === "joined" || !after.end || at < after.end.at - AT_THE_END_MS)
    .toSorted((a, b) => a.at - b.at);
}

const joins = (person: Person | undefined) => person?.stays.length ?? 0;
const lefts = (person: Person | undefined) => person?.stays.filter(({ to }) => to !== undefined).length ?? 0;

/** People who joined together share a line: "10:06 Dana and Chris Park (guest) joined". */
function named(moves: readonly Move[]): Line[] {
  const groups: Move[][] = [];
  for (const move of moves) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    const isSame = first?.kind === "joined" && move.kind === "joined" && move.at - first.at < TOGETHER_MS;
    if (last && isSame && last.length < MOST_NAMES) last.push(move);
    else groups.push([move]);
  }
  return groups.flatMap((group): Line[] => {
    const [first] = group;
    if (!first) return [];
    const names = listed(group.map(({ person }) => nameOf(person)));
    const what = first.kind === "joined" ? " joined" : ` left after ${first.stayed}`;
    return [[timeSpan(first.at, "time"), "  ", names, what]];
  });
}

function countedMoves(moves: readonly Move[]): Line[] {
  return (["joined", "left"] as const).flatMap((kind): Line[] => {
    const some = moves.filter((move) => move.kind === kind);
    const [first] = some;
    return first ? [[timeSpan(first.at, "time"), `  ${people(some.length)} ${kind}`]] : [];
  });
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
