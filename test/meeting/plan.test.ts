import { deepEqual, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { overAt, type PlanFact, planFrom } from "../../src/meeting/plan.ts";
import { lines, on, once, says } from "./plans.ts";

const RUNS = { numRuns: Number(process.env.LAW_RUNS ?? 2_000) };
const created = says("planned", "1 09:00", {
  topic: "Garden",
  hostId: "Z1",
  startsAt: on("2 10:00"),
  bookedMinutes: 45,
});
const series = says("planned", "1 09:00", {
  topic: "Weekly",
  startsAt: on("2 10:00"),
  bookedMinutes: 30,
  occurrences: [
    once("2 10:00", { occurrenceId: "A" }),
    once("9 10:00", { occurrenceId: "B" }),
    once("16 10:00", { occurrenceId: "C" }),
  ],
});
const plan = (...facts: PlanFact[]) => lines(planFrom(facts));

describe("a meeting that is planned", () => {
  test("is one of its number, at its time, with all that was said", () => {
    deepEqual(planFrom([created]), [
      { number: "777", topic: "Garden", hostId: "Z1", isWebinar: false, startsAt: on("2 10:00"), bookedMinutes: 45 },
    ]);
  });

  test("takes what an update names, and keeps the rest", () => {
    deepEqual(plan(created, says("changed", "1 10:00", { topic: "Garden planning" })), ["2 10:00 45 Garden planning"]);
    deepEqual(plan(created, says("changed", "1 10:00", { startsAt: on("3 08:00") })), ["3 08:00 45 Garden"]);
    deepEqual(plan(created, says("changed", "1 10:00", { bookedMinutes: 15 })), ["2 10:00 15 Garden"]);
  });

  test("is as its latest update says, whichever came last", () => {
    const [first, second] = ["3 08:00", "4 08:00"].map((time, hour) =>
      says("changed", `1 1${hour}:00`, { startsAt: on(time) }),
    ) as [PlanFact, PlanFact];
    deepEqual(plan(second, created, first), ["4 08:00 45 Garden"]);
  });

  test("takes an update made right after it, also where its own news is dated when it was sent", () => {
    const update = { ...says("changed", "1 09:00", { topic: "Better" }), at: created.at - 400 };
    deepEqual(plan(created, update), ["2 10:00 45 Better"]);
  });

  test("is gone when it is cancelled, and back when it is restored", () => {
    const cancelled = says("cancelled", "1 12:00", { startsAt: on("2 10:00") });
    deepEqual(plan(cancelled, created), []);
    deepEqual(plan(created, cancelled, says("restored", "1 13:00")), ["2 10:00 45 Garden"]);
    deepEqual(plan(created, cancelled, says("restored", "2 13:00")), []);
  });

  test("is known from its update or its restoration alone, where the rest was lost", () => {
    deepEqual(plan(says("changed", "1 10:00", { startsAt: on("3 08:00"), topic: "Garden" })), ["3 08:00 Garden"]);
    deepEqual(plan(says("restored", "1 10:00", { startsAt: on("3 08:00"), topic: "Garden" })), ["3 08:00 Garden"]);
    deepEqual(plan(says("changed", "1 10:00", { topic: "Garden" })), []);
    deepEqual(plan(says("cancelled", "1 10:00", { startsAt: on("3 08:00") })), []);
  });

  test("stays as it was planned once it is over, whatever is changed or deleted then", () => {
    for (const later of [
      says("cancelled", "2 10:45"),
      says("changed", "2 11:00", { startsAt: on("5 10:00") }),
      says("changed", "2 11:00", { isTimeless: true }),
    ]) {
      deepEqual(plan(created, later)[0], "2 10:00 45 Garden");
    }
    deepEqual(plan(created, says("cancelled", "2 10:20")), []);
  });

  test("has no time when it begins whenever somebody starts it", () => {
    deepEqual(plan(says("planned", "1 09:00", { topic: "Room", isTimeless: true, startsAt: on("2 10:00") })), []);
    deepEqual(
      plan(says("planned", "1 09:00", { isTimeless: true }), says("changed", "1 10:00", { startsAt: on("2 10:00") })),
      [],
    );
    deepEqual(plan(series, says("changed", "5 09:00", { isTimeless: true })), ["2 10:00 30 Weekly"]);
  });
});

describe("a series", () => {
  test("worked by hand: one occurrence is moved, one deleted, and one of those restored", () => {
    const moved = says("changed", "3 09:00", {
      isOfSome: true,
      occurrences: [once("10 14:00", { occurrenceId: "B", bookedMinutes: 60 })],
      insteadOf: [{ startsAt: on("9 10:00"), occurrenceId: "B" }],
    });
    const deleted = says("cancelled", "4 09:00", {
      isOfSome: true,
      occurrences: [once("16 10:00", { occurrenceId: "C" })],
    });
    const restored = says("restored", "5 09:00", {
      isOfSome: true,
      occurrences: [once("16 10:00", { occurrenceId: "C" })],
    });
    deepEqual(plan(series), ["2 10:00 30 Weekly", "9 10:00 30 Weekly", "16 10:00 30 Weekly"]);
    deepEqual(plan(series, moved), ["2 10:00 30 Weekly", "10 14:00 60 Weekly", "16 10:00 30 Weekly"]);
    deepEqual(plan(series, moved, deleted), ["2 10:00 30 Weekly", "10 14:00 60 Weekly"]);
    deepEqual(plan(restored, deleted, moved, series), [
      "2 10:00 30 Weekly",
      "10 14:00 60 Weekly",
      "16 10:00 30 Weekly",
    ]);
  });

  test("has a moved occurrence once, also when Zoom names it anew", () => {
    const moved = says("changed", "3 09:00", {
      isOfSome: true,
      occurrences: [once("10 14:00", { occurrenceId: "new" })],
      insteadOf: [{ startsAt: on("9 10:00"), occurrenceId: "B" }],
    });
    deepEqual(plan(series, moved), ["2 10:00 30 Weekly", "10 14:00 30 Weekly", "16 10:00 30 Weekly"]);
    const { insteadOf: _, ...unsaid } = moved;
    const sameName = { ...unsaid, occurrences: [once("10 14:00", { occurrenceId: "B" })] };
    deepEqual(plan(series, sameName), ["2 10:00 30 Weekly", "10 14:00 30 Weekly", "16 10:00 30 Weekly"]);
  });

  test("that is changed as a whole is what is listed, but for what is over", () => {
    const tuesdays = says("changed", "3 09:00", {
      occurrences: [once("10 10:00"), once("17 10:00")],
      topic: "Tuesdays",
    });
    deepEqual(plan(series, tuesdays), ["2 10:00 30 Tuesdays", "10 10:00 30 Tuesdays", "17 10:00 30 Tuesdays"]);
  });

  test("is not booked longer in its past, also when all of it is named anew", () => {
    const longer = says("changed", "3 09:00", {
      occurrences: [once("2 10:00", { bookedMinutes: 1_500 }), once("9 10:00", { bookedMinutes: 60 })],
    });
    deepEqual(plan(series, longer), ["2 10:00 30 Weekly", "9 10:00 60 Weekly"]);
  });

  test("of which only the first time is repeated keeps its others", () => {
    const renamed = says("changed", "3 09:00", { topic: "Still weekly", startsAt: on("2 10:00"), bookedMinutes: 50 });
    deepEqual(plan(series, renamed), [
      "2 10:00 30 Still weekly",
      "9 10:00 50 Still weekly",
      "16 10:00 50 Still weekly",
    ]);
  });

  test("may have one occurrence of another topic, until all are named anew", () => {
    const guest = says("changed", "3 09:00", {
      isOfSome: true,
      topic: "With a guest",
      occurrences: [once("9 10:00", { occurrenceId: "B" })],
    });
    const longer = says("changed", "4 09:00", { bookedMinutes: 60 });
    const all = says("changed", "5 09:00", { topic: "Renamed" });
    deepEqual(plan(series, guest, longer).slice(1), ["9 10:00 60 With a guest", "16 10:00 60 Weekly"]);
    deepEqual(plan(series, guest, all).slice(1), ["9 10:00 30 Renamed", "16 10:00 30 Renamed"]);
  });

  test("loses none of its occurrences when Zoom does not say which one is meant", () => {
    deepEqual(plan(series, says("cancelled", "1 12:00", { isOfSome: true })).length, 3);
    deepEqual(plan(created, says("cancelled", "1 12:00", { isOfSome: true })), []);
  });
});

const anyTime = fc.integer({ min: 0, max: 8 * 24 }).map((hours) => on("1 00:00") + hours * 3_600_000);
const anyOccurrence = fc.record(
  { startsAt: anyTime, bookedMinutes: fc.constantFrom(30, 600), occurrenceId: fc.constantFrom("A", "B", "C") },
  { requiredKeys: ["startsAt"] },
);
const anyPlanFact: fc.Arbitrary<PlanFact> = fc
  .record(
    {
      kind: fc.constantFrom("planned", "changed", "changed", "cancelled", "restored"),
      at: anyTime,
      topic: fc.constantFrom("One", "Two"),
      startsAt: anyTime,
      bookedMinutes: fc.constantFrom(15, 90),
      occurrences: fc.array(anyOccurrence, { maxLength: 4 }),
      isOfSome: fc.constant(true),
      insteadOf: fc.array(anyOccurrence, { maxLength: 2 }),
      isTimeless: fc.boolean(),
    },
    { requiredKeys: ["kind", "at"] },
  )
  .map((fact) => ({ ...fact, timeFrom: "event_ts", heardAt: fact.at, number: "777" }) as PlanFact);

describe("what is planned", () => {
  test("is the same for any order of what was said, and any repetition, whenever it was heard", () => {
    fc.assert(
      fc.property(fc.array(anyPlanFact, { minLength: 1, maxLength: 7 }), fc.func(fc.nat()), (facts, dice) => {
        const again = facts.map((fact) => ({ ...fact, heardAt: fact.heardAt + 300_000 }));
        const shuffled = [...facts, ...again].toSorted((a, b) => dice(a) - dice(b));
        deepEqual(planFrom(shuffled), planFrom(facts));
      }),
      RUNS,
    );
  });

  test("was all named by Zoom, stands in the order of time, and never twice at one time", () => {
    fc.assert(
      fc.property(fc.array(anyPlanFact, { minLength: 1, maxLength: 7 }), (facts) => {
        const said = new Set(
          facts.flatMap(({ startsAt, occurrences = [] }) => [startsAt, ...occurrences.map((one) => one.startsAt)]),
        );
        const starts = planFrom(facts).map(({ startsAt }) => startsAt);
        ok(starts.every((startsAt) => said.has(startsAt)));
        ok(starts.every((startsAt, index) => index === 0 || startsAt > (starts[index - 1] ?? 0)));
      }),
      RUNS,
    );
  });

  test("is not changed in its past by what is said later", () => {
    fc.assert(
      fc.property(fc.array(anyPlanFact, { minLength: 1, maxLength: 6 }), anyPlanFact, (facts, more) => {
        const last = Math.max(...facts.map(({ at }) => at)) + 60_001;
        const later = { ...more, at: Math.max(last, more.at + 60_001) };
        const past = (some: PlanFact[]) =>
          planFrom(some)
            .filter((one) => overAt(one) <= later.at - 60_001)
            .map(({ startsAt }) => startsAt);
        deepEqual(
          past([...facts, later]).filter((at) => past(facts).includes(at)),
          past(facts),
        );
      }),
      RUNS,
    );
  });
});
