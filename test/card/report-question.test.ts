import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { questionText, type ReportQuestion, reportQuestion } from "../../src/card/report-question.ts";

const week = { of: "period", period: "week", by: "topic" } as const;

describe("what somebody types after /meetings report", () => {
  const understood: [string, ReportQuestion][] = [
    ["", { of: "latest" }],
    ["last", { of: "last" }],
    ["LAST", { of: "last" }],
    ["864 1234 5678", { of: "number", number: "86412345678" }],
    ["864-1234-5678", { of: "number", number: "86412345678" }],
    ["123456789", { of: "number", number: "123456789" }],
    ["12345678", { of: "topic", topic: "12345678" }],
    ["Product sync", { of: "topic", topic: "Product sync" }],
    ["“Product sync”", { of: "topic", topic: "Product sync" }],
    ["uuid aDYlohsHRtCd4ii1uC2+hA==", { of: "meeting", uuid: "aDYlohsHRtCd4ii1uC2+hA==" }],
    ["week", week],
    ["This Week", week],
    ["last week", { ...week, period: "last week" }],
    ["yesterday", { ...week, period: "yesterday" }],
    ["2026-11", { ...week, period: "2026-11" }],
    ["2026-11-24", { ...week, period: "2026-11-24" }],
    ["week by host", { ...week, by: "host" }],
    ["week host @alice", { ...week, host: "@alice" }],
    ["week topic Stand by me", { ...week, topic: "Stand by me" }],
    [
      "2026-11 by host host Alice Ng topic sync",
      { ...week, period: "2026-11", by: "host", host: "Alice Ng", topic: "sync" },
    ],
    ["weekly sync", { of: "topic", topic: "weekly sync" }],
    ["week planning", { of: "topic", topic: "week planning" }],
    ["topic week", { of: "topic", topic: "week" }],
    ["2026-13", { of: "topic", topic: "2026-13" }],
  ];
  for (const [typed, question] of understood) {
    test(typed || "nothing", () => deepEqual(reportQuestion(typed), question));
  }

  test("is asked by a button as it was asked in words", () => {
    for (const [, question] of understood) deepEqual(reportQuestion(questionText(question)), question);
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const question = reportQuestion(typed);
        deepEqual(reportQuestion(questionText(question)), question);
      }),
      { numRuns: Number(process.env.LAW_RUNS ?? 100) },
    );
  });
});
