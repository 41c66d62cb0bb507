import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { authenticity, encryptedToken } from "../../src/zoom/signature.ts";
import { ENDED, SECRET, STARTED_ESCAPED, TOKENS } from "./vectors.ts";

const MAX_AGE_MS = 300_000;
const sentAt = Number(ENDED.timestamp) * 1_000;
const ask = (change: Partial<typeof ENDED> = {}, { secrets = [SECRET], now = sentAt } = {}) => {
  const { raw, timestamp, signature } = { ...ENDED, ...change };
  return authenticity({ raw: Buffer.from(raw), timestamp, signature }, secrets, MAX_AGE_MS, now);
};

describe("a delivery is from Zoom", () => {
  test("when the signature is that of its bytes", () => {
    equal(ask().kind, "authentic");
  });

  test("when its JSON is escaped in a way of its own", () => {
    equal(Buffer.byteLength(STARTED_ESCAPED.raw), 317);
    equal(ask(STARTED_ESCAPED, { now: Number(STARTED_ESCAPED.timestamp) * 1_000 }).kind, "authentic");
  });

  test("when the previous secret signed it", () => {
    deepEqual(ask({}, { secrets: ["the new one", SECRET] }), { kind: "authentic", secretIndex: 1 });
  });

  test("up to five minutes before and after our own time", () => {
    equal(ask({}, { now: sentAt + MAX_AGE_MS }).kind, "authentic");
    equal(ask({}, { now: sentAt - MAX_AGE_MS }).kind, "authentic");
    deepEqual(ask({}, { now: sentAt + MAX_AGE_MS + 1 }), { kind: "stale", ageMs: MAX_AGE_MS + 1 });
    deepEqual(ask({}, { now: sentAt - MAX_AGE_MS - 1 }), { kind: "stale", ageMs: -MAX_AGE_MS - 1 });
  });
});

describe("a delivery is not from Zoom", () => {
  const wrong: [string, Partial<typeof ENDED>][] = [
    ["when one byte of the body differs", { raw: ENDED.raw.replace("Platform", "platform") }],
    ["when the body is cut", { raw: ENDED.raw.slice(0, -1) }],
    ["when the timestamp is another one", { timestamp: "1772443643" }],
    ["when the timestamp holds a part of the body", { timestamp: "1772443642:", raw: ENDED.raw }],
    ["when the timestamp is not a whole number", { timestamp: "1772443642.0" }],
    ["when the signature is cut", { signature: ENDED.signature.slice(0, -1) }],
    ["when the signature is longer", { signature: `${ENDED.signature}0` }],
    ["when the signature is in capitals", { signature: ENDED.signature.toUpperCase() }],
    ["when there is no signature", { signature: "" }],
    ["when there is no timestamp", { timestamp: "" }],
  ];
  for (const [sentence, change] of wrong) test(sentence, () => equal(ask(change).kind, "refused"));

  test("when another secret signed it", () => {
    equal(ask({}, { secrets: ["another"] }).kind, "refused");
  });
});

describe("the URL validation", () => {
  for (const [token, encrypted] of Object.entries(TOKENS)) {
    test(`of ${token} is its HMAC`, () => equal(encryptedToken(SECRET, token), encrypted));
  }
});
