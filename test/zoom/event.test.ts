import { deepEqual, doesNotMatch, equal, ok } from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { readEvent } from "../../src/zoom/event.ts";
import { type ZoomBody, zoomFixture } from "../stand-ins/zoom.ts";
import { ENDED } from "./vectors.ts";

const HEARD_AT = Date.parse("2026-11-24T12:00:00Z");
const read = (body: unknown, webinars = true) => readEvent(body, HEARD_AT, { webinars });

function factOf(body: unknown, webinars = true): MeetingFact {
  const reading = read(body, webinars);
  if (reading.kind !== "fact") throw new Error(`no fact but ${JSON.stringify(reading)}`);
  return reading.fact;
}

/** A fixture with its object changed. */
function changed(name: string, change: object, participant: object = {}): ZoomBody {
  const body = structuredClone(zoomFixture(name)) as ZoomBody & { payload: { object: Record<string, unknown> } };
  Object.assign(body.payload.object, change);
  if (body.payload.object.participant) Object.assign(body.payload.object.participant, participant);
  return body;
}

const fixtures = (folder: string) =>
  readdirSync(new URL(`../fixtures/zoom/${folder}`, import.meta.url))
    .filter((file) => file.endsWith(".json"))
    .map((file) => `${folder}${file.replace(".json", "")}`);

describe("a delivery of Zoom", () => {
  const kinds: Record<string, string> = {
    "meeting.started": "started",
    "meeting.ended": "ended",
    "meeting.participant_joined": "joined",
    "meeting.participant_left": "left",
    "meeting.participant_role_changed": "roleChanged",
    "meeting.participant_bind": "bound",
    "meeting.participant_joined_waiting_room": "waiting",
    "meeting.participant_put_in_waiting_room": "waiting",
    "meeting.participant_left_waiting_room": "waitingOver",
    "meeting.participant_admitted": "waitingOver",
    "meeting.participant_jbh_waiting": "awaitsHost",
    "meeting.participant_jbh_waiting_left": "awaitsHostNoMore",
    "meeting.participant_jbh_joined": "awaitsHostNoMore",
    "meeting.participant_joined_breakout_room": "enteredRoom",
    "meeting.participant_left_breakout_room": "leftRoom",
    "meeting.summary_completed": "summarized",
  };
  const plans: Record<string, string> = {
    "meeting.created": "planned",
    "meeting.updated": "changed",
    "meeting.deleted": "cancelled",
    "meeting.permanently_deleted": "cancelled",
    "meeting.recovered": "restored",
  };
  for (const name of [...fixtures(""), ...fixtures("2020/")]) {
    const event = name.replace("2020/", "").replace("webinar.", "meeting.");
    const expected = kinds[event];
    if (expected) test(`${name} is a fact: ${expected}`, () => equal(factOf(zoomFixture(name)).kind, expected));
    else if (plans[event] && name !== "2020/meeting.created") {
      test(`${name} is a plan: ${plans[event]}`, () => {
        const reading = read(zoomFixture(name));
        equal(reading.kind === "plan" && reading.fact.kind, plans[event]);
      });
    } else if (event === "endpoint.url_validation") {
      test(`${name} asks for a validation`, () => equal(read(zoomFixture(name)).kind, "validation"));
    } else test(`${name} is of no use to us`, () => equal(read(zoomFixture(name)).kind, "ignored"));
  }

  test("of a webinar is of no use unless webinars are switched on", () => {
    equal(read(zoomFixture("webinar.started"), false).kind, "ignored");
    equal(factOf(zoomFixture("webinar.started")).about.isWebinar, true);
  });

  test("says when it started and ended, who hosts it and what was booked", () => {
    deepEqual(factOf(JSON.parse(ENDED.raw)), {
      kind: "ended",
      at: Date.parse("2026-03-02T09:27:05Z"),
      timeFrom: "payload",
      heardAt: HEARD_AT,
      about: {
        uuid: "/fJ3kP+9Q2Gq7uXyZ0aBcw==",
        number: "86412345678",
        topic: "Platform weekly",
        hostId: "p9XrLmQ2T4uWfGhJkYz0cA",
        hostEmail: "mara.lind@example.com",
        bookedMinutes: 30,
        startedAt: Date.parse("2026-03-02T09:00:41Z"),
      },
    });
  });

  test("of 2020 has no end time and gets that of its arrival", () => {
    const { at, timeFrom } = factOf(zoomFixture("2020/meeting.ended"));
    deepEqual({ at, timeFrom }, { at: HEARD_AT, timeFrom: "arrival" });
  });

  test("without the time of a thing gets that of its sending", () => {
    const body = changed("meeting.ended", { end_time: "" });
    const { at, timeFrom } = factOf(body);
    deepEqual({ at, timeFrom }, { at: body.event_ts, timeFrom: "event_ts" });
  });
});

