import { createHmac } from "node:crypto";
import { parseJson } from "./read-call.ts";

/** The three things Slack sends to an app, as Socket Mode names them. */
export type Kind = "slash_commands" | "interactive" | "events_api";
export type Sent = {
  /** What the app answered; 0 if it did not, or not in time. */
  status: number;
  /** Its answer: JSON if it was JSON, else its text. */
  body: unknown;
  /** Why it went wrong, if the status is not 200. */
  because: string;
  tookMs: number;
  /** The app asked not to be told again. */
  isFinal: boolean;
};
/** Which repetition this is, and what was wrong the last time. */
export type Retry = { num: number; reason: string };
export type Deliver = (kind: Kind, content: object, retry?: Retry) => Promise<Sent>;

type Options = {
  signingSecret: string;
  /** Where the app listens. */
  to: () => string | undefined;
  patienceMs: (retries: number) => number;
  /** The time that requests are signed with. */
  signedAt: () => number;
};

/** Sends to the app over HTTP, signed, and waits for what it answers for as long as Slack does. */
export function deliverOverHttp({ signingSecret, to, patienceMs, signedAt }: Options): Deliver {
  return async (kind, content, retry) => {
    const url = to();
    if (!url) throw new Error("nobody told the stand-in where the app listens: set commandUrl");
    const { type, body } = written(kind, content);
    const startedAt = performance.now();
    const after = () => performance.now() - startedAt;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          ...signed(body, signingSecret, Math.floor(signedAt() / 1000)),
          "Content-Type": type,
          ...(retry && { "X-Slack-Retry-Num": String(retry.num), "X-Slack-Retry-Reason": retry.reason }),
        },
        body,
        redirect: "error",
        signal: AbortSignal.timeout(patienceMs(retry?.num ?? 0)),
      });
      const text = await response.text();
      const because = `the app answered ${response.status}`;
      const isFinal = response.headers.get("x-slack-no-retry") === "1";
      return { status: response.status, body: parseJson(text) ?? text, because, tookMs: after(), isFinal };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === "TimeoutError";
      const because = timedOut ? "the app did not respond" : "the app could not be reached";
      return { status: 0, body: undefined, because, tookMs: after(), isFinal: false };
    }
  };
}

function written(kind: Kind, content: object): { type: string; body: string } {
  if (kind === "events_api") return { type: "application/json", body: JSON.stringify(content) };
  const fields = kind === "interactive" ? { payload: JSON.stringify(content) } : { ...content };
  return { type: "application/x-www-form-urlencoded", body: new URLSearchParams(fields).toString() };
}

/** The headers of a request from Slack. The time is the machine's: an app checks it against its own clock. */
export function signed(
  body: string,
  signingSecret: string,
  at = Math.floor(Date.now() / 1000),
): Record<string, string> {
  const hash = createHmac("sha256", signingSecret).update(`v0:${at}:${body}`).digest("hex");
  return {
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "X-Slack-Request-Timestamp": String(at),
    "X-Slack-Signature": `v0=${hash}`,
  };
}
