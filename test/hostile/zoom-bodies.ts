import { deflateSync, gzipSync } from "node:zlib";
import { request } from "../socket.ts";
import { WILD_TIMES } from "../zoom/any-delivery.ts";
import {
  type Change,
  type Chapter,
  delivery,
  type Effect,
  type Entry,
  newUuid,
  PATH,
  post,
  signedPost,
  WORDS,
  zoomHeaders,
} from "./entry.ts";

const MEGABYTE = 1_048_576;
const HUNDRED_MEGABYTES = Buffer.alloc(100 * MEGABYTE);
const GZIP_BOMB = gzipSync(HUNDRED_MEGABYTES);
const DEFLATE_BOMB = deflateSync(HUNDRED_MEGABYTES);

const taken = (name: string, bytes: Buffer, effect: Effect): Entry => ({ name, bytes, status: [200], effect });
const refused = (name: string, status: number, bytes: Buffer): Entry => ({
  name,
  bytes,
  status: [status],
  effect: "nothing",
});

/** What is signed but is not JSON. */
export const notJson: Chapter = (target) => {
  const zipped = gzipSync(JSON.stringify(delivery(target, "meeting.started").body));
  const bodies: [string, string | Buffer][] = [
    ["nothing", ""],
    ["a blank", " "],
    ["a word", WORDS],
    ["an open brace", "{"],
    ["half a delivery", '{"event":"meeting.started","payload":{'],
    ["two deliveries in a row", '{"event":"a.b"}{"event":"a.b"}'],
    ["a trailing comma", '{"event":"a.b",}'],
    ["single quotes", "{'event':'a.b'}"],
    ["a comment", '{"event":"a.b"}//'],
    ["NaN", '{"event":NaN}'],
    ["a number with a leading zero", '{"event_ts":012}'],
    ["a raw line end in a text", '{"event":"a\n"}'],
    ["a byte order mark", '\uFEFF{"event":"a.b"}'],
    ["UTF-16", Buffer.from('{"event":"a.b"}', "utf16le")],
    ["zeros", Buffer.alloc(1_000)],
    ["a form", `event=meeting.started&payload=${WORDS}`],
    ["XML", `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>`],
    ["a gzip of a delivery", zipped],
    ["open brackets, a megabyte of them", "[".repeat(MEGABYTE)],
    ["an unfinished text of a megabyte", `"${"x".repeat(MEGABYTE - 1)}`],
  ];
  const packed: [string, string, Buffer][] = [
    ["gzip", "a gzip bomb", GZIP_BOMB],
    ["deflate", "a deflate bomb", DEFLATE_BOMB],
    ["br", "what is no brotli", zipped],
  ];
  const plain = JSON.stringify(delivery(target, "meeting.started").body);
  return [
    ...bodies.map(([what, raw]) => refused(`a signed body that is ${what}`, 400, signedPost(target, raw))),
    ...packed.map(([coding, what, raw]) =>
      refused(`a signed body that is ${what}`, 400, signedPost(target, raw, { "content-encoding": coding })),
    ),
    ...packed.map(([coding, what, raw]) =>
      refused(`a stranger's body that is ${what}`, 401, post(raw, { "content-encoding": coding })),
    ),
    refused(
      "a gzip whose content is signed",
      401,
      post(gzipSync(plain), { ...zoomHeaders(target, plain), "content-encoding": "gzip" }),
    ),
  ];
};

