import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { inMeeting, meetingFrom } from "../../src/meeting/meeting.ts";
import { isTold, mostAtOnce, type Stay, union } from "../../src/meeting/stay.ts";
import { at, ended, joined, left, minutes, room, started, stays, waits } from "./facts.ts";

/** When each person was there, in every order of the facts the same. */
function attendance(...facts: MeetingFact[]): Record<string, string[]> {
  const { people } = meetingFrom(facts);
  deepEqual(meetingFrom(facts.toReversed()).people, people);
  return Object.fromEntries(people.map((person) => [person.name ?? "", stays(person)]));
}

const here = (...facts: MeetingFact[]) => inMeeting(meetingFrom(facts)).map(({ name }) => name);

describe("a stay whose middle was never told", () => {
  const [came, went, back, wentAgain] = [
    joined("Jo P1", "09:00"),
    left("Jo P1", "09:10"),
    joined("Jo P2", "09:20"),
    left("Jo P2", "09:30"),
  ];
  const sameLeg = [
    joined("Jo P1", "09:00", { leg: "1" }),
    left("Jo P1", "09:10", { leg: "1" }),
    joined("Jo P1", "09:15", { leg: "1" }),
    left("Jo P1", "09:30", { leg: "1" }),
  ];
  const isSure = (...facts: MeetingFact[]) =>
    meetingFrom([started("09:00"), ...facts, ended("09:30")]).people.every((person) => person.stays.every(isTold));
  const cases: [string, MeetingFact[], boolean][] = [
    ["is sure when Zoom told all of it", [came, went, back, wentAgain], true],
    ["is sure when two devices cover it", [came, joined("Jo P2", "09:05"), left("Jo P1", "09:20"), wentAgain], true],
    ["is not sure when a rejoin was lost", [came, went, wentAgain], false],
    ["is not sure when the leave before a rejoin was lost", [came, back, wentAgain], false],
    ["is sure when the same leg came back and all was told", sameLeg, true],
    ["is not sure when the same leg came back and its join was lost", sameLeg.toSpliced(2, 1), false],
    ["is not sure when the same leg came back and its leave was lost", sameLeg.toSpliced(1, 1), false],
    [
      "is sure when a join was told twice in other words",
      [came, joined("Jo P1", "09:00", { topic: "x" }), left("Jo P1", "09:30")],
      true,
    ],
  ];
  for (const [sentence, facts, sure] of cases) test(sentence, () => equal(isSure(...facts), sure));

  test("is not made sure by the end of the meeting", () => {
    const late = left("Jo P1", "09:31", { timeFrom: "arrival" });
    deepEqual(attendance(started("09:00"), joined("Jo P1", "09:00"), late, ended("09:30")), {
      Jo: ["09:00:00–~09:30:00"],
    });
  });
});

