import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { Chart } from "../../src/card/card.ts";
import { chartInWords } from "../../src/card/chart.ts";
import { drawnChart } from "../../src/picture/chart.ts";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const THIS_WEEK = [0, 114, 178];
const LAST_WEEK = [230, 159, 0];

const chart = (thisWeek: number[], lastWeek: number[]): Chart => ({
  kind: "chart",
  title: "Meeting minutes per day",
  unit: "minutes",
  categories: DAYS.slice(0, thisWeek.length),
  series: [
    { name: "This week", numbers: thisWeek },
    { name: "Last week", numbers: lastWeek },
  ],
});

/** The picture as somebody else's program would see it. */
async function seen(chart: Chart) {
  const png = await drawnChart(chart);
  const image = await loadImage(png);
  const { width, height } = image;
  const pen = createCanvas(width, height).getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  const pixel = (x: number, y: number) => [...data.slice((y * width + x) * 4, (y * width + x) * 4 + 4)];
  const is = (x: number, y: number, colour: number[]) =>
    colour.every((part, index) => data[(y * width + x) * 4 + index] === part);
  /** How high each bar of a colour is, from left to right. */
  const bars = (colour: number[]): number[] => {
    const heights: number[] = [];
    let before = 0;
    for (let x = 0; x < width; x += 1) {
      let tall = 0;
      for (let y = LEGEND; y < height; y += 1) if (is(x, y, colour)) tall += 1;
      if (tall > 0 && before === 0) heights.push(0);
      if (tall > 0) heights.push(Math.max(heights.pop() ?? 0, tall));
      before = tall;
    }
    return heights;
  };
  return { png, width, height, pixel, bars };
}

/** Above this are the title and what the colours mean. */
const LEGEND = 140;

const shares = (heights: number[], most: number) => heights.map((height) => Math.round((100 * height) / most));

describe("the picture of a chart", () => {
  test("is a PNG with a background of its own", async () => {
    const { png, width, height, pixel } = await seen(chart([180, 364, 240, 228, 140], [210, 330, 300, 260, 210]));
    deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    deepEqual([width, height], [1_600, 800]);
    deepEqual(pixel(10, height - 10), [255, 255, 255, 255]);
    ok(png.length < 100_000, `${png.length} bytes`);
  });

  test("has a bar for each number, as high as that is", async () => {
    const { bars } = await seen(chart([400, 200, 100, 300, 20, 40, 360], [100, 400, 40, 200, 60, 20, 80]));
    deepEqual(shares(bars(THIS_WEEK), Math.max(...bars(THIS_WEEK))), [100, 50, 25, 75, 5, 10, 90]);
    deepEqual(shares(bars(LAST_WEEK), Math.max(...bars(THIS_WEEK))), [25, 100, 10, 50, 15, 5, 20]);
  });

  test("shows little beside very much, and nothing as nothing", async () => {
    const { bars } = await seen(chart([1, 18_000, 0, 45, 0], [0, 0, 3, 0, 0]));
    const heights = bars(THIS_WEEK);
    equal(heights.length, 3);
    ok(heights.every((height) => height >= 3));
    equal(bars(LAST_WEEK).length, 1);
  });

  test("is drawn without any bar", async () => {
    const { bars, height } = await seen(chart([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]));
    deepEqual([bars(THIS_WEEK), bars(LAST_WEEK), height], [[], [], 800]);
  });

  test("is drawn for as much as a chart can hold, and for nothing at all", async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => 10 ** (index % 7));
    const series = Array.from({ length: 8 }, (_, index) => ({ name: `W`.repeat(index * 10), numbers }));
    for (const large of [
      { ...chart([], []), title: "W".repeat(200), categories: numbers.map((number) => `${number} of them`), series },
      { ...chart([], []), series: [] },
    ]) {
      equal((await seen(large)).width, 1_600);
    }
  });
});

describe("a chart in words", () => {
  test("says each number, with the others beside it", () => {
    equal(
      chartInWords(chart([180, 1_364], [210, 0])),
      "Bar chart of meeting minutes per day: Mon 180 (last week 210), Tue 1,364 (last week 0).",
    );
    const { series, ...rest } = chart([180, 364], []);
    equal(
      chartInWords({ ...rest, series: series.slice(0, 1) }),
      "Bar chart of meeting minutes per day: Mon 180, Tue 364.",
    );
  });

  test("is no longer than an image's description may be", () => {
    const many = Array.from({ length: 500 }, (_, index) => index);
    equal(chartInWords({ ...chart(many, many), categories: many.map(String) }).length <= 1_000, true);
  });
});
