import type { Channel, ChannelMoves, SubscriptionStore } from "./ports.ts";
import type { Book } from "./subscription/book.ts";

export interface Following {
  moves: ChannelMoves;
  subscriptions: Pick<SubscriptionStore, "move">;
}

/**
 * The platform gave a channel another name: what was asked for there and what stands there goes on under the new one.
 * Doing it again is harmless.
 */
export async function followChannel({ moves, subscriptions }: Following, from: Channel, to: Channel): Promise<void> {
  await moves.move(from, to);
  await subscriptions.move(from, to);
  await moves.move(from, to); // what became due under the old name meanwhile
}

/** Goes on where somebody died over it. To be asked every minute, by every process. */
export async function followFurther(following: Following, { channels }: Book): Promise<void> {
  for (const [from, to] of await following.moves.known()) {
    const { rules = [] } = channels.get(from) ?? {};
    // one that hears of nothing may stay behind, where the operator's settings name it
    const isUnderWay = rules.length > 0 || (channels.has(from) && !channels.has(to));
    if (isUnderWay) await followChannel(following, from, to);
    else if (await following.moves.isBehind(from)) await following.moves.move(from, to);
  }
}
