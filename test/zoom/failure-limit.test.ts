import { equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { failureLimit } from "../../src/zoom/failure-limit.ts";

describe("who fails again and again", () => {
  const fail = (isTooMany: (address: string) => boolean, times: number, address = "203.0.113.7") => {
    let answer = false;
    for (let time = 0; time < times; time += 1) answer = isTooMany(address);
    return answer;
  };

  test("is told so after 3,000 failures within a minute, alone", () => {
    const isTooMany = failureLimit(() => 0);
    equal(fail(isTooMany, 3_000), false);
    equal(fail(isTooMany, 1), true);
    equal(fail(isTooMany, 1, "203.0.113.8"), false);
  });

  test("may begin anew in the next minute", () => {
    let now = 59_999;
    const isTooMany = failureLimit(() => now);
    equal(fail(isTooMany, 3_001), true);
    now = 60_000;
    equal(fail(isTooMany, 3_000), false);
  });

  test("from ever new addresses fills no memory: all counts begin anew", () => {
    const isTooMany = failureLimit(() => 0);
    equal(fail(isTooMany, 3_001), true);
    for (let index = 1; index < 10_000; index += 1) fail(isTooMany, 1, `2001:db8::${index.toString(16)}`);
    equal(fail(isTooMany, 1), false);
  });
});
