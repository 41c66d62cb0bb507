import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf, endAnswer } from "../body.ts";
import { log } from "../log.ts";
import type { Instant, MeetingFact } from "../meeting/fact.ts";
import type { PlanFact } from "../meeting/plan.ts";
import { readEvent } from "./event.ts";
import { failureLimit } from "./failure-limit.ts";
import { authenticity, encryptedToken, type SignedRequest } from "./signature.ts";

export interface ZoomDoor {
  /** Current first; a previous one is good while a new one is rolled out. */
  secrets: readonly string[];
  maxAgeMs: number;
  webinars: boolean;
  now: () => Instant;
  /** Resolves once the fact is durably kept; a rejection makes Zoom send it again. */
  onFact: (fact: MeetingFact, event: string) => Promise<void>;
  /** The same for what is planned. */
  onPlan: (fact: PlanFact, event: string) => Promise<void>;
  /** Something was signed by Zoom: a delivery, or one of quite another time. */
  onSigned?: (what: "delivery" | "stale") => void;
  onDeadLetter: (letter: DeadLetter) => Promise<void>;
  /** What became of each request, for the metrics. */
  onAnswer?: (status: number, because: string) => void;
}

/** A delivery that Zoom signed and we could not read: its shape without anybody's words. */
export interface DeadLetter {
  at: Instant;
  event: string;
  because: string;
  shape: unknown;
}

interface Answer {
  status: number;
  because: string;
  json?: object;
  headers?: Record<string, string>;
}

/** Zoom waits 3 s; what is not kept by then must be sent again. */
const KEEP_WITHIN_MS = 2_500;

/** Takes Zoom's deliveries: a plain handler that reads its own body, because signatures are over the raw bytes. */
export function zoomWebhook(door: ZoomDoor): (request: IncomingMessage, response: ServerResponse) => void {
  const isTooMany = failureLimit(door.now);
  return (request, response) => {
    answerTo(request, door)
      .catch((err: unknown): Answer => {
        log.error({ err }, "a delivery could not be answered as it should");
        return { status: 503, because: "something went wrong here: please send it again" };
      })
      .then((answer) => {
        if (!answer) return;
        const told = answer.status === 401 && isTooMany(request.socket.remoteAddress) ? TOO_MANY : answer;
        door.onAnswer?.(told.status, told.because);
        send(request, response, told);
      });
  };
}

async function answerTo(request: IncomingMessage, door: ZoomDoor): Promise<Answer | undefined> {
  if (request.method !== "POST") {
    return { status: 405, because: "only POST is answered here", headers: { allow: "POST" } };
  }
  const raw = await bodyOf(request);
  if (raw === "aborted") return undefined;
  if (raw === "too large") return { status: 413, because: "the body is larger than 1 MB" };
  if (raw === "no room") return { status: 503, because: "too much is being sent at once: please send it again" };
  return answerToSigned(signed(request, raw), door);
}

async function answerToSigned(request: SignedRequest, door: ZoomDoor): Promise<Answer> {
  const now = door.now();
  const origin = authenticity(request, door.secrets, door.maxAgeMs, now);
  if (origin.kind === "refused") return { status: 401, because: origin.because };
  if (origin.kind === "stale") {
    door.onSigned?.("stale");
    log.error(
      { ageMs: origin.ageMs },
      "a request is signed by Zoom but of another time: check the clock of this machine",
    );
    return { status: 401, because: "x-zm-request-timestamp is too far from this machine's time" };
  }
  if (origin.secretIndex > 0) log.warn("Zoom still signs with the previous secret");
  const json = parsed(request.raw);
  if (json === undefined) return { status: 400, because: "the body is signed but is not JSON" };
  const reading = readEvent(json, now, door);
  if (reading.kind !== "validation") door.onSigned?.("delivery");
  switch (reading.kind) {
    case "validation":
      return validated(reading.plainToken, door.secrets[origin.secretIndex] ?? "");
    case "ignored":
      return { status: 200, because: `no use for ${reading.event}` };
    case "unreadable":
      return bury({ at: now, event: reading.event, because: reading.because, shape: shapeOf(json) }, door);
    case "fact":
      return keep(() => door.onFact(reading.fact, reading.event), reading.event, reading.fact.about.uuid);
    case "plan":
      return keep(() => door.onPlan(reading.fact, reading.event), reading.event);
  }
}

async function keep(keeping: () => Promise<void>, event: string, uuid?: string): Promise<Answer> {
  try {
    await within(KEEP_WITHIN_MS, keeping());
    return { status: 200, because: event };
  } catch (err) {
    log.error({ err, uuid, event }, "a fact could not be kept: Zoom is asked to send it again");
    return { status: 503, because: "it could not be kept now: please send it again" };
  }
}

/** Sending it again would not make it readable, so the answer is 200 even where the letter cannot be kept. */
async function bury(letter: DeadLetter, door: ZoomDoor): Promise<Answer> {
  log.error({ event: letter.event, because: letter.because }, "a delivery signed by Zoom could not be read");
  try {
    await within(KEEP_WITHIN_MS, door.onDeadLetter(letter));
  } catch (err) {
    log.error({ err }, "the unreadable delivery could not be kept either");
  }
  return { status: 200, because: "unreadable" };
}

/** Signed requests only, and only for what Zoom's tokens look like: else anybody could have anything signed here. */
function validated(plainToken: string, secret: string): Answer {
  log.info("Zoom validated the URL of the webhook");
  const json = { plainToken, encryptedToken: encryptedToken(secret, plainToken) };
  return { status: 200, because: "endpoint.url_validation", json };
}

function signed(request: IncomingMessage, raw: Buffer): SignedRequest {
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === "string" ? value : undefined;
  };
  return { raw, timestamp: header("x-zm-request-timestamp"), signature: header("x-zm-signature") };
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString("utf8"));
  } catch {
    return undefined; // the answer says so
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, because, json, headers }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  const body = json ? JSON.stringify(json) : status === 200 ? "" : `${because}\n`;
  response.writeHead(status, {
    "content-type": json ? "application/json" : "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(!request.complete && { connection: "close" }), // whatever else it sends, nobody reads it
    ...headers,
  });
  endAnswer(request, response, body);
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms);
    work.then(resolve, reject).then(() => clearTimeout(timer));
  });
}

const TOO_MANY: Answer = {
  status: 429,
  because: "too many requests with a wrong signature",
  headers: { "retry-after": "60" },
};

const DEEPEST = 8;
const WIDEST = 40;
const MOST_VALUES = 200;

/** Keys and kinds of values, so that a changed format can be understood without keeping what people wrote. */
function shapeOf(json: unknown, room = { left: MOST_VALUES }, depth = 0): unknown {
  room.left -= 1;
  if (typeof json === "string") return `string of ${json.length}`;
  if (json === null || typeof json !== "object") return json === null ? "null" : typeof json;
  if (depth === DEEPEST || room.left < 0) return "…";
  if (Array.isArray(json)) return json.slice(0, 3).map((one) => shapeOf(one, room, depth + 1));
  const keys = Object.entries(json).slice(0, WIDEST);
  return Object.fromEntries(
    keys.map(([key, value]) => [/^\w{1,40}$/.test(key) ? key : "(other key)", shapeOf(value, room, depth + 1)]),
  );
}
