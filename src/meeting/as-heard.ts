import { type Instant, inOrder, type MeetingFact } from "./fact.ts";
import { type Meeting, meetingAsOf, meetingFrom, silentFrom } from "./meeting.ts";

/** A fact, and since when it is known, on our clock. */
export interface Hearing {
  at: Instant;
  fact: MeetingFact;
}

/** Something was heard of a meeting, or concluded because nothing was, and what the meeting was before and with it. */
export interface Step {
  at: Instant;
  /** Absent when nothing was heard for long. */
  fact?: MeetingFact;
  /** Absent before anything was heard. */
  before?: Meeting;
  after: Meeting;
}

/** The facts of a meeting in the order in which they were heard, each once. What Zoom told comes first. */
export function asHeard(facts: readonly MeetingFact[]): Hearing[] {
  const all = inOrder(facts).map((fact): Hearing => ({ fact, at: isConcluded(fact) ? fact.at : fact.heardAt }));
  const first = Math.min(...all.filter(({ fact }) => !isConcluded(fact)).map(({ at }) => at));
  return all
    .map(({ fact, at }) => ({ fact, at: Math.max(at, first) }))
    .toSorted((a, b) => a.at - b.at || Number(isConcluded(a.fact)) - Number(isConcluded(b.fact)));
}

/**
 * What the hearing at this place changed, and before it the silence that it broke, if there was one. Behind the last
 * place is what is now.
 */
export function stepsAt(heard: readonly Hearing[], place: number, now: Instant): Step[] {
  const { at, fact } = heard[place] ?? { at: now };
  const earlier = heard.slice(0, place).map((hearing) => hearing.fact);
  const before = earlier.length > 0 ? meetingAsOf(at, earlier) : undefined;
  return [
    ...(before?.end?.because === "fellSilent" ? silence(earlier, before, heard[place - 1]) : []),
    ...(fact ? [{ at, fact, ...(before && { before }), after: meetingAsOf(at, [...earlier, fact]) }] : []),
  ];
}

/** Unless the meeting counted as over already when the last thing was heard, for that came late. */
function silence(heard: readonly MeetingFact[], after: Meeting, last: Hearing | undefined): Step[] {
  const before = meetingFrom(heard);
  const at = silentFrom(before, heard);
  return last && at > last.at ? [{ at, before, after }] : [];
}

/** Nobody told it: its time is all that is known of when it came to be known. */
function isConcluded({ kind }: MeetingFact): boolean {
  return kind === "startedAgain" || kind === "fellSilent";
}