describe("who moves between breakout rooms", () => {
  test("has no gap when the leave is told a second before the join", () => {
    const moves = [
      joined("Jo P1", "09:00", { leg: "1" }),
      left("Jo P1", "09:10", { leg: "1" }),
      joined("Jo P1", "09:10:01", { leg: "2" }),
      left("Jo P1", "09:30", { leg: "2" }),
    ];
    deepEqual(attendance(...moves), { Jo: ["09:00:00–09:30:00"] });
  });

  const legs = [
    joined("Jo P1", "09:05", { leg: "1" }),
    left("Jo P1", "09:10", { leg: "1" }),
    joined("Jo P1", "09:10", { leg: "2" }),
    left("Jo P1", "09:20", { leg: "2" }),
    joined("Jo P1", "09:20", { leg: "3" }),
    left("Jo P1", "09:30", { leg: "3" }),
  ];
  const without = (...lost: number[]) => [
    started("09:00"),
    ...legs.filter((_, index) => !lost.includes(index)),
    ended("10:00"),
  ];

  test("was there from the first join to the last leave", () => {
    deepEqual(attendance(...without()), { Jo: ["09:05:00–09:30:00"] });
  });

  test("is not there longer or shorter when one half of a move is lost", () => {
    for (const lost of [1, 2, 3, 4]) deepEqual(attendance(...without(lost)), { Jo: ["09:05:00–09:30:00"] });
  });

  test("is not there longer or shorter when both halves of a move are lost", () => {
    for (const lost of [1, 3]) deepEqual(attendance(...without(lost, lost + 1)), { Jo: ["09:05:00–09:30:00"] });
    deepEqual(attendance(...without(1, 2, 3, 4)), { Jo: ["09:05:00–09:30:00"] });
  });

  test("has left when the last leave says so, although both halves of a move are lost", () => {
    deepEqual(here(...without(1, 2, 3, 4).slice(0, -1)), []);
  });

  test("came at the start at the earliest when the first join is lost", () => {
    deepEqual(attendance(...without(0)), { Jo: ["~09:00:00–09:30:00"] });
  });

  test("stayed until the end at the latest when the last leave is lost", () => {
    deepEqual(attendance(...without(5)), { Jo: ["09:05:00–~10:00:00"] });
  });

  test("has no gap when the two halves of a move differ by a second", () => {
    const move = (leaves: string, joins: string) => [
      joined("Jo P1", "09:00", { leg: "1" }),
      left("Jo P1", leaves, { leg: "1" }),
      joined("Jo P1", joins, { leg: "2" }),
      left("Jo P1", "09:30", { leg: "2" }),
    ];
    deepEqual(attendance(...move("09:10:01", "09:10:00")), { Jo: ["09:00:00–09:30:00"] });
    deepEqual(attendance(started("09:00"), ...move("09:10:01", "09:10:00").slice(1, 3), ended("10:00")), {
      Jo: ["~09:00:00–~10:00:00"],
    });
  });

  test("is in the meeting while the rooms are open", () => {
    deepEqual(here(started("09:00"), ...legs.slice(0, 3)), ["Jo"]);
    deepEqual(here(started("09:00"), ...legs.slice(0, 3).toReversed()), ["Jo"]);
  });

  test("is not counted by the names of the rooms", () => {
    const labels = [room("enteredRoom", "Jo P1", "09:10", "2"), room("leftRoom", "Jo P1", "09:20", "2")];
    deepEqual(attendance(...without(), ...labels), { Jo: ["09:05:00–09:30:00"] });
    deepEqual(attendance(started("09:00"), ...labels), {});
  });
});

