import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Chart } from "../card/card.ts";
import { numberText } from "../card/chart.ts";
import { GRID, INK, PAPER, QUIET, sheet, widthOf, write } from "./sheet.ts";

const WIDTH = 800;
const HEIGHT = 400;
const MARGIN = 20;
const TOP = 104;
const BOTTOM = HEIGHT - 44;
const LEFT = MARGIN + 52;
const RIGHT = WIDTH - MARGIN;

/** Told apart also by those who see fewer colours, and by their brightness alone (Okabe and Ito's palette). */
const COLOURS = ["#0072b2", "#e69f00", "#56b4e9", "#d55e00", "#009e73", "#cc79a7"];

/** A bar chart as PNG, with its numbers where there is room for them. What it shows in words: `chartInWords`. */
export async function drawnChart(chart: Chart): Promise<Buffer> {
  const { pen, png } = await sheet(WIDTH, HEIGHT);
  const ticks = ticksOf(chart);
  const top = ticks.at(-1) || 1;
  const heightOf = (number: number) => (number / top) * (BOTTOM - TOP);
  write(pen, chart.title, MARGIN, 28, { size: 18, isBold: true, width: WIDTH - 2 * MARGIN });
  drawLegend(pen, chart);
  drawAxis(pen, ticks, heightOf);
  drawBars(pen, chart, heightOf);
  return png();
}

function drawLegend(pen: SKRSContext2D, { unit, series }: Chart): void {
  let x = MARGIN;
  for (const [which, { name }] of series.entries()) {
    pen.fillStyle = colourOf(which);
    pen.fillRect(x, 50, 12, 12);
    x += 18 + write(pen, name, x + 18, 56, { size: 13, colour: INK }) + 20;
  }
  write(pen, unit, MARGIN, TOP - 20, { size: 12, colour: QUIET });
}

function drawAxis(pen: SKRSContext2D, ticks: readonly number[], heightOf: (number: number) => number): void {
  pen.lineWidth = 1;
  for (const tick of ticks) {
    const y = Math.round(BOTTOM - heightOf(tick)) + 0.5;
    pen.strokeStyle = tick === 0 ? QUIET : GRID;
    pen.beginPath();
    pen.moveTo(LEFT, y);
    pen.lineTo(RIGHT, y);
    pen.stroke();
    write(pen, numberText(tick), LEFT - 8, y, { size: 12, colour: QUIET, align: "right" });
  }
}

/** Between two groups there is as much room as a bar of them is wide, but no less than this. */
const NARROWEST_GAP = 6;
const WIDEST_BAR = 48;
/** Less than a pixel is seen all the same. */
const LOWEST = 2;
const NUMBER_SIZE = 12;

function drawBars(pen: SKRSContext2D, { categories, series }: Chart, heightOf: (number: number) => number): void {
  const group = (RIGHT - LEFT) / Math.max(1, categories.length);
  const gap = Math.max(NARROWEST_GAP, group / (series.length + 1));
  const width = Math.min(WIDEST_BAR, (group - gap) / series.length);
  const isNarrow = (number: number) => widthOf(pen, numberText(number), { size: NUMBER_SIZE }) <= width;
  const hasRoom = series.every(({ numbers }) => numbers.every(isNarrow));
  for (const [index, category] of categories.entries()) {
    const middle = LEFT + (index + 0.5) * group;
    write(pen, category, middle, BOTTOM + 20, { size: 13, align: "center", width: group - 4 });
    for (const [which, { numbers }] of series.entries()) {
      const number = numbers[index] ?? 0;
      const height = number > 0 ? Math.max(LOWEST, heightOf(number)) : 0;
      const x = middle + (which - series.length / 2) * width;
      pen.fillStyle = colourOf(which);
      pen.fillRect(x + 1, BOTTOM - height, width - 2, height);
      if (hasRoom) drawNumber(pen, number, x + width / 2, BOTTOM - height - 10);
    }
  }
}

/** On a bit of paper of its own, so that no line goes through it. */
function drawNumber(pen: SKRSContext2D, number: number, x: number, y: number): void {
  const ink = { size: NUMBER_SIZE, colour: number > 0 ? INK : QUIET, align: "center" } as const;
  const width = widthOf(pen, numberText(number), ink) + 2;
  pen.fillStyle = PAPER;
  pen.fillRect(x - width / 2, y - NUMBER_SIZE / 2, width, NUMBER_SIZE);
  write(pen, numberText(number), x, y, ink);
}

const MOST_TICKS = 6;

/** Round numbers from 0 up to the largest that is shown, or a little more. */
function ticksOf({ series }: Chart): number[] {
  const most = Math.max(0, ...series.flatMap(({ numbers }) => numbers));
  const rough = Math.max(1, most / (MOST_TICKS - 1));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((one) => one >= rough) ?? rough;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

function colourOf(which: number): string {
  return COLOURS[which % COLOURS.length] ?? INK;
}
