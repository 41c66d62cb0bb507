import { dayOf } from "./card/day.ts";
import { crashPoint } from "./crash-point.ts";
import type { Instant } from "./meeting/fact.ts";
import { type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { CardDesk, Channel, FactStore } from "./ports.ts";
import { makeAloneDue } from "./post-alone.ts";
import { digestId } from "./post-digest.ts";
import type { Book } from "./subscription/book.ts";
import type { Chooser } from "./subscription/chooser.ts";
import { type HostIds, hears, type Subscription } from "./subscription/subscription.ts";

const QUIET_MS = 10 * 60_000;

export interface Closing {
  facts: Pick<FactStore, "quietSince" | "factsOf" | "isOver">;
  desk: Pick<CardDesk, "stateOf" | "makeDue">;
  book: Book;
  /** Who may have been told that their meeting is live without them. */
  people?: ReadonlyMap<Channel, Chooser>;
  hostIds?: HostIds;
}

const NOBODY: ReadonlyMap<Channel, Chooser> = new Map();

/**
 * Looks at the meetings that may be live and of which nothing was heard for a while, one after another: there may be
 * thousands, and deliveries come in meanwhile. Those that are over by then get
 * their cards, and the digests that say "still live", brought up to date and are looked at no more. May run anywhere
 * and any number of times.
 */
export async function closeSilent(closing: Closing, now: Instant): Promise<void> {
  const { facts, desk, book, people = NOBODY, hostIds } = closing;
  for (const uuid of await facts.quietSince(now - QUIET_MS)) {
    const told = await facts.factsOf(uuid);
    if (told.length === 0) continue;
    const meeting = meetingAsOf(now, told);
    const { isLive, hasStarted, lastHeardAt } = meeting;
    if (isLive || now - lastHeardAt < QUIET_MS) continue;
    // first the cards: if we die in between, the meeting is looked at again
    if (hasStarted) {
      await Promise.all([...book.channels].map((one) => makeCardsDue(desk, one, meeting, hostIds)));
      await makeAloneDue(desk, people, meeting, hostIds);
    }
    crashPoint("before-over");
    await facts.isOver(uuid, lastHeardAt);
    crashPoint("after-over");
  }
}

/**
 * A card that is there, or that may still have to come: where only ended meetings are wanted. A digest comes when its
 * time has come: here it is due only if it is there.
 */
async function makeCardsDue(
  desk: Closing["desk"],
  [channel, subscription]: [Channel, Subscription],
  meeting: Meeting,
  hostIds?: HostIds,
): Promise<void> {
  const digest = digestId(dayOf(meeting.start.at, subscription.timeZone).date);
  const [card, summary] = await Promise.all([desk.stateOf(channel, meeting.uuid), desk.stateOf(channel, digest)]);
  const isThere = card.message !== undefined || card.posting !== undefined;
  await Promise.all([
    (isThere || hears(subscription, meeting, hostIds)) && desk.makeDue(channel, meeting.uuid),
    summary.message !== undefined && desk.makeDue(channel, digest),
  ]);
}
