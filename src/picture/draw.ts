import type { SKRSContext2D } from "@napi-rs/canvas";
import { GRID, QUIET, sheet, write } from "./sheet.ts";
import type { Row, Timeline } from "./timeline.ts";

const WIDTH = 800;
const MARGIN = 20;
const NAMES = 200;
const TOTALS = 124;
const HEAD = 96;
const FOOT = 48;
const LEFT = MARGIN + NAMES + 12;
const RIGHT = WIDTH - MARGIN - TOTALS;

const STRIPE = "#f5f6f8";
/** Told apart also by those who see fewer colours (Okabe and Ito's palette). */
const ROLES = {
  host: { colour: "#0072b2", label: "host" },
  member: { colour: "#009e73", label: "signed in to this account" },
  guest: { colour: "#d98e00", label: "guest" },
} as const;
const NOT_SURE_ALPHA = 0.4;

/**
 * A timeline as PNG: one bar per person. It brings its own background, so that it reads the same in light and dark
 * clients. Names are drawn, never interpreted; a character for which no font is at hand is a box.
 */
export async function drawn(timeline: Timeline): Promise<Buffer> {
  const row = rowStyle(timeline.rows.length);
  const height = HEAD + timeline.rows.length * row.height + (timeline.hidden > 0 ? row.height : 0) + FOOT;
  const { pen, png } = await sheet(WIDTH, height);
  drawHead(pen, timeline);
  for (const [index] of timeline.rows.entries()) drawStripe(pen, index, row);
  drawTicks(pen, timeline, HEAD + timeline.rows.length * row.height);
  for (const [index, one] of timeline.rows.entries()) drawRow(pen, one, index, row);
  if (timeline.hidden > 0) {
    write(pen, `+${timeline.hidden} more, not drawn`, MARGIN, HEAD + (timeline.rows.length + 0.5) * row.height, {
      size: row.font,
      colour: QUIET,
    });
  }
  drawLegend(pen, timeline, height - FOOT / 2);
  return png();
}

interface RowStyle {
  height: number;
  font: number;
}

/** Many people get narrower rows, still legible ones. */
function rowStyle(count: number): RowStyle {
  if (count <= 12) return { height: 32, font: 15 };
  return count <= 40 ? { height: 25, font: 14 } : { height: 21, font: 13 };
}

function drawHead(pen: SKRSContext2D, { title, subtitle }: Timeline): void {
  const width = WIDTH - 2 * MARGIN;
  write(pen, title, MARGIN, 28, { size: 18, isBold: true, width });
  write(pen, subtitle, MARGIN, 54, { size: 13, colour: QUIET, width });
}

function drawStripe(pen: SKRSContext2D, index: number, { height }: RowStyle): void {
  if (index % 2 === 1) return;
  pen.fillStyle = STRIPE;
  pen.fillRect(MARGIN / 2, HEAD + index * height, WIDTH - MARGIN, height);
}

function drawTicks(pen: SKRSContext2D, { ticks }: Timeline, bottom: number): void {
  pen.strokeStyle = GRID;
  pen.lineWidth = 1;
  for (const { place, label } of ticks) {
    const x = Math.round(along(place)) + 0.5;
    pen.beginPath();
    pen.moveTo(x, HEAD - 4);
    pen.lineTo(x, bottom);
    pen.stroke();
    write(pen, label, x, HEAD - 14, { size: 12, colour: QUIET, align: "center" });
  }
}

function drawRow(pen: SKRSContext2D, { name, total, role, bars }: Row, index: number, style: RowStyle): void {
  const middle = HEAD + (index + 0.5) * style.height;
  write(pen, name, MARGIN, middle, { size: style.font, width: NAMES });
  write(pen, total, WIDTH - MARGIN, middle, { size: style.font, colour: QUIET, align: "right", width: TOTALS - 8 });
  const thickness = Math.round(style.height * 0.56);
  pen.fillStyle = ROLES[role].colour;
  for (const { from, to, isSure } of bars) {
    pen.globalAlpha = isSure ? 1 : NOT_SURE_ALPHA;
    pen.fillRect(along(from), middle - thickness / 2, Math.max(THINNEST, along(to) - along(from)), thickness);
  }
  pen.globalAlpha = 1;
}

/** A stay of a moment is seen all the same. */
const THINNEST = 2;

function along(place: number): number {
  return LEFT + place * (RIGHT - LEFT);
}

function drawLegend(pen: SKRSContext2D, timeline: Timeline, middle: number): void {
  let x = MARGIN;
  for (const { colour, label, alpha } of legendOf(timeline)) {
    pen.globalAlpha = alpha;
    pen.fillStyle = colour;
    pen.fillRect(x, middle - 6, 12, 12);
    pen.globalAlpha = 1;
    x += 18 + write(pen, label, x + 18, middle, { size: 12, colour: QUIET }) + 20;
  }
}

/** Only what is there to be seen. */
function legendOf({ rows }: Timeline): { colour: string; label: string; alpha: number }[] {
  const roles = Object.entries(ROLES).filter(([role]) => rows.some((row) => row.role === role));
  const hasPale = rows.some(({ bars }) => bars.some(({ isSure }) => !isSure));
  return [
    ...roles.map(([, { colour, label }]) => ({ colour, label, alpha: 1 })),
    ...(hasPale ? [{ colour: QUIET, label: "pale: Zoom did not say exactly", alpha: NOT_SURE_ALPHA }] : []),
  ];
}
