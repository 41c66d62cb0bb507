import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { decisionKeeper } from "../src/keep-decision.ts";
import type { Decision, Outcome } from "../src/ports.ts";

/** What is kept of what becomes of cards: `"A started"`. */
function kept(...outcomes: [card: string, outcome: Outcome, channel?: string][]): string[] {
  const decisions: Decision[] = [];
  const keep = decisionKeeper({ decisions: { keep: (one) => decisions.push(one) }, now: () => 0 });
  for (const [card, outcome, channel = "slack:C0ROOM"] of outcomes) keep({ channel, card }, outcome);
  return decisions.map(({ card, because }) => `${card} ${because}`);
}

const done = (because: string): Outcome => ({ kind: "upToDate", because, message: "1.0" });
const nothing = (because: string): Outcome => ({ kind: "upToDate", because });
const later = (because: string): Outcome => ({ kind: "tryAgain", because, inMs: 1_000 });
const refused: Outcome = { kind: "refused", because: "is_archived", pauseMs: 1_000 };

describe("of what couriers decide", () => {
  test("everything that somebody may see is kept, each time", () => {
    deepEqual(
      kept(["A", done("started")], ["A", done("more people")], ["A", done("more people")], ["A", done("ended")]),
      ["A started", "A more people", "A more people", "A ended"],
    );
  });

  test("nothing is kept of what changed nothing", () => {
    deepEqual(
      kept(["A", nothing("nothing new")], ["A", later("its turn comes later")], ["A", nothing("not asked for here")]),
      [],
    );
    deepEqual(kept(["read", nothing("read ahead")], ["read", nothing("read before")]), []);
  });

  test("what is tried in vain is kept once, until something else becomes of it", () => {
    deepEqual(
      kept(
        ["A", later("token_revoked")],
        ["A", later("token_revoked")],
        ["A", later("token_revoked"), "slack:C0HALL"],
        ["A", done("started")],
        ["A", later("token_revoked")],
        ["B", later("token_revoked")],
      ),
      ["A token_revoked", "A token_revoked", "A started", "A token_revoked", "B token_revoked"],
    );
  });

  test("why nothing is said is kept once", () => {
    deepEqual(
      kept(
        ["A", nothing("too few people")],
        ["B", done("started")],
        ["A", nothing("too few people")],
        ["A", done("started")],
      ),
      ["A too few people", "B started", "A started"],
    );
  });

  test("each refusal of a channel is kept: the latest tells when it was asked last", () => {
    deepEqual(kept(["A", refused], ["A", refused]), ["A is_archived", "A is_archived"]);
  });
});
