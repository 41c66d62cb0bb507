import type { WebClient } from "@slack/web-api";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import type { ChatPlatform, Refusal } from "../ports.ts";
import { trouble } from "../trouble.ts";
import { bestForms, type FormsOptions } from "./forms.ts";
import { METADATA_TYPE, slackHistory } from "./history.ts";
import { joining } from "./join.ts";
import type { SlackMessage } from "./message.ts";
import { about, named, placeOf } from "./place.ts";
import { type About, answered, isOfMetadata, isRefusal, isShutOut, isUnheardOf } from "./refusal.ts";

const NOT_IN_CHANNEL = "not_in_channel";
/** A call of its own, for this one may have taken its time already. */
const POST_AGAIN: Refusal = { kind: "later", because: "it joined the channel first", inMs: 1_000, of: "calls" };

/**
 * Slack as a place for cards. Posting is not idempotent and Slack knows no idempotency key, so a post carries its key
 * as message metadata, and `find` reads it back. The client must not retry by itself (`retries: 0`).
 */
export function slackPlatform(
  client: WebClient,
  now: () => Instant,
  pictures: Pick<FormsOptions, "drawChart"> = {},
): ChatPlatform {
  const inBestForm = bestForms({ client, now, ...pictures });
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
      // who says a word that we do not know may have posted all the same
      const posted = async (call: () => ReturnType<typeof send>) => {
        const said = await asked(call, about(place));
        const isDoubtful = isRefusal(said) && isUnheardOf(said) && !isOfMetadata(said);
        return isDoubtful ? ({ kind: "unknown", because: said.because } as const) : said;
      };
      let answer = await inBestForm(channel, card, (message) => posted(() => marked(message)));
      if (isRefusal(answer) && isOfMetadata(answer)) {
        log.error(
          { because: answer.because },
          "a card is posted without its mark, so nobody could find it after a crash",
        );
        answer = await inBestForm(channel, card, (message) => posted(() => send(message)));
      }
      const isOutside = isRefusal(answer) && answer.because === NOT_IN_CHANNEL;
      return isOutside && (await joins(place)) ? POST_AGAIN : answer;
    },
    update(channel, message, card) {
      const { conversation, ts, isPerson } = named(channel, message);
      const edit = async (form: SlackMessage) => {
        await client.chat.update({ channel: conversation, ts, ...form });
        return "done" as const;
      };
      const isReply = card.replyTo !== undefined;
      return inBestForm(channel, card, (form) => asked(() => edit(form), { isReply, isToPerson: isPerson }));
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
