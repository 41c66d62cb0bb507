import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { planned } from "../../scripts/replay/plan.ts";
import type { Recorded } from "../../scripts/replay/recording.ts";

const now = Date.parse("2026-11-24T12:00:00Z");
const asRecorded = { seed: 1, isShuffled: false, drop: 0, twice: 0, asIs: false };

const recording = (count: number): Recorded[] =>
  Array.from({ length: count }, (_, index) => ({ line: index + 1, raw: `{"n":${index}}`, at: 1e12 + index * 1000 }));

const anyWishes = fc.record({
  seed: fc.nat(),
  isShuffled: fc.boolean(),
  drop: fc.double({ min: 0, max: 1, noNaN: true }),
  twice: fc.double({ min: 0, max: 1, noNaN: true }),
  asIs: fc.boolean(),
});
const anyCount = fc.nat({ max: 60 });

describe("a plan", () => {
  test("is the recording itself if nothing else is wished for", () => {
    const { steps, doubled, dropped } = planned(recording(5), asRecorded, now);
    deepEqual([steps.map(({ line }) => line), doubled, dropped], [[1, 2, 3, 4, 5], 0, 0]);
  });

  test("is the same for the same seed, but for the request ids", () => {
    const what = (count: number, wishes: typeof asRecorded) =>
      planned(recording(count), wishes, now).steps.map(({ line, raw, pauseMs }) => [line, raw, pauseMs]);
    fc.assert(fc.property(anyCount, anyWishes, (count, wishes) => deepEqual(what(count, wishes), what(count, wishes))));
  });

  test("sends what was recorded, less what it drops, and again what it doubles", () => {
    fc.assert(
      fc.property(anyCount, anyWishes, (count, wishes) => {
        const { steps, doubled, dropped } = planned(recording(count), wishes, now);
        const lines = steps.map(({ line }) => line);
        equal(new Set(lines).size, count - dropped);
        equal(lines.length, count - dropped + doubled);
      }),
    );
  });

  test("takes as long as the recording, whatever it drops, doubles or shuffles", () => {
    fc.assert(
      fc.property(anyCount, anyWishes, (count, wishes) => {
        const { steps } = planned(recording(count), { ...wishes, drop: 0 }, now);
        const lasts = steps.reduce((sum, { pauseMs }) => sum + pauseMs, 0);
        equal(lasts, Math.max(0, count - 1) * 1000);
      }),
    );
  });

  test("drops nothing at 0 and everything at 1, and doubles likewise", () => {
    equal(planned(recording(50), { ...asRecorded, drop: 1 }, now).dropped, 50);
    equal(planned(recording(50), { ...asRecorded, twice: 1 }, now).doubled, 50);
  });

  test("sends a second time under the same request id, as a retry, or under another, as a second subscription", () => {
    const { steps } = planned(recording(50), { ...asRecorded, twice: 1 }, now);
    const ids = [...Map.groupBy(steps, ({ line }) => line).values()].map(
      (both) => new Set(both.map(({ requestId }) => requestId)).size,
    );
    deepEqual(new Set(ids), new Set([1, 2]));
  });

  test("in another order has every delivery of the old one", () => {
    const { steps } = planned(recording(50), { ...asRecorded, isShuffled: true }, now);
    const lines = steps.map(({ line }) => line);
    ok(lines.some((line, index) => line !== index + 1));
    deepEqual(
      lines.toSorted((a, b) => a - b),
      recording(50).map(({ line }) => line),
    );
  });

  test("never waits for a delivery that tells no time or an earlier one", () => {
    const odd = [{ at: 5_000 }, {}, { at: 4_000 }, { at: 7_000 }].map((at, line) => ({ line, raw: "{}", ...at }));
    deepEqual(
      planned(odd, asRecorded, now).steps.map(({ pauseMs }) => pauseMs),
      [0, 0, 0, 2_000],
    );
  });
});

describe("the end of a recording", () => {
  const left = (at: number, time: string): Recorded => ({ line: 1, raw: `{"leave_time":"${time}"}`, at });

  test("becomes now, to the second", () => {
    const { steps } = planned([left(now - 3_600_000 - 861, "2026-11-24T10:59:58Z")], asRecorded, now);
    equal(steps[0]?.raw, '{"leave_time":"2026-11-24T11:59:58Z"}');
  });

  test("stays where it was when sent as it is", () => {
    const wishes = { ...asRecorded, asIs: true };
    const { steps } = planned([left(now - 86_400_000, "2026-11-23T12:00:00Z")], wishes, now);
    equal(steps[0]?.raw, '{"leave_time":"2026-11-23T12:00:00Z"}');
  });
});
