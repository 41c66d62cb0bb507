import { deepEqual } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { everyMinute } from "../src/every-minute.ts";

/** Seconds after noon at which the work was begun, on a clock of ours. */
function watched(t: TestContext, work = async () => {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse("2026-11-24T12:00:30Z") });
  const begun: number[] = [];
  const minutes = everyMinute(async () => {
    begun.push(Date.now() / 1_000 - Date.parse("2026-11-24T12:00:00Z") / 1_000);
    await work();
  });
  t.after(() => minutes.destroy());
  return {
    begun,
    async goesOn(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        t.mock.timers.tick(1_000);
        for (let nth = 0; nth < 5; nth += 1) await turn();
      }
    },
    /** Nothing is noticed in this time. */
    async standsStill(seconds: number) {
      t.mock.timers.setTime(Date.now() + seconds * 1_000);
      for (let nth = 0; nth < 5; nth += 1) await turn();
    },
  };
}

describe("what is looked after every minute", () => {
  test("is looked after when a minute begins", async (t) => {
    const { begun, goesOn } = watched(t);
    await goesOn(100);
    deepEqual(begun, [60, 120]);
  });

  test("is looked after late where the process stood still just then, and once however long that was", async (t) => {
    const { begun, goesOn, standsStill } = watched(t);
    await goesOn(20);
    await standsStill(35);
    await goesOn(1);
    deepEqual(begun, [86]);
    await standsStill(300);
    await goesOn(60);
    deepEqual(begun, [86, 387, 420]);
  });

  test("is not begun again before it is done", async (t) => {
    const done = Promise.withResolvers<void>();
    const { begun, goesOn } = watched(t, () => done.promise);
    await goesOn(100);
    deepEqual(begun, [60]);
    done.resolve();
    await goesOn(60);
    deepEqual(begun, [60, 180]);
  });
});
