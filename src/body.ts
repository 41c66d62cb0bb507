import type { IncomingMessage, ServerResponse } from "node:http";

export const LARGEST_BODY_BYTES = 1_048_576;
/** Deliveries and commands are a few kilobytes: those find room however many large bodies are on their way. */
const SMALL_BYTES = 16_384;
const LARGE_TOGETHER_BYTES = 64 * 1_048_576;

/** How much room the large bodies take that are being read now. */
let largeBytes = 0;

type Unread = "too large" | "no room" | "aborted";

/**
 * The bytes of a body as they came: 1 MB at most, and of all large bodies together never so many that strangers who
 * send them slowly use up the memory.
 */
export async function bodyOf(request: IncomingMessage): Promise<Buffer | Unread> {
  if (announcesTooMuch(request)) return "too large";
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    let size = 0;
    let reserved = 0;
    const settle = (outcome: Buffer | Unread) => {
      request.off("data", take);
      largeBytes -= reserved;
      reserved = 0;
      resolve(outcome);
    };
    const take = (chunk: Buffer) => {
      if (size + chunk.length > LARGEST_BODY_BYTES) return settle("too large");
      bytes = size === 0 ? chunk : appended(bytes, size, chunk);
      size += chunk.length;
      if (bytes.length <= SMALL_BYTES) return;
      largeBytes += bytes.length - reserved;
      reserved = bytes.length;
      if (largeBytes > LARGE_TOGETHER_BYTES) settle("no room");
    };
    request.on("data", take);
    request.on("end", () => settle(bytes.subarray(0, size)));
    request.on("error", () => settle("aborted"));
    request.on("close", () => settle("aborted"));
  });
}

export function announcesTooMuch({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? 0) > LARGEST_BODY_BYTES;
}

/** Into one buffer: a list of a million chunks of one byte each would take a hundred times their room. */
function appended(bytes: Buffer, size: number, chunk: Buffer): Buffer {
  const needed = size + chunk.length;
  let room = bytes;
  if (needed > bytes.length) {
    room = Buffer.allocUnsafe(Math.min(LARGEST_BODY_BYTES, Math.max(needed, 2 * bytes.length)));
    bytes.copy(room, 0, 0, size);
  }
  chunk.copy(room, size);
  return room;
}

const FORGOTTEN_WITHIN_MS = 2_000;
const MOST_FORGOTTEN_BYTES = 8 * 1_048_576;

/**
 * Ends an answer whose head is written. Of a request that is not all there the rest is read first and forgotten, for
 * two seconds at most: who hangs up on unread bytes takes back the answer too (RFC 9112, 9.6).
 */
export function endAnswer(request: IncomingMessage, response: ServerResponse, text: string): void {
  if (request.complete) {
    response.end(text);
    return;
  }
  response.write(text);
  let size = 0;
  const done = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(done, FORGOTTEN_WITHIN_MS);
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_FORGOTTEN_BYTES) done();
  });
  request.once("end", done).once("close", done).resume();
}
