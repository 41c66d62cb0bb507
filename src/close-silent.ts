import type { Instant } from "./meeting/fact.ts";
import { meetingAsOf } from "./meeting/meeting.ts";
import type { CardDesk, Channel, FactStore } from "./ports.ts";

const QUIET_MS = 10 * 60_000;

/**
 * Looks at the meetings that may be live and of which nothing was heard for a while. Those that are over by then get
 * their cards brought up to date and are looked at no more. May run anywhere and any number of times.
 */
export async function closeSilent(
  { facts, desk, channels }: { facts: FactStore; desk: CardDesk; channels: readonly Channel[] },
  now: Instant,
): Promise<void> {
  for (const told of await facts.factsOfLive()) {
    const { uuid, isLive, hasStarted, lastHeardAt } = meetingAsOf(now, told);
    if (isLive || now - lastHeardAt < QUIET_MS) continue;
    // first the cards: if we die in between, the meeting is looked at again
    if (hasStarted) await Promise.all(channels.map((channel) => desk.makeDue(channel, uuid)));
    await facts.isOver(uuid, lastHeardAt);
  }
}
