import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { dayOf, timeOn } from "../../src/card/day.ts";
import type { MeetingFact, Participant } from "../../src/meeting/fact.ts";
import { changesOfClocks } from "./clocks.ts";
import { CHANNEL, meeting, office } from "./office.ts";

const RUNS = Number(process.env.LAW_RUNS ?? 2_000);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A time of that Tuesday, or of the Wednesday after it: "18:00", "+09:00". */
const at = (time: string) => Date.parse(`2026-11-${time.startsWith("+") ? "25" : "24"}T${time.replace("+", "")}:00Z`);
const TUESDAY = "2026-11-24";
const standUp = meeting("stand-up", at("09:00"), at("09:20"));

describe("the digest of a day", () => {
  test("comes once, however many processes ask in every minute of the day", async () => {
    const { hears, minute, sent, posts, shows } = office();
    hears(...standUp);
    for (let now = at("00:00"); now < at("+23:59"); now += MINUTE_MS) {
      await minute(now, 3);
      equal(posts(TUESDAY), now < at("18:00") ? 0 : 1);
    }
    deepEqual(sent, [`${CHANNEL} digest:${TUESDAY} posted`]);
    equal(shows(TUESDAY), "Tuesday, 24 November: 1 meeting, 20 min, 0 people");
  });

  test("comes once, whenever a process is started again", async () => {
    for (let restart = at("17:00"); restart < at("20:00"); restart += MINUTE_MS) {
      const { hears, minute, posts } = office();
      hears(...standUp);
      for (const now of [restart - MINUTE_MS, restart, restart + MINUTE_MS, at("23:00")]) await minute(now, 2);
      equal(posts(TUESDAY), 1);
    }
  });

  test("is made up for when nobody was there at its hour", async () => {
    const down = async (from: string, until: string) => {
      const { hears, minute, posts } = office();
      hears(...standUp);
      await minute(at(from));
      equal(posts(TUESDAY), 0);
      await minute(at(until));
      return posts(TUESDAY);
    };
    equal(await down("17:50", "18:40"), 1);
    equal(await down("17:50", "+08:15"), 1);
    equal(await down("17:50", "+17:59"), 1);
    equal(await down("17:50", "+18:00"), 0);
  });

  for (const [asked, when] of [
    ["since", "somebody subscribed"],
    ["digestSince", "somebody wanted digests, or at that time"],
  ] as const) {
    test(`does not come of a day that was over before ${when}; of the day itself it does`, async () => {
      for (const [askedAt, posted] of [
        [at("19:00"), 1],
        [at("+09:00"), 0],
      ] as const) {
        const { hears, minute, posts } = office({ [asked]: askedAt });
        hears(...standUp);
        await minute(askedAt + MINUTE_MS);
        equal(posts(TUESDAY), posted);
      }
    });
  }

  test("does not come on an empty day", async () => {
    const { minute, sent } = office();
    for (let now = at("17:00"); now < at("+20:00"); now += 30 * MINUTE_MS) await minute(now);
    deepEqual(sent, []);
  });

  test("does not come for meetings that nobody started", async () => {
    const { hears, minute, sent } = office();
    const [started] = standUp;
    const waiting = { ...started, kind: "waiting", who: { name: "Sam" } } as MeetingFact;
    hears(waiting);
    await minute(at("18:00"));
    deepEqual(sent, []);
  });

  test("does not come on days that are off, and neither is it made up for then", async () => {
    const [monday, wednesday] = [new Set([1]), new Set([3])];
    for (const days of [monday, wednesday]) {
      const { hears, minute, sent } = office({ days });
      hears(...standUp);
      await minute(at("18:00"));
      await minute(at("+09:00"));
      deepEqual(sent, []);
    }
  });

  test("comes on the day that is off when it was missed the day before", async () => {
    const { hears, minute, posts } = office({ days: new Set([2]) });
    hears(...standUp);
    await minute(at("+09:00"));
    equal(posts(TUESDAY), 1);
  });

  test("comes when a meeting of the day is heard of late", async () => {
    const { hears, minute, posts } = office();
    await minute(at("18:00"));
    hears(...standUp);
    await minute(at("19:00"));
    equal(posts(TUESDAY), 1);
  });

  test("does not come for a meeting that only began after its hour", async () => {
    const { hears, minute, sent } = office();
    hears(...meeting("late talk", at("18:00"), at("18:30")));
    await minute(at("18:31"));
    deepEqual(sent, []);
  });

  test("counts a meeting that began after its hour where there is one anyway", async () => {
    const { hears, minute, shows } = office();
    hears(...standUp, ...meeting("late talk", at("18:10"), at("18:30")));
    await minute(at("18:40"));
    equal(shows(TUESDAY), "Tuesday, 24 November: 2 meetings, 40 min, 0 people");
  });

  test("counts once who was in two meetings, and takes no two guests without a name for one", async () => {
    const { hears, minute, shows } = office();
    const joins = (fact: MeetingFact | undefined, who: Participant = {}) =>
      ({ ...fact, kind: "joined", who }) as MeetingFact;
    const [talk] = meeting("talk", at("10:00"), at("10:30"));
    const [jo, nameless] = [{ userId: "16778240", zoomUserId: "jo" }, { userId: "16779264" }];
    const came = [standUp[0], talk].flatMap((start) => [joins(start, jo), joins(start, nameless)]);
    hears(...standUp, ...came, ...meeting("talk", at("10:00"), at("10:30")));
    await minute(at("18:00"));
    equal(shows(TUESDAY), "Tuesday, 24 November: 2 meetings, 50 min, 3 people");
  });

  test("counts a meeting over midnight on the day it began, and only there", async () => {
    const { hears, minute, shows, rows } = office({ at: "23:50" });
    hears(...meeting("night shift", at("23:30"), at("+01:15")), ...meeting("breakfast", at("+08:00"), at("+08:30")));
    await minute(at("+09:00"));
    await minute(at("+23:50"));
    deepEqual(rows(TUESDAY), [["23:30", "night shift", "1 h 45 min", "0"]]);
    equal(shows("2026-11-25"), "Wednesday, 25 November: 1 meeting, 30 min, 0 people");
  });

  test("at midnight is that of the day that is over then", async () => {
    const { hears, minute, posts, shows } = office({ at: "00:00" });
    hears(...standUp, ...meeting("late talk", at("23:30"), at("23:40")));
    await minute(at("23:59"));
    equal(posts(TUESDAY), 0);
    await minute(at("+00:00"));
    equal(shows(TUESDAY), "Tuesday, 24 November: 2 meetings, 30 min, 0 people");
    for (const now of ["+00:01", "+12:00", "+23:59"]) await minute(at(now));
    equal(posts(TUESDAY), 1);
    equal(posts("2026-11-25"), 0);
  });

  test("comes to each channel, also where another one refuses it", async () => {
    const [archived, other] = ["slack:C0ARCHIVED", "slack:C0OTHER"];
    const { hears, minute, sent } = office({ channels: [archived, CHANNEL, other], refusing: [archived] });
    hears(...standUp);
    for (const now of ["18:00", "18:01", "18:02"]) await minute(at(now));
    deepEqual(
      new Set(sent),
      new Set([
        `${archived} digest:${TUESDAY} refused`,
        `${CHANNEL} digest:${TUESDAY} posted`,
        `${other} digest:${TUESDAY} posted`,
      ]),
    );
    equal(sent.filter((one) => one.endsWith("posted")).length, 2);
  });

  test("that a person deleted does not come again", async () => {
    const { hears, minute, sent, deleted } = office();
    hears(...standUp);
    deleted(TUESDAY);
    for (const now of ["18:00", "18:01", "+09:00"]) await minute(at(now));
    deepEqual(sent, []);
  });
});

