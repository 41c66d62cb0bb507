import { deepEqual, doesNotMatch, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { dayOf } from "../../src/card/day.ts";
import type { Instant } from "../../src/meeting/fact.ts";
import { type DigestView, digestId } from "../../src/post-digest.ts";
import { isWeekDue, makeWeeksDue, weekDate, weekId, weekOf, weekOn } from "../../src/post-week.ts";
import { cardText } from "../card/text.ts";
import { subscription } from "../subscriptions.ts";
import { meeting, office } from "./office.ts";

const view = (said: Parameters<typeof subscription>[0] = {}): DigestView => ({
  subscription: subscription(said),
  people: "names",
});
const instant = (iso: string): Instant => Date.parse(iso);
const NOW = instant("2026-11-20T17:00Z");

const told = (name: string, start: string, end?: string) =>
  meeting(name, instant(start), end === undefined ? undefined : instant(end));

describe("the digest of a week", () => {
  test("is called by its Monday", () => {
    equal(weekId("2026-11-16"), "week:2026-11-16");
    equal(weekDate("week:2026-11-16"), "2026-11-16");
    equal(weekDate(digestId("2026-11-16")), undefined);
    equal(weekDate("aDYlohsHRtCd4ii1uC2+hA=="), undefined);
  });

  const days: [string, string, string][] = [
    ["2026-11-16T12:00Z", "UTC", "2026-11-16"],
    ["2026-11-22T12:00Z", "UTC", "2026-11-16"],
    ["2026-11-22T15:30Z", "Asia/Tokyo", "2026-11-23"],
    ["2027-01-01T12:00Z", "UTC", "2026-12-28"],
    ["2026-03-29T12:00Z", "Europe/Vienna", "2026-03-23"],
  ];
  for (const [at, zone, monday] of days) {
    test(`of ${at} in ${zone} begins on ${monday}`, () => {
      const { date, timeZone } = weekOf(dayOf(instant(at), zone));
      deepEqual([date, timeZone], [monday, zone]);
    });
  }

  test("has the meetings that began in it, and in the week before, on the clocks of its zone", async () => {
    const { facts, hears } = office();
    hears(
      ...told("before that", "2026-11-08T22:59Z", "2026-11-08T23:59Z"), // still the week before last in Vienna
      ...told("last week", "2026-11-08T23:00Z", "2026-11-08T23:20Z"),
      ...told("last Sunday", "2026-11-15T22:59Z", "2026-11-16T01:00Z"),
      ...told("first", "2026-11-15T23:00Z", "2026-11-15T23:30Z"),
      ...told("live", "2026-11-20T16:00Z"),
      ...told("next week", "2026-11-22T23:00Z", "2026-11-22T23:10Z"),
    );
    const card = await weekOn(facts, view({ timeZone: "Europe/Vienna" }), "2026-11-16", NOW);
    const lines = card ? cardText(card) : [];
    deepEqual(lines.slice(0, 3), [
      "Your meeting week, 16 to 22 November",
      "2 meetings (2 last week)",
      "30 min in total, 1 still live, down 79%", // 30 after 141
    ]);
  });

  test("tells a channel of what it asked for, and of people no more than it may", async () => {
    const { facts, hears } = office();
    hears(
      ...told("Product sync", "2026-11-17T09:00Z", "2026-11-17T10:00Z"),
      ...told("Salaries", "2026-11-18T09:00Z", "2026-11-18T11:00Z"),
      ...told("Muted sync", "2026-11-19T09:00Z", "2026-11-19T12:00Z"),
    );
    const lines = async (said: Parameters<typeof subscription>[0]) => {
      const card = await weekOn(facts, view({ muted: [{ uuid: "Muted sync" }], ...said }), "2026-11-16", NOW);
      return card ? cardText(card) : [];
    };
    const syncs = await lines({ rules: [{ of: "topic", words: "sync" }] });
    deepEqual([syncs[1], syncs[5]], ["1 meeting (none known last week)", "Longest meeting: Product sync, 1 h"]);
    const hidden = await lines({ people: "private" });
    deepEqual([hidden[1], hidden[5]], ["2 meetings (none known last week)", "Longest meeting: 2 h"]);
    doesNotMatch(hidden.join("\n"), /Salaries|sync/);
  });

  test("does not count a meeting for which people only waited", async () => {
    const { facts, hears } = office();
    const [start] = told("waits", "2026-11-17T09:00Z");
    if (start) hears({ ...start, kind: "awaitsHost", who: { name: "Jo" } });
    equal(await weekOn(facts, view(), "2026-11-16", NOW), undefined);
  });

  test("is none when nothing was on", async () => {
    const { facts, hears } = office();
    hears(...told("before", "2026-11-10T09:00Z", "2026-11-10T10:00Z"));
    equal(await weekOn(facts, view(), "2026-11-16", NOW), undefined);
  });
});

describe("a week comes due", () => {
  const CHANNEL = "slack:C0TEAM";
  const dueAt = async (iso: string, said: Parameters<typeof subscription>[0] = {}, posted = false) => {
    const due: string[] = [];
    const desk = {
      stateOf: async () => (posted ? { message: "1.0" } : {}),
      makeDue: async (_: string, card: string) => void due.push(card),
    };
    const digest = { days: [], isWeekly: true, at: "18:00" };
    const book = { channels: new Map([[CHANNEL, subscription({ digest, ...said })]]) };
    await makeWeeksDue({ desk, book }, Date.parse(iso));
    return due;
  };

  test("on Friday at the time of the digest, in the zone of its channel", async () => {
    deepEqual(await dueAt("2026-11-20T17:59Z"), []);
    deepEqual(await dueAt("2026-11-20T18:00Z"), ["week:2026-11-16"]);
    deepEqual(await dueAt("2026-11-20T18:00Z", { timeZone: "America/New_York" }), []);
    deepEqual(await dueAt("2026-11-20T23:00Z", { timeZone: "America/New_York" }), ["week:2026-11-16"]);
  });

  test("again each hour, if it was missed until the next day, and once posted until the week is over", async () => {
    deepEqual(await dueAt("2026-11-20T18:29Z"), ["week:2026-11-16"]);
    deepEqual(await dueAt("2026-11-20T18:30Z"), []);
    deepEqual(await dueAt("2026-11-21T16:00Z"), ["week:2026-11-16"]);
    deepEqual(await dueAt("2026-11-21T18:00Z"), []);
    deepEqual(await dueAt("2026-11-22T20:00Z", {}, true), ["week:2026-11-16"]);
    deepEqual(await dueAt("2026-11-23T23:00Z", {}, true), ["week:2026-11-16"]);
    deepEqual(await dueAt("2026-11-24T00:00Z", {}, true), []);
  });

  test("not of the days before it was asked for at the weekend, but on Friday evening", async () => {
    const since = (iso: string) => ({ since: Date.parse(iso) });
    deepEqual(await dueAt("2026-11-21T09:01Z", since("2026-11-21T09:00Z")), []);
    deepEqual(await dueAt("2026-11-20T20:01Z", since("2026-11-20T20:00Z")), ["week:2026-11-16"]);
    deepEqual(await dueAt("2026-11-27T18:00Z", since("2026-11-21T09:00Z")), ["week:2026-11-23"]);
    const saturday = "2026-11-21T09:01Z";
    deepEqual(await dueAt(saturday, since("2026-11-21T09:00Z"), true), ["week:2026-11-16"], "it stands there");
    const midnight = { digest: { days: [], isWeekly: true, at: "00:00" } };
    deepEqual(await dueAt("2026-11-21T00:11Z", { ...midnight, ...since("2026-11-21T00:10Z") }), ["week:2026-11-16"]);
  });

  test("not even where it had been asked for, once somebody asks anew", async () => {
    const digest = { days: [], isWeekly: true, at: "18:00" };
    const saturday = Date.parse("2026-11-21T09:00Z");
    equal(isWeekDue(subscription({ digest, since: saturday }), "2026-11-16", saturday + 1), false);
    equal(isWeekDue(subscription({ digest }), "2026-11-16", saturday + 1), true);
  });

  test("only where it is wanted", async () => {
    deepEqual(await dueAt("2026-11-20T18:00Z", { digest: { days: [5], isWeekly: false, at: "18:00" } }), []);
    deepEqual(await dueAt("2026-11-20T18:00Z", { rules: [] }), []);
  });
});