describe("how long somebody was there", () => {
  test("leaves out the time between leaving and coming back", () => {
    const facts = [joined("Jo P1", "09:00"), left("Jo P1", "09:10"), joined("Jo P2", "09:15"), left("Jo P2", "09:30")];
    deepEqual(attendance(...facts), { Jo: ["09:00:00–09:10:00", "09:15:00–09:30:00"] });
    deepEqual(minutes(meetingFrom(facts).people), { Jo: 25 });
  });

  test("is without a gap where one stay touches the next", () => {
    const facts = [joined("Jo P1", "09:00"), left("Jo P1", "09:10"), joined("Jo P2", "09:10"), left("Jo P2", "09:30")];
    deepEqual(attendance(...facts), { Jo: ["09:00:00–09:30:00"] });
  });

  test("leaves out the waiting room that somebody was sent back to", () => {
    const back = [joined("Jo P1", "09:00"), left("Jo P1", "09:10"), joined("Jo P1", "09:15"), left("Jo P1", "09:30")];
    deepEqual(attendance(...back), { Jo: ["09:00:00–09:10:00", "09:15:00–09:30:00"] });
    deepEqual(here(started("09:00"), ...back.slice(0, 3)), ["Jo"]);
  });

  test("goes on when somebody is told to have joined again without having left", () => {
    deepEqual(attendance(joined("Jo P1", "09:00"), joined("Jo P1", "09:15"), left("Jo P1", "09:30")), {
      Jo: ["09:00:00–09:30:00"],
    });
  });

  test("is nothing for who came and left within one second, and they are out", () => {
    const facts = [started("09:00"), joined("Jo P1", "09:10"), left("Jo P1", "09:10")];
    deepEqual(attendance(...facts), { Jo: ["09:10:00–09:10:00"] });
    deepEqual(here(...facts), []);
    equal(meetingFrom(facts).mostAtOnce, 1);
  });

  test("is unknown from the start on when only the leave was told", () => {
    deepEqual(attendance(started("09:00"), left("Jo P1", "09:20"), ended("09:30")), { Jo: ["~09:00:00–09:20:00"] });
  });

  test("is unknown up to the end when only the join was told", () => {
    deepEqual(attendance(started("09:00"), joined("Jo P1", "09:20"), ended("09:30")), { Jo: ["09:20:00–~09:30:00"] });
  });

  test("has no end while somebody is still in", () => {
    const facts = [started("09:00"), joined("Jo P1", "09:20")];
    deepEqual(attendance(...facts), { Jo: ["09:20:00–"] });
    deepEqual(minutes(meetingFrom(facts).people, "09:50"), { Jo: 30 });
  });

  test("never begins before the meeting or ends after it", () => {
    deepEqual(attendance(started("09:00"), joined("Jo P1", "08:59:58"), left("Jo P1", "09:30:02"), ended("09:30")), {
      Jo: ["09:00:00–09:30:00"],
    });
    deepEqual(attendance(started("09:00"), joined("Jo P1", "09:31"), left("Jo P1", "09:32"), ended("09:30")), {
      Jo: ["09:30:00–09:30:00"],
    });
  });

  test("does not end when an old connection is noticed to be gone after the new one has joined", () => {
    const facts = [started("09:00"), joined("Jo P1", "09:00"), joined("Jo P2", "09:12:10"), left("Jo P1", "09:13:41")];
    deepEqual(here(...facts), ["Jo"]);
    deepEqual(attendance(...facts, ended("09:30")), { Jo: ["09:00:00–~09:30:00"] });
  });

  test("is never negative where one half is told by a clock that is behind", () => {
    const byEventTs = left("Jo P1", "09:09:57", { timeFrom: "event_ts" });
    deepEqual(attendance(started("09:00"), joined("Jo P1", "09:10"), byEventTs, ended("09:30")), {
      Jo: ["09:10:00–~09:10:00"],
    });
  });

  test("is never negative where Zoom rounds to seconds", () => {
    const facts = [started("09:00"), joined("Jo P1", "09:10:01"), left("Jo P1", "09:10"), ended("09:30")];
    deepEqual(attendance(...facts), { Jo: ["09:10:01–~09:10:01"] });
  });

  test("says that it is not sure where only our own clock told it", () => {
    const late = left("Jo P1", "09:20", { timeFrom: "arrival", heard: "09:20" });
    deepEqual(attendance(started("09:00"), joined("Jo P1", "09:00"), late), { Jo: ["09:00:00–~09:20:00"] });
  });
});

describe("how long somebody was there in 2020, when connections had no name", () => {
  test("is told by the number that they have in the meeting", () => {
    const facts = [
      joined("Jo", "09:00", { leg: "16778240" }),
      joined("Al", "09:00", { leg: "16779264" }),
      left("Jo", "09:10", { leg: "16778240" }),
      left("Al", "09:20", { leg: "16779264" }),
    ];
    deepEqual(attendance(...facts), { Jo: ["09:00:00–09:10:00"], Al: ["09:00:00–09:20:00"] });
  });

  test("is without a gap over a breakout move, also for a guest", () => {
    const moved = (who: string) => [
      joined(who, "09:00", { leg: "16778240" }),
      joined(who, "09:10", { leg: "16780288" }),
      left(who, "09:10", { leg: "16778240" }),
      left(who, "09:30", { leg: "16780288" }),
    ];
    deepEqual(attendance(...moved("Jo")), { Jo: ["09:00:00–09:30:00"] });
    deepEqual(attendance(...moved("Sam?")), { Sam: ["09:00:00–09:30:00"] });
  });
});

