import { deepEqual, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Result } from "../../scripts/chaos/play.ts";
import { counterExample, isRight, summary } from "../../scripts/chaos/report.ts";
import type { Moment } from "../../scripts/chaos/timeline.ts";
import type { KnownCall } from "../stand-ins/slack.ts";

const RIGHT: Result = {
  wrong: [],
  early: [],
  faults: [],
  meetings: 3,
  sent: 40,
  tries: 51,
  counts: new Map([
    ["kill -9", 7],
    ["Redis killed", 1],
  ]),
  convergedMs: 1_249,
  moments: [],
};

const moment = (sinceMs: number, text: string, about: Partial<Moment> = {}): Moment => ({
  at: 1_000_000 + sinceMs,
  sinceMs,
  from: "fault",
  text,
  ...about,
});

describe("what chaos says at its end", () => {
  test("counts what was done and what came of it", () => {
    equal(isRight(RIGHT), true);
    deepEqual(summary(RIGHT).split("\n"), [
      "",
      "     1  Redis killed",
      "     7  kill -9",
      "",
      "3 meetings, 40 deliveries in 51 tries",
      "all right 1.2 s after the last fault and delivery",
      "lost 0, doubled 0, stale 0",
    ]);
  });

  test("tells of a failure what concerned its meeting, and nothing of others", () => {
    const north = { channel: "C0NORTH" } as const;
    const failed: Result = {
      ...RIGHT,
      wrong: [{ kind: "doubled", ...north, uuid: "A", because: "2 messages" }],
      moments: [
        moment(900, "kill -9 of north-2", north),
        moment(1_000, "started: 200", { from: "Zoom", uuid: "A", ...north }),
        moment(1_500, "started: 200", { from: "Zoom", uuid: "B", ...north }),
        moment(2_000, "kill -9 of north-1", north),
        moment(2_500, "kill -9 of south-1", { channel: "C0SOUTH" }),
        moment(2_600, "redis killed for 100 ms"),
        moment(3_000, "chat.postMessage was done and answered ok", { from: "Slack", uuid: "A", ...north }),
        moment(4_000, "kill -9 of north-1", north),
      ],
    };
    equal(isRight(failed), false);
    match(summary(failed), /^lost 0, doubled 1, stale 0$/m);
    deepEqual(counterExample(failed).split("\n").slice(1), [
      "doubled in C0NORTH: A",
      "2 messages",
      "",
      "    1.000 s  Zoom: started: 200",
      "    2.000 s  fault: kill -9 of north-1",
      "    2.600 s  fault: redis killed for 100 ms",
      "    3.000 s  Slack: chat.postMessage was done and answered ok",
    ]);
  });

  test("tells of a call that came too early what came before it", () => {
    const call = { method: "chat.update", channel: "C0NORTH", arrivedAt: 1_020_000 } as KnownCall;
    const early: Result = {
      ...RIGHT,
      early: [{ call, because: "2990 ms after a 429 that said 5 s" }],
      moments: [moment(1_000, "long ago"), moment(17_000, "not long ago"), moment(21_000, "after it")],
    };
    equal(isRight(early), false);
    match(summary(early), /^too early: chat\.update in C0NORTH, 2990 ms after a 429 that said 5 s$/m);
    deepEqual(counterExample(early).trim(), "17.000 s  fault: not long ago");
  });

  test("is no success when a process or a fresh meeting failed", () => {
    const failed = { ...RIGHT, faults: ["north-1 ended with 1 when it was told to stop"] };
    equal(isRight(failed), false);
    match(summary(failed), /^north-1 ended with 1 when it was told to stop$/m);
  });
});
