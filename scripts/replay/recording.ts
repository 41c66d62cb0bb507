import { readFile } from "node:fs/promises";
import { Mistake } from "./options.ts";
import { latestTold } from "./shift.ts";

/** One delivery as it was recorded. */
export interface Recorded {
  /** Its line in the file. */
  line: number;
  /** The body's text as it was received. */
  raw: string;
  /** When it was received, else the latest time it tells; absent when it tells none. */
  at?: number;
}

/** The deliveries of a recording, as they were received. Throws a `Mistake` that names the line at fault. */
export async function readRecording(file: string): Promise<Recorded[]> {
  const lines = (await textOf(file)).split(/\r?\n/);
  const recorded = lines.flatMap((text, index) => (text.trim() === "" ? [] : [read(text, index + 1)]));
  if (recorded.length === 0) throw new Mistake(`${file} is empty: a recording has one delivery a line.`);
  return inOrderOfReceipt(recorded);
}

async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Mistake(`${file} cannot be read (${WHY_UNREADABLE.get(error.code ?? "") ?? error.code}).`);
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Mistake(`${file} is no UTF-8 text: a recording has one JSON object a line.`);
  }
}

const WHY_UNREADABLE = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "it is a folder"],
  ["EACCES", "no permission"],
]);

type Read = Recorded & { isReceived: boolean };

function read(text: string, line: number): Read {
  const json = parsed(text, line);
  const { received_at, raw, event } = json as { received_at?: unknown; raw?: unknown; event?: unknown };
  if (typeof raw === "string") {
    if (!isMilliseconds(received_at)) throw new Mistake(`Line ${line} needs received_at, in milliseconds since 1970.`);
    return { line, raw, at: received_at, isReceived: true };
  }
  if (typeof event !== "string")
    throw new Mistake(`Line ${line} is no delivery: it has neither "received_at" and "raw" nor an "event".`);
  const at = latestTold(text);
  return { line, raw: text, ...(at !== undefined && { at }), isReceived: false };
}

function parsed(text: string, line: number): object {
  try {
    const json: unknown = JSON.parse(text);
    if (json !== null && typeof json === "object") return json;
  } catch {
    // a line cut short and a line that is no object want the same advice
  }
  throw new Mistake(`Line ${line} is no JSON object: a recording has one delivery a line.`);
}

/** Seconds since 1970 are too small for that. */
function isMilliseconds(value: unknown): value is number {
  return typeof value === "number" && value >= 1e11 && value < 1e14;
}

/** Bare bodies do not say when they were received; then the file's order is the best there is. */
function inOrderOfReceipt(recorded: Read[]): Recorded[] {
  if (!recorded.every(({ isReceived }) => isReceived)) return recorded;
  return recorded.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
}
