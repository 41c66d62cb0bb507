import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { inMeeting, type Meeting, meetingAsOf, meetingFrom } from "../../src/meeting/meeting.ts";
import { at, clock, ended, joined, left, minutes, started, stays } from "./facts.ts";

const end = ({ end }: Meeting) => end && { at: clock(end.at), sure: end.sure, because: end.because };

/** The meeting, after making sure that it is the same in every order. */
function meeting(...facts: MeetingFact[]): Meeting {
  const result = meetingFrom(facts);
  for (const order of permutations(facts)) deepEqual(meetingFrom(order), result);
  return result;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

describe("the worked examples of Zoom's behaviour", () => {
  test("A: no start signal, and the end comes before the last left", () => {
    const startedAt = at("03:50:37");
    const { start, people, ...rest } = meeting(
      joined("Hanna P1", "03:50:37", { startedAt }),
      ended("03:51:39.861", { startedAt, timeFrom: "arrival" }),
      left("Hanna P1", "03:51:40.767", { startedAt, timeFrom: "arrival" }),
    );
    deepEqual(start, { at: startedAt, sure: true });
    deepEqual(rest.end, { at: at("03:51:39.861"), sure: false, because: "told" });
    deepEqual(people.map(stays), [["03:50:37–~03:51:39"]]);
  });

  test("B: a breakout move is no gap, whichever of its two halves comes first", () => {
    const { people, mostAtOnce } = meeting(
      joined("Jo P1", "09:00", { leg: "16778240" }),
      joined("Jo P1", "09:10", { leg: "16779264" }),
      left("Jo P1", "09:10", { leg: "16778240" }),
      left("Jo P1", "09:30", { leg: "16779264" }),
    );
    deepEqual(people.map(stays), [["09:00:00–09:30:00"]]);
    deepEqual({ ...minutes(people), mostAtOnce }, { Jo: 30, mostAtOnce: 1 });
  });

  test("C: a crash and rejoin is one person without a gap, and the old left does not end the new stay", () => {
    const facts = [joined("Jo P1", "09:00"), joined("Jo P2", "09:12:10"), left("Jo P1", "09:13:41")];
    deepEqual(inMeeting(meeting(...facts)).map(stays), [["09:00:00–"]]);
    deepEqual(minutes(meeting(...facts, left("Jo P2", "09:30")).people), { Jo: 30 });
  });

  test("D: two devices are one person for the time of either", () => {
    const { people } = meeting(
      joined("Jo P1", "09:00"),
      joined("Jo P2", "09:05"),
      left("Jo P1", "09:20"),
      left("Jo P2", "09:25"),
      ended("09:25"),
    );
    deepEqual(
      people.map((person) => [stays(person), person.connections]),
      [[["09:00:00–09:25:00"], 2]],
    );
  });

  test("E: the number was started again, and then the late end of the first one tells the truth", () => {
    const first = started("09:00");
    const again: MeetingFact = { ...started("10:00"), kind: "startedAgain" };
    deepEqual(end(meeting(first, again)), { at: "10:00:00", sure: false, because: "startedAgain" });
    const late = ended("09:40", { heard: "10:25" });
    deepEqual(end(meeting(first, again, late)), { at: "09:40:00", sure: true, because: "told" });
  });

  test("F: the end was lost; when all have left and nothing more comes, the last left is about the end", () => {
    const facts = [started("09:00"), joined("Jo P1", "09:00"), left("Jo P1", "09:48")];
    equal(meetingAsOf(at("09:57:59"), facts).isLive, true);
    const closed = meetingAsOf(at("09:58"), facts);
    deepEqual(end(closed), { at: "09:48:00", sure: false, because: "fellSilent" });
    equal(meetingAsOf(at("10:05"), [...facts, joined("Bo P2", "10:04")]).isLive, true);
  });

  test("G: who is heard of only after the end was there until the end, and the meeting stays ended", () => {
    const late = meeting(started("09:00"), ended("09:30"), joined("Jo P3", "09:10", { heard: "09:41" }));
    deepEqual(end(late), { at: "09:30:00", sure: true, because: "told" });
    deepEqual(late.people.map(stays), [["09:10:00–~09:30:00"]]);
  });

  test("H: who was only seen leaving was there since the start at the earliest", () => {
    deepEqual(meeting(started("09:00"), left("Jo P4", "09:20")).people.map(stays), [["~09:00:00–09:20:00"]]);
  });

  test("I: the same joined twice is one stay", () => {
    const twice = meeting(joined("Jo P1", "09:00"), joined("Jo P1", "09:00"), left("Jo P1", "09:10"));
    deepEqual(twice.people.map(stays), [["09:00:00–09:10:00"]]);
  });

  test("J: a clock of ours that is behind Zoom's makes nothing negative", () => {
    const early = meeting(
      joined("Jo P1", "09:00:06.4", { timeFrom: "event_ts", heard: "09:00:05.4" }),
      left("Jo P1", "09:00:05.4", { timeFrom: "arrival" }),
      ended("09:00:05.9", { timeFrom: "arrival" }),
    );
    deepEqual(minutes(early.people), { Jo: 0 });
    equal(early.end && early.end.at >= early.start.at, true);
  });
});