/** JSON that no delivery is like. */
export const strangeJson: Chapter = (target) => {
  const object = (more: string, uuid = newUuid()) => ({
    uuid,
    raw: `{"event":"meeting.started","event_ts":${target.nowMs},"payload":{"object":{"uuid":"${uuid}","id":"86412345678"${more}}}}`,
  });
  const facts: [string, string][] = [
    ["prototype keys", ',"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1'],
    ["a topic twice", `,"topic":"first","topic":"${WORDS}"`],
    ["half a character in its topic", ',"topic":"half \\ud83d"'],
    ["two halves the wrong way round", ',"topic":"\\ude00\\ud83d"'],
    ["a NUL in its topic", ',"topic":"a\\u0000b"'],
    ["line ends in its topic", `,"topic":"a\\r\\n{\\"level\\":\\"info\\",\\"msg\\":\\"${WORDS}\\"}"`],
    ["a topic of 900 KB", `,"topic":"${"x".repeat(900_000)}"`],
    ["a topic of combining marks", `,"topic":"a${"\u0301".repeat(200_000)}"`],
    ["a topic of emoji families", `,"topic":"${"👩‍👩‍👧‍👦".repeat(20_000)}"`],
    ["a topic that reads from right to left", ',"topic":"\\u202egnp.exe\\u2066"'],
    ["a topic of markup", ',"topic":"<!channel> <@U0ALICE> *b* <https://evil.example|here>"'],
    ["a number beyond 2^53", ',"host_id":9007199254740993,"duration":9007199254740993'],
    ["a number that nobody can hold", ',"host_id":1e999,"duration":-1e999'],
    ["a number of 100,000 digits", `,"duration":${"9".repeat(100_000)}`],
    ["50,000 fields", `,${Array.from({ length: 50_000 }, (_, index) => `"k${index}":${index}`).join(",")}`],
    ["a list of 200,000", `,"settings":[${"0,".repeat(200_000)}0]`],
    ["fields nested 10,000 deep", `,"settings":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`],
    ["a delivery inside", ',"payload":{"event":"meeting.ended","payload":{}}'],
    ["a toJSON of its own", ',"toJSON":"x","then":"y","valueOf":{}'],
    ["escaped letters in its keys", `,"\\u0074opic":"${WORDS}"`],
  ];
  const unreadable: [string, string][] = [
    ["null", "null"],
    ["true", "true"],
    ["a number", "5"],
    ["a text", `"${WORDS}"`],
    ["an empty text", '""'],
    ["a list", "[]"],
    ["a list of deliveries", '[{"event":"meeting.started"}]'],
    ["nothing but braces", "{}"],
    ["500,000 lists in each other", "[".repeat(500_000) + "]".repeat(500_000)],
    ["an event that is a number", '{"event":5}'],
    ["an event that is empty", '{"event":""}'],
    ["an event that is null", '{"event":null}'],
    ["an event that is a list", '{"event":["meeting.started"]}'],
    ["an event only in its prototype", '{"__proto__":{"event":"meeting.started"}}'],
    ["an event without a payload", '{"event":"meeting.started"}'],
    ["a payload of null", '{"event":"meeting.started","payload":null}'],
    ["a payload that is a text", `{"event":"meeting.started","payload":"${WORDS}"}`],
    ["a payload that is a list", '{"event":"meeting.started","payload":[]}'],
    ["an object of null", '{"event":"meeting.started","payload":{"object":null}}'],
    ["an object that is a list", '{"event":"meeting.started","payload":{"object":[]}}'],
    [
      "80,000 objects in each other",
      `{"event":"meeting.started","payload":${'{"object":'.repeat(80_000)}1${"}".repeat(80_000)}}`,
    ],
  ];
  const invalid = object(',"topic":"a?b"');
  const cut = invalid.raw.indexOf("?b");
  const bytes = Buffer.concat([
    Buffer.from(invalid.raw.slice(0, cut)),
    Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
    Buffer.from(invalid.raw.slice(cut + 1)),
  ]);
  const full = object("");
  return [
    ...facts.map(([what, more]) => {
      const { uuid, raw } = object(more);
      return taken(`a signed delivery with ${what}`, signedPost(target, raw), { fact: uuid });
    }),
    taken("a signed delivery with invalid UTF-8", signedPost(target, bytes), { fact: invalid.uuid }),
    taken("a signed delivery of exactly 1 MB", signedPost(target, full.raw.padEnd(MEGABYTE, " ")), { fact: full.uuid }),
    ...unreadable.map(([what, raw]) => taken(`a signed body that is ${what}`, signedPost(target, raw), "letter")),
  ];
};

/** Events of which nobody ever heard, or that are of no use. */
export const unknownEvents: Chapter = (target) =>
  [
    "meeting.abducted_by_aliens",
    "meeting.started ",
    " meeting.started",
    "MEETING.STARTED",
    "meeting.started\u0000",
    "meeting",
    ".",
    "meeting.",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "webinar.started",
    "webinar.",
    "webinar.__proto__",
    "recording.completed",
    "user.presence_status_updated",
    "app_deauthorized",
    "endpoint.url_validation ",
    WORDS,
    `meeting.${WORDS}`,
    "<script>alert(1)</script>.x",
    "meeting.\r\nx-injected: 1",
    "\u202Eevil",
    "x".repeat(100_000),
    "meeting.started".repeat(1_000),
    '"} 1\nzoom_deliveries_total{status="200',
  ].map((event) =>
    taken(
      `the event ${JSON.stringify(event).slice(0, 50)}`,
      signedPost(target, JSON.stringify(delivery(target, event).body)),
      "nothing",
    ),
  );

