import { equal, notEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { canonical } from "../../src/meeting/fact.ts";

/** The same value with its keys the other way round, all the way down. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, turned(part)]),
  );
}

describe("canonical JSON", () => {
  test("sorts the keys at every depth and leaves out what is not said", () => {
    const value = { b: [{ d: 1, c: null }, 2], a: { z: "ä", y: undefined }, 10: true };
    equal(canonical(value), '{"10":true,"a":{"z":"ä"},"b":[{"c":null,"d":1},2]}');
    notEqual(canonical({ a: [1, 2] }), canonical({ a: [2, 1] }));
  });

  test("is the same in any order of keys, and says the same", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false })), (value) => {
        equal(canonical(turned(value) as object), canonical(value));
        equal(canonical(JSON.parse(canonical(value))), canonical(value));
      }),
      { numRuns: Number(process.env.LAW_RUNS ?? 100) },
    );
  });
});
