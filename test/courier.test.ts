import { deepEqual, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Card } from "../src/card/card.ts";
import { LEASE_MS, startCourier } from "../src/courier.ts";
import type { CardDesk, ChatPlatform, Claim, Outcome, PostedCard } from "../src/ports.ts";

const IDLE = {
  platforms: new Map(),
  cardFor: async () => ({ kind: "nothing" as const, because: "nothing to say" }),
  now: Date.now,
  leaseMs: LEASE_MS,
  inDoubt: "post-again",
} as const;

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

describe("a courier", () => {
  test("that is woken by every delivery of a burst looks a few times only, and not late", async () => {
    const looks: number[] = [];
    const claim = async () => {
      looks.push(performance.now());
      return { claims: [], nextInMs: Number.POSITIVE_INFINITY };
    };
    const courier = startCourier({ desk: { claim } as unknown as CardDesk, ...IDLE });
    while (looks.length < 10) {
      courier.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await courier.stop();
    const apartMs = looks.slice(1).map((at, index) => at - (looks[index] ?? 0));
    ok(Math.min(...apartMs) >= 20, `${apartMs}`);
    ok(Math.min(...apartMs) < 500, `${apartMs}`); // it looks every second when nobody wakes it
  });
});

describe("a message that may not be edited", () => {
  test("is given up after the reply was made due that tells its end", async () => {
    const done: string[] = [];
    const card: Card = { stage: "ended", summary: "Stand-up ended", parts: [], buttons: [] };
    const state = { message: "1.0", shows: "live x" };
    const claims: Claim[] = [{ channel: "slack:C0ROOM", card: "A", token: "t", claimedAt: "0", state }];
    await new Promise<void>((resolve) => {
      const desk = {
        claim: async () => ({ claims: claims.splice(0), nextInMs: Number.POSITIVE_INFINITY }),
        begin: async () => "go",
        makeDue: async (channel: string, id: string) => done.push(`${id} is due in ${channel}`),
        settle: async (_: Claim, outcome: Outcome) => {
          done.push(outcome.kind);
          resolve();
        },
      } as unknown as CardDesk;
      const update = async () => ({ kind: "never", because: "edit_window_closed", of: "edits" });
      const platforms = new Map([["slack", { update } as unknown as ChatPlatform]]);
      const courier = startCourier({
        ...IDLE,
        desk,
        platforms,
        cardFor: async () => ({ kind: "show", card }),
        onOutcome: () => courier.stop(),
      });
    });
    deepEqual(done, ["final:A is due in slack:C0ROOM", "givenUp"]);
  });
});

describe("a card that cannot be made", () => {
  test("gives its channel back at once and is tried again in a minute", async () => {
    deepEqual(await outcomeOf({}), { kind: "tryAgain", because: "not computed", inMs: 60_000 });
  });

  test("stays in doubt when its post was in doubt", async () => {
    const posting = { sinceMs: 9_000, at: 0, looked: 2 };
    deepEqual(await outcomeOf({ posting }), { kind: "tryAgain", because: "not computed", inMs: 60_000, looked: 2 });
  });
});
