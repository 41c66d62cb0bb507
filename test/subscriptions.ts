import type { Channel, SubscriptionStore } from "../src/ports.ts";
import type { Sight } from "../src/sight.ts";
import type { HomeSide } from "../src/slack/home.ts";
import type { Subscribers } from "../src/slack/subscribing.ts";
import { type Book, everyMeeting } from "../src/subscription/book.ts";
import type { Subscription } from "../src/subscription/subscription.ts";

const EVERY_DAY = new Set([1, 2, 3, 4, 5, 6, 7]);

export interface Wanted {
  timeZone?: string;
  digestAt?: string;
  digestDays?: ReadonlySet<number>;
}

/** What a channel asked for that hears of every meeting, but for what is said here. */
export function subscription({
  timeZone = "UTC",
  digestAt = "18:00",
  digestDays = EVERY_DAY,
  ...said
}: Partial<Subscription> & Wanted = {}): Subscription {
  return { ...everyMeeting({ timeZone, digestAt, digestDays }), ...said };
}

/** Channels that hear of every meeting, as when nobody ever subscribed. */
export function book(channels: readonly Channel[], wanted: Wanted = {}): Book {
  return { channels: new Map(channels.map((channel) => [channel, subscription(wanted)])) };
}

/** The same where it is asked for again and again. */
export function subscribed(
  channels: readonly Channel[],
  wanted: Wanted = {},
): Pick<SubscriptionStore, "book" | "fresh"> {
  const kept = book(channels, wanted);
  return { book: async () => kept, fresh: async () => kept };
}

/** Nothing is hidden from who asks. */
export const OPEN: Sight = () => "names";

/** Nobody ever subscribed, and nobody does. */
export const NOBODY_SUBSCRIBED: Subscribers = {
  book: async () => book([]),
  change: async () => undefined,
  begins: (timeZone) => subscription({ timeZone }),
  meetings: async () => ({ here: [], isElsewhere: false }),
  whoMay: "members",
};

/** A Home tab that knows of nothing. */
export const EMPTY_HOME: Omit<HomeSide, "workspaces" | "subscribers" | "now"> = {
  today: async () => ({ live: [], day: [] }),
  audit: async () => [],
  refusals: async () => new Map(),
  retry: async () => {},
  choices: { of: async () => ({ whenLiveWithoutMe: false }), choose: async () => {} },
  onSubscribed: () => {},
  status: async () => [],
};
