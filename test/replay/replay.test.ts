import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type Answering, startReceiver } from "../stand-ins/zoom/receiver.ts";
import { seedRecording, zoomFixture, zoomSignature } from "../stand-ins/zoom.ts";

const secret = "zm_test_secret_01";
const script = new URL("../../scripts/replay.ts", import.meta.url).pathname;
const seed = new URL("../fixtures/seed-meeting.ndjson", import.meta.url).pathname;

interface Ran {
  exit: number;
  out: string;
  err: string;
}

/** Runs the command as a person would. */
function replay(args: string[], env: Record<string, string> = { ZOOM_WEBHOOK_SECRET: secret }): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], { env }, (_, out, err) =>
      resolve({ exit: child.exitCode ?? -1, out, err }),
    );
  });
}

async function receiverFor(t: TestContext, answering?: Answering) {
  const receiver = await startReceiver(answering);
  t.after(receiver.close);
  return receiver;
}

async function recordingOf(t: TestContext, text: string | Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "replay-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "recording.ndjson");
  await writeFile(file, text);
  return file;
}

describe("replaying a recording", () => {
  test("sends every delivery in its order, signed with the first secret", async (t) => {
    const { url, received } = await receiverFor(t);
    const { exit, out } = await replay([seed, "--to", url], { ZOOM_WEBHOOK_SECRET: ` ${secret} , old_secret` });
    equal(exit, 0);
    equal(out, "Sent 4 of 4: 0 of these a second time, 0 dropped before.\nAnswers: 200: 4.\n");
    deepEqual(
      received.map(({ raw }) => JSON.parse(raw).event),
      ["meeting.created", "meeting.participant_joined", "meeting.ended", "meeting.participant_left"],
    );
    for (const { raw, headers } of received) {
      const timestamp = String(headers["x-zm-request-timestamp"]);
      ok(Math.abs(Number(timestamp) - Date.now() / 1000) < 60);
      equal(headers["x-zm-signature"], zoomSignature(secret, timestamp, raw));
    }
  });

  test("moves its times so that it ends now", async (t) => {
    const { url, received } = await receiverFor(t);
    await replay([seed, "--to", url]);
    const { start_time, participant } = JSON.parse(received[1]?.raw ?? "").payload.object;
    equal(start_time, participant.join_time);
    match(start_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const secondsAgo = (Date.now() - Date.parse(start_time)) / 1000; // the recording's last delivery came 63.8 s later
    ok(secondsAgo > 62 && secondsAgo < 120, `${secondsAgo}`);
  });

  test("as it is sends the recorded bytes", async (t) => {
    const { url, received } = await receiverFor(t);
    const odd = '{ "event" : "caf\\u00e9", "event_ts": 1579060211865, "topic": "\\/ 🎉" }';
    const file = await recordingOf(t, `${JSON.stringify({ received_at: 1579060211865, raw: odd })}\r\n`);
    equal((await replay([file, "--to", url, "--as-is"])).exit, 0);
    equal(received[0]?.raw, odd);
  });

  test("takes bare bodies, blank lines and line ends of Windows", async (t) => {
    const { url, received } = await receiverFor(t);
    const names = ["meeting.ended", "meeting.started"];
    const file = await recordingOf(t, names.map((name) => JSON.stringify(zoomFixture(name))).join("\r\n\r\n"));
    equal((await replay([file, "--to", url])).exit, 0);
    deepEqual(
      received.map(({ raw }) => JSON.parse(raw).event),
      names,
    );
  });

  test("puts what was recorded out of order into the order of receipt", async (t) => {
    const { url, received } = await receiverFor(t);
    const lines = seedRecording().map((line) => JSON.stringify(line));
    const file = await recordingOf(t, lines.toReversed().join("\n"));
    await replay([file, "--to", url]);
    equal(JSON.parse(received[0]?.raw ?? "").event, "meeting.created");
  });

  test("finds the notifier on this machine by its PORT", async (t) => {
    const { port, received } = await receiverFor(t);
    const { exit } = await replay([seed], { ZOOM_WEBHOOK_SECRET: secret, PORT: String(port) });
    equal(exit, 0);
    equal(received[0]?.path, "/zoom/webhook");
  });

  test("keeps the recorded pauses, divided by the speed", async (t) => {
    const { url, received } = await receiverFor(t);
    const began = performance.now();
    equal((await replay([seed, "--to", url, "--speed", "300"])).exit, 0);
    ok(performance.now() - began >= 88_902 / 300);
    equal(received.length, 4);
  });

  test("shuffled by a seed repeats itself", async (t) => {
    const { url, received } = await receiverFor(t);
    for (const _ of [1, 2]) await replay([seed, "--to", url, "--shuffle", "3", "--twice", "0.5"]);
    const events = received.map(({ raw }) => JSON.parse(raw).event);
    deepEqual(events.slice(0, events.length / 2), events.slice(events.length / 2));
  });

  test("without a seed says which one it took", async (t) => {
    const { url } = await receiverFor(t);
    const { out } = await replay(["--shuffle", seed, "--to", url, "--drop", "0.3"]);
    match(out, /^The seed is \d+; --seed \d+ repeats this run\.\n/);
  });

  test("tells each delivery if asked to, without its content", async (t) => {
    const { url } = await receiverFor(t);
    const { out } = await replay([seed, "--to", url, "--verbose"]);
    match(out, /^1\/4 line 1: 200 after \d+ ms\n2\/4 line 2: /);
    ok(!/Hanna|zm_test/.test(out));
  });
});

describe("replaying to a notifier in trouble", () => {
  test("counts its answers and ends with 1", async (t) => {
    const { url } = await receiverFor(t, (_, index) => (index % 2 === 0 ? 200 : 503));
    const { exit, out } = await replay([seed, "--to", url]);
    equal(exit, 1);
    match(out, /Answers: 200: 2, 503: 2\./);
  });

  test("follows no redirect", async (t) => {
    const { url, received } = await receiverFor(t, () => (response) => {
      response.writeHead(308, { location: "/elsewhere" }).end();
    });
    const { exit, out } = await replay([seed, "--to", url]);
    equal(exit, 1);
    match(out, /308: 4/);
    equal(received.length, 4);
  });

  test("says at once that nobody is there, and keeps a token in the address to itself", async (t) => {
    const { url, close } = await receiverFor(t);
    await close();
    const { exit, out, err } = await replay([seed, "--to", `${url}?token=hidden`]);
    equal(exit, 1);
    match(out, /^Sent 1 of 4/);
    match(err, /^Nobody answers at http:\/\/127\.0\.0\.1:\d+\/zoom\/webhook: start the notifier/);
    ok(!err.includes("hidden"));
  });
});

describe("a mistake on the command line", () => {
  const mistakes: [string, string[], RegExp][] = [
    ["no file", [], /^Which recording\?/],
    ["two files", [seed, "other.ndjson"], /^One file at a time, please: what is "other\.ndjson"\?$/],
    ["a file that is not there", ["/nowhere.ndjson"], /^\/nowhere\.ndjson cannot be read \(there is no such file\)\.$/],
    ["a folder", [tmpdir()], /cannot be read \(it is a folder\)\.$/],
    ["an unknown option", [seed, "--frob"], /^Unknown option '--frob'\. .*--help/],
    ["an option without its value", [seed, "--speed", "--verbose"], /^Option '--speed' needs a value\./],
    ["an option without its value at the end", [seed, "--to"], /^Option '--to' needs a value\./],
    ["a share over 1", [seed, "--drop", "10"], /^--drop must be a number from 0 to 1, not "10"\.$/],
    ["a negative share", [seed, "--twice", "-0.1"], /^--twice must be a number from 0 to 1, not "-0\.1"\.$/],
    ["a share that is no number", [seed, "--twice=often"], /^--twice must be a number from 0 to 1, not "often"\.$/],
    ["a speed of nothing", [seed, "--speed", "0"], /^--speed must be a number from 0\.001/],
    ["a seed that is no whole number", [seed, "--shuffle", "1.5"], /^--shuffle must be a whole number, not "1\.5"\.$/],
    ["a seed that is too large", [seed, "--seed", "99999999999"], /^--seed must be a number from 0 to 4294967295/],
    ["two seeds", [seed, "--seed", "1", "--shuffle", "2"], /name two seeds/],
    ["an address that is none", [seed, "--to", "localhost:3000"], /^--to must be an http or https address/],
    ["an address with a password", [seed, "--to", "http://me:pw@localhost/"], /without a user name/],
  ];
  for (const [name, args, sentence] of mistakes) {
    test(`like ${name} gets one clear sentence`, async () => {
      const { exit, out, err } = await replay(args);
      deepEqual([exit, out, err.trimEnd().split("\n").length], [2, "", 1]);
      match(err.trimEnd(), sentence);
    });
  }

  test("like no secret gets one clear sentence", async () => {
    for (const env of [{}, { ZOOM_WEBHOOK_SECRET: " , " }]) {
      const { exit, err } = await replay([seed], env as Record<string, string>);
      equal(exit, 2);
      match(err, /^ZOOM_WEBHOOK_SECRET is missing: set it, .*\n$/);
    }
  });

  test("like a PORT that is none gets one clear sentence", async () => {
    const { exit, err } = await replay([seed], { ZOOM_WEBHOOK_SECRET: secret, PORT: "http" });
    deepEqual([exit, err], [2, 'PORT must be a number from 1 to 65535, not "http"; or name an address with --to.\n']);
  });

  test("does not keep the help from being read", async () => {
    const { exit, out } = await replay(["--help"], {});
    equal(exit, 0);
    match(out, /--shuffle/);
  });
});

describe("a fault in the recording", () => {
  const good = JSON.stringify(zoomFixture("meeting.started"));
  const faults: [string, string | Buffer, string][] = [
    ["bad JSON", `${`${good}\n`.repeat(6)}{"event":`, "Line 7 is no JSON object: a recording has one delivery a line."],
    ["a number", `${good}\n5`, "Line 2 is no JSON object: a recording has one delivery a line."],
    ["no event", '{"raw":5}', 'Line 1 is no delivery: it has neither "received_at" and "raw" nor an "event".'],
    ["no time of receipt", '{"raw":"{}"}', "Line 1 needs received_at, in milliseconds since 1970."],
    ["seconds", '{"received_at":1579060211,"raw":"{}"}', "Line 1 needs received_at, in milliseconds since 1970."],
    ["an endless time", '{"received_at":1e999,"raw":"{}"}', "Line 1 needs received_at, in milliseconds since 1970."],
  ];
  for (const [name, text, sentence] of faults) {
    test(`like ${name} is named with its line`, async (t) => {
      const { exit, err } = await replay([await recordingOf(t, text)]);
      deepEqual([exit, err], [2, `${sentence}\n`]);
    });
  }

  test("like no line at all is named", async (t) => {
    const { exit, err } = await replay([await recordingOf(t, "\n\n")]);
    equal(exit, 2);
    match(err, /is empty: a recording has one delivery a line\.\n$/);
  });

  test("like bytes that are no text is named", async (t) => {
    const { exit, err } = await replay([await recordingOf(t, Buffer.from([0x7b, 0xff, 0xfe]))]);
    equal(exit, 2);
    match(err, /is no UTF-8 text/);
  });
});
