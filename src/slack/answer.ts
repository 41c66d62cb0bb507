import { type RespondArguments, RespondError, type RespondFn } from "@slack/bolt";
import type { Card, Line } from "../card/card.ts";
import { saidCard } from "../card/subscription-cards.ts";
import { log } from "../log.ts";
import { answerModal } from "./answer-modal.ts";
import { NotTold } from "./channels.ts";
import { type SlackMessage, slackMessage } from "./message.ts";
import type { Reach } from "./reach.ts";

const SORRY: Line = ["I cannot look that up just now. Please try again in a minute."];

const NEEDS_SCOPES: Line = [
  "I may not see who may read which channel, so I cannot tell which meetings are for you. Whoever installed me can mend that: add the permissions ",
  { code: "channels:read" },
  " and ",
  { code: "groups:read" },
  " to the app and install it again.",
];

const NOTHING_SHARED: Line = ["I shared nothing: of this, there is nothing that I may tell in this channel."];

export type Manner = { response_type?: "ephemeral" | "in_channel"; replace_original?: boolean };

/**
 * Answers after the acknowledgement, if there is something to say. When the answer cannot be made, or a channel would only
 * be told that there is none, the asker is told so, privately.
 */
export async function answer(reach: Reach, card: () => Promise<Card | undefined>, manner: Manner = {}): Promise<void> {
  try {
    const answered = await card();
    if (!answered) return;
    if (answered.isNothing && manner.response_type === "in_channel") {
      await say(reach, saidCard(NOTHING_SHARED), { ...manner, response_type: "ephemeral" });
    } else await say(reach, answered, { response_type: "ephemeral", ...manner });
  } catch (err) {
    log.error({ err }, "somebody's question in Slack could not be answered");
    const line = err instanceof NotTold && err.because === "missing_scope" ? NEEDS_SCOPES : SORRY;
    await say(reach, saidCard(line), { response_type: "ephemeral", replace_original: false });
  }
}

/** A card without a table, as an answer. */
export function shown(card: Card): SlackMessage {
  return slackMessage(card, { tables: false });
}

async function say(reach: Reach, card: Card, manner: Manner): Promise<void> {
  if ("modal" in reach) await reach.modal(answerModal(card));
  else await inBestForm(reach.respond, card, manner);
}

/** With tables where the workspace has them, else with lists. What is shared holds links: Slack shows nothing below them. */
async function inBestForm(respond: RespondFn, card: Card, manner: Manner): Promise<void> {
  const hasTable = card.parts.some(({ kind }) => kind === "table");
  const how = { ...manner, unfurl_links: false, unfurl_media: false };
  if (hasTable && (await isTaken(respond, { ...slackMessage(card, { tables: true }), ...how }))) return;
  await respond({ ...shown(card), ...how });
}

const BAD_REQUEST = 400;

/** Slack says what it does not take with 400, or with 200 and `ok: false`. */
async function isTaken(respond: RespondFn, message: RespondArguments): Promise<boolean> {
  try {
    const answer = await respond(message);
    return !/"ok":\s*false/.test(await answer.text());
  } catch (err) {
    if (err instanceof RespondError && err.statusCode === BAD_REQUEST) return false;
    throw err;
  }
}
