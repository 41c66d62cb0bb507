import type { KnownBlock, ModalView } from "@slack/types";
import { numberText } from "../card/subscription-words.ts";
import { shortened } from "../card/words.ts";
import type { Muted, Subscription } from "../subscription/subscription.ts";
import { unmuteText } from "./home-asks.ts";
import { button, plainText, smallPrint, words } from "./view-parts.ts";

/** Leaves room for what stands above and below. */
const MOST_ROWS = 90;

/** The meetings that are not told of in a channel, each with a button that changes that. */
export function mutedModal(channelId: string, { muted }: Pick<Subscription, "muted">): ModalView {
  const rows = muted.slice(0, MOST_ROWS).map((one) => mutedRow(channelId, one));
  const hidden = muted.length - rows.length;
  return {
    type: "modal",
    callback_id: "sub_muted",
    title: plainText("Muted meetings"),
    close: plainText("Close"),
    blocks: [
      ...(rows.length > 0 ? rows : [words(["No meeting is muted in this channel."])]),
      ...(hidden > 0 ? [smallPrint([`+${hidden} more.`])] : []),
    ],
  };
}

const LONGEST_TOPIC = 80;

export function mutedRow(channelId: string, muted: Muted): KnownBlock {
  const { topic, number } = muted;
  const name = shortened(topic || (number === undefined ? "(no topic)" : numberText(number)), LONGEST_TOPIC);
  return {
    type: "section",
    text: plainText(`🔕 ${name}`),
    accessory: button("sub_unmute", "Post again", { value: unmuteText(channelId, muted) }),
  };
}
