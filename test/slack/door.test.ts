import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, mock, test } from "node:test";
import { WebAPIPlatformError } from "@slack/web-api";
import express from "express";
import { log } from "../../src/log.ts";
import { slackDoor } from "../../src/slack/door.ts";
import { workspaces } from "../../src/slack/workspaces.ts";
import { openSocket, request } from "../socket.ts";
import { signed } from "../stand-ins/slack/people.ts";
import { checkBlocks, plain } from "../stand-ins/slack.ts";
import { EMPTY_HOME, NOBODY_SUBSCRIBED } from "../subscriptions.ts";

const SECRET = "stand-in-signing-secret";
const NOW_S = 1_772_443_642;
const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";

const clientOptions = { slackApiUrl: "http://127.0.0.1:9/api/", retryConfig: { retries: 0 } };

const loud = mock.method(log, "error", () => {});
const warned = mock.method(log, "warn", () => {});

describe("Slack's door", () => {
  let url: string;
  let port: number;
  let nowMs = NOW_S * 1_000;
  const people = mock.fn(async (_uuid: string) => undefined);
  const heard = new Set<string>();
  const gone: string[] = [];
  let becomes = async (): Promise<void> => {};
  const web = express();
  const server = createServer(web);
  before(async () => {
    slackDoor({
      web,
      signingSecret: SECRET,
      now: () => nowMs,
      workspaces: workspaces({ token: "xoxb-stand-in", clientOptions, now: () => nowMs, timeZone: "UTC" }),
      clientOptions,
      told: { isDone: async (eventId) => heard.has(eventId), done: async (eventId) => void heard.add(eventId) },
      uninstalled: async (teamId) => {
        await becomes();
        gone.push(teamId);
      },
      agenda: async () => ({ stage: "answer", summary: "", parts: [], buttons: [] }),
      people,
      report: async () => ({ stage: "answer", summary: "", parts: [], buttons: [] }),
      explain: async () => ({ stage: "answer", summary: "", parts: [], buttons: [] }),
      status: async () => ({ stage: "answer", summary: "", parts: [], buttons: [] }),
      reportFile: async () => undefined,
      subscribers: NOBODY_SUBSCRIBED,
      onSubscribed: () => {},
      home: EMPTY_HOME,
      move: async () => {},
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    port = (server.address() as AddressInfo).port;
    url = `http://127.0.0.1:${port}/slack/events`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    nowMs = NOW_S * 1_000;
    becomes = async () => {};
    gone.length = 0;
    loud.mock.resetCalls();
    warned.mock.resetCalls();
  });

  /** What Slack would be answered to a body, signed unless other headers are told. */
  async function post(body: string | Buffer, type: string | undefined, headers: Record<string, string> = {}) {
    const raw = typeof body === "string" ? body : body.toString("latin1");
    const { "Content-Type": _, ...signature } = signed(raw, SECRET, NOW_S);
    const sender = await openSocket(port);
    const all = { ...signature, ...(type && { "content-type": type }), connection: "close", ...headers };
    sender.say(request("POST /slack/events", { ...all, "content-length": Buffer.byteLength(body) }, body));
    await sender.closed;
    const [head = "", text = ""] = sender.heard().split("\r\n\r\n");
    return { status: Number(head.slice(9, 12)), head, text };
  }
  const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const command = (name: string, text = "") =>
    post(form({ command: name, text, user_id: "U0ALICE", team_id: "T1", response_url: `${url}/nowhere` }), FORM);

  describe("refuses with 401", () => {
    const body = form({ command: "/meetings", text: "help" });
    const good = signed(body, SECRET, NOW_S);
    const { "X-Slack-Signature": signature = "" } = good;
    const wrong: [string, Record<string, string>][] = [
      ["an empty signature", { "X-Slack-Signature": "" }],
      ["a truncated signature", { "X-Slack-Signature": signature.slice(0, 30) }],
      ["a signature without v0=", { "X-Slack-Signature": signature.slice(3) }],
      ["a signature of another version", { "X-Slack-Signature": signature.replace("v0", "v1") }],
      ["another secret", signed(body, "another secret", NOW_S)],
      ["another timestamp than the signed one", { "X-Slack-Request-Timestamp": String(NOW_S + 1) }],
      ["a timestamp with a sign", { "X-Slack-Request-Timestamp": `+${NOW_S}` }],
      ["a timestamp in another notation", { "X-Slack-Request-Timestamp": "1.772443642e9" }],
      ["a request of six minutes ago", signed(body, SECRET, NOW_S - 360)],
      ["a request from six minutes ahead", signed(body, SECRET, NOW_S + 360)],
      ["a request from the year 9999", signed(body, SECRET, 253_402_300_799)],
    ];
    for (const [sentence, change] of wrong) {
      test(sentence, async () => {
        const { status, text } = await post(body, FORM, change);
        deepEqual([status, text], [401, ""]);
      });
    }

    test("a body that means the same but has other bytes", async () => {
      const bytes = Buffer.from("command=%2Fmeetings&text=\xff", "latin1");
      const read = bytes.toString("utf8");
      equal((await post(bytes, FORM, signed(read, SECRET, NOW_S))).status, 401);
    });

    test("also what asks for no more than an answer", async () => {
      const unsigned = { "X-Slack-Signature": "v0=00" };
      equal((await post("ssl_check=1", FORM, unsigned)).status, 401);
      const challenge = await post('{"type":"url_verification","challenge":"abc"}', JSON_TYPE, unsigned);
      equal(challenge.status, 401);
      doesNotMatch(challenge.text, /abc/);
    });

    test("and tells operators once a minute that the secret may be wrong, and of a clock each time", async () => {
      nowMs += 120_000;
      for (let round = 0; round < 3; round += 1) await post(body, FORM, { "X-Slack-Signature": "v0=00" });
      match(String(warned.mock.calls[0]?.arguments[0]), /SLACK_SIGNING_SECRET/);
      equal(warned.mock.callCount(), 1);
      nowMs += 60_000;
      await post(body, FORM, { "X-Slack-Signature": "v0=00" });
      equal(warned.mock.callCount(), 2);
      await post(body, FORM, signed(body, SECRET, NOW_S - 360));
      match(String(loud.mock.calls[0]?.arguments[0]), /clock/);
    });
  });

  test("takes what was signed up to five minutes ago or ahead", async () => {
    const body = form({ command: "/meetings", text: "help" });
    for (const at of [NOW_S - 300, NOW_S, NOW_S + 300]) {
      equal((await post(body, FORM, signed(body, SECRET, at))).status, 200, `${at - NOW_S}`);
    }
  });

  test("answers Slack's questions about itself", async () => {
    deepEqual(JSON.parse((await post('{"type":"url_verification","challenge":"abc"}', JSON_TYPE)).text), {
      challenge: "abc",
    });
    deepEqual([(await post("ssl_check=1&token=x", FORM)).status], [200]);
  });

  test("takes a form whatever else its type says", async () => {
    const body = form({ command: "/meetings", text: "help" });
    match((await post(body, `${FORM}; charset=utf-8`)).text, /\/meetings live/);
  });

  test("helps whoever uses a command that is not ours", async (t) => {
    const waits = t.mock.method(globalThis, "setTimeout");
    for (const name of ["/zoom", "/meetings2", "/<!channel>", "/", "", "/\u202E", "x".repeat(4_000), "__proto__"]) {
      const { status, head, text } = await command(name);
      equal(status, 200, name);
      match(head, /^content-type: application\/json\r$/im);
      const { response_type, blocks, text: summary } = JSON.parse(text);
      equal(response_type, "ephemeral");
      equal(checkBlocks(blocks).kind, "fine", name);
      match(plain(blocks, { timeZone: "UTC", now: 0, names: {} }), /^I do not know [\s\S]*\/meetings report/);
      doesNotMatch(summary, /<!/);
    }
    deepEqual(waits.mock.calls, [], "Bolt's own receiver waits for 3 seconds");
  });

  test("answers any words after /meetings", async () => {
    const words = [
      "x".repeat(4_000),
      "<@U1|".repeat(800),
      "&amp;".repeat(800),
      "👩‍👩‍👧‍👦".repeat(500),
      "\u202E\u2066\u0000\r\n\t<!channel> <https://evil.example|today>",
      "a\u0301".repeat(2_000),
      "*_~`>&lt;",
    ];
    for (const text of words) {
      const { status, text: answer } = await command("/meetings", text);
      equal(status, 200);
      const { blocks, text: summary } = JSON.parse(answer);
      equal(checkBlocks(blocks).kind, "fine", text);
      doesNotMatch(summary, /<[!@h]/);
    }
    const halves = `command=%2Fmeetings&text=%ED%A0%BD%FF`;
    equal((await post(halves, FORM)).status, 200);
    deepEqual(loud.mock.calls, []);
  });

  const event = (name: string, what: object) =>
    post(JSON.stringify({ type: "event_callback", team_id: "T1", event_id: name, event: what }), JSON_TYPE);

  test("lets a workspace go once when Slack tells so twice, and not when only people's tokens are taken back", async () => {
    const revoked = (tokens: object) => ({ type: "tokens_revoked", tokens });
    const told: [string, object][] = [
      ["Ev1", { type: "app_uninstalled" }],
      ["Ev1", { type: "app_uninstalled" }],
      ["Ev2", revoked({ oauth: ["U1"] })],
      ["Ev3", revoked({ oauth: ["U1"], bot: [] })],
      ["Ev4", revoked({ bot: ["U0BOT"] })],
    ];
    for (const one of told) equal((await event(...one)).status, 200);
    deepEqual(gone, ["T1", "T1"]);
    deepEqual(loud.mock.calls, []);
  });

  test("does all of what comes without a name, however much at once", async (t) => {
    const done = Promise.withResolvers<void>();
    let begun = 0;
    becomes = () => {
      begun += 1;
      return done.promise;
    };
    const told = [event("", { type: "app_uninstalled" }), event("", { type: "app_uninstalled" })];
    await t.waitFor(() => equal(begun, 2), { timeout: 60_000 });
    done.resolve();
    for (const { status } of await Promise.all(told)) equal(status, 200);
    deepEqual(gone, ["T1", "T1"]);
  });

  test("has Slack tell again of what could not be done, and does it then, once", async () => {
    const told = () => event("Ev5", { type: "app_uninstalled" });
    becomes = () => Promise.reject(new Error("Redis is away"));
    deepEqual([(await told()).status, (await told()).status, gone], [503, 503, []]);
    equal(loud.mock.callCount(), 2);
    becomes = async () => {};
    deepEqual([(await told()).status, (await told()).status, gone], [200, 200, ["T1"]]);
  });

  test("has Slack tell again at once while nobody knows what is done: it would take too long to find out more", async (t) => {
    const asked = t.mock.method(heard, "has", () => {
      throw new Error("Command timed out");
    });
    equal((await event("Ev9", { type: "app_uninstalled" })).status, 503);
    asked.mock.restore();
    deepEqual(gone, []);
    equal((await event("Ev9", { type: "app_uninstalled" })).status, 200);
    deepEqual(gone, ["T1"]);
  });

  test("does not have Slack tell again what it said no to itself: it might stop telling us anything", async () => {
    becomes = () => Promise.reject(new WebAPIPlatformError({ ok: false, error: "invalid_auth" }));
    equal((await event("Ev8", { type: "app_uninstalled" })).status, 200);
    equal(loud.mock.callCount(), 1);
  });

  test("acknowledges what happened when all is done, and does it once however often it is told meanwhile", async (t) => {
    const done = Promise.withResolvers<void>();
    becomes = () => done.promise;
    const order: string[] = [];
    const told = () => event("Ev6", { type: "app_uninstalled" }).then(() => order.push("acknowledged"));
    const working = t.mock.method(heard, "has");
    const both = [told(), told()];
    await t.waitFor(() => equal(working.mock.callCount() > 0, true), { timeout: 60_000 });
    order.push("done");
    done.resolve();
    await Promise.all(both);
    deepEqual([order, gone], [["done", "acknowledged", "acknowledged"], ["T1"]]);
  });

  test("lets Slack wait no longer than it would for what takes long", async (t) => {
    const done = Promise.withResolvers<void>();
    becomes = () => done.promise;
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const working = t.mock.method(heard, "has");
    const told = event("Ev7", { type: "app_uninstalled" });
    while (working.mock.callCount() === 0) await new Promise(setImmediate);
    t.mock.timers.tick(2_900);
    equal((await told).status, 200);
    deepEqual(gone, []);
    done.resolve();
  });

  test("acknowledges at once what nobody here listens to", async (t) => {
    const waits = t.mock.method(globalThis, "setTimeout");
    const unheard: [string, string][] = [
      ['{"type":"event_callback","event":{"type":"reaction_added"},"team_id":"T1"}', JSON_TYPE],
      ['{"type":"event_callback","event":{},"team_id":"T1"}', JSON_TYPE],
      ['{"type":"app_rate_limited","team_id":"T1"}', JSON_TYPE],
      ["{}", JSON_TYPE],
      ['{"__proto__":{"command":"/meetings"},"constructor":1,"hasOwnProperty":2}', JSON_TYPE],
      ...[
        { type: "block_actions", user: { id: "U1" }, actions: [{ action_id: "nobody", block_id: "b" }] },
        { type: "block_actions", user: { id: "U1" }, actions: [] },
        { type: "block_actions" },
        { type: "shortcut", callback_id: "nobody", user: { id: "U1" } },
        { type: "message_action", callback_id: "nobody", user: { id: "U1" }, channel: null },
        { type: "view_closed", view: null, user: { id: "U1" } },
        { type: "block_suggestion", action_id: "nobody", user: { id: "U1" } },
        { type: "block_actions", user: { id: "U1" }, team: { id: "__proto__" }, actions: [{ action_id: "mtg_open" }] },
      ].map((payload): [string, string] => [form({ payload: JSON.stringify(payload) }), FORM]),
      ["a=b&c=d", FORM],
      ["", FORM],
    ];
    for (const [body, type] of unheard) {
      const { status, text } = await post(body, type);
      deepEqual([status, text], [200, ""], body);
    }
    const long = waits.mock.calls.filter(({ arguments: [, ms = 0] }) => ms >= 3_000);
    deepEqual(long, [], "Bolt's own receiver waits for 3 seconds");
    equal(({} as { command?: string }).command, undefined);
  });

  test("says in a form that nobody here knows that nothing comes of it", async () => {
    const payload = { type: "view_submission", view: { callback_id: "nobody" }, user: { id: "U1" } };
    const { status, text } = await post(form({ payload: JSON.stringify(payload) }), FORM);
    equal(status, 200);
    const { response_action, view } = JSON.parse(text);
    equal(response_action, "update");
    match(plain(view.blocks, { timeZone: "UTC", now: 0 }), /I do not know this form any more, so nothing is changed/);
  });

  test("refuses with 400 what is signed but is nothing that Slack could say", async () => {
    const broken: [string, string | undefined][] = [
      ["null", JSON_TYPE],
      ["5", JSON_TYPE],
      ["[]", JSON_TYPE],
      ['"x"', JSON_TYPE],
      ["", JSON_TYPE],
      ["{", JSON_TYPE],
      ["\uFEFF{}", JSON_TYPE],
      [`${"[".repeat(200_000)}${"]".repeat(200_000)}`, JSON_TYPE],
      ['{"command":"/meetings","text":{"a":1},"user_id":"U1"}', JSON_TYPE],
      ['{"command":["/meetings"]}', JSON_TYPE],
      ['{"event":"x"}', JSON_TYPE],
      ['{"event":null}', JSON_TYPE],
      ['{"actions":{"length":1}}', JSON_TYPE],
      ['{"type":5}', JSON_TYPE],
      ["payload=null", FORM],
      ["payload=", FORM],
      ["payload={}&payload=[]", FORM],
      [form({ command: "/meetings", text: "help" }), undefined],
      [form({ command: "/meetings", text: "help" }), "text/plain"],
    ];
    for (const [body, type] of broken) deepEqual((await post(body, type)).status, 400, body.slice(0, 80));
    deepEqual(loud.mock.calls, []);
  });

  test("takes of a field that comes twice the later one", async () => {
    const { text } = await post("command=%2Fzoom&command=%2Fmeetings&text=today&text=help", FORM);
    match(text, /I tell about the Zoom meetings/);
  });

  test("shows Slack that our certificate is good, which it asks for unsigned", async () => {
    for (const method of ["GET", "HEAD"]) {
      equal((await fetch(`${url}?ssl_check=1&token=x`, { method })).status, 200);
      equal((await fetch(`${url}?ssl_check=0`, { method })).status, 405);
    }
    equal((await fetch(`${url}?ssl_check=1`, { method: "POST" })).status, 401, "whoever wants more has to sign");
  });

  test("refuses more than 1 MB, announced or not, and any other method", async () => {
    const announced = await openSocket(port);
    announced.say(request("POST /slack/events", { "content-length": 10_000_000_000 }, "x"));
    match(await announced.hears(/\r\n\r\n/), /^HTTP\/1\.1 413 /);
    equal((await fetch(url)).status, 405);
    ok(announced.isOpen(), "the answer came no sooner than the end of the connection");
    const chunked = await openSocket(port);
    chunked.say(request("POST /slack/events", { "transfer-encoding": "chunked" }));
    chunked.say(`200000\r\n${"x".repeat(0x200000)}\r\n`);
    match(await chunked.hears(/\r\n\r\n/), /^HTTP\/1\.1 413 /);
    for (const one of [announced, chunked]) one.hangUp();
    for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
      equal((await fetch(url, { method })).status, 405);
  });
});
