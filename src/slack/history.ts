import type { WebClient } from "@slack/web-api";
import type { Instant } from "../meeting/fact.ts";
import type { Refusal } from "../ports.ts";
import { about, type Place } from "./place.ts";
import { answered, CANNOT_LOOK, isNotOffered, isRefusal, isUnheardOf } from "./refusal.ts";

/** Marks a message as ours and tells whose card it is; every app in the workspace can read it. */
export const METADATA_TYPE = "zoom_meeting_card";
/** As many as can be read in that time, 200 messages each, or as few as Slack gives. */
const HISTORY_PAGES = 50;
const FIND_WITHIN_MS = 6_000;

export interface Found {
  byKey: Map<string, string[]>;
  /** There was more than could be read. */
  isCut: boolean;
}

type Read = (place: Place, since: Instant, until?: Instant) => Promise<Found | "cannot look" | Refusal>;

/**
 * Reads messages of ours by their keys, oldest first, in a channel (but for its threads) or in one thread. "cannot look"
 * where we may not read; what we say to one person is never read, for that would need a permission of its own.
 */
export function slackHistory(client: WebClient): Read {
  const us = whoWeAre(client);
  return async (place, since, until) => {
    if (place.isPerson) return "cannot look";
    const found = await answered(async () => allInTime(keyed(client, await us(), place, since, until)), about(place));
    if (!isRefusal(found)) return found;
    const { because } = found;
    return isUnheardOf(found) || isNotOffered(because) || CANNOT_LOOK.has(because) ? "cannot look" : found;
  };
}

async function keyed(
  client: WebClient,
  us: ReadonlySet<string>,
  { conversation: channel, thread }: Place,
  since: Instant,
  until?: Instant,
): Promise<Found> {
  const found: { key: string; ts: string }[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < HISTORY_PAGES; page += 1) {
    const asked = {
      channel,
      oldest: (since / 1_000).toFixed(6),
      ...(until !== undefined && { latest: (until / 1_000).toFixed(6) }),
      inclusive: true,
      limit: 200,
      include_all_metadata: true,
      ...(cursor && { cursor }),
    };
    const { messages = [], response_metadata } =
      thread === undefined
        ? await client.conversations.history(asked)
        : await client.conversations.replies({ ...asked, ts: thread });
    for (const { ts, metadata, user, bot_id } of messages) {
      const authors = [user, bot_id].filter((id) => id !== undefined);
      if (us.size > 0 && authors.length > 0 && !authors.some((id) => us.has(id))) continue;
      const payload = metadata?.event_payload as { key?: unknown } | undefined;
      if (ts && metadata?.event_type === METADATA_TYPE && typeof payload?.key === "string") {
        found.push({ key: payload.key, ts });
      }
    }
    cursor = response_metadata?.next_cursor || undefined;
    if (!cursor) break;
  }
  const oldestFirst = found.sort((a, b) => Number(a.ts) - Number(b.ts));
  const byKey = Map.groupBy(oldestFirst, ({ key }) => key);
  return {
    byKey: new Map([...byKey].map(([key, messages]) => [key, messages.map(({ ts }) => ts)])),
    isCut: cursor !== undefined,
  };
}

/** Several pages together take no longer than one call may: the lease counts on it. */
async function allInTime<T>(pages: Promise<T>): Promise<T | Refusal> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Refusal>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "unknown", because: "the history is slow" }), FIND_WITHIN_MS);
  });
  return Promise.race([pages, late]).finally(() => clearTimeout(timer));
}

/** Our own names in Slack: another app, a copy of this one say, may mark its messages as we do. */
function whoWeAre(client: WebClient): () => Promise<Set<string>> {
  let known: Set<string> | undefined;
  return async () => {
    if (known) return known;
    const { user_id, bot_id } = await client.auth.test();
    known = new Set([user_id, bot_id].filter((id) => id !== undefined));
    return known;
  };
}
