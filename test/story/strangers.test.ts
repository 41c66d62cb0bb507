import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { zoomSignature } from "../../scripts/replay/sign.ts";
import { openSocket, request, type Socket } from "../socket.ts";
import { signed } from "../stand-ins/slack/people.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { SECRET, startStory } from "./notifier.ts";

describe("a stranger", { concurrency: true }, () => {
  let story: Awaited<ReturnType<typeof startStory>>;
  before(async () => {
    story = await startStory();
  });
  after(() => story.stop());

  /** What comes back for these bytes, once it is all there. */
  async function answerTo(bytes: Buffer, enough = /\r\n\r\n/): Promise<string> {
    const sender = await openSocket(story.notifier.port);
    sender.say(bytes);
    try {
      return await sender.hears(enough);
    } finally {
      sender.hangUp();
    }
  }

  const started = () => meetingBodies({ startedAt: Date.now() }).started();

  test("finds nothing where nothing is", async () => {
    for (const path of ["/", "/zoom", "/zoom/webhook/x", "/.env", "/slack/install", "/api/messages", "/healthz/x"]) {
      const answer = await fetch(`${story.url}${path}`);
      deepEqual([path, answer.status, await answer.text()], [path, 404, "there is nothing here\n"]);
    }
  });

  test("finds Zoom's door however its address is spelled, and the same behind it", async () => {
    const addresses = [
      "/zoom/webhook",
      "/zoom/webhook/",
      "/Zoom/WEBHOOK",
      "/zoom/webhook?a=b",
      "/zoom/webhook#x",
      `${story.url}/zoom/webhook`,
    ];
    for (const address of addresses) {
      for (const [method, status] of [
        ["POST", 401],
        ["GET", 405],
        ["PUT", 405],
        ["DELETE", 405],
        ["OPTIONS", 405],
        ["HEAD", 405],
      ] as const) {
        const answer = await answerTo(request(`${method} ${address}`, { "content-length": 0 }));
        match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), `${method} ${address}`);
        equal(/^allow: POST\r$/im.test(answer), status === 405, `${method} ${address}`);
        match(answer, /^cache-control: no-store\r$/im);
        match(answer, /^x-content-type-options: nosniff\r$/im);
      }
    }
    for (const address of [
      "/zoom/webhook//",
      "//zoom/webhook",
      "/zoom//webhook",
      "/zoom/%77ebhook",
      "/zoom/webhook;x",
    ]) {
      match(await answerTo(request(`POST ${address}`, { "content-length": 0 })), /^HTTP\/1\.1 404 /, address);
    }
  });

  test("with an address that cannot be read is told so", async () => {
    for (const path of [
      "/%E0%A4%A",
      "/%",
      "//[::1",
      "http://[::1/",
      "/slack/events/%E0%A4%A",
      "/zoom/webhook?%E0%A4%A",
    ]) {
      const answer = await answerTo(request(`GET ${path}`));
      match(answer, /^HTTP\/1\.1 4\d\d /, path);
      doesNotMatch(answer, /<html/);
    }
  });

  test("with broken HTTP is told so", async () => {
    const broken = [
      request("POST /zoom/webhook", { "content-length": "abc" }),
      request("POST /zoom/webhook", { "content-length": 3, "Content-Length": 4 }, "abcd"),
      request("POST /zoom/webhook", { "content-length": 3, "transfer-encoding": "chunked" }, "0\r\n\r\n"),
      request("GET /healthz", { "x-large": "x".repeat(20_000) }),
      Buffer.from("\x16\x03\x01 this is TLS\r\n\r\n"),
    ];
    for (const bytes of broken) match(await answerTo(bytes), /^HTTP\/1\.1 4\d\d /);
  });

  test("learns nothing of what we are made of", async () => {
    const answers = [
      ["GET /"],
      ["GET //[::1"],
      ["GET /healthz"],
      ["GET /readyz"],
      ["GET /metrics"],
      ["GET /zoom/webhook"],
      ["POST /zoom/webhook", { "content-length": 0 }],
      ["POST /slack/events", { "content-length": 0 }],
      ["POST /slack/events", { "content-length": 10_000_000_000 }],
      ["OPTIONS /healthz"],
      ["TRACE /"],
    ] as const;
    for (const [line, headers] of answers) {
      const answer = await answerTo(request(line, headers));
      match(answer, /^x-content-type-options: nosniff\r$/im, line);
      match(answer, /^cache-control: no-store\r$/im, line);
      doesNotMatch(answer, /x-powered-by|etag|express|node_modules|\.[jt]s:\d/i, line);
    }
  });

  test("who announces or sends too much to Slack's door is refused at once", async () => {
    match(await answerTo(request("POST /slack/events", { "content-length": 10_000_000_000 })), /^HTTP\/1\.1 413 /);
    const chunked = request("POST /slack/events", { "transfer-encoding": "chunked" });
    const piece = Buffer.from(`200000\r\n${"x".repeat(0x200000)}\r\n`);
    match(await answerTo(Buffer.concat([chunked, piece, piece])), /^HTTP\/1\.1 413 /);
    const { status } = await fetch(`${story.url}/slack/events`, { method: "POST", body: "x".repeat(1_000_000) });
    equal(status, 401);
  });

  test("who has Slack's secret gets no 500 for any JSON", async () => {
    const bodies = [
      "null",
      "5",
      "[]",
      '"x"',
      "{}",
      "not JSON",
      '{"type":"event_callback"}',
      '{"type":"block_actions"}',
    ];
    await Promise.all(
      bodies.map(async (body) => {
        const headers = { ...signed(body, "stand-in-signing-secret"), "Content-Type": "application/json" };
        const answer = await fetch(`${story.url}/slack/events`, { method: "POST", headers, body });
        ok(answer.status < 500, `${answer.status} for ${body}`);
        equal(await answer.text(), "");
      }),
    );
  });

  test("who sends slowly is cut off within 20 seconds, while others are served", async () => {
    const raw = JSON.stringify(started());
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const zoom = { "x-zm-request-timestamp": timestamp, "x-zm-signature": zoomSignature(SECRET, timestamp, raw) };
    const slow: [string, Buffer][] = [
      ["says nothing", Buffer.alloc(0)],
      ["never ends the headers", Buffer.from("POST /zoom/webhook HTTP/1.1\r\nhost: x\r\nx-slow: ")],
      ["never ends the body for Zoom's door", request("POST /zoom/webhook", { ...zoom, "content-length": 1_000 }, "{")],
      [
        "never ends the chunks for Zoom's door",
        request("POST /zoom/webhook", { ...zoom, "transfer-encoding": "chunked" }),
      ],
      ["never ends the body for Slack's door", request("POST /slack/events", { "content-length": 1_000 }, "{")],
      ["never ends what nobody reads", request("POST /nowhere", { "content-length": 1_000 }, "{")],
    ];
    const startedAt = performance.now();
    const senders = await Promise.all(
      slow.map(async ([what]) => [what, await openSocket(story.notifier.port)] as const),
    );
    for (const [index, [, sender]] of senders.entries()) sender.say(slow[index]?.[1] ?? "");
    const dribbling = setInterval(() => {
      for (const [what, sender] of senders)
        if (what !== "says nothing") sender.say(what.includes("chunks") ? "1\r\na\r\n" : "a");
    }, 500);
    const areGone = Promise.all(senders.map(([, { closed }]) => closed));
    const isOpen = ([, sender]: readonly [string, Socket]) => sender.isOpen();
    let served = 0;
    while (senders.some(isOpen)) {
      const { status, tookMs } = await story.zoom.send(started());
      ok(status === 200 && tookMs < 2_500, `${status} after ${tookMs} ms`);
      served += 1;
      const seconds = (performance.now() - startedAt) / 1_000;
      ok(seconds < 20, `still open after ${seconds} s: ${senders.filter(isOpen).map(([what]) => what)}`);
      await Promise.race([areGone, new Promise((resolve) => setTimeout(resolve, 1_000))]);
    }
    clearInterval(dribbling);
    ok(served > 3);
  });
});
