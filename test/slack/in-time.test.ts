import { equal, rejects } from "node:assert/strict";
import { describe, test } from "node:test";
import { inTime, TookTooLong } from "../../src/slack/in-time.ts";

describe("what somebody submits", () => {
  test("is done in time, or not at all once they were told that it took too long", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let isKept = false;
    let answers = (_: undefined) => {};
    const slack = new Promise<undefined>((resolve) => {
      answers = resolve;
    });
    const work = Promise.withResolvers<void>();
    const told = inTime(async (stillInTime) => {
      await slack;
      try {
        stillInTime();
        isKept = true;
      } finally {
        work.resolve();
      }
    });
    t.mock.timers.tick(2_300);
    await rejects(told, TookTooLong);
    answers(undefined);
    await work.promise;
    equal(isKept, false);
    equal(await inTime(async (stillInTime) => stillInTime() ?? "kept"), "kept");
  });
});
