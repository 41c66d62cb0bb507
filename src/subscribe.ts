import type { Instant } from "./meeting/fact.ts";
import { meetingAsOf } from "./meeting/meeting.ts";
import type { AuditLog, CardDesk, Channel, FactStore, SubscriptionStore } from "./ports.ts";
import { type Defaults, everyMeeting } from "./subscription/book.ts";
import { type Change, changed } from "./subscription/change.ts";
import { type HostIds, hears, MUTED_HERE, type Subscription } from "./subscription/subscription.ts";

export interface Subscribing {
  subscriptions: SubscriptionStore;
  facts: Pick<FactStore, "factsOfLive">;
  desk: Pick<CardDesk, "stateOf" | "makeDue" | "bringBack">;
  audit: AuditLog;
  defaults: Defaults;
  hostIds?: HostIds;
}

/** Who changes something, and of which calendar. */
export interface Changer {
  /** As the platform calls that person; absent where nobody does it. */
  userId?: string;
  timeZone: string;
}

/**
 * Changes what a channel hears of, and shows there at once what that means for the meetings that are on. Resolves to what
 * it is then; undefined when there was nothing to change. Doing it twice is harmless.
 */
export async function changeSubscription(
  subscribing: Subscribing,
  channel: Channel,
  change: Change,
  { userId, timeZone }: Changer,
  now: Instant,
): Promise<Subscription | undefined> {
  const { subscriptions, audit, defaults } = subscribing;
  const changing = { otherwise: everyMeeting({ ...defaults, timeZone }, now), ...(userId && { by: userId }) };
  const after = await subscriptions.change(channel, (before) => changed(before, change, changing, now));
  if (!after) {
    // the same may have been done before by somebody who died over it
    const present = (await subscriptions.fresh()).channels.get(channel);
    if (present) await showWhatIsOn(subscribing, channel, { change, after: present }, now);
    return undefined;
  }
  if (userId) await audit.add({ at: now, by: userId, channel, change: change.kind });
  await showWhatIsOn(subscribing, channel, { change, after }, now);
  return after;
}

/** Cards of meetings that are on come, go or change with the subscription. */
async function showWhatIsOn(
  { facts, desk, hostIds }: Subscribing,
  channel: Channel,
  { change, after }: { change: Change; after: Subscription },
  now: Instant,
): Promise<void> {
  const live = (await facts.factsOfLive()).filter((told) => told.length > 0).map((told) => meetingAsOf(now, told));
  for (const meeting of live) {
    const { message } = await desk.stateOf(channel, meeting.uuid);
    if (message === undefined && !hears(after, meeting, hostIds)) continue;
    await desk.makeDue(channel, meeting.uuid);
    if (change.kind === "unmute") await desk.bringBack(channel, meeting.uuid, MUTED_HERE);
  }
}
