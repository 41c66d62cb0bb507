import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { isNews, lastedMs, type Meeting, meetingAsOf, meetingFrom, overranMs } from "../../src/meeting/meeting.ts";
import { readEvent } from "../../src/zoom/event.ts";
import { at, clock, ended, joined, left, started, startedAgain, stays, summarized, waits } from "./facts.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const told = ({ end }: Meeting) => end && `${end.sure ? "" : "~"}${clock(end.at)} ${end.because}`;

/** How a meeting ended, in every order of its facts the same. */
function end(...facts: MeetingFact[]): string | undefined {
  const meeting = meetingFrom(facts);
  deepEqual(meetingFrom(facts.toReversed()), meeting);
  return told(meeting);
}

describe("the end that Zoom tells", () => {
  test("is true to the second", () => {
    const meeting = meetingFrom([started("09:00"), ended("09:00:43")]);
    equal(told(meeting), "09:00:43 told");
    equal(lastedMs(meeting, at("12:00")), 43_000);
  });

  test("beats everything that was concluded", () => {
    const others = [summarized("09:31"), startedAgain("09:50"), joined("Jo P1", "09:40"), left("Jo P1", "09:41")];
    equal(end(started("09:00"), ended("09:30"), ...others), "09:30:00 told");
  });

  test("is the later one when Zoom tells two", () => {
    equal(end(started("09:00"), ended("09:30"), ended("09:31")), "09:31:00 told");
  });

  test("with a time of its own beats one without", () => {
    equal(end(started("09:00"), ended("09:30"), ended("09:29", { timeFrom: "event_ts" })), "09:30:00 told");
    equal(end(started("09:00"), ended("09:30"), ended("09:31", { timeFrom: "arrival" })), "09:30:00 told");
  });

  test("is about when Zoom sent it if it has no time of its own, else about when we heard it", () => {
    const bySending = ended("09:30:02", { timeFrom: "event_ts", heard: "09:55" });
    const byHearing = ended("09:30:04", { timeFrom: "arrival" });
    equal(end(started("09:00"), bySending), "~09:30:02 told");
    equal(end(started("09:00"), byHearing), "~09:30:04 told");
    equal(end(started("09:00"), byHearing, bySending), "~09:30:02 told");
    const byALateClock = ended("09:29:50", { timeFrom: "arrival" });
    equal(end(started("09:00"), byALateClock, bySending), "~09:30:02 told");
  });

  test("is never earlier than a leave that Zoom tells, if it has no time of its own", () => {
    const rough = ended("09:29:58", { timeFrom: "arrival" });
    equal(end(started("09:00"), joined("Jo P1", "09:00"), left("Jo P1", "09:30"), rough), "~09:30:00 told");
  });

  test("is never before the start", () => {
    const meeting = meetingFrom([started("09:00"), ended("08:59:57", { timeFrom: "arrival" })]);
    equal(told(meeting), "~09:00:00 told");
    equal(lastedMs(meeting, at("12:00")), 0);
  });

  test("stays told, whatever comes late", () => {
    const late = joined("Jo P1", "09:45", { heard: "10:30" });
    const meeting = meetingFrom([started("09:00"), ended("09:30"), late]);
    deepEqual(
      [told(meeting), meeting.isLive, meeting.people.map(stays)],
      ["09:30:00 told", false, [["09:30:00–~09:30:00"]]],
    );
  });

  test("lets nobody wait any more", () => {
    equal(meetingFrom([started("09:00"), waits("waiting", "Sam? P1", "09:29"), ended("09:30")]).waiting, 0);
  });
});

