import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { tooEarly, type Upsets } from "../../scripts/chaos/pace.ts";
import type { KnownCall } from "../stand-ins/slack.ts";

const CALM: Upsets = { processes: [], redis: [] };
const START = 1_000_000;

/** A call that was answered within 10 ms. */
function call(afterMs: number, method: string, retryAfterS?: number): KnownCall {
  const arrivedAt = START + afterMs;
  return { arrivedAt, at: arrivedAt + 10, method, retryAfterS, channel: "C0NORTH" } as KnownCall;
}

const early = (calls: KnownCall[], upsets: Partial<Upsets> = {}) =>
  tooEarly(calls, { ...CALM, ...upsets }).map(({ because }) => because);

describe("a call comes too early", () => {
  test("when it is a post within a second of another", () => {
    deepEqual(early([call(0, "chat.postMessage"), call(400, "chat.postMessage")]), ["a post 400 ms after another"]);
    deepEqual(early([call(0, "chat.postMessage"), call(1_000, "chat.postMessage")]), []);
    deepEqual(early([call(0, "chat.update"), call(100, "chat.update")]), []);
  });

  test("when Slack said how long to wait, also several calls later", () => {
    const calls = [call(0, "chat.update", 5), call(1_000, "chat.postMessage"), call(3_000, "chat.update")];
    deepEqual(early(calls), ["2990 ms after a 429 that said 5 s"]);
    deepEqual(early([call(0, "chat.update", 5), call(5_020, "chat.update")]), []);
  });

  test("but not when it was on its way already", () => {
    deepEqual(early([call(0, "chat.update", 5), call(5, "chat.update")]), []);
  });

  test("and is excused when its process woke, the one before it died, or Redis was away", () => {
    const calls = [call(0, "chat.update", 9), call(5_000, "chat.update")];
    deepEqual(early(calls, { processes: [START + 4_000] }), []);
    deepEqual(early(calls, { processes: [START + 500] }), []);
    deepEqual(early(calls, { redis: [{ from: START - 100, to: START + 200 }] }), []);
    const elsewhere = { processes: [START + 2_500], redis: [{ from: START + 3_000, to: START + 4_000 }] };
    deepEqual(early(calls, elsewhere), ["4990 ms after a 429 that said 9 s"]);
  });
});