const EVENTS = [
  "meeting.started",
  "meeting.ended",
  "meeting.participant_joined",
  "meeting.participant_left",
  "meeting.participant_role_changed",
  "meeting.participant_bind",
  "meeting.participant_joined_waiting_room",
  "meeting.participant_put_in_waiting_room",
  "meeting.participant_left_waiting_room",
  "meeting.participant_admitted",
  "meeting.participant_jbh_waiting",
  "meeting.participant_jbh_waiting_left",
  "meeting.participant_jbh_joined",
  "meeting.participant_joined_breakout_room",
  "meeting.participant_left_breakout_room",
  "meeting.summary_completed",
];

/** In every event: empty, missing and strange fields, ids as numbers and texts. What names no meeting is a letter. */
export const fields: Chapter = (target) =>
  EVENTS.flatMap((event) => {
    const uuidField = event.includes("summary") ? "meeting_uuid" : "uuid";
    const isAboutSomebody = event.includes("participant");
    const unreadable: [string, Change][] = [
      ["no uuid", { object: { [uuidField]: undefined } }],
      ["an empty uuid", { object: { [uuidField]: "" } }],
      ["a uuid of null", { object: { [uuidField]: null } }],
      ["a uuid that is a number", { object: { [uuidField]: 5 } }],
      ["a uuid of 300 characters", { object: { [uuidField]: "x".repeat(300) } }],
      ["a uuid like the id of a digest", { object: { [uuidField]: "digest:2026-11-24" } }],
      ["a uuid with a line end", { object: { [uuidField]: "a\nb" } }],
      ["an empty object", { payload: { object: {} } }],
    ];
    const somebody: [string, unknown][] = [
      ["no participant", undefined],
      ["a participant of null", null],
      ["a participant that is a text", WORDS],
      ["a participant that is a number", 7],
    ];
    const empty = Object.fromEntries(
      ["id", "topic", "host_id", "host_email", "duration", "start_time", "timezone", "type"].map((key) => [key, ""]),
    );
    const nobody = { participant_uuid: "", user_id: "", user_name: "", email: "", id: "", registrant_id: null };
    const readable: [string, Change][] = [
      ["every field empty", { object: empty, participant: nobody }],
      ["every field null", { object: nulls(empty), participant: nulls(nobody) }],
      ["every field a list", { object: lists(empty), participant: lists(nobody) }],
      ["ids that are numbers", { object: { id: 86412345678, host_id: 5 }, participant: { user_id: 16778240, id: 7 } }],
      ["ids beyond 2^53", { object: { id: 2 ** 60, host_id: 2 ** 60 }, participant: { user_id: 2 ** 60, id: 1e300 } }],
      ["no event_ts", { event_ts: undefined }],
      ["an event_ts that is a text", { event_ts: String(target.nowMs) }],
      ["an event_ts of the year 9999", { event_ts: 253_402_300_799_000 }],
      ["an event_ts before all time", { event_ts: -1 }],
    ];
    const sent = (change: Change) => {
      const { uuid, body } = delivery(target, event, change);
      return { uuid, bytes: signedPost(target, JSON.stringify(body)) };
    };
    return [
      ...unreadable.map(([what, change]) => taken(`a ${event} with ${what}`, sent(change).bytes, "letter")),
      ...(isAboutSomebody ? somebody : []).map(([what, participant]) =>
        taken(`a ${event} with ${what}`, sent({ object: { participant } }).bytes, "letter"),
      ),
      ...readable.map(([what, change]) => {
        const { uuid, bytes } = sent(change);
        return taken(`a ${event} with ${what}`, bytes, { fact: uuid });
      }),
    ];
  });

const nulls = (fields: object) => Object.fromEntries(Object.keys(fields).map((key) => [key, null]));
const lists = (fields: object) => Object.fromEntries(Object.keys(fields).map((key) => [key, [[]]]));

const PLAN_EVENTS = ["meeting.created", "meeting.updated", "meeting.deleted", "meeting.recovered"];
let numbers = 70_000_000_000;