describe("the end that the meeting's summary names", () => {
  test("counts when the end signal was lost", () => {
    equal(end(started("09:00"), joined("Jo P1", "09:00"), summarized("09:30")), "09:30:00 summarized");
  });

  test("counts also when the last leave is told a second later, or by our own clock", () => {
    const facts = [started("09:00"), joined("Jo P1", "09:00"), summarized("09:30")];
    equal(end(...facts, left("Jo P1", "09:30:01")), "09:30:00 summarized");
    equal(end(...facts, left("Jo P1", "09:30:20", { timeFrom: "arrival" })), "09:30:00 summarized");
  });

  test("does not count when somebody was still there later", () => {
    const facts = [started("09:00"), joined("Jo P1", "09:00"), summarized("09:30"), left("Jo P1", "09:40")];
    equal(end(...facts), undefined);
  });
});

describe("a number that is started again", () => {
  test("a week later does not make its last meeting a week long", () => {
    const weekLater: MeetingFact = { ...startedAgain("09:00"), at: at("09:00") + 7 * 24 * HOUR_MS };
    const facts = [
      started("09:00"),
      joined("Jo P1", "09:00"),
      joined("Al P2", "09:05"),
      left("Jo P1", "09:15"),
      weekLater,
    ];
    equal(end(...facts), "~09:15:00 startedAgain");
  });

  test("ends the meeting before it by then, and those who were in were there until then", () => {
    const meeting = meetingFrom([started("09:00"), joined("Jo P1", "09:00"), startedAgain("10:00")]);
    equal(told(meeting), "~10:00:00 startedAgain");
    deepEqual(meeting.people.map(stays), [["09:00:00–~10:00:00"]]);
  });

  test("ended the meeting before it when everybody had left", () => {
    const facts = [started("09:00"), joined("Jo P1", "09:00"), left("Jo P1", "09:40")];
    equal(end(...facts, startedAgain("10:00")), "~09:40:00 startedAgain");
  });

  test("did not end a meeting in which somebody was seen later", () => {
    const facts = [started("09:00"), joined("Jo P1", "09:00"), startedAgain("10:00"), left("Jo P1", "10:10")];
    equal(end(...facts), undefined);
    equal(meetingFrom(facts).isLive, true);
  });

  test("ended it by then when only our late clock says that somebody left", () => {
    const late = left("Jo P1", "10:05", { timeFrom: "arrival" });
    equal(end(started("09:00"), joined("Jo P1", "09:00"), startedAgain("10:00"), late), "~10:00:00 startedAgain");
  });

  test("several times ended it by the first", () => {
    equal(end(started("09:00"), startedAgain("11:00"), startedAgain("10:00")), "~10:00:00 startedAgain");
  });
});

describe("a meeting of which nothing more is heard", () => {
  const deserted = [started("09:00"), joined("Jo P1", "09:00"), left("Jo P1", "09:48", { heard: "09:50" })];
  const crowded = [started("09:00"), joined("Jo P1", "09:00")];
  const asOf = (now: number, facts: MeetingFact[]) => told(meetingAsOf(now, facts));

  test("is over ten minutes after the last thing heard when everybody has left", () => {
    equal(asOf(at("09:59:59"), deserted), undefined);
    equal(asOf(at("10:00"), deserted), "~09:48:00 fellSilent");
  });

  test("goes on for thirty hours while somebody is in", () => {
    equal(asOf(at("09:00") + 30 * HOUR_MS - 1, crowded), undefined);
    equal(asOf(at("09:00") + 30 * HOUR_MS, crowded), "~09:00:00 fellSilent");
  });

  test("goes on for thirty hours when nobody was ever seen", () => {
    equal(asOf(at("09:00") + 30 * HOUR_MS - 1, [started("09:00")]), undefined);
    equal(asOf(at("09:00") + 30 * HOUR_MS, [started("09:00")]), "~09:00:00 fellSilent");
  });

  test("lives again when something is heard that happened later", () => {
    equal(asOf(at("10:05"), [...deserted, joined("Al P2", "10:04")]), undefined);
    equal(asOf(at("10:20"), [...deserted, joined("Al P2", "10:04"), left("Al P2", "10:08")]), "~10:08:00 fellSilent");
  });

  test("stays over when something is heard late that happened before", () => {
    const late = [joined("Al P2", "09:10", { heard: "10:04" }), left("Al P2", "09:20", { heard: "10:04" })];
    const meeting = meetingAsOf(at("10:05"), [...deserted, ...late]);
    equal(told(meeting), "~09:48:00 fellSilent");
    equal(meeting.people.length, 2);
  });

  test("has the end that Zoom tells in the end", () => {
    equal(asOf(at("12:00"), [...deserted, ended("09:48:20", { heard: "11:00" })]), "09:48:20 told");
  });

  test("that never ran is not over: it never was", () => {
    const { isLive, hasStarted, end } = meetingAsOf(at("12:00"), [waits("waiting", "Sam? P1", "09:00")]);
    deepEqual({ isLive, hasStarted, end }, { isLive: false, hasStarted: false, end: undefined });
  });
});

