import { deepEqual, equal } from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import { latestTold, movedInTime } from "../../scripts/replay/shift.ts";
import { zoomFixture } from "../stand-ins/zoom.ts";

const HOUR_S = 3_600;
const moved = (body: object, seconds = HOUR_S) => JSON.parse(movedInTime(JSON.stringify(body), seconds));

describe("a body moved by an hour", () => {
  test("tells every time an hour later, whole seconds as whole seconds", () => {
    const { event_ts, payload } = moved(zoomFixture("meeting.participant_left"));
    equal(event_ts, 1789389659096 + 3_600_000);
    equal(payload.object.start_time, "2026-09-14T13:00:22Z");
    equal(payload.object.participant.leave_time, "2026-09-14T13:40:58Z");
  });

  test("keeps its ids, its topic and what was booked", () => {
    const { object } = zoomFixture("meeting.participant_left").payload;
    const { start_time: _, participant: __, ...about } = object;
    const {
      start_time: ___,
      participant,
      ...aboutMoved
    } = moved(zoomFixture("meeting.participant_left")).payload.object;
    deepEqual(aboutMoved, about);
    equal(participant.participant_uuid, object.participant.participant_uuid);
    equal(participant.user_id, object.participant.user_id);
  });

  const times: [string, unknown, unknown][] = [
    ["seconds since 1970", 1789389600, 1789393200],
    ["milliseconds since 1970", 1789389600123, 1789393200123],
    ["milliseconds in a text", "1789389600123", "1789393200123"],
    ["a fraction of a second", "2026-09-14T12:00:22.417Z", "2026-09-14T13:00:22.417Z"],
    ["a zone of its own", "2026-12-31T23:30:00+02:00", "2027-01-01T00:30:00+02:00"],
    ["a blank for the T", "2026-09-14 12:00:22", "2026-09-14 13:00:22"],
  ];
  for (const [name, before, after] of times) {
    test(`understands ${name}`, () => {
      deepEqual(moved({ payload: { object: { start_time: before } } }), { payload: { object: { start_time: after } } });
    });
  }

  for (const odd of ["", null, "soon", "2026-13-45T99:00:00Z", 7, 1.5e9 + 0.5, true]) {
    test(`leaves ${JSON.stringify(odd)} alone, which is no time`, () => {
      deepEqual(moved({ start_time: odd }), { start_time: odd });
    });
  }

  test("keeps a topic that looks like a body", () => {
    const topic = '{"start_time":"2026-09-14T12:00:22Z","event_ts":1789389600123}';
    deepEqual(moved({ topic, join_time: "2026-09-14T12:00:22Z" }), { topic, join_time: "2026-09-14T13:00:22Z" });
  });

  test("keeps every other byte: blanks, escapes and the order of keys", () => {
    const raw = '{ "topic" : "Caf\\u00e9 \\/ bar" ,\t"start_time" : "2026-09-14T12:00:22Z" }';
    equal(movedInTime(raw, HOUR_S), raw.replace("T12", "T13"));
  });
});

describe("moving in time", () => {
  const bodies = readdirSync(new URL("../fixtures/zoom", import.meta.url), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.stringify(zoomFixture(name.replace(/\.json$/, ""))));
  const anyBody = fc.constantFrom(...bodies);
  const anySeconds = fc.integer({ min: -200_000_000, max: 200_000_000 });

  test("there and back again changes nothing", () => {
    fc.assert(
      fc.property(anyBody, anySeconds, (raw, seconds) => {
        equal(movedInTime(movedInTime(raw, seconds), -seconds), raw);
      }),
    );
  });

  test("keeps what any text says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), anySeconds, (topic, seconds) => {
        deepEqual(moved({ topic, uuid: topic }, seconds), { topic, uuid: topic });
      }),
    );
  });
});

describe("the latest time a body tells", () => {
  test("is when Zoom emitted it", () => {
    equal(latestTold(JSON.stringify(zoomFixture("meeting.ended"))), zoomFixture("meeting.ended").event_ts);
  });

  test("is, for an old body, when somebody joined", () => {
    const raw = JSON.stringify(zoomFixture("2020/meeting.participant_joined"));
    equal(latestTold(raw), Date.parse("2020-03-11T09:30:12Z"));
  });

  test("is unknown where only a start is told, which may be a plan", () => {
    equal(latestTold(JSON.stringify(zoomFixture("2020/meeting.ended"))), undefined);
  });
});
