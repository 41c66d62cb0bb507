import type { IncomingMessage, ServerResponse } from "node:http";
import type { App, Receiver } from "@slack/bolt";
import { bodyOf, endAnswer } from "../body.ts";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import { hear } from "./hear.ts";
import { readRequest, type SlackRequest } from "./request.ts";
import { authenticity } from "./signature.ts";

export interface SlackSide {
  signingSecret: string;
  now: () => Instant;
  /** What somebody reads who typed or submitted what nobody here listens to. */
  unheard: (body: SlackRequest) => object | undefined;
}

interface Answer {
  status: number;
  said?: object | string | undefined;
  headers?: Record<string, string>;
}

/**
 * Bolt's requests over HTTP. Only what Slack signed reaches Bolt. Nothing is ever answered with 500, and 503 asks Slack to
 * tell of an event again.
 */
export function slackReceiver(side: SlackSide) {
  let app: App | undefined;
  const isOfSlack = gatekeeper(side);
  const receiver: Receiver = {
    init: (bolt) => {
      app = bolt;
    },
    start: async () => {},
    stop: async () => {},
  };

  async function answer(request: IncomingMessage, tell: (answer: Answer) => void): Promise<void> {
    if (isAboutCertificate(request)) return tell({ status: 200 });
    if (request.method !== "POST") return tell({ status: 405, headers: { allow: "POST" } });
    const raw = await bodyOf(request);
    if (raw === "aborted") return;
    if (raw === "too large") return tell({ status: 413 });
    if (raw === "no room") return tell({ status: 503 });
    if (!isOfSlack(request, raw)) return tell({ status: 401 });
    const body = readRequest(raw, request.headers["content-type"]);
    if (!body) return tell({ status: 400 });
    if (body.type === "url_verification") return tell({ status: 200, said: { challenge: body.challenge } });
    if (body.ssl_check) return tell({ status: 200 });
    const isAnswered = await hear(app, body, side.unheard, (said) => tell({ status: 200, said }));
    if (!isAnswered) tell({ status: 503 });
  }

  return {
    receiver,
    /** A plain handler, for it reads its own body: signatures are over the raw bytes. */
    handler(request: IncomingMessage, response: ServerResponse): void {
      const tell = (answer: Answer) => send(request, response, answer);
      answer(request, tell).catch((err: unknown) => {
        log.error({ err }, "a request from Slack could not be handled");
        tell({ status: 200 }); // sent again it would be no better
      });
    },
  };
}

/** Slack looks now and then, unsigned, whether our certificate is good: docs.slack.dev, "Slash commands". */
function isAboutCertificate({ method, url = "" }: IncomingMessage): boolean {
  return (method === "GET" || method === "HEAD") && new URLSearchParams(url.split("?")[1]).get("ssl_check") === "1";
}

const TOLD_EVERY_MS = 60_000;

/** Whether Slack sent a request. Tells operators, but not for each request, when their secret or clock may be wrong. */
function gatekeeper({ signingSecret, now }: SlackSide): (request: IncomingMessage, raw: Buffer) => boolean {
  let toldAt = Number.NEGATIVE_INFINITY;
  return ({ headers }, raw) => {
    const { "x-slack-request-timestamp": timestamp, "x-slack-signature": signature } = headers;
    const origin = authenticity({ raw, timestamp, signature }, signingSecret, now());
    if (origin === "stale") log.error("a request is signed by Slack but of another time: check this machine's clock");
    if (origin === "wrong" && now() - toldAt >= TOLD_EVERY_MS) {
      toldAt = now();
      log.warn("a request to /slack/events is not signed with SLACK_SIGNING_SECRET: if it is Slack's, mend that");
    }
    return origin === "authentic";
  };
}

/** Once: what comes after the first answer is of no use to Slack. */
function send(request: IncomingMessage, response: ServerResponse, { status, said = "", headers }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  const text = typeof said === "string" ? said : JSON.stringify(said);
  response.writeHead(status, {
    "content-type": typeof said === "string" ? "text/plain; charset=utf-8" : "application/json",
    "content-length": Buffer.byteLength(text),
    ...(!request.complete && { connection: "close" }),
    ...headers,
  });
  endAnswer(request, response, text);
}
