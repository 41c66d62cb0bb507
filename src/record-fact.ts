import { dayOf } from "./card/day.ts";
import { type Instant, isAttendance, type MeetingFact } from "./meeting/fact.ts";
import type { Audience, Channel, ChoiceStore, FactStore, Listener, SubscriptionStore } from "./ports.ts";
import { hostsWithout } from "./post-alone.ts";
import { digestId } from "./post-digest.ts";
import { nextReply } from "./post-joins.ts";
import type { Book } from "./subscription/book.ts";
import type { Choosers } from "./subscription/chooser.ts";
import { type HostIds, mayHear, type Subscription } from "./subscription/subscription.ts";

export interface Recording {
  facts: Pick<FactStore, "keep">;
  subscriptions: Pick<SubscriptionStore, "book" | "fresh">;
  choices?: Pick<ChoiceStore, "chosen" | "fresh">;
  hostIds?: HostIds;
  retentionMs: number;
}

const ENDS = new Set<MeetingFact["kind"]>(["ended", "summarized"]);
/** People do not subscribe that fast. */
const TRIES = 5;
const NOBODY: Choosers = { people: new Map() };

/**
 * Zoom told us something: keeps it and makes the cards due that it may change, where somebody asks for them at that
 * moment. Doing it again is harmless. What is older than anything we keep is not kept, so that an old
 * delivery sent again says nothing.
 */
export async function recordFact(
  { facts, subscriptions, choices, hostIds, retentionMs }: Recording,
  fact: MeetingFact,
  now: Instant,
): Promise<"new" | "known" | "too old"> {
  const startedAt = fact.about.startedAt ?? fact.at;
  if (startedAt < now - retentionMs) return "too old";
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const [book, choosers = NOBODY] = await Promise.all(
      attempt === 0 ? [subscriptions.book(), choices?.chosen()] : [subscriptions.fresh(), choices?.fresh()],
    );
    const { listeners, ...audience } = audienceOf(book, fact, startedAt);
    const version = olderOf(book.version, choosers.version);
    const kept = await facts.keep(fact, {
      ...audience,
      listeners: [...listeners, ...hostsWithout(choosers, fact, hostIds)],
      ...(version !== undefined && { version }),
    });
    if (kept !== "other audience") return kept;
  }
  throw new Error("the subscriptions change all the time");
}

/**
 * Every channel hears that may show the meeting, also where it was asked for in other words than its topic of today, or
 * is not asked for any more: a card that stands there stays true, and nothing stays live because somebody renamed it.
 */
function audienceOf(book: Book, fact: MeetingFact, startedAt: Instant): Audience {
  const isUrgent = ENDS.has(fact.kind);
  const listeners = [...book.channels].map(([channel, subscription]) =>
    listener(channel, subscription, fact, { startedAt, isAsked: mayHear(subscription, fact.about) }),
  );
  return { listeners, isUrgent };
}

/** Both are counted together; where one was read before the other, the fact is kept for neither. */
function olderOf(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Number(one) < Number(other) ? one : other;
}

function listener(
  channel: Channel,
  { timeZone, detail }: Subscription,
  fact: MeetingFact,
  { startedAt, isAsked }: { startedAt: Instant; isAsked: boolean },
): Listener {
  return {
    channel,
    digest: digestId(dayOf(startedAt, timeZone).date),
    ...(!isAsked && { onlyWhatIsThere: true }),
    ...(isAsked && detail === "thread" && isAttendance(fact) && { reply: nextReply(fact) }),
  };
}
