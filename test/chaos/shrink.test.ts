import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { planFrom } from "../../scripts/chaos/plan.ts";
import { aroundMeeting, fewest, shortened } from "../../scripts/chaos/shrink.ts";

const always = () => true;

describe("the shortest counter-example", () => {
  test("has just the faults that it takes, wherever they are", async () => {
    const all = Array.from({ length: 40 }, (_, index) => index);
    const fails = async (some: number[]) => [3, 17, 39].every((one) => some.includes(one));
    deepEqual(await fewest(all, fails, always), [3, 17, 39]);
    deepEqual(await fewest(all, async () => true, always), []);
    deepEqual(await fewest(all, async (some) => some.length === 40, always), all);
  });

  test("is the shortest so far when time is up", async () => {
    let tries = 0;
    const rest = await fewest(
      [1, 2, 3, 4, 5, 6, 7, 8],
      async (some) => some.includes(8),
      () => ++tries <= 2,
    );
    deepEqual(rest, [5, 6, 7, 8]);
  });

  test("is about one meeting, around its time, with all that was told of it", () => {
    const plan = planFrom({ seed: 3, minutes: 5, beginsAt: Date.now() });
    const uuid = plan.deliveries[400]?.uuid ?? "";
    const part = aroundMeeting(plan, uuid);
    const own = (all: typeof plan.deliveries) => all.filter((one) => one.uuid === uuid);
    equal(own(part.deliveries).length, own(plan.deliveries).length);
    ok(part.faultsUntilMs < plan.faultsUntilMs / 2);
    ok(part.faults.length > 0 && part.faults.every(({ atMs }) => atMs >= 0 && atMs <= part.faultsUntilMs));
  });

  test("has the other meetings only if it does not fail without them", async () => {
    const plan = planFrom({ seed: 4, minutes: 2, beginsAt: Date.now() });
    const uuid = plan.deliveries[50]?.uuid ?? "";
    const alone = await shortened(plan, uuid, async () => true, always);
    deepEqual([new Set(alone?.deliveries.map((one) => one.uuid)), alone?.faults], [new Set([uuid]), []]);
    const crowded = await shortened(
      plan,
      uuid,
      async ({ deliveries }) => deliveries.some((one) => one.uuid !== uuid),
      always,
    );
    ok((crowded?.deliveries ?? []).some((one) => one.uuid !== uuid));
    equal(await shortened(plan, uuid, async () => false, always), undefined);
  });
});