describe("a digest that says still live", () => {
  const [started] = meeting("talk", at("17:30")) as [MeetingFact];
  const sam = (kind: "joined" | "left", time: string): MeetingFact => ({
    ...started,
    kind,
    at: at(time),
    heardAt: at(time),
    who: { connection: "P1", name: "Sam" },
  });
  const talk = [started, sam("joined", "17:31"), sam("left", "17:55")];

  test("is edited when the meeting turns out to be over without an end signal", async () => {
    const { hears, minute, closesSilent, rows, posts } = office();
    hears(...talk);
    await minute(at("18:00"));
    await closesSilent(at("18:04"));
    deepEqual(rows(TUESDAY), [["17:30", "talk", "still live", "1"]]);
    await closesSilent(at("18:05"));
    deepEqual(rows(TUESDAY), [["17:30", "talk", "about 25 min", "1"]]);
    equal(posts(TUESDAY), 1);
  });

  test("says so for thirty hours while somebody is in", async () => {
    const { hears, minute, closesSilent, rows } = office();
    hears(...talk.slice(0, 2));
    await minute(at("18:00"));
    for (const now of ["17:45", "18:05", "+17:30", "+23:30"]) {
      await closesSilent(at(now));
      deepEqual(rows(TUESDAY), [["17:30", "talk", "still live", "1"]]);
    }
    await closesSilent(at("+23:31"));
    deepEqual(rows(TUESDAY), [["17:30", "talk", "about 1 min", "1"]]);
  });

  test("does not come early because a meeting turns out to be over", async () => {
    const { hears, closesSilent, sent } = office({ at: "19:00" });
    hears(...talk);
    await closesSilent(at("18:05"));
    deepEqual(sent, [`${CHANNEL} talk looked at`]);
    await closesSilent(at("18:06"));
    equal(sent.length, 1);
  });
});

