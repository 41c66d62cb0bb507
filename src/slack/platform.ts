import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  type WebClient,
} from "@slack/web-api";
import type { Card } from "../card/card.ts";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import type { ChatPlatform, Refusal } from "../ports.ts";
import { plainMessage, type SlackMessage, slackMessage } from "./message.ts";

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

const isRefusal = (answer: unknown): answer is Refusal =>
  typeof answer === "object" && answer !== null && "kind" in answer && "because" in answer;

const isUnheardOf = (refusal: Refusal) => refusal.kind === "later" && refusal.of === "message";

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

// What Slack's errors mean for a card: docs.slack.dev, chat.postMessage and chat.update, "Errors".
const BAD_PAYLOAD = new Set([
  "msg_too_long",
  "msg_blocks_too_long",
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_attachments",
  "no_text",
  "only_one_table_allowed",
]);
const CANNOT_LOOK = new Set(["missing_scope", "not_in_channel", "channel_not_found", "not_allowed_token_type"]);
const NO_CHANNEL = new Set([
  "channel_not_found",
  "not_in_channel",
  "is_archived",
  "is_inactive",
  "restricted_action",
  "restricted_action_read_only_channel",
  "restricted_action_thread_only_channel",
  "restricted_action_non_threadable_channel",
]);
const NO_MESSAGE = new Set(["message_not_found", "cant_delete_message"]);
/** The message is there but may not be changed now: somebody may allow it again. */
const NOT_NOW = new Set(["cant_update_message", "edit_window_closed", "block_mismatch"]);
const NOT_NOW_PAUSE_MS = 60_000;
const NO_ACCESS = new Set([
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "missing_scope",
  "org_login_required",
  "team_access_not_granted",
  "ekm_access_denied",
  "access_denied",
  "accesslimited",
]);
const SLOW_DOWN = new Set(["ratelimited", "rate_limited", "message_limit_exceeded"]);
const DOUBTFUL = new Set(["internal_error", "fatal_error", "service_unavailable", "request_timeout"]);

const NO_ACCESS_PAUSE_MS = 60_000;
const SLOW_DOWN_MS = 30_000;
/** Slack never asks for more; a proxy in between might. */
const LONGEST_SLOW_DOWN_MS = 3_600_000;
/** What the client throws, as a bare error, at a 429 that does not say for how long. */
const NO_RETRY_AFTER = "Retry header did not contain";
const NETWORK_PAUSE_MS = 2_000;
const UNHEARD_OF_PAUSE_MS = 60_000;
/** What Slack's errors look like. Anything else is not Slack's word but that of something in between. */
const ERROR_CODE = /^[a-z_]{1,80}$/;
/** The connection was never made, so Slack cannot have done anything. */
const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Several pages together take no longer than one call may: the lease counts on it. */
async function allInTime<T>(pages: Promise<T>): Promise<T | Refusal> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Refusal>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "unknown", because: "the history is slow" }), FIND_WITHIN_MS);
  });
  return Promise.race([pages, late]).finally(() => clearTimeout(timer));
}

async function answered<T>(call: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await call();
  } catch (err) {
    return refusal(err);
  }
}

function refusal(err: unknown): Refusal {
  if (err instanceof WebAPIRateLimitedError) {
    return { kind: "later", because: "ratelimited", inMs: slowDownMs(err.retryAfter), of: "calls" };
  }
  if (err instanceof Error && err.message.startsWith(NO_RETRY_AFTER)) {
    return { kind: "later", because: "ratelimited", inMs: SLOW_DOWN_MS, of: "calls" };
  }
  if (err instanceof WebAPIPlatformError) return platformRefusal(err);
  if (err instanceof WebAPIHTTPError) {
    return { kind: "unknown", because: `HTTP ${err.statusCode}` };
  }
  if (err instanceof WebAPIRequestError) {
    const code = causeCode(err);
    if (NEVER_SENT.has(code))
      return { kind: "later", because: `network: ${code}`, inMs: NETWORK_PAUSE_MS, of: "channel" };
    return { kind: "unknown", because: `network: ${code || "no answer"}` };
  }
  log.error({ err }, "an answer of Slack's could not be read");
  return { kind: "unknown", because: "the answer cannot be read" };
}

function slowDownMs(retryAfterS: number): number {
  return Math.min(Math.max(1, retryAfterS) * 1_000, LONGEST_SLOW_DOWN_MS);
}

function platformRefusal({ data }: WebAPIPlatformError): Refusal {
  const because: unknown = data?.error;
  if (typeof because !== "string" || !ERROR_CODE.test(because))
    return { kind: "unknown", because: "the answer is not Slack's" };
  if (NO_CHANNEL.has(because)) return { kind: "never", because, of: "channel" };
  if (NO_MESSAGE.has(because)) return { kind: "never", because, of: "message" };
  if (NOT_NOW.has(because)) return { kind: "later", because, inMs: NOT_NOW_PAUSE_MS, of: "message" };
  if (NO_ACCESS.has(because)) {
    log.error(
      { because, needed: (data as { needed?: string }).needed },
      "Slack does not let us in: cards wait until it does",
    );
    return { kind: "later", because, inMs: NO_ACCESS_PAUSE_MS, of: "platform" };
  }
  if (SLOW_DOWN.has(because)) return { kind: "later", because, inMs: SLOW_DOWN_MS, of: "calls" };
  if (DOUBTFUL.has(because)) return { kind: "unknown", because };
  if (BAD_PAYLOAD.has(because)) {
    log.error({ because, details: data.response_metadata?.messages?.slice(0, 5) }, "Slack refuses the form of a card");
    return { kind: "never", because, of: "message" };
  }
  // a new error may pass: no card is lost for good because of a word we do not know
  return { kind: "later", because, inMs: UNHEARD_OF_PAUSE_MS, of: "message" };
}

function causeCode(err: unknown): string {
  for (let at: unknown = err; at instanceof Error; at = at.cause ?? (at as { original?: unknown }).original) {
    if ("code" in at && typeof at.code === "string" && at.code.startsWith("E")) return at.code;
    if (at.name === "TimeoutError") return "TimeoutError";
  }
  return "";
}
