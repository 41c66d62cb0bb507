import type { WebClient } from "@slack/web-api";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import type { Place } from "./place.ts";
import { answered, isRefusal } from "./refusal.ts";

const MAY_NOT_JOIN = "missing_scope";
const ASKED_AGAIN_MS = 24 * 3_600_000;

/**
 * Joins a public channel that takes messages of its members only, once: who is put out of it later stays out. True when
 * we have joined it now. Without the permission `channels:join` Slack is not asked again for a day.
 */
export function joining(client: WebClient, now: () => Instant): (place: Place) => Promise<boolean> {
  const joined = new Set<string>();
  let refusedAt = Number.NEGATIVE_INFINITY;
  return async ({ conversation, isPerson }) => {
    if (isPerson || joined.has(conversation) || now() - refusedAt < ASKED_AGAIN_MS) return false;
    const answer = await answered(() => client.conversations.join({ channel: conversation }));
    if (!isRefusal(answer)) {
      joined.add(conversation);
      log.info({ channel: conversation }, "the app joined a channel to be able to post there");
      return true;
    }
    if (answer.because === MAY_NOT_JOIN) refusedAt = now();
    return false;
  };
}
