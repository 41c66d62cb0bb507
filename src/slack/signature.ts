import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Instant } from "../meeting/fact.ts";

export interface SignedRequest {
  /** The bytes as they came. */
  raw: Buffer;
  timestamp: unknown;
  signature: unknown;
}

/** `stale`: signed with our secret, but more than five minutes ago or ahead. `unsigned`: not even tried. */
export type Authenticity = "authentic" | "stale" | "wrong" | "unsigned";

const MAX_AGE_MS = 5 * 60_000;
const SECONDS = /^\d{1,12}$/;

/**
 * Whether Slack sent these bytes within five minutes of `now`. Takes the same time for every wrong signature. The rule:
 * docs.slack.dev, "Verifying requests from Slack".
 */
export function authenticity({ raw, timestamp, signature }: SignedRequest, secret: string, now: Instant): Authenticity {
  if (typeof signature !== "string" || typeof timestamp !== "string") return "unsigned";
  if (!SECONDS.test(timestamp)) return "wrong"; // with a colon in it "v0:ts:body" could be split elsewhere
  const sum = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(raw).digest("hex");
  if (!isSame(signature, `v0=${sum}`)) return "wrong";
  return Math.abs(now - Number(timestamp) * 1_000) > MAX_AGE_MS ? "stale" : "authentic";
}

/** Digests have one length, so that comparing takes the same time whatever is compared. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
