import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { drawn } from "../../src/picture/draw.ts";
import { altText, timelineOf } from "../../src/picture/timeline.ts";
import { at, ended, joined, left, started } from "../meeting/facts.ts";

const NOW = at("12:00");
const timeline = (facts: MeetingFact[], zone = "UTC") => timelineOf(meetingFrom(facts), zone, NOW);
const named = <F extends MeetingFact>(fact: F, name: string) => ({
  ...fact,
  who: { ...("who" in fact && fact.who), name },
});

const begun = started("10:00", { topic: "Product sync", hostId: "id of Alice" });
/** Alice all the hour; Jo from a quarter to three quarters; Bo a guest, twice a quarter, the second not sure. */
const hour = [
  begun,
  joined("Alice P1", "10:00"),
  left("Alice P1", "11:00"),
  joined("Bo? P2", "10:15"),
  left("Bo? P2", "10:30"),
  joined("Bo? P3", "10:45"),
  joined("Jo P4", "10:15"),
  left("Jo P4", "10:45"),
  ended("11:00"),
];

type Colour = [number, number, number];
const HOST: Colour = [0, 114, 178];
const MEMBER: Colour = [0, 158, 115];
const GUEST: Colour = [217, 142, 0];

/** The picture as somebody else's program would see it. */
async function seen(facts: MeetingFact[]) {
  const png = await drawn(timeline(facts));
  const image = await loadImage(png);
  const { width, height } = image;
  const pen = createCanvas(width, height).getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  const is = (x: number, y: number, colour: Colour) =>
    colour.every((part, index) => data[(y * width + x) * 4 + index] === part);
  /** The runs of a colour that are long enough to be bars, in the first line of pixels that has any. */
  const bars = (colour: Colour): [number, number][] => {
    for (let y = 0; y < height; y += 1) {
      const runs: [number, number][] = [];
      for (let x = 0; x < width; x += 1) {
        const last = runs.at(-1);
        if (!is(x, y, colour)) continue;
        if (last && last[1] === x) last[1] = x + 1;
        else runs.push([x, x + 1]);
      }
      const long = runs.filter(([from, to]) => to - from > 30);
      if (long.length > 0) return long;
    }
    return [];
  };
  return {
    png,
    width,
    height,
    bars,
    at: (x: number, y: number) => [...data.slice((y * width + x) * 4, (y * width + x) * 4 + 4)],
  };
}

describe("the picture of the attendance", () => {
  test("is a PNG with a background of its own", async () => {
    const picture = await seen(hour);
    deepEqual([...picture.png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    equal(picture.width, 1_600);
    deepEqual(picture.at(10, picture.height - 10), [255, 255, 255, 255]);
  });

  test("has a bar for each stay, as long and where it was", async () => {
    const picture = await seen(hour);
    const [[from, to] = [0, 0], ...others] = picture.bars(HOST);
    equal(others.length, 0);
    const close = (pixels: [number, number][], shares: [number, number][]) => {
      equal(pixels.length, shares.length);
      for (const [index, [a, b]] of pixels.entries()) {
        ok(
          Math.abs((a - from) / (to - from) - (shares[index]?.[0] ?? -1)) < 0.01,
          `begins at ${a} of ${from} to ${to}`,
        );
        ok(Math.abs((b - from) / (to - from) - (shares[index]?.[1] ?? -1)) < 0.01, `ends at ${b} of ${from} to ${to}`);
      }
    };
    close(picture.bars(MEMBER), [[0.25, 0.75]]);
    close(picture.bars(GUEST), [[0.25, 0.5]]); // the other one is pale
  });

  test("grows with the people, up to a hundred of them", async () => {
    const crowd = (count: number) => [
      begun,
      ...Array.from({ length: count }, (_, index) => joined(`N${index} P${index}`, "10:03")),
    ];
    const [three, sixty, many, more] = await Promise.all([3, 60, 200, 1_000].map((count) => seen(crowd(count))));
    ok((three?.height ?? 0) < 600 && (sixty?.height ?? 0) > 2_500);
    equal(many?.height, more?.height);
    equal(timeline(crowd(1_000)).hidden, 900);
    ok((more?.png.length ?? 0) < 1_000_000);
  });

  const hostile = [
    "",
    "<svg onload=x>&amp;\"'",
    "田中太郎",
    "👩‍👩‍👧‍👦🎉",
    "שלום",
    "a\u0301".repeat(80),
    "W".repeat(80),
    "\uFFFD\u{1F1E6}",
  ];
  for (const name of hostile) {
    test(`is drawn whatever somebody is called: ${JSON.stringify(name.slice(0, 12))}`, async () => {
      const picture = await seen([
        { ...begun, about: { ...begun.about, topic: name } },
        named(joined("X P1", "10:00"), name),
        ended("11:00"),
      ]);
      ok(picture.height > 200);
    });
  }

  test("is drawn for a meeting of no length and without people", async () => {
    equal((await seen([started("10:00"), ended("10:00")])).width, 1_600);
  });
});

describe("the times along the top", () => {
  const labels = (facts: MeetingFact[], zone = "UTC") => timeline(facts, zone).ticks.map(({ label }) => label);

  test("are round ones on the clocks of the asker", () => {
    deepEqual(labels(hour), ["10:00", "10:10", "10:20", "10:30", "10:40", "10:50", "11:00"]);
    deepEqual(labels(hour, "Asia/Kathmandu"), ["15:50", "16:00", "16:10", "16:20", "16:30", "16:40"]);
    deepEqual(labels([started("10:02"), ended("10:49")]), ["10:10", "10:20", "10:30", "10:40"]);
  });

  test("are few, for a minute and for thirty hours, and name another day", () => {
    deepEqual(labels([started("10:00"), ended("10:00:43")]), [
      "10:00:00",
      "10:00:15",
      "10:00:30",
      "10:00:45",
      "10:01:00",
    ]);
    const long = [started("10:00"), { ...ended("10:00"), at: at("10:00") + 30 * 3_600_000 }];
    deepEqual(labels(long), ["12:00", "18:00", "3 Mar 00:00", "06:00", "12:00"]);
  });
});

describe("the description of the picture", () => {
  test("says what it shows", () => {
    equal(
      altText(meetingFrom(hour), "UTC", NOW),
      "Attendance of Product sync. 2 Mar, 10:00 to 11:00 (UTC) · 1 h · 3 people, most at once 3. One bar per person. " +
        "Alice, host: 1 h, 10:00 to 11:00. Bo (guest): about 30 min, 10:15 to 10:30 and 10:45 to 11:00. Jo: 30 min, 10:15 to 10:45.",
    );
  });

  test("of a crowd names the first and counts the rest", () => {
    const crowd = [begun, ...Array.from({ length: 300 }, (_, index) => joined(`N${index} P${index}`, "10:03"))];
    const text = altText(meetingFrom(crowd), "UTC", NOW);
    ok(text.length <= 1_000, `${text.length} characters`);
    match(text, / And 2\d\d people more\.$/);
  });
});