/** In every event about a plan: strange numbers, times and occurrences. What names no meeting is a letter. */
export const plans: Chapter = (target) =>
  PLAN_EVENTS.flatMap((event) => {
    const soon = new Date(target.nowMs + 3_600_000).toISOString();
    const many = Array.from({ length: 5_000 }, () => ({ occurrence_id: WORDS, start_time: soon, duration: 30 }));
    const readable: [string, Change][] = [
      [
        "every field strange",
        { object: { topic: {}, host_id: [], start_time: {}, duration: "x", type: {}, occurrences: 5 } },
      ],
      ["5,000 occurrences", { object: { occurrences: many } }],
      ["occurrences that are none", { object: { occurrences: [null, [], {}, WORDS, { start_time: {} }] } }],
      ["an old object that is a text", { old_object: WORDS }],
      ["links and passwords", { object: { join_url: "https://evil.example?pwd=hush", password: WORDS, settings: {} } }],
      ["a topic that is a mention", { object: { topic: `<!channel> ${WORDS}` } }],
      ["no event_ts", { event_ts: undefined }],
      ...WILD_TIMES.map((time): [string, Change] => [
        `a time of ${String(JSON.stringify(time)).slice(0, 40)}`,
        { object: { start_time: time, occurrences: [{ start_time: time, occurrence_id: time, duration: time }] } },
      ]),
    ];
    const unreadable: [string, Change][] = [undefined, null, "", {}, [], WORDS, -1, 2 ** 60].map((id) => [
      `a number that is ${JSON.stringify(id)}`,
      { object: { id } },
    ]);
    const sent = ({ object, ...change }: Change) => {
      numbers += 1;
      const number = String(numbers);
      const { body } = delivery(target, event, { ...change, object: { id: number, ...object } });
      return { number, bytes: signedPost(target, JSON.stringify(body)) };
    };
    return [
      ...readable.map(([what, change]) => {
        const { number, bytes } = sent(change);
        return taken(`a ${event} with ${what}`, bytes, { plan: number });
      }),
      ...unreadable.map(([what, change]) => taken(`a ${event} with ${what}`, sent(change).bytes, "letter")),
    ];
  });

/** Dates in wild forms. Where one is believed it may be too old to keep. */
export const dates: Chapter = (target) => {
  const MONTHS_MS = 90 * 24 * 3_600_000;
  const isOld = (time: unknown) =>
    (typeof time === "string" && Date.parse(time) < target.nowMs - MONTHS_MS && /^20(1[1-9]|2\d)-/.test(time)) ||
    (typeof time === "number" && time < (target.nowMs - MONTHS_MS) / 1_000 && time > 1.3e9);
  return WILD_TIMES.flatMap((time) => {
    const shown = String(JSON.stringify(time)).slice(0, 40);
    const started = delivery(target, "meeting.started", { object: { start_time: time } });
    const joined = delivery(target, "meeting.participant_joined", { participant: { join_time: time } });
    const ended = delivery(target, "meeting.ended", { object: { end_time: time }, event_ts: time });
    return [
      taken(
        `a start at ${shown}`,
        signedPost(target, JSON.stringify(started.body)),
        isOld(time) ? "nothing" : { fact: started.uuid },
      ),
      taken(`a join at ${shown}`, signedPost(target, JSON.stringify(joined.body)), { fact: joined.uuid }),
      taken(`an end at ${shown}`, signedPost(target, JSON.stringify(ended.body)), { fact: ended.uuid }),
    ];
  });
};

/** More than 1 MB: announced, sent, in chunks. */
export const sizes: Chapter = (target) => {
  const large = Buffer.alloc(MEGABYTE + 1, "x");
  const chunk = (size: number) => `${size.toString(16)}\r\n${"x".repeat(size)}\r\n`;
  const chunked = (body: string, headers = {}) =>
    request(`POST ${PATH}`, { "transfer-encoding": "chunked", ...headers }, body);
  const signed = zoomHeaders(target, large);
  return [
    refused("a body of 1 MB and a byte, signed", 413, signedPost(target, large)),
    refused("a body of 1 MB and a byte", 413, post(large)),
    refused("a body of 8 MB", 413, post(Buffer.alloc(8 * MEGABYTE, "x"))),
    refused(
      "5 MB that wait to be asked for",
      413,
      request(`POST ${PATH}`, { expect: "100-continue", "content-length": 5 * MEGABYTE }),
    ),
    refused("an announcement of 10 GB", 413, request(`POST ${PATH}`, { "content-length": 10_000_000_000 }, "x")),
    refused("an announcement beyond 2^53", 413, request(`POST ${PATH}`, { "content-length": "9007199254740993" }, "x")),
    refused("one chunk of 2 MB", 413, chunked(`${chunk(2 * MEGABYTE)}0\r\n\r\n`, signed)),
    refused("chunks of 64 KB that add up to 3 MB", 413, chunked(`${chunk(65_536).repeat(48)}0\r\n\r\n`)),
    refused("chunks over the limit that do not end", 413, chunked(chunk(65_536).repeat(17))),
    refused("an announced chunk of 2 MB of which little comes", 401, chunked(`0\r\n\r\n`)),
    refused("100,000 chunks of a byte", 401, chunked(`${chunk(1).repeat(100_000)}0\r\n\r\n`)),
  ];
};