describe("what Zoom may write in many ways", () => {
  const about = (change: object) => factOf(changed("meeting.started", change)).about;

  test("a meeting's number is a number, a text, or a text with spaces", () => {
    for (const id of [86412345678, "86412345678", "864 1234 5678"]) equal(about({ id }).number, "86412345678");
    for (const id of [2 ** 60, -3, 1.5, "", null, {}, "86412345678?pwd=x"]) equal(about({ id }).number, undefined);
  });

  test("nonsense in duration is no booking", () => {
    for (const duration of [0, -1, 808591414, "30", null, Number.NaN])
      equal(about({ duration }).bookedMinutes, undefined);
  });

  test("a wild date is no date", () => {
    const wild = [
      "",
      "yesterday",
      "0001-01-01T00:00:00Z",
      "2026-13-45T99:99:99Z",
      "9999-12-31T23:59:59Z",
      5,
      null,
      "2126-01-01T00:00:00Z",
      "2026-11-30T00:00:00Z",
    ];
    for (const start_time of wild) equal(about({ start_time }).startedAt, undefined);
  });

  const HOUR = 3_600_000;

  test("a date weeks from the meeting's start is not believed, and then the sending tells", () => {
    const sent = HEARD_AT - 1_000;
    const joined = { start_time: "2026-11-24T11:00:00Z" };
    const body = changed("meeting.participant_joined", joined, { join_time: "2026-10-01T00:00:00Z" });
    const { at, timeFrom, about } = factOf({ ...body, event_ts: sent });
    deepEqual([at, timeFrom, about.startedAt], [sent, "event_ts", HEARD_AT - HOUR]);
  });

  test("a start weeks before all that happens is that of another instance", () => {
    const body = changed("meeting.ended", { start_time: "2026-09-01T00:00:00Z", end_time: "2026-11-24T11:59:00Z" });
    const { at, about } = factOf({ ...body, event_ts: HEARD_AT - 60_000 });
    deepEqual([at, about.startedAt], [HEARD_AT - 60_000, undefined]);
  });

  test("an old delivery that nobody timed keeps its start, so that it is known for an old one", () => {
    const { timeFrom, about } = factOf(zoomFixture("2020/meeting.ended"));
    deepEqual([timeFrom, new Date(about.startedAt ?? 0).getUTCFullYear()], ["arrival", 2020]);
  });

  test("a summary whose end is weeks from its start tells nothing", () => {
    const object = { meeting_uuid: "A==", meeting_start_time: "2026-09-01T00:00:00Z" };
    const event = { event: "meeting.summary_completed", event_ts: HEARD_AT };
    for (const [meeting_end_time, kind] of [
      ["2026-09-01T01:00:00Z", "fact"],
      ["2026-11-24T11:00:00Z", "ignored"],
    ]) {
      equal(read({ ...event, payload: { object: { ...object, meeting_end_time } } }).kind, kind);
    }
  });

  test("a topic loses controls and whatever turns the reading round, and is cut between characters", () => {
    equal(about({ topic: "  a\u202Eb\u0000c\r\nd \u2066e\u2069 " }).topic, "a b c d e");
    equal(about({ topic: "\u200B\u202E \u200D" }).topic, undefined);
    equal(about({ topic: "👩‍👩‍👧‍👦".repeat(200) }).topic, `${"👩‍👩‍👧‍👦".repeat(150)}…`);
    ok((about({ topic: `a${"\u0301".repeat(50_000)}` }).topic ?? "").length < 40);
    equal(about({ topic: "\uD800 lone" }).topic, "\uFFFD lone");
  });

  test("an empty name of a field is as good as none", () => {
    const body = changed(
      "meeting.participant_joined",
      {},
      { id: "", participant_user_id: null, email: "", registrant_id: "" },
    );
    const fact = factOf(body);
    ok("who" in fact && fact.who.zoomUserId === undefined && fact.who.email === undefined);
  });
});

