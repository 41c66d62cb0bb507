import { peopleShown } from "../../src/subscription/veil.ts";
import { A_CLAIM_MS, type Violation } from "./check.ts";
import type { PlayedDay } from "./play.ts";
import { PEOPLE } from "./process.ts";

/** Every topic and every name of a simulated day has one of these words in it; nothing else has. */
const TOPIC = /Topic/;
const NAME = /Person |Early/;

/** What was shown at any time and may not be told there: topics where they are private, names where they are counted. */
export function leaked({ said, books }: PlayedDay): Violation[] {
  return said.flatMap(({ sentAt, channel, key, card }) => {
    const text = JSON.stringify(card);
    const most = books.between(channel, sentAt - A_CLAIM_MS, sentAt).map((one) => peopleShown(one, PEOPLE));
    if (most.length === 0) return [];
    const isLeak =
      (NAME.test(text) && !most.includes("names")) || (TOPIC.test(text) && most.every((one) => one === "private"));
    return isLeak ? [{ kind: "leaked", channel, card: key, what: text }] : [];
  });
}
