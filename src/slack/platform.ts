import type { WebClient } from "@slack/web-api";
import type { Card } from "../card/card.ts";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import type { ChatPlatform, Refusal } from "../ports.ts";
import { trouble } from "../trouble.ts";
import { METADATA_TYPE, slackHistory } from "./history.ts";
import { joining } from "./join.ts";
import { plainMessage, type SlackMessage, slackMessage } from "./message.ts";
import { about, named, placeOf } from "./place.ts";
import { type About, answered, BAD_PAYLOAD, isOfMetadata, isRefusal, isShutOut, isUnheardOf } from "./refusal.ts";

const NOT_IN_CHANNEL = "not_in_channel";
/** A call of its own, for this one may have taken its time already. */
const POST_AGAIN: Refusal = { kind: "later", because: "it joined the channel first", inMs: 1_000, of: "calls" };
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
    return { kind: "never", because: "Slack refuses every form of this card", of: "content" };
  };

  const read = slackHistory(client);
  const joins = joining(client, now);
  const access = trouble("Slack does not let us in: cards wait until it does", "Slack lets us in again");
  const asked = async <T>(call: () => Promise<T>, what: About) => {
    const answer = await answered(call, what);
    if (!isRefusal(answer)) access.over();
    else if (isShutOut(answer)) access.met(new Error(answer.because));
    return answer;
  };

  return {
    async post(channel, card, key, { inThread } = {}) {
      const place = placeOf(channel, inThread);
      const send = async (message: SlackMessage, metadata?: Metadata): Promise<{ message: string } | Refusal> => {
        const { ts, channel: conversation } = await client.chat.postMessage({
          channel: place.conversation,
          ...message,
          ...(place.thread !== undefined && { thread_ts: place.thread }),
          unfurl_links: false,
          unfurl_media: false,
          ...(metadata && { metadata }),
        });
        if (!ts) return { kind: "unknown", because: "Slack's answer has no ts" };
        if (!place.isPerson) return { message: ts };
        if (!conversation) return { kind: "unknown", because: "Slack's answer has no channel" };
        return { message: `${conversation}:${ts}` };
      };
      const marked = (message: SlackMessage) => send(message, { event_type: METADATA_TYPE, event_payload: { key } });
      let answer = await inBestForm(card, (message) => asked(() => marked(message), about(place)));
      if (isRefusal(answer) && isOfMetadata(answer)) {
        log.error(
          { because: answer.because },
          "a card is posted without its mark, so nobody could find it after a crash",
        );
        answer = await inBestForm(card, (message) => asked(() => send(message), about(place)));
      }
      if (!isRefusal(answer)) return answer;
      if (answer.because === NOT_IN_CHANNEL && (await joins(place))) return POST_AGAIN;
      // who says a word that we do not know may have posted all the same
      return isUnheardOf(answer) ? { kind: "unknown", because: answer.because } : answer;
    },
    update(channel, message, card) {
      const { conversation, ts, isPerson } = named(channel, message);
      const edit = async (form: SlackMessage) => {
        await client.chat.update({ channel: conversation, ts, ...form });
        return "done" as const;
      };
      const isReply = card.replyTo !== undefined;
      return inBestForm(card, (form) => asked(() => edit(form), { isReply, isToPerson: isPerson }));
    },
    async find(channel, key, since, until, { inThread } = {}) {
      const found = await read(placeOf(channel, inThread), since, until);
      if (isRefusal(found) || found === "cannot look") return found;
      return found.byKey.get(key) ?? (found.isCut ? "cannot look" : []);
    },
    async recall(channel, since) {
      const found = await read(placeOf(channel), since);
      return isRefusal(found) || found === "cannot look" ? found : found.byKey;
    },
    async remove(channel, message) {
      const { conversation, ts, isPerson } = named(channel, message);
      const remove = () => client.chat.delete({ channel: conversation, ts }).then(() => "done" as const);
      const answer = await asked(remove, { isToPerson: isPerson });
      return isRefusal(answer) && answer.because === "message_not_found" ? "done" : answer;
    },
  };
}

type Metadata = NonNullable<Parameters<WebClient["chat"]["postMessage"]>[0]>["metadata"];

/** A client for Slack's Web API as this notifier needs it: it never retries and never waits for ever by itself. */
export const CLIENT_OPTIONS = { retryConfig: { retries: 0 }, rejectRateLimitedCalls: true } as const;
