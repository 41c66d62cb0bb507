import type { Channel, Shared, SubscriptionStore } from "./ports.ts";
import { listening } from "./subscription/book.ts";
import type { Change } from "./subscription/change.ts";

export interface Sharing {
  subscriptions: Pick<SubscriptionStore, "book">;
  change: (channel: Channel, change: Change) => Promise<unknown>;
  sharing: (channel: Channel) => Promise<Shared>;
}

const AT_ONCE = 15;

/**
 * Looks at some channels each time, one after another and then again, whether another company reads them by now: they
 * are told no names then. The platform tells of such a change too, but not of one before it was asked to.
 */
export function sharingWatch({ subscriptions, change, sharing }: Sharing): () => Promise<void> {
  let next = 0;
  return async () => {
    const all = listening(await subscriptions.book());
    for (let count = 0; count < Math.min(AT_ONCE, all.length); count += 1) {
      const [channel, subscription] = all[next % all.length] ?? [];
      next += 1;
      if (channel === undefined || subscription === undefined) return;
      const found = await sharing(channel);
      const isTold = found === "shared" || found === "not shared";
      const isShared = found === "shared";
      if (isTold && isShared !== (subscription.isShared ?? false)) await change(channel, { kind: "share", isShared });
    }
  };
}
