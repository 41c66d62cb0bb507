import type { Card } from "./card/card.ts";
import { type CardStyle, meetingCard } from "./card/meeting-card.ts";
import type { Instant } from "./meeting/fact.ts";
import { isNews, meetingAsOf } from "./meeting/meeting.ts";
import type { Claim, FactStore } from "./ports.ts";
import { digestDate, digestOn } from "./post-digest.ts";

/** What a card should show now, from all facts; undefined when there is nothing to say in a channel (yet). */
export async function cardFor(
  { facts, style, timeZone }: { facts: FactStore; style: CardStyle; timeZone: string },
  { card, state }: Pick<Claim, "card" | "state">,
  now: Instant,
): Promise<Card | undefined> {
  const date = digestDate(card);
  if (date !== undefined) return digestOn(facts, date, timeZone, now);
  const told = await facts.factsOf(card);
  if (told.length === 0) return undefined;
  const meeting = meetingAsOf(now, told);
  const isPosted = state.message !== undefined || state.posting !== undefined;
  return isPosted || isNews(meeting) ? meetingCard(meeting, style) : undefined;
}
