import { deepEqual, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { begunBetween } from "../src/begun-between.ts";
import { meeting } from "./digest/office.ts";

const DAY_MS = 24 * 3_600_000;
const FROM = Date.UTC(2026, 10, 2);

describe("what began between two instants", () => {
  test("comes the latest first, and others have their turn while somebody works on each", async () => {
    const all = [3, 1, 2].map((hour) => meeting(`at ${hour}`, FROM + hour * 3_600_000));
    const facts = { factsBetween: async () => all };
    const begun: string[] = [];
    let othersTurns = 0;
    const other = setInterval(() => {
      othersTurns += 1;
    });
    for await (const [fact] of begunBetween(facts, FROM, FROM + DAY_MS)) {
      begun.push(fact?.about.uuid ?? "");
      const since = performance.now();
      while (performance.now() - since < 15); // work that lets nobody else have a turn
    }
    clearInterval(other);
    deepEqual(begun, ["at 3", "at 2", "at 1"]);
    ok(othersTurns > 0);
  });
});
