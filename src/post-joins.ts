import type { Card } from "./card/card.ts";
import { joinsCard } from "./card/joins-card.ts";
import type { CardStyle } from "./card/meeting-card.ts";
import { type Instant, isAttendance, type MeetingFact } from "./meeting/fact.ts";
import { type Meeting, meetingFrom } from "./meeting/meeting.ts";
import type { CardId } from "./ports.ts";

/** At most one reply comes per this time. */
const EVERY_MS = 5 * 60_000;
const PREFIX = "joins:";

/**
 * The reply that will tell of a fact: what is heard within five minutes is told together, when they are over. Facts keep
 * the time at which they were first heard, so what a reply tells does not depend on who makes it, when, or how often.
 */
export function nextReply({ heardAt, about }: Pick<MeetingFact, "heardAt" | "about">): { card: CardId; at: Instant } {
  const nth = Math.floor(heardAt / EVERY_MS);
  return { card: `${PREFIX}${nth}:${about.uuid}`, at: (nth + 1) * EVERY_MS };
}

/** All replies that may tell of these facts. */
export function repliesAbout(facts: readonly MeetingFact[]): CardId[] {
  return [...new Set(facts.filter(isAttendance).map((fact) => nextReply(fact).card))];
}

/** Which meeting a reply belongs to, and until when what was heard is told in it; undefined for any other card. */
export function replyOf(card: CardId): { uuid: string; from: Instant; until: Instant } | undefined {
  const [, nth, uuid] = /^joins:(\d+):(.+)$/s.exec(card) ?? [];
  if (!nth || !uuid) return undefined;
  const from = Number(nth) * EVERY_MS;
  return { uuid, from, until: from + EVERY_MS };
}

/** Who came and left by what was heard in these five minutes; undefined when nobody did. */
export function joinsBetween(
  facts: readonly MeetingFact[],
  { from, until }: { from: Instant; until: Instant },
  { style, seen }: { style: CardStyle; seen: (meeting: Meeting) => Meeting },
): Card | undefined {
  const heardBefore = (at: Instant) => facts.filter(({ kind, heardAt }) => heardAt < at && kind !== "startedAgain");
  const [before, after] = [heardBefore(from), heardBefore(until)];
  if (after.length === before.length) return undefined;
  return joinsCard(before.length > 0 ? seen(meetingFrom(before)) : undefined, seen(meetingFrom(after)), style);
}
