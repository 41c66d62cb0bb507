import { type Card, type Line, lineText } from "./card/card.ts";
import { refusalWords } from "./card/refusal-words.ts";
import type { CardDesk, CardId, Channel, Claim, Outcome, SubscriptionStore } from "./ports.ts";

const PREFIX = "refused:";

/** A word to one person about one channel and reason: it is said once. */
export const refusalId = (channelId: string, because: string): CardId => `${PREFIX}${channelId}:${because}`;

/** Which channel refused and why; undefined for any other card. */
export function refusalOf(card: CardId): { channelId: string; because: string } | undefined {
  const [, channelId, because] = /^refused:([^:]+):(.+)$/s.exec(card) ?? [];
  return channelId && because ? { channelId, because } : undefined;
}

export interface RefusalNotes {
  subscriptions: Pick<SubscriptionStore, "book">;
  desk: Pick<CardDesk, "makeDue">;
}

/**
 * A channel refused what we had to say: who subscribed it is told so once, in direct messages, and nobody in the channel
 * is. Doing it again is harmless.
 */
export async function tellWhoSubscribed(
  { subscriptions, desk }: RefusalNotes,
  { channel }: Pick<Claim, "channel">,
  outcome: Outcome,
): Promise<void> {
  if (outcome.kind !== "refused") return;
  const { by, rules = [] } = (await subscriptions.book()).channels.get(channel) ?? {};
  const [address, channelId = ""] = channel.split(":");
  if (by === undefined || rules.length === 0) return;
  await desk.makeDue(`${address}:${by}`, refusalId(channelId, outcome.because));
}

/** What that person reads. */
export function refusalCard(channelId: Channel, because: string): Card {
  const { sentence, remedy } = refusalWords(because);
  const line: Line = ["I cannot post about meetings in ", { channel: channelId }, ", which you subscribed. ", sentence];
  return {
    stage: "note",
    summary: lineText(line),
    parts: [
      { kind: "line", line },
      { kind: "line", line: [remedy, " I try again by myself from time to time."] },
    ],
    buttons: [],
    note: ["I say this once. My Home tab shows how all channels are."],
  };
}
