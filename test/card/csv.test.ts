import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { meetingCsv, meetingsCsv } from "../../src/card/csv.ts";
import { bookingsOf } from "../../src/meeting/booking.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { plainLine } from "../../src/meeting/text.ts";
import { at, ended, joined, left, started } from "../meeting/facts.ts";

const NOW = at("12:00");
const read = (csv: string) => parse<Record<string, string>>(csv, { bom: true, columns: true });

const about = { topic: 'Weekly, "product" sync', number: "86412345678", bookedMinutes: 30, hostId: "id of Alice" };
const sync = meetingFrom([
  started("10:02", about),
  joined("Alice P1", "10:02"),
  joined("Bob? P2", "10:02"),
  left("Bob? P2", "10:21"),
  joined("Bob? P3", "10:32"),
  left("Bob? P3", "10:49"),
  ended("10:49"),
]);

describe("a meeting for a spreadsheet", () => {
  test("has a row for each stay, with times in UTC and seconds", () => {
    const rows = read(meetingCsv(sync, NOW));
    deepEqual(rows[1], {
      topic: 'Weekly, "product" sync',
      meeting_number: "864 1234 5678",
      meeting_uuid: "A",
      person: "Bob",
      guest: "yes",
      host: "no",
      matched_by_name_only: "yes",
      stay: "2",
      joined: "2026-03-02T10:32:00.000Z",
      left: "2026-03-02T10:49:00.000Z",
      stay_seconds: "1020",
      stay_is_sure: "yes",
      person_seconds: "2160",
    });
    deepEqual(
      rows.map(({ person, stay, stay_seconds, stay_is_sure }) => [person, stay, stay_seconds, stay_is_sure]),
      [
        ["Bob", "1", "1140", "yes"],
        ["Bob", "2", "1020", "yes"],
        ["Alice", "1", "2820", "no"],
      ],
    );
  });

  test("leaves empty when somebody left who is still there", () => {
    const [row] = read(meetingCsv(meetingFrom([started("11:00"), joined("Al P1", "11:00")]), NOW));
    deepEqual([row?.left, row?.stay_seconds], ["", "3600"]);
  });

  test("is UTF-8 with a BOM, and its lines end as Excel likes it", () => {
    const bytes = Buffer.from(meetingCsv(meetingFrom([started("09:00"), joined("Zoë P1", "09:00")]), NOW));
    deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    equal(bytes.toString("utf8").match(/\r\n/g)?.length, 2);
    equal(read(bytes.toString("utf8"))[0]?.person, "Zoë");
  });
});

describe("what people wrote", () => {
  const dangerous = ['=HYPERLINK("http://evil")', "+1+1", "-2+3|cmd", "@SUM(A1)", "＝1+1", "\t=1", "\r=1"];
  for (const text of dangerous) {
    test(`is never run as a formula: ${JSON.stringify(text)}`, () => {
      const fact = joined("X P1", "09:00");
      const named = { ...fact, who: { ...fact.who, name: text } };
      const [row] = read(meetingCsv(meetingFrom([started("09:00", { topic: text }), named, ended("09:10")]), NOW));
      deepEqual([row?.person, row?.topic], [`'${text}`, `'${text}`]);
    });
  }

  for (const text of ["Sync;=1+1", 'Sync; "=1+1"', "a;-2+3;@SUM(A1)"]) {
    test(`is not run where a semicolon begins a new cell: ${JSON.stringify(text)}`, () => {
      const fact = joined("X P1", "09:00");
      const named = { ...fact, who: { ...fact.who, name: text } };
      const lines = meetingCsv(meetingFrom([started("09:00", { topic: text }), named, ended("09:10")]), NOW);
      for (const cell of lines.split(/[;\r\n]+/)) ok(!/^["\s]*[=+\-@＝＋－＠]/.test(cell), cell);
    });
  }

  test("is never run as a formula and never breaks a row, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (topic, name) => {
        const fact = joined("X P1", "09:00");
        const named = { ...fact, who: { ...fact.who, name: plainLine(name, 80) || "x" } };
        const line = plainLine(topic, 150) || "x";
        const rows = read(meetingCsv(meetingFrom([started("09:00", { topic: line }), named, ended("09:10")]), NOW));
        equal(rows.length, 1);
        for (const cell of Object.values(rows[0] ?? {})) ok(!/^[=+\-@\t\r＝＋－＠]/.test(cell), cell);
        const unescaped = (text = "") => text.replace(/^'/, "").replaceAll(";'", ";");
        equal(unescaped(rows[0]?.topic), unescaped(line));
      }),
      { numRuns: Number(process.env.LAW_RUNS ?? 100) },
    );
  });
});

