import { equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { isHostedBy, isTopic } from "../../src/meeting/match.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { joined, started } from "./facts.ts";

describe("a search for a topic", () => {
  const cases: [string, string, boolean][] = [
    ["Weekly product sync", "product", true],
    ["Weekly product sync", "SYNC weekly", true],
    ["Weekly product sync", "product synch", false],
    ["Café–Runde Zürich", "cafe zurich", true],
    ["Встреча", "встреча", true],
    ["C++ (a.b)*", "c++ (a.b)*", true],
  ];
  for (const [topic, words, isFound] of cases) {
    test(`${isFound ? "finds" : "does not find"} "${words}" in "${topic}"`, () =>
      equal(isTopic({ topic }, words), isFound));
  }
  test("finds nothing in a meeting without one", () => equal(isTopic({}, "x"), false));
});

describe("a search for a host", () => {
  const hosted = meetingFrom([
    started("09:00", { hostId: "id of Zoë", hostEmail: "z.lind@example.com" }),
    joined("Zoë P1", "09:00"),
    joined("Alice P2", "09:00"),
  ]);
  const cases: [string, boolean][] = [
    ["zoe", true],
    ["@Zoë", true],
    ["z.lind", true],
    ["example", false],
    ["alice", false],
  ];
  for (const [words, isFound] of cases) {
    test(`${isFound ? "finds" : "does not find"} ${words}`, () => equal(isHostedBy(hosted, words), isFound));
  }
});
