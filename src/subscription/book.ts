import type { Channel } from "../ports.ts";
import type { Subscription } from "./subscription.ts";

/** What all channels asked for, at one time. */
export interface Book {
  /** Another one whenever something changes; absent where nothing ever does. */
  version?: string;
  channels: ReadonlyMap<Channel, Subscription>;
}

/** What is wanted where nobody chose: the operator's settings. */
export interface Defaults {
  timeZone: string;
  digestAt: string;
  digestDays: ReadonlySet<number>;
}

/** A channel that hears of every meeting at once, as a new one does unless somebody says otherwise. */
export function everyMeeting({ timeZone, digestAt, digestDays }: Defaults, since = 0): Subscription {
  return {
    rules: [{ of: "all" }],
    detail: "card",
    people: "names",
    atLeast: { people: 0, minutes: 0 },
    digest: { days: [...digestDays], isWeekly: false, at: digestAt },
    timeZone,
    muted: [],
    since,
  };
}

/** Channels that hear of something; of a channel without a rule we only remember what it was. */
export function listening({ channels }: Book): [Channel, Subscription][] {
  return [...channels].filter(([, { rules }]) => rules.length > 0);
}
