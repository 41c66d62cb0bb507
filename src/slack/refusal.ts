import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import { log } from "../log.ts";
import type { Refusal } from "../ports.ts";

/** What a call is about, where that changes what a refusal means. */
export interface About {
  /** A message in a thread: where that may not be, other messages may. */
  isReply?: boolean;
  /** A direct message: nobody but this person misses it. */
  isToPerson?: boolean;
}

/** What Slack answers, or what it means for a card that Slack says no or nothing. */
export async function answered<T>(call: () => Promise<T>, about: About = {}): Promise<T | Refusal> {
  try {
    return await call();
  } catch (err) {
    return refusal(err, about);
  }
}

export const isRefusal = (answer: unknown): answer is Refusal =>
  typeof answer === "object" && answer !== null && "kind" in answer && "because" in answer;

/** Nothing is sent anywhere until Slack lets us in again. */
export const isShutOut = (refusal: Refusal) => refusal.kind === "later" && refusal.of === "platform";

/** The message would be taken without its mark. */
export const isOfMetadata = ({ because }: Refusal) => BAD_METADATA.test(because);

/**
 * Slack has no such method, or what stands between it and us lets none through, or what was answered tells nothing: what
 * can be done without it is done without it.
 */
export const isNotOffered = (because: string) => NOT_OFFERED.has(because);

/** What Slack says no with, in its word; of other failures only whether there was an answer. */
export function becauseOf(err: unknown): string {
  if (err instanceof WebAPIPlatformError) return err.data.error;
  return err instanceof WebAPIHTTPError ? `HTTP ${err.statusCode}` : "no answer";
}

export const isUnheardOf = (refusal: Refusal) => refusal.kind === "later" && refusal.of === "message";

// What Slack's errors mean for a card: docs.slack.dev, chat.postMessage and chat.update, "Errors".
export const BAD_PAYLOAD = new Set([
  "msg_too_long",
  "msg_blocks_too_long",
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_attachments",
  "no_text",
  "only_one_table_allowed",
  "invalid_arguments",
]);
export const TELLS_NOTHING = "the answer tells nothing";
const NOT_OFFERED = new Set(["unknown_method", "method_deprecated", "HTTP 404", "HTTP 405", "HTTP 501", TELLS_NOTHING]);
/** A picture that Slack has not looked at yet is refused like a block that nobody knows, but in these words. */
export const BAD_FILE = "invalid slack file";
const BAD_METADATA = /^(invalid_metadata_|metadata_)/;
export const CANNOT_LOOK = new Set(["missing_scope", "not_in_channel", "channel_not_found", "not_allowed_token_type"]);
const NO_CHANNEL = new Set(["channel_not_found", "not_in_channel", "is_archived", "is_inactive"]);
/** Only some may post here: in this channel, or where a reply is refused perhaps only in this thread. */
const RESTRICTED = /^restricted_action/;
/** The message is gone, its thread takes no reply, or its person no message. */
const NO_MESSAGE = new Set([
  "message_not_found",
  "cant_delete_message",
  "thread_not_found",
  "cannot_reply_to_message",
  "messages_tab_disabled",
  "user_not_found",
  "users_not_found",
  "user_disabled",
  "user_is_bot",
  "user_is_restricted",
  "cannot_dm_bot",
]);
/** The message is there but may not be changed. */
const NO_EDITS = new Set(["cant_update_message", "edit_window_closed", "block_mismatch"]);
/** The token is dead until somebody installs the app again. */
export const NO_TOKEN = new Set(["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"]);
/** Somebody who runs the workspace keeps us out. */
const NO_ACCESS = new Set([
  "org_login_required",
  "team_access_not_granted",
  "ekm_access_denied",
  "access_denied",
  "accesslimited",
]);
const SLOW_DOWN = new Set(["ratelimited", "rate_limited", "message_limit_exceeded"]);
const DOUBTFUL = new Set(["internal_error", "fatal_error", "service_unavailable", "request_timeout"]);

export const NO_TOKEN_PAUSE_MS = 60_000;
const NO_ACCESS_PAUSE_MS = 3_600_000;
const SLOW_DOWN_MS = 30_000;
/** Slack never asks for more; a proxy in between might. */
const LONGEST_SLOW_DOWN_MS = 3_600_000;
/** What the client throws, as a bare error, at a 429 that does not say for how long. */
const NO_RETRY_AFTER = "Retry header did not contain";
const NETWORK_PAUSE_MS = 2_000;
const UNHEARD_OF_PAUSE_MS = 60_000;
/** What Slack's errors look like. Anything else is not Slack's word but that of something in between. */
const ERROR_CODE = /^[a-z_]{1,80}$/;
/** The connection was never made, so Slack cannot have done anything. */
const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

