import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { recentOnes } from "../../src/redis/recent-ones.ts";

const KEYS = ["A", "B", "C"];

/** Those that are known of A, B and C, each with so much in it, after they were kept in this order. */
function known(...kept: [key: string, value: string][]): string {
  const ones = recentOnes<string, string>({ heaviest: 10, weight: (value) => value.length });
  for (const [key, value] of kept) ones.keep(key, value);
  return KEYS.filter((key) => ones.of(key) !== undefined).join(" ");
}

describe("what was kept lately", () => {
  test("is known until the latest ones weigh too much together", () => {
    deepEqual(known(["A", "1234"], ["B", "1234"]), "A B");
    deepEqual(known(["A", "1234"], ["B", "1234"], ["C", "1234"]), "B C");
    deepEqual(known(["A", "1"], ["B", "1234"], ["C", "123456789"]), "C");
  });

  test("weighs what it was kept with last", () => {
    deepEqual(known(["A", "12345678"], ["A", "1"], ["B", "1234"], ["C", "12345"]), "A B C");
    deepEqual(known(["A", "1234"], ["B", "1234"], ["A", "123"], ["C", "1234"]), "A C");
  });

  test("is known also where it weighs too much alone", () => {
    deepEqual(known(["A", "1"], ["B", "12345678901"]), "B");
    deepEqual(known(["B", "12345678901"], ["A", "1"]), "A");
  });
});
