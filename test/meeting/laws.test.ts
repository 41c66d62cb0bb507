import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { type Meeting, meetingAsOf, meetingFrom } from "../../src/meeting/meeting.ts";
import type { Person } from "../../src/meeting/person.ts";
import { isTold } from "../../src/meeting/stay.ts";
import { at, bound, ended, joined, left, room, somebody, started, startedAgain, summarized, waits } from "./facts.ts";

const RUNS = { numRuns: Number(process.env.LAW_RUNS ?? 2_000) };
const clockTime = fc
  .integer({ min: 0, max: 3 * 3_600 })
  .map((s) => new Date(at("09:00") + s * 1_000).toISOString().slice(11, 19));
const source = fc.constantFrom("payload", "payload", "payload", "event_ts", "arrival");
const withConnection = ["Jo P1", "Jo P2", "Al P3", "Sam? P4", "Sam? P5", "Sam? P6", "Kim? P7", "? P8"];
const people = fc.constantFrom(...withConnection, "Jo", "Sam?", "Kim?", "?");
const leg = fc.constantFrom("1", "2", "3");

/** Anything that may come about one meeting, sensible or not. */
const anyFact: fc.Arbitrary<MeetingFact> = fc.oneof(
  { weight: 1, arbitrary: clockTime.map((time) => started(time)) },
  { weight: 1, arbitrary: fc.tuple(clockTime, source).map(([time, timeFrom]) => ended(time, { timeFrom })) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom(joined, left), people, clockTime, source, leg)
      .map(([fact, who, time, timeFrom, leg]) => fact(who, time, { timeFrom, leg })),
  },
  { weight: 1, arbitrary: clockTime.map(startedAgain) },
  { weight: 1, arbitrary: clockTime.map((time) => summarized(time)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("waiting", "waitingOver", "awaitsHost", "awaitsHostNoMore"), people, clockTime)
      .map(([kind, who, time]) => waits(kind, who, time)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("enteredRoom", "leftRoom"), people, clockTime, leg)
      .map(([kind, who, time, leg]) => room(kind, who, time, leg)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(people, people, leg, clockTime)
      .map(([who, other, leg, time]) => bound(who, somebody(other, leg), time)),
  },
);
const anyFacts = fc
  .tuple(
    clockTime.map((time) => started(time)),
    fc.array(anyFact, { maxLength: 24 }),
  )
  .map(([first, rest]) => [first, ...rest]);

/** A meeting as it really was: everybody's connections with their breakout moves, and its end. */
const trueMeeting = fc
  .record({
    visits: fc.uniqueArray(
      fc.record({
        who: fc.constantFrom("Jo", "Al", "Kim", "Sam?", "Eve?"),
        from: fc.integer({ min: 0, max: 50 }),
        minutes: fc.integer({ min: 1, max: 30 }),
        moveAfter: fc.option(fc.integer({ min: 0, max: 29 }), { nil: undefined }),
      }),
      // colleagues come back on other connections; two guests of one name would be another law
      { maxLength: 6, selector: ({ who, from }) => (who.endsWith("?") ? who : `${who} ${from}`) },
    ),
  })
  .map(({ visits }) => {
    const start = at("09:00");
    const time = (minute: number) => new Date(start + minute * 60_000).toISOString().slice(11, 19);
    const lastMinute = Math.max(1, ...visits.map(({ from, minutes }) => from + minutes));
    const facts = visits.flatMap(({ who, from, minutes, moveAfter }, index) => {
      const name = `${who} P${index}`;
      const move = moveAfter !== undefined && moveAfter > 0 && moveAfter < minutes ? from + moveAfter : undefined;
      const legs =
        move === undefined
          ? [[from, from + minutes]]
          : [
              [from, move],
              [move, from + minutes],
            ];
      return legs.flatMap(([begin = 0, end = 0], leg) => [
        joined(name, time(begin), { leg: String(leg) }),
        left(name, time(end), { leg: String(leg) }),
      ]);
    });
    return [started("09:00"), ...facts, ended(time(lastMinute))];
  });

