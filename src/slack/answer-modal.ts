import type { KnownBlock, ModalView } from "@slack/types";
import type { Card } from "../card/card.ts";
import { slackMessage } from "./message.ts";
import { plainText, richLines } from "./view-parts.ts";

const LONGEST_TITLE = 24;
const MOST_BLOCKS = 100;
/** Of the blocks that answers are made of; the newer ones are for messages only (docs.slack.dev, "Blocks"). */
const IN_MODALS: ReadonlySet<KnownBlock["type"]> = new Set(["header", "rich_text", "section", "context", "actions"]);

/** An answer as a modal: with its links, but without the buttons that change a message. */
export function answerModal(card: Card): ModalView {
  const { title, parts } = titled(card);
  const buttons = card.buttons.filter(({ kind }) => kind === "open");
  const blocks = slackMessage({ ...card, parts, buttons }, { tables: false }).blocks.filter(({ type }) =>
    IN_MODALS.has(type),
  );
  return {
    type: "modal",
    callback_id: "answer",
    title: plainText(title),
    close: plainText("Close"),
    blocks: blocks.length > 0 ? blocks.slice(0, MOST_BLOCKS) : [richLines([card.summary])],
  };
}

/** A heading that is short enough is the title, and is not said twice. */
function titled({ parts }: Card): { title: string; parts: Card["parts"] } {
  const [first, ...rest] = parts;
  const isTitle = first?.kind === "heading" && first.text.length <= LONGEST_TITLE;
  return isTitle ? { title: first.text, parts: rest } : { title: "Meetings", parts };
}