function refusal(err: unknown, about: About): Refusal {
  if (err instanceof WebAPIRateLimitedError) {
    return { kind: "later", because: "ratelimited", inMs: slowDownMs(err.retryAfter), of: "calls" };
  }
  if (err instanceof Error && err.message.startsWith(NO_RETRY_AFTER)) {
    return { kind: "later", because: "ratelimited", inMs: SLOW_DOWN_MS, of: "calls" };
  }
  if (err instanceof WebAPIPlatformError) return platformRefusal(err, about);
  if (err instanceof WebAPIHTTPError) {
    return { kind: "unknown", because: `HTTP ${err.statusCode}` };
  }
  if (err instanceof WebAPIRequestError) {
    const code = causeCode(err);
    if (NEVER_SENT.has(code))
      return { kind: "later", because: `network: ${code}`, inMs: NETWORK_PAUSE_MS, of: "channel" };
    return { kind: "unknown", because: `network: ${code || "no answer"}` };
  }
  log.error({ err }, "an answer of Slack's could not be read");
  return { kind: "unknown", because: "the answer cannot be read" };
}

function slowDownMs(retryAfterS: number): number {
  return Math.min(Math.max(1, retryAfterS) * 1_000, LONGEST_SLOW_DOWN_MS);
}

function platformRefusal({ data }: WebAPIPlatformError, { isReply, isToPerson }: About): Refusal {
  const because: unknown = data?.error;
  if (typeof because !== "string" || !ERROR_CODE.test(because))
    return { kind: "unknown", because: "the answer is not Slack's" };
  if (NO_CHANNEL.has(because)) return { kind: "never", because, of: isToPerson ? "message" : "channel" };
  if (RESTRICTED.test(because)) return { kind: "never", because, of: isToPerson || isReply ? "message" : "channel" };
  if (NO_MESSAGE.has(because)) return { kind: "never", because, of: "message" };
  if (NO_EDITS.has(because)) return { kind: "never", because, of: "edits" };
  if (because === "missing_scope" && !isOfPosting(data as Missing)) {
    return { kind: "later", because, inMs: NO_ACCESS_PAUSE_MS, of: "channel" };
  }
  if (NO_TOKEN.has(because) || because === "missing_scope")
    return { kind: "later", because, inMs: NO_TOKEN_PAUSE_MS, of: "platform" };
  if (NO_ACCESS.has(because)) return { kind: "later", because, inMs: NO_ACCESS_PAUSE_MS, of: "platform" };
  if (SLOW_DOWN.has(because)) return { kind: "later", because, inMs: SLOW_DOWN_MS, of: "calls" };
  if (DOUBTFUL.has(because)) return { kind: "unknown", because };
  if (BAD_PAYLOAD.has(because)) {
    const details = data.response_metadata?.messages;
    if (details?.some((said) => said.includes(BAD_FILE))) return { kind: "never", because: BAD_FILE, of: "message" };
    log.error({ because, details: details?.slice(0, 5) }, "Slack refuses the form of a card");
    return { kind: "never", because, of: "message" };
  }
  // a new error may pass: no card is lost for good because of a word we do not know
  return { kind: "later", because, inMs: UNHEARD_OF_PAUSE_MS, of: "message" };
}

/** What Slack says of a permission that we lack. */
interface Missing {
  needed?: unknown;
}

const toldMissing = new Set<string>();

/** Once for each it is told: what needs it is asked for again and again. Nothing at all can be posted without one of them. */
function isOfPosting({ needed }: Missing): boolean {
  const scope = typeof needed === "string" && SCOPES.test(needed) ? needed : "not told which";
  if (!toldMissing.has(scope)) {
    toldMissing.add(scope);
    log.warn(
      { needed: scope },
      "the Slack app lacks a permission, and what needs it is left out: add it, install it again",
    );
  }
  return typeof needed !== "string" || needed.split(",").some((one) => POSTING.test(one));
}

const POSTING = /^chat:write(:|$)/;
const SCOPES = /^[a-z_.:,]{1,200}$/;

function causeCode(err: unknown): string {
  for (let at: unknown = err; at instanceof Error; at = at.cause ?? (at as { original?: unknown }).original) {
    if ("code" in at && typeof at.code === "string" && at.code.startsWith("E")) return at.code;
    if (at.name === "TimeoutError") return "TimeoutError";
  }
  return "";
}
