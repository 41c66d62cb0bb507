import { zoomSignature } from "../../scripts/replay/sign.ts";
import { request } from "../socket.ts";
import {
  type Chapter,
  delivery,
  type Entry,
  PATH,
  post,
  signedPost,
  type Target,
  WORDS,
  zoomHeaders,
} from "./entry.ts";

const started = (target: Target) => {
  const { uuid, body } = delivery(target, "meeting.started");
  return { uuid, raw: JSON.stringify(body) };
};

/** Signatures that are not Zoom's: missing, repeated, cut, of other bytes. */
export const wrongSignatures: Chapter = (target) => {
  const { raw } = started(target);
  const good = zoomHeaders(target, raw);
  const { "x-zm-request-timestamp": timestamp = "", "x-zm-signature": signature = "" } = good;
  const hex = signature.slice(3);
  const twice = (name: string, first: string, second: string, rest: Record<string, string>) => {
    const lines = { ...rest, [name]: first, [name.toUpperCase()]: second };
    return post(raw, lines);
  };
  const changed: [string, Record<string, string>][] = [
    ["no headers of Zoom's", {}],
    ["no signature", { "x-zm-request-timestamp": timestamp }],
    ["no timestamp", { "x-zm-signature": signature }],
    ["an empty signature", { ...good, "x-zm-signature": "" }],
    ["an empty timestamp", { ...good, "x-zm-request-timestamp": "" }],
    ["only the version of a signature", { ...good, "x-zm-signature": "v0=" }],
    ["a signature without its version", { ...good, "x-zm-signature": hex }],
    ["a signature of version 1", { ...good, "x-zm-signature": `v1=${hex}` }],
    ["a signature in capitals", { ...good, "x-zm-signature": `v0=${hex.toUpperCase()}` }],
    ["a version in capitals", { ...good, "x-zm-signature": `V0=${hex}` }],
    ["a signature in base64", { ...good, "x-zm-signature": `v0=${Buffer.from(hex, "hex").toString("base64")}` }],
    ["two signatures in one header", { ...good, "x-zm-signature": `v0=${"0".repeat(64)},${signature}` }],
    ["a signature in quotes", { ...good, "x-zm-signature": `"${signature}"` }],
    ["a signature with a blank in it", { ...good, "x-zm-signature": `v0= ${hex}` }],
    ["a signature of zeros", { ...good, "x-zm-signature": `v0=${"0".repeat(64)}` }],
    ["a signature that goes on", { ...good, "x-zm-signature": `${signature}00` }],
    ["a signature of 8,000 characters", { ...good, "x-zm-signature": `v0=${"a".repeat(8_000)}` }],
    ["a signature of other characters", { ...good, "x-zm-signature": `v0=${"\u00ff".repeat(64)}` }],
    ["a signature that is a word", { ...good, "x-zm-signature": WORDS }],
    ["a signature by another secret", zoomHeaders({ ...target, zoomSecret: "another secret" }, raw)],
    ["a signature by no secret", zoomHeaders({ ...target, zoomSecret: "" }, raw)],
    ["a signature by Slack's secret", zoomHeaders({ ...target, zoomSecret: target.slackSecret }, raw)],
    ["a signature of the body alone", { ...good, "x-zm-signature": zoomSignature(target.zoomSecret, "", raw) }],
    ["a signature of an empty body", zoomHeaders(target, "")],
    ["a signature of the body with a line end", zoomHeaders(target, `${raw}\n`)],
    [
      "a signature of the body as it could also be written",
      zoomHeaders(target, JSON.stringify(JSON.parse(raw), null, 1)),
    ],
    ["Slack's headers", { "x-slack-request-timestamp": timestamp, "x-slack-signature": signature }],
    ["the signature as a bearer token", { "x-zm-request-timestamp": timestamp, authorization: `Bearer ${signature}` }],
  ];
  const truncated = [1, 2, 3, 4, 10, 34, 66].map((length): [string, Record<string, string>] => [
    `the first ${length} characters of a signature`,
    { ...good, "x-zm-signature": signature.slice(0, length) },
  ]);
  const flipped = [3, 10, 40, 66].map((at): [string, Record<string, string>] => [
    `a signature with another character ${at}`,
    {
      ...good,
      "x-zm-signature": signature.slice(0, at) + (signature[at] === "0" ? "1" : "0") + signature.slice(at + 1),
    },
  ]);
  const entries = [...changed, ...truncated, ...flipped].map(
    ([what, headers]): Entry => ({
      name: `a delivery with ${what}`,
      bytes: post(raw, headers),
      status: [401],
      effect: "nothing",
    }),
  );
  const repeated: [string, Buffer][] = [
    ["the same signature twice", twice("x-zm-signature", signature, signature, good)],
    ["a wrong signature before the right one", twice("x-zm-signature", "v0=00", signature, good)],
    ["a wrong signature after the right one", twice("x-zm-signature", signature, "v0=00", good)],
    ["the same timestamp twice", twice("x-zm-request-timestamp", timestamp, timestamp, good)],
    ["two timestamps", twice("x-zm-request-timestamp", timestamp, "1", good)],
    ["a changed body", post(raw.replace("weekly", "weakly"), good)],
    ["a body that is cut", post(raw.slice(0, -1), good)],
    ["the signed bytes split elsewhere", split(target, raw)],
  ];
  return [
    ...entries,
    ...repeated.map(
      ([what, bytes]): Entry => ({ name: `a delivery with ${what}`, bytes, status: [401], effect: "nothing" }),
    ),
  ];
};

