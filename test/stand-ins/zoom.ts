import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type Answer, post, ZOOM_WAITS_MS } from "../../scripts/replay/post.ts";
import { newRequestId, zoomHeaders } from "../../scripts/replay/sign.ts";
import type { Instant } from "../../src/meeting/fact.ts";

export { type Answer, NO_ANSWER } from "../../scripts/replay/post.ts";
export { newRequestId, zoomSignature } from "../../scripts/replay/sign.ts";
export * from "./zoom/bodies.ts";
export type { Connection, Somebody } from "./zoom/connection.ts";
export * from "./zoom/fixture.ts";
export { zoomIds } from "./zoom/ids.ts";

/** Zoom sends again 5 min after the first try, 20 min after the second, 60 min after the third. */
export const ZOOM_RETRIES_AFTER_MS: readonly number[] = [5, 20, 60].map((minutes) => minutes * 60_000);

export interface ZoomSenderOptions {
  /** Where to; a function is asked before each request, as a load balancer would be. */
  url: string | (() => string);
  secret: string;
  /** Zoom's clock; the timestamp header comes from it. */
  now?: () => Instant;
  retryAfterMs?: readonly number[];
  /** Passes the time between two tries; a demo or a test makes it shorter. */
  wait?: (ms: number) => Promise<unknown>;
  timeoutMs?: number;
}

/** Bytes are sent as they are, an object as its JSON. */
export type AnyBody = object | string | Buffer;

export interface SendOptions {
  requestId?: string;
  timestampS?: number | string;
  signature?: string;
  /** Set over the usual ones; `undefined` leaves that header out. */
  headers?: Record<string, string | undefined>;
}

export type Attempt = Answer & { sentAt: Instant };

/** `taken`: any 2xx. `neverAgain`: any 3xx or 4xx. `givenUp`: nothing better after the last retry. */
export interface Delivery {
  kind: "taken" | "neverAgain" | "givenUp";
  requestId: string;
  attempts: Attempt[];
}

export interface ZoomSender {
  /** One signed request. No answer is an answer, too: see `NO_ANSWER`. */
  send(body: AnyBody, options?: SendOptions): Promise<Answer>;
  /** Sends until Zoom would stop: the same body and request id each time, a new timestamp and signature. */
  deliver(body: AnyBody, options?: Pick<SendOptions, "requestId" | "headers">): Promise<Delivery>;
  /** Zoom's "Validate" button: does the receiver know the secret, too? */
  validate(plainToken?: string): Promise<Answer & { isValid: boolean }>;
}

/** Zoom as a sender of webhooks: signs, waits three seconds for the answer, and tries again where Zoom would. */
export function zoomSender(options: ZoomSenderOptions): ZoomSender {
  const { url, secret, now = Date.now, retryAfterMs = ZOOM_RETRIES_AFTER_MS, wait = sleep } = options;
  const { timeoutMs = ZOOM_WAITS_MS } = options;

  async function send(body: AnyBody, { requestId = newRequestId(), ...more }: SendOptions = {}): Promise<Answer> {
    const raw = rawBody(body);
    const { timestampS = Math.floor(now() / 1000), signature } = more;
    const headers = {
      ...zoomHeaders({ secret, raw, timestampS, requestId }),
      ...(signature !== undefined && { "x-zm-signature": signature }),
      ...more.headers,
    };
    return await post({
      url: typeof url === "string" ? url : url(),
      raw,
      headers: withoutUndefined(headers),
      timeoutMs,
    });
  }

  return {
    send,

    async deliver(body, { requestId = newRequestId(), ...more } = {}) {
      const raw = rawBody(body);
      const attempts: Attempt[] = [];
      for (const pauseMs of [0, ...retryAfterMs]) {
        if (pauseMs > 0) await wait(pauseMs);
        const attempt = { sentAt: now(), ...(await send(raw, { ...more, requestId })) };
        attempts.push(attempt);
        if (isTaken(attempt)) return { kind: "taken", requestId, attempts };
        if (isFinal(attempt)) return { kind: "neverAgain", requestId, attempts };
      }
      return { kind: "givenUp", requestId, attempts };
    },

    async validate(plainToken = "mT4xQz81RyKvWb0sLd6nEg") {
      const answer = await send({ payload: { plainToken }, event_ts: now(), event: "endpoint.url_validation" });
      return { ...answer, isValid: answer.status === 200 && provesSecret(answer.body, secret, plainToken) };
    },
  };
}

function rawBody(body: AnyBody): string | Buffer {
  return typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function withoutUndefined(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function isTaken({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

function isFinal({ status }: Answer): boolean {
  return status >= 300 && status < 500;
}

function provesSecret(answer: string, secret: string, plainToken: string): boolean {
  const encryptedToken = createHmac("sha256", secret).update(plainToken).digest("hex");
  try {
    return isDeepStrictEqual(JSON.parse(answer), { plainToken, encryptedToken });
  } catch {
    return false;
  }
}
