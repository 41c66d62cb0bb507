import type { Instant } from "./fact.ts";
import { hasSureLength, lastedMs, type Meeting, overranMs } from "./meeting.ts";
import { isTold, presentMs } from "./stay.ts";

/** What several meetings add up to. Times are those of meetings that ended: what still runs is only counted. */
export interface Tally {
  meetings: number;
  live: number;
  lastedMs: number;
  /** Zoom told every start and end that `lastedMs` is made of. */
  isLengthSure: boolean;
  /** Different people, in all meetings together. */
  people: number;
  personMs: number;
  isPersonTimeSure: boolean;
  /** Meetings that ran a minute or more over what was booked, and by how much together. */
  overran: number;
  overMs: number;
  /** Meetings to which nobody or only one person came. */
  alone: number;
}

const WORTH_A_WORD_MS = 60_000;

export function tally(meetings: readonly Meeting[]): Tally {
  const ended = meetings.filter(({ isLive }) => !isLive);
  const overMs = ended.map((meeting) => overranMs(meeting, endOf(meeting))).filter((ms) => ms >= WORTH_A_WORD_MS);
  return {
    meetings: meetings.length,
    live: meetings.length - ended.length,
    lastedMs: sum(ended.map((meeting) => lastedMs(meeting, endOf(meeting)))),
    isLengthSure: ended.every(hasSureLength),
    people: new Set(meetings.flatMap(({ people }) => people.map(({ key }) => key))).size,
    personMs: sum(ended.map((meeting) => personMs(meeting, endOf(meeting)))),
    isPersonTimeSure: ended.every(isPersonTimeSure),
    overran: overMs.length,
    overMs: sum(overMs),
    alone: ended.filter(({ people }) => people.length <= 1).length,
  };
}

/** The time of all people together, in milliseconds: two people for ten minutes are twenty minutes. */
export function personMs({ people }: Pick<Meeting, "people">, now: Instant): number {
  return sum(people.map(({ stays }) => presentMs(stays, now)));
}

export function isPersonTimeSure({ people }: Pick<Meeting, "people">): boolean {
  return people.every(({ stays }) => stays.every(isTold));
}

function endOf({ start, end }: Meeting): Instant {
  return end?.at ?? start.at;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