/** "v0:ts:body" has the same bytes when a part of the body is taken for the timestamp. */
function split(target: Target, raw: string): Buffer {
  const good = zoomHeaders(target, raw);
  const [first = "", ...rest] = raw.split(":");
  const timestamp = `${good["x-zm-request-timestamp"]}:${first}`;
  return post(rest.join(":"), { ...good, "x-zm-request-timestamp": timestamp });
}

/** Every edge of the five minutes, and timestamps in every notation, each rightly signed. */
export const freshness: Chapter = (target) => {
  const nowS = Math.floor(target.nowMs / 1_000);
  const aged = (ageS: number): Entry => {
    const isFresh = Math.abs(ageS) <= 290;
    const { uuid, raw } = started(target);
    return {
      name: `a delivery signed ${ageS < 0 ? `${-ageS} s ahead` : `${ageS} s ago`}`,
      bytes: post(raw, zoomHeaders(target, raw, nowS - ageS)),
      status: [isFresh ? 200 : 401],
      effect: isFresh ? { fact: uuid } : "nothing",
    };
  };
  const ages = [0, 1, 60, 200, 290, 330, 600, 3_600, 86_400, 31_536_000];
  const refused = [
    "0",
    "1",
    `-${nowS}`,
    `+${nowS}`,
    `${nowS}.0`,
    `${nowS}.5`,
    `${nowS}e0`,
    `0x${nowS.toString(16)}`,
    `${nowS}n`,
    `${nowS} ${nowS}`,
    `${nowS},${nowS}`,
    `${nowS}:`,
    `${nowS}\u0000`.replaceAll("\u0000", "%00"),
    "NaN",
    "Infinity",
    "now",
    "9".repeat(12),
    "9".repeat(16),
    "9".repeat(17),
    "9".repeat(4_000),
    "18446744073709551616",
    new Date(target.nowMs).toISOString(),
    String(target.nowMs * 1_000),
    String(target.nowMs - 360_000),
  ].map((timestamp): Entry => {
    const { raw } = started(target);
    return {
      name: `a delivery signed with the timestamp ${timestamp.slice(0, 40)}`,
      bytes: post(raw, zoomHeaders(target, raw, timestamp)),
      status: [401],
      effect: "nothing",
    };
  });
  const { uuid, raw } = started(target);
  return [
    ...ages.map(aged),
    ...ages.slice(1).map((age) => aged(-age)),
    ...refused,
    {
      name: "a delivery whose timestamp counts milliseconds",
      bytes: post(raw, zoomHeaders(target, raw, target.nowMs)),
      status: [200],
      effect: { fact: uuid },
    },
  ];
};

/** Attempts to have something signed, or answered, that only Zoom may. */
export const oracles: Chapter = (target) => {
  const asking = (plainToken: unknown) =>
    JSON.stringify({ payload: { plainToken }, event_ts: target.nowMs, event: "endpoint.url_validation" });
  const forged = `v0:${Math.floor(target.nowMs / 1_000)}:{"event":"meeting.ended"}`;
  const unsigned = ["qgg8vlvZRS6UYooatFL8Aw", forged, ""].map(
    (token): Entry => ({
      name: `a stranger's validation of ${token.slice(0, 20) || "nothing"}`,
      bytes: post(asking(token)),
      status: [401],
      effect: "nothing",
    }),
  );
  const strange = [
    forged,
    "",
    " ",
    "a".repeat(65),
    "b".repeat(100_000),
    "a b",
    "a\n",
    "ä",
    "a=",
    "a/b+c",
    "a:b",
    "__proto__ ",
    5,
    1.5,
    true,
    null,
    undefined,
    {},
    { toString: "a" },
    ["a"],
    [],
  ].map(
    (token): Entry => ({
      name: `a signed validation of ${String(JSON.stringify(token)).slice(0, 40)}`,
      bytes: signedPost(target, asking(token)),
      status: [200],
      effect: "letter",
    }),
  );
  const more: [string, string][] = [
    ["without a payload", '{"event":"endpoint.url_validation"}'],
    ["with a payload of null", '{"event":"endpoint.url_validation","payload":null}'],
    ["with its token outside", '{"event":"endpoint.url_validation","plainToken":"abc","payload":{}}'],
    [
      "with a token of its prototype",
      '{"event":"endpoint.url_validation","payload":{"__proto__":{"plainToken":"abc"}}}',
    ],
  ];
  const replayed = asking("qgg8vlvZRS6UYooatFL8Aw");
  return [
    ...unsigned,
    ...strange,
    ...more.map(
      ([what, raw]): Entry => ({
        name: `a signed validation ${what}`,
        bytes: signedPost(target, raw),
        status: [200],
        effect: "letter",
      }),
    ),
    {
      name: "a signed validation of an hour ago",
      bytes: post(replayed, zoomHeaders(target, replayed, Math.floor(target.nowMs / 1_000) - 3_600)),
      status: [401],
      effect: "nothing",
    },
    { name: "a signed validation", bytes: signedPost(target, replayed), status: [200], effect: "nothing" },
    {
      name: "a signed validation that comes as a GET",
      bytes: request(`GET ${PATH}`, { ...zoomHeaders(target, ""), "content-length": 0 }),
      status: [405],
      effect: "nothing",
    },
  ];
};
