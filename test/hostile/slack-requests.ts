import { request } from "../socket.ts";
import { signed } from "../stand-ins/slack/people.ts";
import { type Chapter, type Entry, FORM, slackPost, WORDS } from "./entry.ts";

const JSON_TYPE = "application/json";
const MEGABYTE = 1_048_576;
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

/** Slack's door: who is not Slack, and what Slack would never send. */
export const slackRequests: Chapter = (target) => {
  const entry = (name: string, bytes: Buffer, ...status: number[]): Entry => ({
    name: `at Slack's door, ${name}`,
    bytes,
    status,
    effect: "nothing",
  });
  const nowS = Math.floor(target.nowMs / 1_000);
  const command = form({ command: "/meetings", text: "help", user_id: "U0ALICE", team_id: "T1", token: WORDS });
  const { "X-Slack-Signature": signature = "", "X-Slack-Request-Timestamp": timestamp = "" } = signed(
    command,
    target.slackSecret,
    nowS,
  );
  const send = (headers: Record<string, string | number>, body = command, type = FORM) =>
    request(
      "POST /slack/events",
      { "content-type": type, "content-length": Buffer.byteLength(body), ...headers },
      body,
    );
  const by = (secret: string, at: number, body = command) => {
    const { "X-Slack-Signature": s = "", "X-Slack-Request-Timestamp": t = "" } = signed(body, secret, at);
    return { "x-slack-signature": s, "x-slack-request-timestamp": t };
  };
  const good = { "x-slack-signature": signature, "x-slack-request-timestamp": timestamp };
  const strangers: [string, Record<string, string | number>][] = [
    ["no headers", {}],
    ["no signature", { "x-slack-request-timestamp": timestamp }],
    ["no timestamp", { "x-slack-signature": signature }],
    ["an empty signature", { ...good, "x-slack-signature": "" }],
    ["a truncated signature", { ...good, "x-slack-signature": signature.slice(0, 30) }],
    ["a signature without its version", { ...good, "x-slack-signature": signature.slice(3) }],
    ["a signature of version 1", { ...good, "x-slack-signature": signature.replace("v0", "v1") }],
    ["a signature that goes on", { ...good, "x-slack-signature": `${signature}00` }],
    ["another secret", by("another secret", nowS)],
    ["Zoom's secret", by(target.zoomSecret, nowS)],
    ["the signature of another body", by(target.slackSecret, nowS, `${command}&x=y`)],
    ["another timestamp", { ...good, "x-slack-request-timestamp": String(nowS + 1) }],
    ["a timestamp that is a word", { ...good, "x-slack-request-timestamp": WORDS }],
    ["a timestamp with a sign", { ...good, "x-slack-request-timestamp": `+${timestamp}` }],
    ["a timestamp with a colon", { ...good, "x-slack-request-timestamp": `${timestamp}:` }],
    ["a timestamp in another notation", { ...good, "x-slack-request-timestamp": `${nowS}.0` }],
    ["Zoom's headers", { "x-zm-signature": signature, "x-zm-request-timestamp": timestamp }],
    ...[330, 600, 3_600, 86_400].flatMap((age): [string, Record<string, string>][] => [
      [`a signature of ${age} s ago`, by(target.slackSecret, nowS - age)],
      [`a signature from ${age} s ahead`, by(target.slackSecret, nowS + age)],
    ]),
    ["a signature from the year 9999", by(target.slackSecret, 253_402_300_799)],
  ];
  const texts = [
    "",
    " ".repeat(4_000),
    "x".repeat(4_000),
    "today ".repeat(600),
    "<@U1|".repeat(800),
    "&amp;".repeat(800),
    "👩‍👩‍👧‍👦".repeat(360),
    "a\u0301".repeat(2_000),
    "\u202E\u2066\u0000\r\n\t",
    "<!channel> <!here> <@U0ALICE>",
    "<https://evil.example|today>",
    "*_~`>",
    '"'.repeat(4_000),
    "__proto__",
    "constructor",
    "../../etc/passwd",
    "'; DROP TABLE meetings; --",
    "\uD800",
    "0",
    "null",
    "undefined",
  ];
  const names = [
    "/zoom",
    "/meetings2",
    "/MEETINGS",
    "meetings",
    "/",
    "",
    "/<!channel>",
    "x".repeat(4_000),
    "__proto__",
  ];
  const unheard = [
    { type: "block_actions", user: { id: "U1" }, actions: [{ action_id: "nobody", block_id: "b" }] },
    { type: "block_actions", user: { id: "U1" }, actions: [] },
    { type: "block_actions", user: { id: "U1" }, actions: [{ action_id: "__proto__" }] },
    { type: "block_actions", user: { id: "U1" }, team: { id: "__proto__" }, actions: [{ action_id: "mtg_open" }] },
    { type: "shortcut", callback_id: "nobody", user: { id: "U1" } },
    { type: "message_action", callback_id: "nobody", channel: null, user: { id: "U1" } },
    { type: "view_submission", view: { callback_id: "nobody" }, user: { id: "U1" } },
    { type: "view_closed", view: null, user: { id: "U1" } },
    { type: "dialog_submission" },
    { type: "block_suggestion" },
    { type: WORDS },
    {},
  ].map(
    (payload) => [`a payload of ${JSON.stringify(payload)}`, form({ payload: JSON.stringify(payload) }), FORM] as const,
  );
  const events = [
    '{"type":"event_callback","team_id":"T1","event":{"type":"reaction_added"}}',
    '{"type":"event_callback","team_id":"T1","event":{"type":"app_uninstalled"}}',
    '{"type":"event_callback","event":{}}',
    '{"type":"event_callback"}',
    '{"type":"app_rate_limited"}',
    '{"type":"event_callback","event":{"type":"message","channel":{"id":5},"item":{}}}',
    '{"__proto__":{"command":"/meetings"},"constructor":1}',
    "{}",
    `${'{"event":'.repeat(100_000)}1${"}".repeat(100_000)}`,
  ].map((json) => [json.slice(0, 90), json, JSON_TYPE] as const);
  const broken: [string, string, string][] = [
    ["null", "null", JSON_TYPE],
    ["a number", "5", JSON_TYPE],
    ["a list", "[]", JSON_TYPE],
    ["a text", `"${WORDS}"`, JSON_TYPE],
    ["nothing", "", JSON_TYPE],
    ["an open brace", "{", JSON_TYPE],
    ["200,000 lists in each other", `${"[".repeat(200_000)}${"]".repeat(200_000)}`, JSON_TYPE],
    ["a command with a text that is an object", '{"command":"/meetings","text":{},"user_id":"U1"}', JSON_TYPE],
    ["a command that is a list", '{"command":["/meetings"]}', JSON_TYPE],
    ["an event that is a text", '{"event":"x"}', JSON_TYPE],
    ["an event of null", '{"type":"event_callback","event":null}', JSON_TYPE],
    ["a payload of null", "payload=null", FORM],
    ["an empty payload", "payload=", FORM],
    ["a payload twice", "payload=%7B%7D&payload=%5B%5D", FORM],
    ["a payload that is not JSON", `payload=${WORDS}`, FORM],
    ["a form that says it is text", command, "text/plain"],
    [
      "a form in several parts",
      `--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--`,
      "multipart/form-data; boundary=x",
    ],
  ];
  const challenge = '{"type":"url_verification","challenge":"abc","token":"x"}';
  const halves = Buffer.from("command=%2Fmeetings&text=%ED%A0%BD%FF%C3%28", "latin1");
  const bytes = Buffer.from("command=%2Fmeetings&text=\xff\xc3\x28", "latin1");
  const commanding = (fields: Record<string, string>) =>
    slackPost(target, form({ user_id: "U0ALICE", team_id: "T1", ...fields }), FORM);
  return [
    ...strangers.map(([what, headers]) => entry(`a command with ${what}`, send(headers), 401)),
    entry("a stranger's ssl_check", send({}, "ssl_check=1"), 401),
    entry("a stranger's url_verification", send({}, challenge, JSON_TYPE), 401),
    entry("other bytes than the signed ones that read the same", sendBytes(bytes, target.slackSecret, nowS), 401),
    entry("a signed ssl_check", slackPost(target, "ssl_check=1&token=x", FORM), 200),
    entry("a signed url_verification", slackPost(target, challenge, JSON_TYPE), 200),
    ...texts.map((text) =>
      entry(
        `/meetings ${JSON.stringify(text).slice(0, 30)}`,
        commanding({ command: "/meetings", text: `x${text}` }),
        200,
      ),
    ),
    ...names.map((name) => entry(`the command ${name.slice(0, 30)}`, commanding({ command: name, text: WORDS }), 200)),
    entry("half characters in a command", slackPost(target, halves, FORM), 200),
    entry("a form with every field twice", slackPost(target, `${command}&${command}`, FORM), 200),
    entry(
      "a form with prototype keys",
      slackPost(target, `${command}&__proto__=x&constructor=y&toString=z`, FORM),
      200,
    ),
    entry("a form with 20,000 fields", slackPost(target, `${command}&${"a=b&".repeat(20_000)}`, FORM), 200),
    entry("a form of another charset", slackPost(target, command, `${FORM}; charset=utf-8`), 200),
    ...[...unheard, ...events].map(([what, body, type]) =>
      entry(`what nobody hears, ${what}`, slackPost(target, body, type), 200),
    ),
    ...broken.map(([what, body, type]) => entry(`${what}, signed`, slackPost(target, body, type), 400)),
    entry("10 GB announced", request("POST /slack/events", { ...good, "content-length": 10_000_000_000 }, "x"), 413),
    entry("2 MB", send({}, "x".repeat(2 * MEGABYTE)), 413),
    entry("2 MB, signed", slackPost(target, "x".repeat(2 * MEGABYTE), FORM), 413),
    entry("2 MB in chunks", chunks(2 * MEGABYTE), 413),
  ];
};

const sendBytes = (body: Buffer, secret: string, at: number) => {
  const headers = signed(body.toString("utf8"), secret, at);
  return request("POST /slack/events", { ...headers, "content-length": body.length }, body);
};

const chunks = (size: number) =>
  request(
    "POST /slack/events",
    { "transfer-encoding": "chunked" },
    `${size.toString(16)}\r\n${"x".repeat(size)}\r\n0\r\n\r\n`,
  );