describe("the law of facts", () => {
  test("they may come in any order and more than once: the meeting is the same", () => {
    const shuffled = anyFacts.chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2, maxLength: facts.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([facts, doubled]) => deepEqual(meetingFrom(doubled), meetingFrom(facts))),
      RUNS,
    );
  });

  test("whatever comes, nothing is negative, nobody is there longer than the meeting, and nobody twice at once", () => {
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 0, max: 48 }), (facts, hours) => {
        const now = at("12:00") + hours * 3_600_000;
        const meeting = meetingAsOf(now, facts);
        const until = meeting.end?.at ?? Number.POSITIVE_INFINITY;
        ok(until >= meeting.start.at);
        for (const { stays } of meeting.people) {
          for (const [index, { from, to }] of stays.entries()) {
            ok(from.at >= meeting.start.at && from.at <= until);
            ok((to?.at ?? until) >= from.at && (to?.at ?? until) <= until);
            ok(index === 0 || (stays[index - 1]?.to?.at ?? until) < from.at);
          }
        }
        ok(meeting.mostAtOnce <= meeting.people.length);
        equal(new Set(meeting.people.map(({ key }) => key)).size, meeting.people.length);
      }),
      RUNS,
    );
  });

  test("a told end stays told, whatever else comes, and only Zoom's other word for it changes when that was", () => {
    fc.assert(
      fc.property(anyFacts, fc.array(anyFact, { maxLength: 8 }), clockTime, (facts, more, time) => {
        const told = meetingAsOf(at("12:00"), [...facts, ended(time)]).end;
        const later = meetingAsOf(at("12:00"), [...facts, ended(time), ...more]).end;
        deepEqual([told?.because, told?.sure, later?.because, later?.sure], ["told", true, "told", true]);
        if (!more.some(({ kind }) => kind === "ended" || kind === "started")) equal(later?.at, told?.at);
      }),
      RUNS,
    );
  });

  test("a name is a name: nobody is called undefined or nothing", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        for (const { name, key } of meetingFrom(facts).people) {
          ok(name === undefined || name.length > 0);
          ok(!/undefined|null/.test(`${name ?? ""} ${key}`));
        }
      }),
      RUNS,
    );
  });

  test("no meeting stays live for ever", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        equal(meetingAsOf(at("12:00") + 31 * 3_600_000, facts).isLive, false);
      }),
      RUNS,
    );
  });

  test("leaving out any one fact changes only what hung on it, and marks that as not sure", () => {
    const withOneLost = trueMeeting.chain((facts) => fc.tuple(fc.constant(facts), fc.nat({ max: facts.length - 1 })));
    fc.assert(
      fc.property(withOneLost, ([facts, lost]) => {
        const [truth, told] = [meetingFrom(facts), meetingFrom(facts.toSpliced(lost, 1))];
        const fact = facts[lost];
        if (fact?.kind === "started") deepEqual(told.people, truth.people);
        if (fact?.kind === "ended") return ok(!told.end?.sure && isSamePeople(told, truth));
        deepEqual(told.end, truth.end);
        const who = fact && "who" in fact ? fact.who.name : undefined;
        deepEqual(others(told, who), others(truth, who));
        const [mine, true_] = [told, truth].map(({ people }) => people.find(({ name }) => name === who));
        if (mine && true_ && sums(mine) !== sums(true_)) ok(!mine.stays.every(isTold));
      }),
      RUNS,
    );
  });
});

const others = ({ people }: Meeting, who: string | undefined): Person[] => people.filter(({ name }) => name !== who);
const sums = ({ stays }: Person) => JSON.stringify(stays.map(({ from, to }) => [from.at, to?.at]));
const isSamePeople = (a: Meeting, b: Meeting) =>
  JSON.stringify(a.people.map(sums)) === JSON.stringify(b.people.map(sums));
