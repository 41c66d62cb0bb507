import { dayOf } from "./card/day.ts";
import type { Instant, MeetingFact } from "./meeting/fact.ts";
import type { Channel, FactStore } from "./ports.ts";
import { digestId } from "./post-digest.ts";

export interface Recording {
  facts: Pick<FactStore, "keep">;
  channels: readonly Channel[];
  timeZone: string;
  retentionMs: number;
}

const ENDS = new Set<MeetingFact["kind"]>(["ended", "summarized"]);

/**
 * Zoom told us something: keeps it and makes the cards due that it may change. Doing it again is harmless. What is
 * older than anything we keep is not kept, so that an old delivery sent again says nothing.
 */
export async function recordFact(
  recording: Recording,
  fact: MeetingFact,
  now: Instant,
): Promise<"new" | "known" | "too old"> {
  const { facts, channels, timeZone, retentionMs } = recording;
  const startedAt = fact.about.startedAt ?? fact.at;
  if (startedAt < now - retentionMs) return "too old";
  const digest = digestId(dayOf(startedAt, timeZone).date);
  return facts.keep(fact, { channels, digest, isUrgent: ENDS.has(fact.kind) });
}
