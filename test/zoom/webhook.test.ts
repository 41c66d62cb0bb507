import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, mock, test } from "node:test";
import { zoomSignature } from "../../scripts/replay/sign.ts";
import { log } from "../../src/log.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import type { PlanFact } from "../../src/meeting/plan.ts";
import { type DeadLetter, type ZoomDoor, zoomWebhook } from "../../src/zoom/webhook.ts";
import { openSocket, request } from "../socket.ts";
import { meetingBodies, zoomFixture } from "../stand-ins/zoom.ts";
import { ENDED, SECRET, STARTED_ESCAPED, TOKENS } from "./vectors.ts";

const NOW = Number(ENDED.timestamp) * 1_000;

/** What operators read; loud is what goes to `error`. */
const errors = mock.method(log, "error", () => {});
for (const level of ["info", "warn"] as const) mock.method(log, level, () => {});

const closing: (() => Promise<unknown>)[] = [];
after(() => Promise.all(closing.map((close) => close())));

/** Zoom's door alone, at a time that stands still. */
async function openDoor(change: Partial<ZoomDoor> = {}) {
  const facts: MeetingFact[] = [];
  const plans: PlanFact[] = [];
  const letters: DeadLetter[] = [];
  const answers: [number, string][] = [];
  const door: ZoomDoor = {
    secrets: [SECRET],
    maxAgeMs: 300_000,
    webinars: false,
    now: () => NOW,
    onFact: async (fact) => void facts.push(fact),
    onPlan: async (fact) => void plans.push(fact),
    onDeadLetter: async (letter) => void letters.push(letter),
    onAnswer: (status, because) => answers.push([status, because]),
    ...change,
  };
  const handler = zoomWebhook(door);
  const server = createServer((request, response) => {
    handler(request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return {
    port,
    facts,
    plans,
    letters,
    answers,
    async post(raw: string | Buffer, headers: Record<string, string> = signed(raw), method = "POST") {
      const hasBody = method !== "GET" && method !== "HEAD";
      const body = typeof raw === "string" ? raw : new Uint8Array(raw);
      const response = await fetch(`http://127.0.0.1:${port}/`, { method, headers, ...(hasBody && { body }) });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
  };
}

function signed(raw: string | Buffer, at = NOW, secret = SECRET): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  return { "x-zm-request-timestamp": timestamp, "x-zm-signature": zoomSignature(secret, timestamp, raw) };
}

const given = ({ timestamp, signature }: typeof ENDED) => ({
  "x-zm-request-timestamp": timestamp,
  "x-zm-signature": signature,
});

const bodies = meetingBodies({ startedAt: NOW - 600_000, topic: "Sync" });
const STARTED = JSON.stringify(bodies.started());
const MEGABYTE = 1_048_576;

describe("Zoom's door", () => {
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    door = await openDoor();
  });
  beforeEach(() => {
    errors.mock.resetCalls();
    for (const list of [door.facts, door.plans, door.letters, door.answers]) list.length = 0;
  });

  const loudly = () => errors.mock.calls.map(({ arguments: [, said] }) => String(said));

  describe("takes", () => {
    test("a delivery with a signature that was computed elsewhere", async () => {
      const { status, text } = await door.post(ENDED.raw, given(ENDED));
      equal(status, 200);
      equal(text, "");
      deepEqual(
        door.facts.map(({ kind, about }) => [kind, about.uuid]),
        [["ended", "/fJ3kP+9Q2Gq7uXyZ0aBcw=="]],
      );
    });

    test("a delivery whose JSON is escaped in a way of its own", async () => {
      const early = await openDoor({ now: () => Number(STARTED_ESCAPED.timestamp) * 1_000 });
      equal((await early.post(STARTED_ESCAPED.raw, given(STARTED_ESCAPED))).status, 200);
      deepEqual(
        early.facts.map(({ about }) => about.topic),
        ["Café planning"],
      );
    });

    test("a delivery signed with the previous secret", async () => {
      const rolling = await openDoor({ secrets: ["the-new-one", SECRET] });
      equal((await rolling.post(ENDED.raw, given(ENDED))).status, 200);
    });

    test("a delivery of exactly 1 MB", async () => {
      const raw = STARTED.padEnd(MEGABYTE, " ");
      equal((await door.post(raw)).status, 200);
      equal(door.facts.length, 1);
    });

    test("a delivery in small pieces", async () => {
      const sender = await openSocket(door.port);
      sender.say(request("POST /", { ...signed(STARTED), "transfer-encoding": "chunked" }));
      for (const byte of STARTED) sender.say(`1\r\n${byte}\r\n`);
      sender.say("0\r\n\r\n");
      match(await sender.hears(/\r\n\r\n/), /^HTTP\/1\.1 200 /);
      equal(door.facts.length, 1);
      sender.hangUp();
    });

    test("several deliveries in one breath, and answers them in their order", async () => {
      const sender = await openSocket(door.port);
      const post = (raw: string, headers = signed(raw)) =>
        request("POST /", { ...headers, "content-length": raw.length }, raw);
      sender.say(Buffer.concat([post(STARTED), post(STARTED, {}), post("no", signed("no")), post(ENDED.raw)]));
      const statuses = (text: string) => text.match(/(?<=HTTP\/1\.1 )\d+/g);
      deepEqual(statuses(await sender.hears(/(HTTP\/1\.1 [\s\S]*){4}\r\n\r\n/)), ["200", "401", "400", "200"]);
      deepEqual(
        door.facts.map(({ kind }) => kind),
        ["started", "ended"],
      );
      sender.hangUp();
    });

    test("what is of no use to us, and keeps nothing of it", async () => {
      for (const name of [
        "2020/meeting.created",
        "recording.completed",
        "webinar.started",
        "user.presence_status_updated",
      ]) {
        equal((await door.post(JSON.stringify(zoomFixture(name)))).status, 200, name);
      }
      equal((await door.post('{"event":"meeting.abducted_by_aliens"}')).status, 200);
      deepEqual([door.facts, door.plans, door.letters], [[], [], []]);
    });

    test("what is planned, and answers only once that is kept", async () => {
      const created = JSON.stringify(zoomFixture("meeting.created"));
      equal((await door.post(created)).status, 200);
      deepEqual(
        door.plans.map(({ kind, number }) => [kind, number]),
        [["planned", "83920174655"]],
      );
      deepEqual(door.facts, []);
      const broken = await openDoor({ onPlan: () => Promise.reject(new Error("no room")) });
      equal((await broken.post(created)).status, 503);
    });
  });

  describe("refuses with 401", () => {
    const headers = given(ENDED);
    const wrong: [string, Record<string, string>][] = [
      ["a delivery without headers", {}],
      ["a delivery without a signature", { "x-zm-request-timestamp": ENDED.timestamp }],
      ["a delivery without a timestamp", { "x-zm-signature": ENDED.signature }],
      ["an empty signature", { ...headers, "x-zm-signature": "" }],
      ["a truncated signature", { ...headers, "x-zm-signature": ENDED.signature.slice(0, 40) }],
      ["a signature of another length", { ...headers, "x-zm-signature": `${ENDED.signature}00` }],
      ["a signature without v0=", { ...headers, "x-zm-signature": ENDED.signature.slice(3) }],
      ["a signature with a wrong digit", { ...headers, "x-zm-signature": ENDED.signature.replace("536d", "536e") }],
      ["a signature by another secret", signed(ENDED.raw, NOW, "another secret")],
      ["another timestamp than the signed one", { ...headers, "x-zm-request-timestamp": "1772443643" }],
      ["a timestamp that is no number", { ...headers, "x-zm-request-timestamp": "1772443642:" }],
    ];
    for (const [sentence, headers] of wrong) {
      test(sentence, async () => {
        const { status, text } = await door.post(ENDED.raw, headers);
        equal(status, 401);
        doesNotMatch(text, /[0-9a-f]{16}/, "an answer must not help to guess");
        deepEqual([door.facts, door.letters, loudly()], [[], [], []]);
      });
    }

    for (const name of ["x-zm-signature", "x-zm-request-timestamp"] as const) {
      test(`a repeated ${name}`, async () => {
        const sender = await openSocket(door.port);
        const twice = { ...headers, [name.toUpperCase()]: headers[name], "content-length": ENDED.raw.length };
        sender.say(request("POST /", twice, ENDED.raw));
        match(await sender.hears(/\r\n\r\n/), /^HTTP\/1\.1 401 /);
        sender.hangUp();
      });
    }

    test("the signed bytes cut between timestamp and body elsewhere", async () => {
      const [start = "", ...rest] = ENDED.raw.split(":");
      const timestamp = `${ENDED.timestamp}:${start}`;
      equal((await door.post(rest.join(":"), { ...headers, "x-zm-request-timestamp": timestamp })).status, 401);
    });

    test("a body that was changed on its way", async () => {
      equal((await door.post(ENDED.raw.replace("Platform", "platform"), headers)).status, 401);
    });

    for (const [sentence, at] of [
      ["a delivery of six minutes ago", NOW - 360_000],
      ["a delivery from six minutes ahead", NOW + 360_000],
    ] as const) {
      test(`${sentence}, and says loudly that a clock may be wrong`, async () => {
        equal((await door.post(ENDED.raw, signed(ENDED.raw, at))).status, 401);
        match(loudly().join(), /signed by Zoom but of another time: check the clock/);
        deepEqual(door.facts, []);
      });
    }

    test("what Zoom did not sign as if nothing had been heard", async () => {
      const heard: string[] = [];
      const listening = await openDoor({ onSigned: (what) => heard.push(what) });
      await listening.post(ENDED.raw, signed(ENDED.raw, NOW, "another secret"));
      await listening.post(ENDED.raw, signed(ENDED.raw, NOW - 360_000, "another secret"));
      deepEqual(heard, []);
      await listening.post(ENDED.raw, signed(ENDED.raw, NOW - 360_000));
      await listening.post(ENDED.raw, given(ENDED));
      await listening.post('{"event":"user.created"}');
      await listening.post('{"event":"meeting.ended","payload":{}}');
      const asked = '{"event":"endpoint.url_validation","payload":{"plainToken":"abc"}}';
      equal((await listening.post(asked)).status, 200);
      deepEqual(heard, ["stale", "delivery", "delivery", "delivery"]);
    });

    test("a stale delivery with a wrong signature without a word, for anybody may send that", async () => {
      equal((await door.post(ENDED.raw, signed(ENDED.raw, NOW - 360_000, "another secret"))).status, 401);
      deepEqual(loudly(), []);
    });

    test("a flood of them, then with 429, and still takes what is authentic", async () => {
      const flooded = await openDoor();
      const sender = await openSocket(flooded.port);
      const flood = request("POST /", { "content-length": 0 });
      sender.say(Buffer.concat(Array.from({ length: 3_001 }, () => flood)));
      const said = await sender.hears(/ 429 [\s\S]*\r\n\r\n/);
      match(said, /retry-after: 60\r\n/);
      equal((await flooded.post(ENDED.raw, given(ENDED))).status, 200);
      sender.hangUp();
    });
  });

  describe("refuses with 413", () => {
    test("what is announced as larger than 1 MB, before it is sent", async () => {
      const sender = await openSocket(door.port);
      sender.say(request("POST /", { ...signed(STARTED), "content-length": 10_000_000_000 }, "0123456789"));
      match(await sender.hears(/\r\n\r\n/), /^HTTP\/1\.1 413 [\s\S]*connection: close/i);
      await sender.closed;
      equal((await door.post(STARTED)).status, 200);
    });

    test("what turns out to be larger than 1 MB, while it is still being sent", async () => {
      const sender = await openSocket(door.port);
      sender.say(request("POST /", { ...signed(STARTED), "transfer-encoding": "chunked" }));
      const piece = `10000\r\n${"x".repeat(65_536)}\r\n`;
      for (let sent = 0; sent <= MEGABYTE; sent += 65_536) sender.say(piece);
      match(await sender.hears(/\r\n\r\n/), /^HTTP\/1\.1 413 /);
      await sender.closed; // although it never said that it was done
      equal((await door.post(STARTED)).status, 200);
      deepEqual(
        door.answers.map(([status]) => status),
        [413, 200],
      );
    });
  });

  test("refuses with 400 what is signed but is not JSON", async () => {
    for (const raw of ["", "meeting.ended", "{", '{"event":', "\uFEFF{}", "a=b"]) {
      equal((await door.post(raw)).status, 400, raw);
    }
    deepEqual([door.facts, door.letters], [[], []]);
  });

  test("answers nothing but POST", async () => {
    for (const method of ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const { status, headers } = await door.post(ENDED.raw, given(ENDED), method);
      deepEqual([method, status, headers.get("allow")], [method, 405, "POST"]);
    }
    deepEqual(door.facts, []);
  });

  test("asks nobody to keep its answers or to guess what they are, and tells nothing of itself", async () => {
    const answers = [
      await door.post(ENDED.raw, given(ENDED)),
      await door.post(ENDED.raw, {}),
      await door.post("{"),
      await door.post("", {}, "GET"),
    ];
    deepEqual(
      answers.map(({ status }) => status),
      [200, 401, 400, 405],
    );
    for (const { headers, text } of answers) {
      equal(headers.get("cache-control"), "no-store");
      equal(headers.get("x-content-type-options"), "nosniff");
      equal(headers.get("x-powered-by"), null);
      doesNotMatch(text, /\bat .*:\d+/);
    }
  });
});

describe("the URL validation", () => {
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    door = await openDoor({ secrets: ["the-new-one", SECRET] });
  });

  const asking = (plainToken: unknown) =>
    JSON.stringify({ payload: { plainToken }, event_ts: NOW, event: "endpoint.url_validation" });

  for (const [token, encrypted] of Object.entries(TOKENS)) {
    test(`of ${token} is answered as Zoom expects, by the secret that signed it`, async () => {
      const { status, headers, text } = await door.post(asking(token));
      equal(status, 200);
      equal(headers.get("content-type"), "application/json");
      deepEqual(JSON.parse(text), { plainToken: token, encryptedToken: encrypted });
    });
  }

  const silent = ({ text }: { text: string }) => doesNotMatch(text, /[0-9a-f]{16}/, "it gave away an HMAC");

  test("of a stranger is not answered", async () => {
    const raw = asking("qgg8vlvZRS6UYooatFL8Aw");
    for (const headers of [{}, signed(raw, NOW, "another secret"), signed(raw, NOW - 360_000)]) {
      const answer = await door.post(raw, headers);
      equal(answer.status, 401);
      silent(answer);
    }
  });

  test("signs nothing but a token, so that nobody gets a delivery signed here", async () => {
    const tokens = ["v0:1772443642:{}", "", "a".repeat(65), "a b", "ä", "a\n", 5, null, { a: 1 }, ["a"]];
    for (const token of tokens) {
      const answer = await door.post(asking(token));
      equal(answer.status, 200, JSON.stringify(token));
      silent(answer);
    }
  });
});

