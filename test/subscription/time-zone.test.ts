import { equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { timeZoneCalled, timeZoneLike } from "../../src/subscription/time-zone.ts";

describe("a time zone", () => {
  for (const [said, zone] of [
    ["Europe/Vienna", "Europe/Vienna"],
    [" europe/vienna ", "Europe/Vienna"],
    ["vienna", "Europe/Vienna"],
    ["Zürich", "Europe/Zurich"],
    ["New York", "America/New_York"],
    ["america/port-au-prince", "America/Port-au-Prince"],
    ["Asia/Kolkata", "Asia/Kolkata"],
    ["kolkata", "Asia/Kolkata"],
    ["ho chi minh", "Asia/Ho_Chi_Minh"],
    ["utc", "UTC"],
    ["Etc/GMT+5", "Etc/GMT+5"],
    ["Wien", undefined],
    ["+02:00", undefined],
    ["", undefined],
    ["__proto__", undefined],
    ["a".repeat(100_000), undefined],
  ] as const) {
    test(`called ${said.slice(0, 30)} is ${zone}`, () => equal(timeZoneCalled(said), zone));
  }

  test("with a slip in it is found", () => {
    equal(timeZoneLike("Europe/Viena"), "Europe/Vienna");
    equal(timeZoneLike("berlinn"), "Europe/Berlin");
    equal(timeZoneLike("middle of nowhere"), undefined);
    equal(timeZoneLike(""), undefined);
    equal(timeZoneLike("x".repeat(100_000)), undefined);
  });

  test("that the machine knows is read as itself", () => {
    for (const zone of Intl.supportedValuesOf("timeZone")) equal(timeZoneCalled(zone), zone);
  });
});
