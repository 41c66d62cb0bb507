import { createHmac, timingSafeEqual } from "node:crypto";
import type { Instant } from "../meeting/fact.ts";

export interface SignedRequest {
  /** The bytes as they came: Zoom may escape JSON in ways that a re-stringified body loses. */
  raw: Buffer;
  timestamp: string | undefined;
  signature: string | undefined;
}

export type Authenticity =
  | { kind: "authentic"; secretIndex: number }
  /** Signed with our secret, but at another time: somebody replays it, or a clock is wrong. */
  | { kind: "stale"; ageMs: number }
  | { kind: "refused"; because: string };

const DIGITS = /^\d{1,16}$/;
/** Live traffic counts seconds; some recorded requests count milliseconds. */
const MILLISECONDS_FROM = 1e11;

/**
 * Whether Zoom sent this request within `maxAgeMs` of `now` (either side), by any of the secrets. Takes the same time
 * for every wrong signature. The rule: developers.zoom.us/docs/api/webhooks, "Verify webhook events".
 */
export function authenticity(
  { raw, timestamp, signature }: SignedRequest,
  secrets: readonly string[],
  maxAgeMs: number,
  now: Instant,
): Authenticity {
  if (!signature) return { kind: "refused", because: "the header x-zm-signature is missing" };
  if (!timestamp) return { kind: "refused", because: "the header x-zm-request-timestamp is missing" };
  // "v0:ts:body" could be split elsewhere if the timestamp might contain a colon
  if (!DIGITS.test(timestamp)) return { kind: "refused", because: "x-zm-request-timestamp is not a whole number" };
  const matches = secrets.map((secret) => isSame(signature, `v0=${hmac(secret, `v0:${timestamp}:`, raw)}`));
  const secretIndex = matches.indexOf(true);
  if (secretIndex < 0) return { kind: "refused", because: "x-zm-signature does not match any configured secret" };
  const sentAt = Number(timestamp) > MILLISECONDS_FROM ? Number(timestamp) : Number(timestamp) * 1000;
  const ageMs = now - sentAt;
  return Math.abs(ageMs) > maxAgeMs ? { kind: "stale", ageMs } : { kind: "authentic", secretIndex };
}

/** The answer to Zoom's URL validation: hex HMAC-SHA256 of its token. */
export function encryptedToken(secret: string, plainToken: string): string {
  return hmac(secret, plainToken);
}

function hmac(secret: string, ...parts: (string | Buffer)[]): string {
  const sum = createHmac("sha256", secret);
  for (const part of parts) sum.update(part);
  return sum.digest("hex");
}

/** Takes the same time wherever they differ. Their length is no secret: that of a signature is known. */
function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