describe("who only waits", () => {
  test("in the waiting room was not there", () => {
    const facts = [started("09:00"), waits("waiting", "Sam? P1", "09:01"), waits("waitingOver", "Sam? P1", "09:20")];
    deepEqual(attendance(...facts), {});
    deepEqual(attendance(...facts, joined("Sam? P1", "09:20"), left("Sam? P1", "09:30")), {
      Sam: ["09:20:00–09:30:00"],
    });
  });

  test("for the host was not there, and the meeting has not begun", () => {
    const facts = [waits("awaitsHost", "Sam? P1", "08:55"), waits("awaitsHostNoMore", "Sam? P1", "08:59")];
    deepEqual(attendance(...facts), {});
    const { hasStarted, isLive } = meetingFrom(facts);
    deepEqual({ hasStarted, isLive }, { hasStarted: false, isLive: false });
    deepEqual(meetingFrom([...facts, joined("Sam? P1", "09:00")]).start, { at: at("09:00"), sure: false });
  });

  test("is counted until they are let in, give up, or the meeting ends", () => {
    const two = [started("09:00"), waits("waiting", "Sam? P1", "09:01"), waits("waiting", "Kim? P2", "09:02")];
    const waiting = (...facts: MeetingFact[]) => meetingFrom([...two, ...facts]).waiting;
    equal(waiting(), 2);
    equal(waiting(waits("waitingOver", "Kim? P2", "09:03")), 1);
    equal(waiting(joined("Sam? P1", "09:03"), waits("waitingOver", "Kim? P2", "09:03")), 0);
    equal(waiting(ended("09:30")), 0);
  });

  test("a second time counts again", () => {
    const again = [
      started("09:00"),
      waits("waiting", "Sam? P1", "09:01"),
      joined("Sam? P1", "09:02"),
      left("Sam? P1", "09:10"),
      waits("waiting", "Sam? P1", "09:10:02"),
    ];
    equal(meetingFrom(again).waiting, 1);
    deepEqual(here(...again), []);
  });
});

describe("the most people at once", () => {
  const most = (...facts: MeetingFact[]) => meetingFrom(facts).mostAtOnce;

  test("does not count twice who has two devices", () => {
    equal(most(joined("Jo P1", "09:00"), joined("Jo P2", "09:01"), joined("Al P3", "09:02")), 2);
  });

  test("does not count together who leaves as another comes", () => {
    equal(most(joined("Jo P1", "09:00"), left("Jo P1", "09:10"), joined("Al P2", "09:10")), 1);
  });

  test("is never less than one when somebody came, however briefly", () => {
    equal(most(joined("Jo P1", "09:00"), left("Jo P1", "09:00")), 1);
  });
});

test("stays that lie within one another, touch or overlap are one", () => {
  const stay = (from: string, to?: string): Stay => ({
    from: { at: at(from), sure: true },
    ...(to && { to: { at: at(to), sure: true } }),
  });
  deepEqual(union([stay("09:20", "09:30"), stay("09:00", "09:10"), stay("09:02", "09:04"), stay("09:10", "09:15")]), [
    stay("09:00", "09:15"),
    stay("09:20", "09:30"),
  ]);
  deepEqual(union([stay("09:00"), stay("09:05", "09:10")]), [stay("09:00")]);
  deepEqual(union([]), []);
});

describe("the most at once", () => {
  const sure = (at: number) => ({ at, sure: true });
  test("counts a stay of no length beside another", () => {
    equal(mostAtOnce([[{ from: sure(0), to: sure(9) }], [{ from: sure(5), to: sure(5) }]]), 2);
  });
  test("does not count who comes as another leaves", () => {
    equal(mostAtOnce([[{ from: sure(0), to: sure(5) }], [{ from: sure(5), to: sure(9) }]]), 1);
  });
});
