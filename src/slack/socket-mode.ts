import { setTimeout as sleep } from "node:timers/promises";
import type { App, Receiver } from "@slack/bolt";
import { WebAPIPlatformError, WebAPIRateLimitedError, WebClient, type WebClientOptions } from "@slack/web-api";
import { trouble } from "../trouble.ts";
import { hear } from "./hear.ts";
import { type Link, openLink } from "./link.ts";
import { onceAnswered } from "./once-answered.ts";
import type { SlackRequest } from "./request.ts";

export interface SocketSide {
  appToken: string;
  clientOptions: WebClientOptions;
  /** What somebody reads who typed or submitted what nobody here listens to. */
  unheard: (body: SlackRequest) => object | undefined;
}

export interface SocketMode extends Receiver {
  /** Resolves while Slack can reach us; rejects with a sentence that says why not. */
  works(): Promise<void>;
}

/** Who lost a connection so soon after it began waits a little before the next one. */
const LASTING_MS = 10_000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Bolt's requests over a connection that we make to Slack, so that nobody outside needs to reach us. `start` returns at
 * once and keeps a connection for ever, whatever Slack and the network do: when Slack is about to end one, the next is
 * made meanwhile. Slack's own client crashes at what it cannot read and when it cannot connect again, and is
 * away for seconds whenever Slack renews a connection (@slack/socket-mode 3.1).
 */
export function socketMode({ appToken, clientOptions, unheard }: SocketSide): SocketMode {
  const client = new WebClient(appToken, clientOptions);
  const absence = trouble(
    "Slack cannot reach us: Socket Mode is not connected. Nobody's command or button is answered until it is",
    "Socket Mode is connected again",
  );
  const links = new Set<Link>();
  const stopped = new AbortController();
  let app: App | undefined;
  let because = "not connected yet";

  const hears = onceAnswered((body, answer) => hear(app, body, unheard, answer)); // also on another connection
  const open = async (): Promise<Link> => {
    const { url = "" } = await client.apps.connections.open({});
    const link = await openLink(url, hears);
    links.add(link);
    void link.closed.then(() => links.delete(link));
    return link;
  };
  const closeAll = () => Promise.all([...links].map((link) => link.close()));

  /** One connection from before it stands until the next is needed. Tells after how long to make that. */
  const once = async (failures: number): Promise<{ failures: number; waitMs: number }> => {
    try {
      const link = await open();
      if (stopped.signal.aborted) return { failures: 0, waitMs: 0 };
      absence.over();
      const from = performance.now();
      await link.leaving;
      because = "the connection was lost";
      const isLasting = performance.now() - from > LASTING_MS;
      return isLasting ? { failures: 0, waitMs: 0 } : { failures: failures + 1, waitMs: waitMs(failures) };
    } catch (err) {
      because = reason(err);
      if (!isConnected(links)) absence.met(err);
      return { failures: failures + 1, waitMs: Math.max(askedToWaitMs(err), waitMs(failures + 1)) };
    }
  };
  const keepConnected = async () => {
    let state = { failures: 0, waitMs: 0 };
    while (!stopped.signal.aborted) {
      state = await once(state.failures);
      await rest(state.waitMs, stopped.signal);
    }
    await closeAll();
  };

  return {
    init: (bolt) => {
      app = bolt;
    },
    start: async () => void keepConnected(),
    async stop() {
      stopped.abort();
      await closeAll();
    },
    async works() {
      if (!isConnected(links)) throw new Error(because);
    },
  };
}

const isConnected = (links: ReadonlySet<Link>) => [...links].some((link) => link.isOpen());

/** Nothing after the first failure, then half a second, one, two and so on, and never quite the same. */
function waitMs(failures: number): number {
  if (failures === 0) return 0;
  return Math.min(250 * 2 ** failures, LONGEST_WAIT_MS) * (0.75 + Math.random() / 2);
}

function askedToWaitMs(err: unknown): number {
  return err instanceof WebAPIRateLimitedError ? err.retryAfter * 1_000 : 0;
}

function reason(err: unknown): string {
  if (err instanceof WebAPIPlatformError) return err.data.error;
  if (err instanceof WebAPIRateLimitedError) return "ratelimited";
  return "Slack does not answer";
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {}); // stopped meanwhile
}