describe("wherever it is, ten years long, the digest comes exactly once a day", () => {
  test("over any change of clocks, at any hour, however many processes ask", async () => {
    const change = fc.constantFrom(...changesOfClocks(2017, 2027));
    const clock = fc.constantFrom("00:00", "00:30", "01:59", "02:30", "18:00", "23:59");
    const phase = fc.integer({ min: 0, max: 179 });
    await fc.assert(
      fc.asyncProperty(change, clock, phase, async ({ timeZone, at }, clock, phase) => {
        const { hears, minute, posts } = office({ timeZone, at: clock });
        const days = [-2, -1, 0, 1].map((by) => dayOf(at + by * DAY_MS + phase * MINUTE_MS, timeZone));
        for (const { date, from } of days) hears(...meeting(date, from, from + MINUTE_MS));
        for (let by = phase - 3 * 24 * 60; by < 4 * 24 * 60; by += 180) await minute(at + by * MINUTE_MS, 2);
        for (const { date } of days) equal(posts(date), 1, date);
      }),
      { numRuns: RUNS / 10 },
    );
  });

  test("on any day, whenever processes come and go", async () => {
    const twoDigits = (most: number) => fc.integer({ min: 0, max: most }).map((one) => String(one).padStart(2, "0"));
    const digest = fc.record({
      timeZone: fc.constantFrom(...Intl.supportedValuesOf("timeZone")),
      day: fc.integer({ min: Date.UTC(2017), max: Date.UTC(2027) }),
      clock: fc.tuple(twoDigits(23), twoDigits(59)).map(([hour, minute]) => `${hour}:${minute}`),
      beganAfterMin: fc.integer({ min: 0, max: 23 * 60 - 1 }),
      askedAfterMin: fc.array(fc.integer({ min: -60, max: 3 * 24 * 60 }), { maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(digest, async ({ timeZone, day: moment, clock, beganAfterMin, askedAfterMin }) => {
        const day = dayOf(moment, timeZone);
        const dueAt = clock === "00:00" ? day.until : timeOn(day, clock);
        const beganAt = day.from + beganAfterMin * MINUTE_MS;
        const asked = askedAfterMin.map((min) => day.from + min * MINUTE_MS).sort((a, b) => a - b);
        const { hears, minute, posts, sent } = office({ timeZone, at: clock });
        hears(...meeting("talk", beganAt, beganAt + MINUTE_MS));
        for (const now of asked) await minute(now, 2);

        const isIn = (hours: number) => asked.some((now) => now >= dueAt && now - dueAt < hours * HOUR_MS);
        if (beganAt >= dueAt || !isIn(24)) equal(posts(day.date), 0);
        else if (isIn(23)) equal(posts(day.date), 1);
        equal(sent.length, posts(day.date));
      }),
      { numRuns: RUNS },
    );
  });
});
