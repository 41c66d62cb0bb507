import { dayOf } from "./card/day.ts";
import { crashPoint } from "./crash-point.ts";
import type { Instant } from "./meeting/fact.ts";
import { meetingAsOf } from "./meeting/meeting.ts";
import type { CardDesk, CardId, Channel, FactStore } from "./ports.ts";
import { digestId } from "./post-digest.ts";

const QUIET_MS = 10 * 60_000;

export interface Closing {
  facts: Pick<FactStore, "quietSince" | "factsOf" | "isOver">;
  desk: Pick<CardDesk, "stateOf" | "makeDue">;
  channels: readonly Channel[];
  timeZone: string;
}

/**
 * Looks at the meetings that may be live and of which nothing was heard for a while, one after another: there may be
 * thousands, and deliveries come in meanwhile. Those that are over by then get
 * their cards, and the digests that say "still live", brought up to date and are looked at no more. May run anywhere
 * and any number of times.
 */
export async function closeSilent({ facts, desk, channels, timeZone }: Closing, now: Instant): Promise<void> {
  for (const uuid of await facts.quietSince(now - QUIET_MS)) {
    const told = await facts.factsOf(uuid);
    if (told.length === 0) continue;
    const { isLive, hasStarted, start, lastHeardAt } = meetingAsOf(now, told);
    if (isLive || now - lastHeardAt < QUIET_MS) continue;
    // first the cards: if we die in between, the meeting is looked at again
    if (hasStarted) {
      const digest = digestId(dayOf(start.at, timeZone).date);
      await Promise.all(channels.map((channel) => makeCardsDue(desk, channel, uuid, digest)));
    }
    crashPoint("before-over");
    await facts.isOver(uuid, lastHeardAt);
    crashPoint("after-over");
  }
}

/** A digest comes when its time has come: here it is due only if it is there. */
async function makeCardsDue(desk: Closing["desk"], channel: Channel, meeting: CardId, digest: CardId): Promise<void> {
  const { message } = await desk.stateOf(channel, digest);
  await Promise.all([desk.makeDue(channel, meeting), message !== undefined && desk.makeDue(channel, digest)]);
}