const whole = (parts: Iterable<string>) => [...parts].join("");

describe("several meetings for a spreadsheet", () => {
  test("come in parts that make one file, with one header, however many there are", () => {
    for (const many of [0, 1, 200, 201, 450]) {
      const parts = [
        ...meetingsCsv(
          Array.from({ length: many }, () => sync),
          { people: "names" },
          NOW,
        ),
      ];
      equal(parts.length, Math.max(1, Math.ceil(many / 200)));
      equal(whole(parts).match(/\uFEFF|meeting_uuid/g)?.length, 2);
      equal(read(whole(parts)).length, many);
    }
  });

  const alone = meetingFrom([started("08:02", { uuid: "B", topic: "Stand-up" }), ended("08:16:43", { uuid: "B" })]);

  test("have a row each, in their order of time", () => {
    const rows = read(whole(meetingsCsv([sync, alone], { people: "names" }, NOW)));
    deepEqual(rows[1], {
      topic: 'Weekly, "product" sync',
      meeting_number: "864 1234 5678",
      meeting_uuid: "A",
      host: "Alice",
      start: "2026-03-02T10:02:00.000Z",
      end: "2026-03-02T10:49:00.000Z",
      planned_start: "",
      start_delay_seconds: "",
      live: "no",
      seconds: "2820",
      seconds_are_sure: "yes",
      booked_seconds: "1800",
      over_seconds: "1020",
      people: "2",
      most_at_once: "2",
      person_seconds: "4980",
      person_seconds_are_sure: "no",
    });
    const { topic, seconds, booked_seconds, over_seconds, people } = rows[0] ?? {};
    deepEqual([topic, seconds, booked_seconds, over_seconds, people], ["Stand-up", "883", "", "", "0"]);
  });

  test("say for when they were planned, and how late they began", () => {
    const planned = (number: string, time: string) => ({
      number,
      isWebinar: false,
      startsAt: at(time),
      bookedMinutes: 60,
    });
    const early = meetingFrom([started("07:58", { uuid: "C", number: "888" }), ended("08:10", { uuid: "C" })]);
    const again = meetingFrom([started("08:12", { uuid: "D", number: "888" }), ended("08:20", { uuid: "D" })]);
    const meetings = [sync, alone, early, again];
    const bookings = bookingsOf([planned("86412345678", "10:00"), planned("888", "08:00")], meetings, NOW);
    deepEqual(
      read(whole(meetingsCsv(meetings, { people: "counts" }, NOW, bookings))).map((row) => [
        row.meeting_uuid,
        row.planned_start,
        row.start_delay_seconds,
      ]),
      [
        ["C", "2026-03-02T08:00:00.000Z", "0"],
        ["B", "", ""],
        ["D", "2026-03-02T08:00:00.000Z", ""],
        ["A", "2026-03-02T10:00:00.000Z", "120"],
      ],
    );
  });

  test("name no host where names are switched off", () => {
    const csv = whole(meetingsCsv([sync], { people: "counts" }, NOW));
    equal(csv.includes("Alice"), false);
    equal("host" in (read(csv)[0] ?? {}), false);
  });
});
