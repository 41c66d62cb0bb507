import { deepEqual, equal, notDeepEqual, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { DateTime } from "luxon";
import { type ExpectedMeeting, isSent, type Letter, simulatedDay } from "../../demo/day.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { meetingAsOf } from "../../src/meeting/meeting.ts";
import { planFrom } from "../../src/meeting/plan.ts";
import { presentMs } from "../../src/meeting/stay.ts";
import { readEvent } from "../../src/zoom/event.ts";
import { startReceiver } from "../stand-ins/zoom/receiver.ts";
import { zoomSender } from "../stand-ins/zoom.ts";

const vienna = { day: "2026-11-24", timeZone: "Europe/Vienna" };
const { deliveries, expected } = simulatedDay(vienna);

const clock = (at: number, zone = vienna.timeZone) => DateTime.fromMillis(at, { zone }).toFormat("HH:mm:ss");
const about = (topic: string) => expected.filter((meeting) => meeting.topic.startsWith(topic));
const tagged = (tag: string) => deliveries.filter(({ tags }) => tags.includes(tag));
const seconds = ({ people }: ExpectedMeeting) => people.map((person) => [person.name, person.seconds]);

describe("the simulated day", () => {
  test("has sixteen meetings from eight to ten past six", () => {
    const told = expected.map(({ topic, startedAt, endedAt, endIsSure, peopleCount }) =>
      [topic.slice(0, 24), clock(startedAt), clock(endedAt), endIsSure ? "sure" : "not sure", peopleCount].join(" | "),
    );
    deepEqual(told, [
      "Support handover | 08:02:11 | 08:24:41 | sure | 4",
      "Lena Hartmann's Zoom Mee | 08:47:10 | 08:47:53 | sure | 2",
      "Daily stand-up | 09:00:07 | 09:16:30 | sure | 7",
      "Interview: Robin Castell | 09:30:20 | 10:15:00 | sure | 3",
      "Tomás Rivera's Personal  | 09:52:30 | 09:58:10 | sure | 2",
      "Tomás Rivera's Personal  | 09:59:40 | 10:21:05 | sure | 3",
      "Hanna Nordin’s Zoom Meet | 10:03:37 | 10:04:39 | not sure | 1",
      "Workshop: what we learne | 10:15:08 | 11:41:00 | sure | 7",
      "Tomás Rivera's Personal  | 10:40:00 | 10:44:30 | sure | 1",
      "*Budget* <!channel> @her | 11:00:05 | 11:26:12 | sure | 4",
      " | 12:15:02 | 12:48:20 | not sure | 3",
      "Release: go or no-go | 13:00:03 | 13:24:46 | sure | 4",
      "Northwind: kick-off | 13:30:12 | 14:12:30 | sure | 5",
      "All-hands | 14:30:00 | 15:14:05 | sure | 60",
      "Design critique | 15:45:10 | 16:37:02 | sure | 4",
      "Roadmap for spring | 17:35:10 | 18:08:20 | sure | 4",
    ]);
  });

  test("counts a breakout move as no gap", () => {
    deepEqual(about("Workshop").flatMap(seconds), [
      ["Amara Diallo", 5112],
      ["Felix Brenner", 5106],
      ["Ines Falk", 5152],
      ["Lena Hartmann", 5124],
      ["Noor Haddad", 5130],
      ["Oskar Lindqvist", 5118],
      ["Yuki Tanaka", 2071],
    ]);
  });

  test("counts a crash and rejoin once", () => {
    deepEqual(
      about("Release")
        .flatMap(seconds)
        .find(([name]) => name === "Juno Adler"),
      ["Juno Adler", 1450],
    );
  });

  test("knows two guests of one name apart, one who comes back as the same, and a phone as its person", () => {
    deepEqual(about("Northwind").flatMap(seconds), [
      ["Alex", 1640],
      ["Alex", 2335],
      ["Chris (Northwind)", 570 + 1588],
      ["Davide Conti", 2538],
      ["Sofia Marques", 2050],
    ]);
  });

  test("counts two devices of one person once", () => {
    deepEqual(
      about("All-hands")
        .flatMap(seconds)
        .find(([name]) => name === "Ines Falk"),
      ["Ines Falk", 2645],
    );
  });

  test("is sure of everybody but those whose news never came", () => {
    const unsure = expected.flatMap(({ people }) => people.filter(({ isSure }) => !isSure));
    deepEqual(unsure, [
      { name: "Hanna Nordin", seconds: 63, isSure: false },
      { name: "Davide Conti", seconds: 1225, isSure: false },
    ]);
  });

  test("loses a started, an ended and a joined", () => {
    deepEqual(
      tagged("lost").map(({ body }) => body.event),
      ["meeting.started", "meeting.participant_joined", "meeting.ended"],
    );
  });

  test("has the old personal room's end arrive when the room is in use again", () => {
    const [first, second] = about("Tomás Rivera") as [ExpectedMeeting, ExpectedMeeting];
    const [end] = tagged("late 5 min") as [Letter];
    equal(end.body.payload.object.uuid, first.uuid);
    equal(second.number, first.number);
    ok(end.at > second.startedAt);
  });

  test("has a join arrive 25 minutes late, after the meeting", () => {
    const [critique] = about("Design critique") as [ExpectedMeeting];
    const [join] = tagged("late 25 min") as [Letter];
    equal(join.body.event, "meeting.participant_joined");
    ok(join.at > critique.endedAt);
  });

  test("has doubles with the same request id and with another", () => {
    const sameId = (letter: Letter) =>
      deliveries.filter(({ body, requestId }) => body === letter.body && requestId === letter.requestId).length;
    ok(tagged("doubled").every((letter) => sameId(letter) === 2));
    ok(tagged("overlapping subscription").every((letter) => sameId(letter) === 1));
  });

  test("has moves whose join comes first and moves whose leave comes first", () => {
    const [workshop] = about("Workshop") as [ExpectedMeeting];
    const moves = deliveries
      .filter(({ body }) => body.payload.object.uuid === workshop.uuid && /10:35|10:55/.test(clock(body.event_ts ?? 0)))
      .map(({ body }) => body.event.replace("meeting.participant_", ""));
    ok(moves.join().includes("joined,left"));
    ok(moves.join().includes("left,joined"));
  });

  test("has a meeting that still runs at six", () => {
    const atSix = deliveries.filter(({ at }) => clock(at) > "18:00:00");
    deepEqual(new Set(atSix.map(({ body }) => body.payload.object.topic)), new Set(["Roadmap for spring"]));
  });

  test("tells by noon of two planned meetings that are still to come", () => {
    const noon = deliveries.findLast(({ at }) => clock(at) < "12:00:00")?.at ?? 0;
    const plans = deliveries.flatMap(({ body, at }) => {
      const reading = at <= noon ? readEvent(body, at, { webinars: false }) : undefined;
      return reading?.kind === "plan" ? [reading.fact] : [];
    });
    const planned = [...Map.groupBy(plans, ({ number }) => number).values()].flatMap(planFrom);
    deepEqual(
      planned.map(({ topic, startsAt, bookedMinutes }) => [topic, clock(startsAt), bookedMinutes]),
      [
        ["Interview: Robin Castellanos", "09:30:00", 60],
        ["Design critique", "15:45:00", 30],
        ["Roadmap for spring", "17:30:00", 30],
      ],
    );
  });

  test("tells its deliveries in the order in which Zoom sends them, none before it happened", () => {
    deepEqual(
      deliveries.map(({ at }) => at),
      deliveries.map(({ at }) => at).toSorted((a, b) => a - b),
    );
    ok(deliveries.every(({ at, body }) => body.event_ts === undefined || at >= body.event_ts));
  });

  test("is the same for the same seed", () => {
    deepEqual(simulatedDay(vienna), simulatedDay({ ...vienna, seed: 1 }));
  });

  test("has other ids with another seed or on another day, but the same meetings", () => {
    const other = simulatedDay({ ...vienna, seed: 2 });
    const tomorrow = simulatedDay({ ...vienna, day: "2026-11-25" });
    for (const { expected: meetings } of [other, tomorrow]) {
      notDeepEqual(meetings[0]?.uuid, expected[0]?.uuid);
      deepEqual(
        meetings.map(({ topic, startedAt, endedAt }) => [topic, clock(startedAt), clock(endedAt)]),
        expected.map(({ topic, startedAt, endedAt }) => [topic, clock(startedAt), clock(endedAt)]),
      );
    }
  });

  for (const timeZone of ["Asia/Kolkata", "America/St_Johns", "Pacific/Auckland", "UTC"]) {
    test(`begins at eight and ends at ten past six in ${timeZone}, too`, () => {
      const { expected: meetings } = simulatedDay({ day: "2026-11-24", timeZone });
      equal(clock(meetings[0]?.startedAt ?? 0, timeZone), "08:02:11");
      equal(clock(meetings.at(-1)?.endedAt ?? 0, timeZone), "18:08:20");
    });
  }
});

describe("what the notifier makes of the day", () => {
  for (const seed of [1, 2, 3]) {
    test(`is what was true, with seed ${seed}`, () => {
      const day = simulatedDay({ ...vienna, seed });
      const byUuid = Map.groupBy(factsOf(day.deliveries), ({ about: { uuid } }) => uuid);
      const nextDay = (day.deliveries.at(-1)?.at ?? 0) + 12 * 3_600_000;
      const derived = [...byUuid].map(([uuid, facts]) => {
        const { start, end, people } = meetingAsOf(nextDay, facts);
        const names = people.map(({ name, stays }) => [name, Math.round(presentMs(stays, nextDay) / 1000)]);
        return { uuid, startedAt: start.at, endedAt: end?.at, endIsSure: end?.sure, names: names.map(String).sort() };
      });
      const wanted = day.expected.map((meeting) => {
        const { uuid, startedAt, endedAt, endIsSure } = meeting;
        return { uuid, startedAt, endedAt, endIsSure, names: seconds(meeting).map(String).sort() };
      });
      const byId = (a: { uuid: string }, b: { uuid: string }) => (a.uuid < b.uuid ? -1 : 1);
      deepEqual(derived.toSorted(byId), wanted.toSorted(byId));
    });
  }
});

describe("the day's deliveries", () => {
  test("arrive signed, all but the lost ones", async (t) => {
    const { url, received, close } = await startReceiver();
    t.after(close);
    let now = 0;
    const { send } = zoomSender({ url, secret: "zm_test_secret_01", now: () => now });
    for (const { at, body, requestId } of deliveries.filter(isSent)) {
      now = at;
      equal((await send(body, { requestId })).status, 200);
    }
    equal(received.length, deliveries.length - 3);
  });
});

function factsOf(letters: readonly Letter[]): MeetingFact[] {
  return letters.filter(isSent).flatMap(({ body, at }) => {
    const reading = readEvent(body, at, { webinars: true });
    return reading.kind === "fact" ? [reading.fact] : [];
  });
}
