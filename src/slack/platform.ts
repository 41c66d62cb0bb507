import type { WebClient } from "@slack/web-api";
import type { Card } from "../card/card.ts";
import type { Instant } from "../meeting/fact.ts";
import type { ChatPlatform, Refusal } from "../ports.ts";
import { plainMessage, type SlackMessage, slackMessage } from "./message.ts";
import { answered, BAD_PAYLOAD, CANNOT_LOOK, isRefusal, isUnheardOf } from "./refusal.ts";

/** Marks a message as ours and tells whose card it is; every app in the workspace can read it. */
const METADATA_TYPE = "zoom_meeting_card";
/** As many as can be read in that time, 200 messages each, or as few as Slack gives. */
const HISTORY_PAGES = 50;
const FIND_WITHIN_MS = 6_000;
const TABLES_AGAIN_MS = 24 * 3_600_000;

/**
 * Slack as a place for cards. Posting is not idempotent and Slack knows no idempotency key, so a post carries its key
 * as message metadata, and `find` reads it back. The client must not retry by itself (`retries: 0`).
 */
export function slackPlatform(client: WebClient, now: () => Instant): ChatPlatform {
  let tablesRefusedAt = Number.NEGATIVE_INFINITY;
  /** The richest form that this workspace takes: with tables, without, and at last as one line. */
  const inBestForm = async <T>(card: Card, send: (message: SlackMessage) => Promise<T>): Promise<T | Refusal> => {
    const tables = now() - tablesRefusedAt > TABLES_AGAIN_MS;
    const hasTable = tables && card.parts.some(({ kind }) => kind === "table");
    const forms = [
      ...(hasTable ? [slackMessage(card, { tables: true })] : []),
      slackMessage(card, { tables: false }),
      plainMessage(card),
    ];
    for (const form of forms) {
      const answer = await answered(() => send(form));
      if (!isRefusal(answer) || !BAD_PAYLOAD.has(answer.because)) return answer;
      if (hasTable && form === forms[0]) tablesRefusedAt = now();
    }
    return { kind: "never", because: "Slack refuses every form of this card", of: "message" };
  };

  const us = whoWeAre(client);
  const read = async (channel: string, since: Instant, until?: Instant) => {
    const found = await answered(async () => allInTime(keyed(client, await us(), channel, since, until)));
    if (!isRefusal(found)) return found;
    return isUnheardOf(found) || CANNOT_LOOK.has(found.because) ? "cannot look" : found;
  };

  return {
    async post(channel, card, key) {
      const answer = await inBestForm(card, async (message): Promise<{ message: string } | Refusal> => {
        const { ts } = await client.chat.postMessage({
          channel,
          ...message,
          unfurl_links: false,
          unfurl_media: false,
          metadata: { event_type: METADATA_TYPE, event_payload: { key } },
        });
        return ts ? { message: ts } : { kind: "unknown", because: "Slack's answer has no ts" };
      });
      // who says a word that we do not know may have posted all the same
      return isRefusal(answer) && isUnheardOf(answer) ? { kind: "unknown", because: answer.because } : answer;
    },
    update: (channel, ts, card) =>
      inBestForm(card, async (message) => {
        await client.chat.update({ channel, ts, ...message });
        return "done" as const;
      }),
    async find(channel, key, since, until) {
      const found = await read(channel, since, until);
      if (isRefusal(found) || found === "cannot look") return found;
      return found.byKey.get(key) ?? (found.isCut ? "cannot look" : []);
    },
    async recall(channel, since) {
      const found = await read(channel, since);
      return isRefusal(found) || found === "cannot look" ? found : found.byKey;
    },
    async remove(channel, ts) {
      const answer = await answered(() => client.chat.delete({ channel, ts }).then(() => "done" as const));
      return isRefusal(answer) && answer.because === "message_not_found" ? "done" : answer;
    },
  };
}

/** A client for Slack's Web API as this notifier needs it: it never retries and never waits for ever by itself. */
export const CLIENT_OPTIONS = { retryConfig: { retries: 0 }, rejectRateLimitedCalls: true } as const;

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

interface Found {
  byKey: Map<string, string[]>;
  /** There was more than could be read. */
  isCut: boolean;
}

async function keyed(
  client: WebClient,
  us: ReadonlySet<string>,
  channel: string,
  since: Instant,
  until?: Instant,
): Promise<Found> {
  const found: { key: string; ts: string }[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < HISTORY_PAGES; page += 1) {
    const { messages = [], response_metadata } = await client.conversations.history({
      channel,
      oldest: (since / 1_000).toFixed(6),
      ...(until !== undefined && { latest: (until / 1_000).toFixed(6) }),
      inclusive: true,
      limit: 200,
      include_all_metadata: true,
      ...(cursor && { cursor }),
    });
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
