import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { LEASE_MS, startCourier } from "../src/courier.ts";
import type { CardDesk, ChatPlatform, Claim, Outcome, PostedCard } from "../src/ports.ts";

/** What becomes of one claimed card whose content cannot be found out. */
async function outcomeOf(state: PostedCard): Promise<Outcome> {
  const claim: Claim = { channel: "slack:C0ROOM", card: "A", token: "t", claimedAt: "0", state };
  const claims = [claim];
  return new Promise((resolve) => {
    const desk = {
      claim: async () => ({ claims: claims.splice(0), nextInMs: Number.POSITIVE_INFINITY }),
      settle: async (_: Claim, outcome: Outcome) => {
        resolve(outcome);
        void courier.stop();
      },
    } as unknown as CardDesk;
    const courier = startCourier({
      desk,
      platforms: new Map([["slack", {} as ChatPlatform]]),
      cardFor: async () => {
        throw new Error("no card can be made of this");
      },
      now: Date.now,
      leaseMs: LEASE_MS,
      inDoubt: "post-again",
    });
  });
}

describe("a card that cannot be made", () => {
  test("gives its channel back at once and is tried again in a minute", async () => {
    deepEqual(await outcomeOf({}), { kind: "tryAgain", because: "not computed", inMs: 60_000 });
  });

  test("stays in doubt when its post was in doubt", async () => {
    const posting = { sinceMs: 9_000, at: 0, looked: 2 };
    deepEqual(await outcomeOf({ posting }), { kind: "tryAgain", because: "not computed", inMs: 60_000, looked: 2 });
  });
});
