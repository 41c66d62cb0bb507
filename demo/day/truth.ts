import type { Instant } from "../../src/meeting/fact.ts";
import type { Person } from "./cast.ts";

/** What a meeting's card has to come to, once the day is over. */
export interface ExpectedMeeting {
  uuid: string;
  number: string;
  /** As Zoom sends it: raw and possibly hostile or empty. */
  topic: string;
  startedAt: Instant;
  endedAt: Instant;
  /** False where Zoom told no end: the best one can say is the last leave, or when the news arrived. */
  endIsSure: boolean;
  peopleCount: number;
  /** By name; two guests may share one. */
  people: ExpectedPerson[];
}

export interface ExpectedPerson {
  name: string;
  /** Whole seconds, each counted once however many devices there were. */
  seconds: number;
  /** False where the join or the leave never arrived: then these are the most it can have been. */
  isSure: boolean;
}

/** A stretch in which somebody was there with one device, as far as a receiver can know. */
export interface Presence {
  who: Person;
  from: Instant;
  /** Absent when the leave was lost: then it lasts to the meeting's end. */
  to?: Instant;
  isSure: boolean;
}

/** How long everybody was there. */
export function expectedPeople(presences: readonly Presence[], endedAt: Instant): ExpectedPerson[] {
  return [...Map.groupBy(presences, ({ who }) => who)]
    .map(([{ name }, stretches]) => ({
      name,
      seconds: Math.round(millisecondsCovered(stretches, endedAt) / 1000),
      isSure: stretches.every(({ isSure, to }) => isSure && to !== undefined),
    }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.seconds - b.seconds);
}

function millisecondsCovered(stretches: readonly Presence[], endedAt: Instant): number {
  let covered = 0;
  let coveredUntil = 0;
  for (const { from, to = endedAt } of stretches.toSorted((a, b) => a.from - b.from)) {
    covered += Math.max(0, to - Math.max(from, coveredUntil));
    coveredUntil = Math.max(coveredUntil, to);
  }
  return covered;
}
