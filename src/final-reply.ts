import type { CardDesk, CardId, Claim, Wish } from "./ports.ts";

const PREFIX = "final:";

/** The card that tells the end of another one in its thread, where the message itself may not be edited any more. */
export const finalReplyId = (card: CardId): CardId => `${PREFIX}${card}`;

/** The card whose end is told; undefined for a card that tells its own. */
export const endToldBy = (card: CardId): CardId | undefined =>
  card.startsWith(PREFIX) ? card.slice(PREFIX.length) : undefined;

export interface FinalReplies {
  desk: Pick<CardDesk, "stateOf">;
  /** What a card should show now. */
  cardFor: (claim: Claim) => Promise<Wish>;
}

/**
 * What a card should show now, also where it is one that tells another's end: what that one should show, as a reply to
 * its message. Nothing as long as that one may still be edited, or has no end to tell.
 */
export async function cardOrFinalReply({ desk, cardFor }: FinalReplies, claim: Claim): Promise<Wish> {
  const told = endToldBy(claim.card);
  if (told === undefined) return cardFor(claim);
  const state = await desk.stateOf(claim.channel, told);
  if (state.message === undefined || state.followUp !== claim.card) {
    return { kind: "nothing", because: "no end is to be told in a reply" };
  }
  const wish = await cardFor({ ...claim, card: told, state });
  if (wish.kind !== "show") return wish;
  if (wish.card.stage !== "ended") return { kind: "nothing", because: "it has no end yet" };
  const { notice: _, ...card } = wish.card;
  return { kind: "show", card: { ...card, replyTo: state.message } };
}
