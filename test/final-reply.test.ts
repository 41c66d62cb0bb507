import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Card } from "../src/card/card.ts";
import { cardOrFinalReply } from "../src/final-reply.ts";
import type { Claim, PostedCard, Wish } from "../src/ports.ts";

const card = (stage: Card["stage"]): Card => ({ stage, summary: "Stand-up", parts: [], buttons: [] });
const live: Wish = { kind: "show", card: card("live") };
const ended: Wish = { kind: "show", card: card("ended") };
const TOLD = { message: "7.0", shows: "live x", gone: "edit_window_closed", followUp: "final:A" };

/** What this card should show, where the card of meeting A is in this state and should show that. */
async function shown(card: string, { state, own }: { state: PostedCard; own: Wish }) {
  const claim: Claim = { channel: "slack:C0ROOM", card, token: "t", claimedAt: "0", state: {} };
  const asked: Claim[] = [];
  const cardFor = async (one: Claim): Promise<Wish> => {
    asked.push(one);
    return own;
  };
  return { wish: await cardOrFinalReply({ desk: { stateOf: async () => state }, cardFor }, claim), asked };
}

describe("a reply that tells an end", () => {
  test("says what the message itself should say, in its thread", async () => {
    const { wish, asked } = await shown("final:A", { state: TOLD, own: ended });
    deepEqual(wish, { kind: "show", card: { ...card("ended"), replyTo: "7.0" } });
    deepEqual(
      asked.map(({ card, state }) => ({ card, state })),
      [{ card: "A", state: TOLD }],
    );
  });

  test("says nothing where the message may be edited, was given up for another reason, or is live again", async () => {
    const says = async (state: PostedCard, own: Wish) => (await shown("final:A", { state, own })).wish;
    deepEqual(await says({ message: "7.0" }, ended), { kind: "nothing", because: "no end is to be told in a reply" });
    deepEqual(await says({ message: "7.0", gone: "message_not_found" }, ended), await says({ message: "7.0" }, ended));
    deepEqual(await says(TOLD, live), { kind: "nothing", because: "it has no end yet" });
  });

  test("goes with its message where nothing is to be told here any more", async () => {
    const remove: Wish = { kind: "remove", because: "muted here" };
    deepEqual((await shown("final:A", { state: TOLD, own: remove })).wish, remove);
  });

  test("is not what any other card is", async () => {
    equal((await shown("A", { state: {}, own: live })).wish, live);
  });
});