describe("a meeting is news", () => {
  const heardAfter = (ms: number, ...facts: MeetingFact[]) =>
    isNews(meetingFrom(facts.map((fact) => ({ ...fact, heardAt: at("10:00") + ms }))));

  test("until three hours after its end", () => {
    const facts = [started("09:00"), ended("10:00")];
    equal(heardAfter(3 * HOUR_MS, ...facts), true);
    equal(heardAfter(3 * HOUR_MS + 1, ...facts), false);
  });

  test("until three hours after the last thing known when its end is not", () => {
    const facts = [started("09:00"), joined("Jo P1", "10:00")];
    equal(heardAfter(3 * HOUR_MS, ...facts), true);
    equal(heardAfter(3 * HOUR_MS + 1, ...facts), false);
  });

  test("also after thirty hours, when we heard of it in time", () => {
    const start = { ...started("09:00"), heardAt: at("09:00") };
    const end: MeetingFact = { ...ended("09:00"), at: at("09:00") + 30 * HOUR_MS, heardAt: at("09:00") + 40 * HOUR_MS };
    const meeting = meetingFrom([start, end]);
    equal(isNews(meeting), true);
    equal(lastedMs(meeting, 0), 30 * HOUR_MS);
  });

  test("only once it runs", () => {
    equal(heardAfter(0, waits("waiting", "Sam? P1", "09:59")), false);
  });
});

describe("how long a meeting took", () => {
  const took = (start_time: string, end_time: string) => {
    const object = { uuid: "A", id: "86412345678", duration: 60, start_time, end_time };
    const reading = readEvent({ event: "meeting.ended", payload: { object } }, Date.parse(end_time) + 1_000, {
      webinars: false,
    });
    if (reading.kind !== "fact") throw new Error(reading.kind);
    const meeting = meetingFrom([reading.fact]);
    return { minutes: lastedMs(meeting, 0) / MINUTE_MS, over: overranMs(meeting, 0) / MINUTE_MS };
  };

  test("is told over midnight", () => {
    deepEqual(took("2026-03-02T23:30:00+01:00", "2026-03-03T00:45:00+01:00"), { minutes: 75, over: 15 });
  });

  test("is an hour less than the clocks say when they are put forward, an hour more when they are put back", () => {
    deepEqual(took("2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"), { minutes: 60, over: 0 });
    deepEqual(took("2026-10-25T01:30:00+02:00", "2026-10-25T03:30:00+01:00"), { minutes: 180, over: 120 });
  });

  test("grows while it runs", () => {
    equal(lastedMs(meetingFrom([started("09:00")]), at("09:12")), 12 * MINUTE_MS);
    equal(lastedMs(meetingFrom([started("09:00")]), at("08:59")), 0);
  });
});

describe("a webinar of a hundred thousand", () => {
  test("adds up to a meeting, too", () => {
    const facts = Array.from({ length: 150_000 }, (_, index) => joined(`Guest${index}? P${index}`, "09:00"));
    equal(meetingFrom(facts).people.length, 150_000);
  });
});
