import { zoomSignature } from "../../scripts/replay/sign.ts";
import { request } from "../socket.ts";
import { signed as slackHeaders } from "../stand-ins/slack/people.ts";

/** Stands in every topic, name, address and header of the corpus: nobody may find it in an answer or a log. */
export const WORDS = "Xylophone";

/** What is to remain of a request: a fact of the meeting with this uuid, a plan of this number, a dead letter, or nothing. */
export type Effect = { fact: string } | { plan: string } | "letter" | "nothing";

/** One hostile request, and how it is to be answered. */
export interface Entry {
  /** Reads on from "the notifier answers …". */
  name: string;
  bytes: Buffer;
  /** Any of these; 0: the connection ends without an answer. */
  status: readonly number[];
  effect: Effect;
}

/** Where the corpus goes, and when. */
export interface Target {
  zoomSecret: string;
  slackSecret: string;
  nowMs: number;
}

export type Chapter = (target: Target) => Entry[];

export const PATH = "/zoom/webhook";
type Headers = Record<string, string | number>;

/** A request to Zoom's door with just these headers. */
export const post = (body: string | Buffer, headers: Headers = {}): Buffer =>
  request(`POST ${PATH}`, { "content-length": Buffer.byteLength(body), ...headers }, body);

export const zoomHeaders = (
  { zoomSecret, nowMs }: Target,
  body: string | Buffer,
  timestamp: number | string = Math.floor(nowMs / 1_000),
): Record<string, string> => ({
  "x-zm-request-timestamp": String(timestamp),
  "x-zm-signature": zoomSignature(zoomSecret, timestamp, body),
});

/** A request to Zoom's door as Zoom would sign it. */
export const signedPost = (target: Target, body: string | Buffer, headers: Headers = {}): Buffer =>
  post(body, { ...zoomHeaders(target, body), ...headers });

export const FORM = "application/x-www-form-urlencoded";

/** A request to Slack's door as Slack would sign it. */
export const slackPost = (target: Target, body: string | Buffer, type: string, headers: Headers = {}): Buffer => {
  const raw = typeof body === "string" ? body : body.toString("latin1");
  const {
    "Content-Type": _,
    "User-Agent": __,
    ...signature
  } = slackHeaders(raw, target.slackSecret, Math.floor(target.nowMs / 1_000));
  const all = { "content-type": type, "content-length": Buffer.byteLength(body), ...signature, ...headers };
  return request("POST /slack/events", all, body);
};

let meetings = 0;

/** Never the same twice. */
export function newUuid(): string {
  meetings += 1;
  return `hostile${meetings}==`;
}

/** A delivery of a meeting that runs, with something of it changed. */
export function delivery(target: Target, event: string, { object = {}, participant = {}, ...envelope }: Change = {}) {
  const uuid = newUuid();
  const at = (minutesAgo: number) => new Date(target.nowMs - minutesAgo * 60_000).toISOString().replace(/\.\d+/, "");
  const isAboutSomebody = event.includes("participant");
  const body = {
    event,
    event_ts: target.nowMs - 60_000,
    payload: {
      account_id: "Kq7vT2mRSXe0aYb4LwNc1A",
      object: {
        uuid,
        id: "86412345678",
        type: 2,
        topic: `${WORDS} weekly`,
        host_id: "p9XrLmQ2T4uWfGhJkYz0cA",
        host_email: `${WORDS}@example.com`,
        duration: 30,
        start_time: at(10),
        ...(event.endsWith("ended") && { end_time: at(1) }),
        ...(event.includes("summary") && { meeting_uuid: uuid, meeting_start_time: at(10), meeting_end_time: at(1) }),
        ...(isAboutSomebody && {
          participant: {
            participant_uuid: "A55E5AB1-0000-4000-8000-000000000001",
            user_id: "16778240",
            user_name: `${WORDS} P1`,
            email: `${WORDS}@example.com`,
            phone_number: "+4315550100",
            public_ip: "203.0.113.7",
            [event.includes("left") ? "leave_time" : "join_time"]: at(5),
            date_time: at(5),
            ...participant,
          },
        }),
        ...object,
      },
    },
    ...envelope,
  };
  return { uuid, body };
}

/** Fields over the usual ones; `undefined` leaves one out. */
export interface Change {
  object?: object;
  participant?: object;
  [envelope: string]: unknown;
}