describe("what must never be kept", () => {
  test("addresses, phone numbers, passcodes and join links are not in a fact", () => {
    const body = changed(
      "meeting.participant_joined",
      { join_url: "https://zoom.us/j/1?pwd=hush", password: "hush", settings: { a: "hush" } },
      { phone_number: "4315550100", public_ip: "203.0.113.7", private_ip: "10.1.2.3", user_name: "+43 (1) 555-0100" },
    );
    doesNotMatch(JSON.stringify(factOf(body)), /hush|5550100|555-0100|203\.0|10\.1\.2/);
  });
});

describe("a name or a topic", () => {
  const nameOf = (user_name: string) => {
    const fact = factOf(changed("meeting.participant_joined", {}, { user_name }));
    return "who" in fact ? fact.who.name : undefined;
  };
  const names: [string, string | undefined][] = [
    ["+1 (202) 555-0100 ext 5", "Phone caller"],
    ["Tel +4366012345678", "Phone caller"],
    ["43155*****00", "Phone caller"],
    ["+43\u20111\u2011555\u20110100", "Phone caller"],
    ["Mary +14155550123", "Mary"],
    ["Alex (phone)", "Alex (phone)"],
    ["xxxxxx", "xxxxxx"],
    ["R2D2 123456", "R2D2 123456"],
    ["Class of 2026", "Class of 2026"],
    ["***", "***"],
  ];
  for (const [said, kept] of names) test(`${said} is kept as ${kept}`, () => equal(nameOf(said), kept));

  test("keeps no passcode of a join link", () => {
    const { topic } = factOf(changed("meeting.started", { topic: "Dial https://zoom.us/j/1?pwd=TOPSECRET now" })).about;
    equal(topic, "Dial https://zoom.us/j/1?pwd=… now");
  });
});

describe("a summary of a meeting", () => {
  test("tells nothing when the end that it names has not come yet", () => {
    equal(read(changed("meeting.summary_completed", { meeting_end_time: "2027-11-24T12:00:00Z" })).kind, "ignored");
  });
});

describe("whatever JSON comes", () => {
  test("is a fact, ignored or unreadable, and never an exception", () => {
    const events = fc.constantFrom(
      "meeting.started",
      "meeting.participant_left",
      "meeting.participant_bind",
      "webinar.ended",
      "endpoint.url_validation",
    );
    const nearly = fc.record({
      event: fc.oneof(events, fc.string()),
      event_ts: fc.jsonValue(),
      payload: fc.oneof(
        fc.jsonValue(),
        fc.record({
          object: fc.oneof(
            fc.jsonValue(),
            fc.record(
              {
                uuid: fc.oneof(fc.constant("A=="), fc.jsonValue()),
                id: fc.jsonValue(),
                start_time: fc.jsonValue(),
                participant: fc.oneof(
                  fc.jsonValue(),
                  fc.dictionary(fc.constantFrom("user_name", "id", "join_time", "__proto__"), fc.jsonValue()),
                ),
              },
              { requiredKeys: [] },
            ),
          ),
        }),
      ),
    });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), nearly), (json) => {
        ok(["fact", "plan", "ignored", "unreadable", "validation"].includes(read(json).kind));
      }),
      { numRuns: Number(process.env.LAW_RUNS ?? 5_000) },
    );
  });

  test("without a uuid is unreadable, and says where", () => {
    const reading = read(changed("meeting.ended", { uuid: "" }));
    ok(reading.kind === "unreadable" && reading.because.startsWith("object.uuid"));
  });

  test("with a uuid that could be the id of another card is unreadable", () => {
    equal(read(changed("meeting.started", { uuid: "digest:2026-11-24" })).kind, "unreadable");
  });

  test("a validation token of another form is not answered", () => {
    for (const plainToken of ["v0:1772443642:{}", "", "a".repeat(65), 5, null, "ä"]) {
      equal(read({ event: "endpoint.url_validation", payload: { plainToken } }).kind, "unreadable");
    }
  });
});
