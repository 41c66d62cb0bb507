import { deepEqual, doesNotMatch, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { type PlanFact, planFrom } from "../../src/meeting/plan.ts";
import { readEvent } from "../../src/zoom/event.ts";
import { type ZoomBody, zoomFixture } from "../stand-ins/zoom.ts";

const HEARD_AT = Date.parse("2026-11-24T12:00:00Z");
const read = (body: unknown, webinars = true) => readEvent(body, HEARD_AT, { webinars });

function planOf(body: unknown): PlanFact {
  const reading = read(body);
  if (reading.kind !== "plan") throw new Error(`no plan but ${JSON.stringify(reading)}`);
  return reading.fact;
}

/** A fixture with its payload's object and envelope changed. */
function changed(name: string, object: object, envelope: object = {}): ZoomBody {
  const body = structuredClone(zoomFixture(name));
  Object.assign(body.payload, envelope);
  Object.assign(body.payload.object, object);
  return body;
}

const starts = (...bodies: unknown[]) =>
  planFrom(bodies.map(planOf)).map(
    ({ startsAt, bookedMinutes, topic }) =>
      `${new Date(startsAt).toISOString().slice(0, 16)} ${bookedMinutes} ${topic}`,
  );

describe("a delivery about a plan", () => {
  test("says what is planned, with the time at which Zoom says so", () => {
    deepEqual(planOf(zoomFixture("meeting.created")), {
      kind: "planned",
      at: 1788768931402,
      timeFrom: "event_ts",
      heardAt: HEARD_AT,
      number: "83920174655",
      topic: "Garden planning",
      hostId: "hT6mWq2ZRLa9sVx4KcUeYg",
      isTimeless: false,
      bookedMinutes: 45,
      startsAt: Date.parse("2026-09-14T12:00:00Z"),
      occurrences: [
        { startsAt: Date.parse("2026-09-14T12:00:00Z"), bookedMinutes: 45, occurrenceId: "1789387200000" },
        { startsAt: Date.parse("2026-09-21T12:00:00Z"), bookedMinutes: 45, occurrenceId: "1789992000000" },
      ],
    });
    const { at, timeFrom } = planOf(zoomFixture("meeting.updated"));
    deepEqual([at, timeFrom], [1788861727119, "payload"]);
  });

  test("adds up with the others", () => {
    const [created, updated, deleted, recovered, gone] = [
      "meeting.created",
      "meeting.updated",
      "meeting.deleted",
      "meeting.recovered",
      "meeting.permanently_deleted",
    ].map(zoomFixture);
    const both = ["2026-09-14T12:00 45 Garden planning", "2026-09-21T12:00 45 Garden planning"];
    deepEqual(starts(created, updated), both);
    deepEqual(starts(deleted, updated, created), both.slice(0, 1));
    deepEqual(starts(created, updated, deleted, recovered), both);
    deepEqual(starts(gone, created, updated, deleted, recovered), both); // it was over when it was thrown away
  });

  test("keeps neither link nor password nor whom somebody invites, and a topic on one line", () => {
    const topic = "Plan\u202E\nhttps://zoom.us/j/1?pwd=TOPSECRET";
    const fact = planOf(changed("meeting.created", { topic }, { registrant: { email: "jo@example.com" } }));
    equal(fact.topic, "Plan https://zoom.us/j/1?pwd=…");
    doesNotMatch(JSON.stringify(fact), /TOPSECRET|506172|Rm9yZ2V0|juno\.adler|jo@example|password|settings/);
  });

  test("of a personal room, a series without times or an instant meeting plans nothing", () => {
    for (const type of [3, 4]) deepEqual(starts(changed("meeting.created", { type })), []);
    equal(read(changed("meeting.created", { type: 1 })).kind, "ignored");
    equal(read(zoomFixture("2020/meeting.created")).kind, "ignored");
  });

  test("moves one occurrence by its list, or by its time before and after", () => {
    const created = zoomFixture("meeting.created");
    const byList = changed(
      "meeting.updated",
      { occurrences: [{ occurrence_id: "1789992000000", start_time: "2026-09-22T08:00:00Z", duration: 30 }] },
      {
        scope: "single",
        old_object: { occurrences: [{ occurrence_id: "1789992000000", start_time: "2026-09-21T12:00:00Z" }] },
      },
    );
    const byTime = changed(
      "meeting.updated",
      { start_time: "2026-09-22T08:00:00Z", duration: 30 },
      { scope: "single", old_object: { start_time: "2026-09-21T12:00:00Z" } },
    );
    const byBoth = changed(
      "meeting.updated",
      { start_time: "2026-09-22T08:00:00Z", duration: 30 },
      { scope: "single", old_object: byList.payload.old_object },
    );
    for (const moved of [byList, byTime, byBoth]) {
      deepEqual(starts(created, moved), ["2026-09-14T12:00 45 Garden planning", "2026-09-22T08:00 30 Garden planning"]);
    }
  });

  test("takes no occurrence that is deleted for planned", () => {
    const occurrences = [
      { occurrence_id: "1", start_time: "2026-09-14T12:00:00Z", duration: 45, status: "deleted" },
      { occurrence_id: "2", start_time: "2026-09-21T12:00:00Z", duration: 45, status: "available" },
    ];
    deepEqual(starts(changed("meeting.created", { occurrences })), ["2026-09-21T12:00 45 Garden planning"]);
  });

  test("repeats a time that it does not change without changing the others, and tells it where they were lost", () => {
    const same = { start_time: "2026-09-07T12:00:00Z" };
    const update = changed(
      "meeting.updated",
      { ...same, topic: "Garden" },
      { old_object: same, time_stamp: 1788768991402 },
    );
    deepEqual(starts(zoomFixture("meeting.created"), update), [
      "2026-09-14T12:00 45 Garden",
      "2026-09-21T12:00 45 Garden",
    ]);
    deepEqual(starts(changed("meeting.updated", same, { old_object: same, time_stamp: 1788700000000 })), [
      "2026-09-07T12:00 45 Garden planning",
    ]);
  });

  test("says nothing of which occurrence it means, and changes none", () => {
    const unsaid = changed("meeting.updated", { duration: 15 }, { scope: "single", old_object: { duration: 45 } });
    deepEqual(starts(zoomFixture("meeting.created"), unsaid).length, 2);
    ok(starts(zoomFixture("meeting.created"), unsaid).every((line) => line.includes(" 45 ")));
  });

  test("that makes it a webinar cancels it, unless webinars count", () => {
    const converted = read(zoomFixture("meeting.converted_to_webinar"), false);
    equal(converted.kind === "plan" && converted.fact.kind, "cancelled");
    equal(read(zoomFixture("meeting.converted_to_webinar")).kind, "ignored");
  });

  test("of a webinar counts only where webinars do", () => {
    equal(planOf(zoomFixture("webinar.created")).isWebinar, true);
    equal(read(zoomFixture("webinar.created"), false).kind, "ignored");
  });

  test("without a number is unreadable, and says where", () => {
    for (const id of [undefined, "", null, "none", {}]) {
      const reading = read(changed("meeting.created", { id }));
      ok(reading.kind === "unreadable" && reading.because === "object.id: expected a meeting number", `${id}`);
    }
    equal(read({ event: "meeting.updated", event_ts: HEARD_AT, payload: {} }).kind, "unreadable");
  });

  test("with strange occurrences says what can be read of it", () => {
    const occurrences = [null, 7, {}, { start_time: "soon" }, { start_time: "2026-09-21T12:00:00Z", duration: "long" }];
    deepEqual(starts(changed("meeting.created", { occurrences })), ["2026-09-21T12:00 45 Garden planning"]);
    deepEqual(starts(changed("meeting.created", { occurrences: "none" })), ["2026-09-14T12:00 45 Garden planning"]);
  });
});