describe("what cannot be kept", () => {
  test("is answered with 503, so that Zoom sends it again", async () => {
    const door = await openDoor({ onFact: () => Promise.reject(new Error("Redis is gone")) });
    const { status, text } = await door.post(STARTED);
    equal(status, 503);
    doesNotMatch(text, /Redis| at /);
    match(String(errors.mock.calls.at(-1)?.arguments[1]), /could not be kept/);
  });

  test("is answered with 503 in less than 3 seconds when nobody knows", { timeout: 30_000 }, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const [factIsTold, letterIsTold] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const hangs = async (told: PromiseWithResolvers<void>) => {
      told.resolve();
      return new Promise<void>(() => {});
    };
    const door = await openDoor({ onFact: () => hangs(factIsTold), onDeadLetter: () => hangs(letterIsTold) });
    const answers = Promise.all([door.post(STARTED), door.post('{"event":"meeting.ended"}')]);
    await Promise.all([factIsTold.promise, letterIsTold.promise]);
    t.mock.timers.tick(2_900);
    const [fact, unreadable] = await answers;
    equal(fact.status, 503);
    equal(unreadable.status, 200, "sending it again would not make it readable");
  });

  test("because we made a mistake is answered with 503 too", async () => {
    const door = await openDoor({
      onFact: () => {
        throw new TypeError("x is not a function");
      },
    });
    equal((await door.post(STARTED)).status, 503);
  });
});

