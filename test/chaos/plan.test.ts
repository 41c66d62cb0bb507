import { deepEqual, equal, notDeepEqual, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { planFrom } from "../../scripts/chaos/plan.ts";
import { LEASE_MS } from "../../src/courier.ts";
import { CRASH_POINTS } from "../../src/crash-point.ts";
import { readEvent } from "../../src/zoom/event.ts";

const BEGINS_AT = Date.parse("2026-11-24T09:00:00Z");
const planOf = (seed: number, minutes = 10) => planFrom({ seed, minutes, beginsAt: BEGINS_AT });

describe("the plan of a seed", () => {
  test("is the same every time, and another one for another seed", () => {
    deepEqual(planOf(5), planOf(5));
    notDeepEqual(planOf(5).faults, planOf(6).faults);
  });

  test("is the same an hour later, but for the times in what Zoom says", () => {
    const later = planFrom({ seed: 5, minutes: 10, beginsAt: BEGINS_AT + 3_600_000 });
    const bare = ({ faults, deliveries }: typeof later) => [
      faults,
      deliveries.map(({ body: { event }, ...rest }) => ({ ...rest, event })),
    ];
    deepEqual(bare(later), bare(planOf(5)));
  });

  test("has every kind of fault, and freezes shorter and longer than a lease", () => {
    const { faults } = planOf(7, 30);
    const kinds = new Set(faults.map(({ kind }) => kind));
    deepEqual([...kinds].sort(), [
      "crash",
      "cut after",
      "cut before",
      "freeze",
      "kill",
      "redis frozen",
      "redis full",
      "redis killed",
      "silent wire",
      "slack",
      "slack storm",
      "slow wire",
      "stop",
    ]);
    const freezes = faults.flatMap((fault) => (fault.kind === "freeze" ? fault.forMs : []));
    ok(freezes.some((ms) => ms < LEASE_MS) && freezes.some((ms) => ms > LEASE_MS));
    const points = new Set(faults.flatMap((fault) => (fault.kind === "crash" ? fault.point : [])));
    deepEqual([...points].sort(), [...CRASH_POINTS].sort());
  });

  test("has deliveries that are doubled, late, and after the end they were before, all of them facts", () => {
    const { deliveries } = planOf(8);
    const honest = deliveries.filter(({ isForged }) => !isForged);
    ok(honest.every(({ body }) => readEvent(body, BEGINS_AT, { webinars: false }).kind === "fact"));
    ok(deliveries.some(({ isForged }) => isForged));
    ok(new Set(honest.map(({ body }) => body)).size < honest.length, "doubled");
    const afterEnd = honest.filter(({ uuid, body }, index) => {
      const isLeft = body.event === "meeting.participant_left";
      return isLeft && honest.slice(0, index).some((one) => one.uuid === uuid && one.body.event === "meeting.ended");
    });
    ok(afterEnd.length > 0);
    equal(
      deliveries.every(({ atMs }, index) => atMs >= (deliveries[index - 1]?.atMs ?? 0)),
      true,
    );
  });

  test("uses some numbers again, and leaves some meetings without an end", () => {
    const { deliveries } = planOf(9);
    const meetings = Map.groupBy(
      deliveries.filter(({ isForged }) => !isForged),
      ({ uuid }) => uuid,
    );
    const numbers = [...meetings.values()].map(([first]) => first?.body.payload.object.id);
    ok(new Set(numbers).size < numbers.length);
    ok([...meetings.values()].some((all) => all.every(({ body }) => body.event !== "meeting.ended")));
  });
});
