import { setTimeout as delay } from "node:timers/promises";
import type { Request, Response } from "express";
import { tokenTrouble } from "./check-token.ts";
import { faultScript, type How } from "./faults.ts";
import { rateLimits } from "./limits.ts";
import type { Desk } from "./methods/method.ts";
import { type Call, parseJson, readCall } from "./read-call.ts";
import { Refused } from "./refused.ts";
import { callMethod, METHODS } from "./web-api.ts";

/** One call of the Web API, and what its caller was told. Without an answer the error says why: `dropAfter`, `hang` … */
export type KnownCall = {
  arrivedAt: number;
  /** When it was answered, or would have been. */
  at: number;
  method: string;
  channel: string | undefined;
  ok: boolean;
  error: string | undefined;
  args: Record<string, unknown>;
  /** Whether Slack did what it was asked, whatever its caller was told. */
  isDone: boolean;
  /** The `ts` of the message that it posted, edited or removed. */
  message: string | undefined;
  retryAfterS: number | undefined;
  /** The scripted fault that it met. */
  fault: How | undefined;
};

type Options = Omit<Desk, "scopes"> & {
  isLimited: boolean;
  /** How long a call is on its way, there and back. */
  latencyMs: () => number;
};
type Outcome = { status: number; headers: Record<string, string>; body: { ok: boolean; error?: string; ts?: unknown } };

/** Answers the Web API's HTTP requests: with what the method says, unless a limit or a scripted fault comes first. */
export function callDesk({ isLimited, latencyMs, ...there }: Options) {
  const { workspace, installation } = there;
  const calls: KnownCall[] = [];
  const faults = faultScript();
  const limits = rateLimits();
  const headers = () => ({ "x-oauth-scopes": [...installation.scopes].join(",") });

  async function answer(request: Request, response: Response): Promise<void> {
    const call = readCall(request);
    if (call.kind === "unreadable") return void response.json({ ok: false, error: call.error });
    const oneWayMs = latencyMs() / 2;
    await passing(oneWayMs);
    const arrivedAt = workspace.now();
    const channel = typeof call.args.channel === "string" ? call.args.channel : undefined;
    const fault = faults.take(call.method, channel);
    const acts: Outcome[] = [];
    const reply = await meet(fault, () => {
      const acted = outcome(call, channel);
      acts.push(acted);
      return acted;
    });
    const { method } = call;
    const error = typeof reply === "string" ? reply : reply.body.error;
    const done = acts.find(({ body }) => body.ok)?.body;
    const retryAfter = typeof reply === "string" ? undefined : reply.headers["Retry-After"];
    calls.push({
      arrivedAt,
      at: workspace.now(),
      method,
      channel,
      ok: error === undefined,
      error,
      args: readable(call.args),
      isDone: done !== undefined,
      message: typeof done?.ts === "string" ? done.ts : undefined,
      retryAfterS: retryAfter === undefined ? undefined : Number(retryAfter),
      fault,
    });
    workspace.tell({ kind: "call", channelId: channel });
    await passing(oneWayMs);
    if (typeof reply !== "string") response.status(reply.status).set(reply.headers).json(reply.body);
    else if (reply.startsWith("drop")) request.socket.resetAndDestroy();
  }

  /** What the caller gets, or why it gets nothing. */
  async function meet(how: How | undefined, act: () => Outcome): Promise<Outcome | (How & string)> {
    if (how === undefined) return act();
    if (how === "dropBefore" || how === "hangBefore") return how;
    if (how === "dropAfter" || how === "hang") {
      act();
      return how;
    }
    if (how === "errorAfter") {
      act();
      return refused("internal_error");
    }
    if ("error" in how) return refused(how.error, how.needed === undefined ? {} : { needed: how.needed });
    if ("status" in how) return httpFault(how);
    if ("statusAfter" in how) {
      act();
      return httpFault({ status: how.statusAfter });
    }
    await ("after" in how ? how.after : delay(how.delayMs));
    return act();
  }

  function outcome(call: Call, channel: string | undefined): Outcome {
    const trouble = tokenTrouble(METHODS.get(call.method), call.token, there);
    if (trouble) return refused(trouble);
    const waitS = isLimited ? limits.secondsToWait(call.method, channel) : 0;
    if (waitS > 0) return httpFault({ status: 429, retryAfterS: waitS });
    try {
      const answer = callMethod(call.method, call.args, { ...there, scopes: installation.scopes });
      return { status: 200, headers: headers(), body: { ok: true, ...answer } };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { messages, needed } = error.details;
      return refused(error.error, {
        ...(messages && { response_metadata: { messages } }),
        ...(needed && { needed, provided: headers()["x-oauth-scopes"] }),
      });
    }
  }

  const refused = (error: string, more: object = {}): Outcome => ({
    status: 200,
    headers: headers(),
    body: { ok: false, error, ...more },
  });

  const httpFault = ({ status, retryAfterS }: { status: number; retryAfterS?: number }): Outcome => ({
    status,
    headers: retryAfterS === undefined ? {} : { "Retry-After": String(retryAfterS) },
    body: { ok: false, error: status === 429 ? "ratelimited" : `http_${status}` },
  });

  return { answer, calls, faults };
}

async function passing(ms: number): Promise<void> {
  if (ms > 0) await delay(ms);
}

/** Arguments with their JSON read, so that a test can look into blocks. */
function readable(args: Record<string, unknown>): Record<string, unknown> {
  const read = (value: unknown) =>
    typeof value === "string" && /^[[{]/.test(value) ? (parseJson(value) ?? value) : value;
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, read(value)]));
}