describe("a delivery that Zoom signed and nobody can read", () => {
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    door = await openDoor();
  });

  /** The dead letter of a body; there must be one. */
  async function letterOf(json: unknown): Promise<DeadLetter> {
    door.letters.length = 0;
    equal((await door.post(typeof json === "string" ? json : JSON.stringify(json))).status, 200);
    const [letter] = door.letters;
    ok(letter, "no dead letter");
    return letter;
  }

  test("is kept as its shape, without anybody's words", async () => {
    const started = bodies.started();
    const letter = await letterOf({ ...started, payload: { object: { ...started.payload.object, uuid: "" } } });
    deepEqual([letter.at, letter.event], [NOW, "meeting.started"]);
    match(letter.because, /^object\.uuid: /);
    match(JSON.stringify(letter.shape), /"topic":"string of 4"/);
    doesNotMatch(JSON.stringify([letter.because, letter.shape]), /Sync|example\.com|\d{9}/);
  });

  test("may be any JSON", async () => {
    for (const json of [
      "null",
      "true",
      "5",
      '"words"',
      "[]",
      "{}",
      '{"event":5}',
      '{"event":""}',
      '{"event":"meeting.started"}',
    ]) {
      doesNotMatch(JSON.stringify(await letterOf(json)), /words/);
    }
  });

  test("may be nested as deep as 1 MB allows", async () => {
    for (const json of [
      "[".repeat(500_000) + "]".repeat(500_000),
      `{"event":"meeting.started","payload":${'{"object":'.repeat(80_000)}1${"}".repeat(80_000)}}`,
    ]) {
      ok(JSON.stringify(await letterOf(json)).length < 1_000);
    }
  });

  test("is a short letter, however much there is in it", async () => {
    const wide = (depth: number): unknown =>
      depth === 0 ? 1 : Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`k${index}`, wide(depth - 1)]));
    const letter = await letterOf({ event: "meeting.started", payload: wide(4) });
    ok(JSON.stringify(letter).length < 10_000, `${JSON.stringify(letter).length} characters`);
  });

  test("does not keep a name that stands where a key should be", async () => {
    const letter = await letterOf({ event: "meeting.ended", payload: { "Mara Lind": 1, "mara@example.com": 2 } });
    doesNotMatch(JSON.stringify(letter), /mara/i);
  });
});

