import { dayBefore, dayOf } from "./card/day.ts";
import type { Instant, MeetingFact } from "./meeting/fact.ts";
import { meetingAsOf } from "./meeting/meeting.ts";
import type { AuditLog, CardDesk, CardId, Channel, FactStore, SubscriptionStore, ToShow } from "./ports.ts";
import { digestId } from "./post-digest.ts";
import { repliesAbout } from "./post-joins.ts";
import { weekId, weekOf } from "./post-week.ts";
import { type Defaults, everyMeeting } from "./subscription/book.ts";
import { type Change, changed } from "./subscription/change.ts";
import { type HostIds, hears, isMuted, MUTED_HERE, type Subscription } from "./subscription/subscription.ts";

export interface Showing {
  subscriptions: Pick<SubscriptionStore, "fresh" | "unshown" | "shown">;
  facts: Pick<FactStore, "factsOfLive">;
  desk: Pick<CardDesk, "stateOf" | "makeDue" | "bringBack">;
  hostIds?: HostIds;
}

export interface Subscribing extends Showing {
  subscriptions: Showing["subscriptions"] & Pick<SubscriptionStore, "change">;
  audit: AuditLog;
  defaults: Defaults;
}

/** Who changes something, and of which calendar. */
export interface Changer {
  /** As the platform calls that person; absent where nobody does it. */
  userId?: string;
  /** As people do. */
  name?: string;
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
  { userId, name, timeZone }: Changer,
  now: Instant,
): Promise<Subscription | undefined> {
  const { subscriptions, audit, defaults } = subscribing;
  const otherwise = everyMeeting({ ...defaults, timeZone }, now);
  const changing = { otherwise, ...(userId && { by: userId }), ...(name && { name }) };
  const toShow = TOLD_ANEW.has(change.kind) ? "all" : "live";
  const after = await subscriptions.change(channel, (before) => changed(before, change, changing, now), toShow);
  if (after && userId) await audit.add({ at: now, by: userId, channel, change: change.kind });
  // also where nothing changed: the same may have been asked for before, of somebody who died over it
  await showChanges(subscribing, now, channel);
  return after;
}

/**
 * Shows what changes mean for what is on, where nobody did so yet: whoever made one may have died over it. May be asked
 * by every process and as often as it likes. `only` one channel, or all.
 */
export async function showChanges(subscribing: Showing, now: Instant, only?: Channel): Promise<void> {
  const { subscriptions } = subscribing;
  const unshown = (await subscriptions.unshown()).filter(({ channel }) => channel === (only ?? channel));
  if (unshown.length === 0) return;
  const { channels } = await subscriptions.fresh();
  for (const one of unshown) {
    const after = channels.get(one.channel);
    if (after) await showWhatIsOn(subscribing, one.channel, { after, toShow: one.what }, now);
    await subscriptions.shown(one);
  }
}

/** Cards of meetings that are on come, go or change with the subscription. */
async function showWhatIsOn(
  { facts, desk, hostIds }: Showing,
  channel: Channel,
  { after, toShow }: { after: Subscription; toShow: ToShow },
  now: Instant,
): Promise<void> {
  const isToldAnew = toShow === "all";
  for (const told of await facts.factsOfLive()) {
    if (told.length === 0) continue;
    const meeting = meetingAsOf(now, told);
    if (isToldAnew) await makeRepliesDue(desk, channel, told);
    const { message } = await desk.stateOf(channel, meeting.uuid);
    if (message === undefined && !hears(after, meeting, hostIds)) continue;
    await desk.makeDue(channel, meeting.uuid);
    if (!isMuted(after, meeting)) await desk.bringBack(channel, meeting.uuid, MUTED_HERE);
  }
  if (!isToldAnew) return;
  const today = dayOf(now, after.timeZone);
  const summaries = [digestId(dayBefore(today).date), digestId(today.date), weekId(weekOf(today).date)];
  for (const card of summaries) await makeDueIfThere(desk, channel, card);
}

/** What hides or shows more of people may change every text that stands there. */
const TOLD_ANEW = new Set<Change["kind"]>(["save", "share"]);

/** Joins that were told below the card of a meeting that is on. */
async function makeRepliesDue(desk: Showing["desk"], channel: Channel, told: readonly MeetingFact[]): Promise<void> {
  for (const reply of repliesAbout(told)) await makeDueIfThere(desk, channel, reply);
}

async function makeDueIfThere(desk: Showing["desk"], channel: Channel, card: CardId): Promise<void> {
  const { message } = await desk.stateOf(channel, card);
  if (message !== undefined) await desk.makeDue(channel, card);
}
