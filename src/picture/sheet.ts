import { fileURLToPath } from "node:url";
import type { SKRSContext2D } from "@napi-rs/canvas";

/** Drawn larger, so that it stays sharp when somebody opens it. */
const SCALE = 2;

export const INK = "#1d1c1d";
export const QUIET = "#5c5f66";
export const GRID = "#dfe1e5";
export const PAPER = "#ffffff";

/**
 * Something to draw on, and the PNG of it at the end. It brings its own background and a frame, so that it reads the
 * same in light and dark clients.
 */
export async function sheet(width: number, height: number) {
  const { createCanvas } = await canvasWithFont();
  const canvas = createCanvas(width * SCALE, height * SCALE);
  const pen = canvas.getContext("2d");
  pen.scale(SCALE, SCALE);
  pen.textBaseline = "middle";
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, width, height);
  return {
    pen,
    png(): Promise<Buffer> {
      pen.strokeStyle = GRID;
      pen.lineWidth = 1;
      pen.strokeRect(0.5, 0.5, width - 1, height - 1);
      return canvas.encode("png");
    },
  };
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

export interface Ink {
  size: number;
  colour?: string;
  isBold?: boolean;
  align?: "left" | "right" | "center";
  /** What is wider ends with "…". */
  width?: number;
}

/** Names are drawn, never interpreted; a character for which no font is at hand is a box. Returns how wide it got. */
export function write(pen: SKRSContext2D, text: string, x: number, y: number, ink: Ink): number {
  const { colour = INK, align = "left", width = Number.POSITIVE_INFINITY } = ink;
  pen.font = fontOf(ink);
  pen.fillStyle = colour;
  pen.textAlign = align;
  const fitting = fitted(pen, text, width);
  pen.fillText(fitting, x, y);
  return pen.measureText(fitting).width;
}

/** How wide a text would get. */
export function widthOf(pen: SKRSContext2D, text: string, ink: Ink): number {
  pen.font = fontOf(ink);
  return pen.measureText(text).width;
}

function fontOf({ size, isBold = false }: Ink): string {
  return `${isBold ? "bold " : ""}${size}px "${FONT}"`;
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