describe("a delivery with strange JSON", () => {
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    door = await openDoor();
  });

  const object = `"uuid":"A==","id":86412345678,"start_time":"2026-03-02T09:00:41Z"`;
  const delivery = (more: string) =>
    `{"event":"meeting.started","event_ts":1772443625934,"payload":{"object":{${object}${more}}}}`;

  async function factOf(raw: string | Buffer): Promise<MeetingFact> {
    door.facts.length = 0;
    equal((await door.post(raw)).status, 200);
    const [fact] = door.facts;
    ok(fact, "no fact");
    return fact;
  }

  test("with a key twice means the later one", async () => {
    equal((await factOf(delivery(',"topic":"first","topic":"second"'))).about.topic, "second");
  });

  test("with the keys of prototypes changes nobody's", async () => {
    const evil =
      '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":0';
    const { about } = await factOf(delivery(`,${evil}`));
    deepEqual(Object.keys(about).sort(), ["number", "startedAt", "uuid"]);
    equal(({} as { polluted?: boolean }).polluted, undefined);
    equal((await door.post(`{${evil},"event":"__proto__","payload":{${evil}}}`)).status, 200);
  });

  test("with bytes that are no UTF-8 is read with replacements", async () => {
    const raw = Buffer.concat([
      Buffer.from(delivery(',"topic":"a')).subarray(0, -3),
      Buffer.from([0xff, 0xc3, 0x28]),
      Buffer.from('"}}}'),
    ]);
    equal((await factOf(raw)).about.topic, "a\uFFFD\uFFFD(");
  });

  test("with half a character is read with a replacement", async () => {
    equal((await factOf(delivery(',"topic":"half \\ud83d"'))).about.topic, "half \uFFFD");
  });

  test("with numbers that nobody can hold is read without them", async () => {
    const { about, timeFrom } = await factOf(
      delivery(',"id":1e999,"duration":-1e999,"host_id":123456789012345678901234567890').replace(
        "1772443625934",
        "1e400",
      ),
    );
    deepEqual(
      [about.number, about.bookedMinutes, about.hostId, timeFrom],
      [undefined, undefined, undefined, "payload"],
    );
  });
});

describe("a sender that goes away", () => {
  test("in the middle of a body leaves no trace, and the next one is served", async () => {
    const door = await openDoor();
    const senders = await Promise.all(Array.from({ length: 20 }, () => openSocket(door.port)));
    for (const sender of senders) {
      sender.say(request("POST /", { ...signed(STARTED), "content-length": STARTED.length }, STARTED.slice(0, 40)));
    }
    equal((await door.post(STARTED)).status, 200);
    for (const sender of senders) sender.hangUp();
    await Promise.all(senders.map(({ closed }) => closed));
    equal((await door.post(STARTED)).status, 200);
    equal(door.facts.length, 2);
    deepEqual(
      door.answers.map(([status]) => status),
      [200, 200],
    );
  });
});
