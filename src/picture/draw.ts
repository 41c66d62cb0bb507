import { fileURLToPath } from "node:url";
import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Row, Timeline } from "./timeline.ts";

const WIDTH = 800;
/** Drawn larger, so that it stays sharp when somebody opens it. */
const SCALE = 2;
const MARGIN = 20;
const NAMES = 200;
const TOTALS = 124;
const HEAD = 96;
const FOOT = 48;
const LEFT = MARGIN + NAMES + 12;
const RIGHT = WIDTH - MARGIN - TOTALS;

const INK = "#1d1c1d";
const QUIET = "#5c5f66";
const GRID = "#dfe1e5";
const PAPER = "#ffffff";
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
  const { createCanvas } = await canvasWithFont();
  const row = rowStyle(timeline.rows.length);
  const height = HEAD + timeline.rows.length * row.height + (timeline.hidden > 0 ? row.height : 0) + FOOT;
  const canvas = createCanvas(WIDTH * SCALE, height * SCALE);
  const pen = canvas.getContext("2d");
  pen.scale(SCALE, SCALE);
  pen.textBaseline = "middle";
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, WIDTH, height);
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
  pen.strokeStyle = GRID;
  pen.strokeRect(0.5, 0.5, WIDTH - 1, height - 1);
  return canvas.encode("png");
}

/** Loaded only when somebody asks for a picture: it is large, and nothing else needs it. */
async function canvasWithFont() {
  const canvas = await import("@napi-rs/canvas");
  if (canvas.GlobalFonts.has(FONT)) return canvas;
  for (const file of ["DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"]) {
    const path = fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${file}`));
    if (!canvas.GlobalFonts.registerFromPath(path, FONT)) throw new Error(`the font ${path} cannot be read`);
  }
  return canvas;
}

/** Ours, for no machine is sure to have one. Its name here stands for no font of the system. */
const FONT = "Notifier Report";

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

interface Ink {
  size: number;
  colour?: string;
  isBold?: boolean;
  align?: "left" | "right" | "center";
  /** What is wider ends with "…". */
  width?: number;
}

/** Returns how wide it got. */
function write(pen: SKRSContext2D, text: string, x: number, y: number, ink: Ink): number {
  const { size, colour = INK, isBold = false, align = "left", width = Number.POSITIVE_INFINITY } = ink;
  pen.font = `${isBold ? "bold " : ""}${size}px "${FONT}"`;
  pen.fillStyle = colour;
  pen.textAlign = align;
  const fitting = fitted(pen, text, width);
  pen.fillText(fitting, x, y);
  return pen.measureText(fitting).width;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function fitted(pen: SKRSContext2D, text: string, width: number): string {
  if (pen.measureText(text).width <= width) return text;
  const parts = [...graphemes.segment(text)].map(({ segment }) => segment);
  let most = parts.length - 1;
  const cut = () => `${parts.slice(0, most).join("").trimEnd()}…`;
  while (most > 1 && pen.measureText(cut()).width > width) most -= 1;
  return cut();
}
