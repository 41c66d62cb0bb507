import { WebSocket } from "ws";
import { z } from "zod";
import { log } from "../log.ts";
import { asRequest, type SlackRequest } from "./request.ts";

/** What Slack says through a link, how it is answered, and the id that it has, also when it is said again. */
export type Hears = (
  body: SlackRequest,
  answer: (said: object | string | undefined) => void,
  envelopeId: string,
) => Promise<unknown>;

/** A connection of Socket Mode through which Slack talks to us. */
export interface Link {
  /** Resolves when another is needed: this one broke, or Slack will end it. Until it is closed it is still in use. */
  leaving: Promise<void>;
  closed: Promise<void>;
  isOpen(): boolean;
  /** Says goodbye, and does not wait for long. Doing it again is harmless. */
  close(): Promise<void>;
}

const HELLO_WITHIN_MS = 8_000;
const PING_EVERY_MS = 5_000;
const GOODBYE_MS = 1_000;
/** Slack goes on for some ten seconds after it has said that it will end a connection. */
const LET_GO_MS = 20_000;
/** What Slack sends are commands, clicks and events: kilobytes. */
const LARGEST_BYTES = 1_048_576;

/** Connects to an address that Slack gave. Resolves when Slack has said hello; rejects when it does not in time. */
export async function openLink(url: string, hears: Hears): Promise<Link> {
  const socket = new WebSocket(url, { handshakeTimeout: HELLO_WITHIN_MS, maxPayload: LARGEST_BYTES });
  const hello = Promise.withResolvers<void>();
  const leaving = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const patience = setTimeout(() => socket.terminate(), HELLO_WITHIN_MS);
  const heartbeat = beat(socket);

  let letGo: NodeJS.Timeout | undefined;
  const close = async () => {
    socket.close(1000);
    const timer = setTimeout(() => socket.terminate(), GOODBYE_MS);
    await closed.promise;
    clearTimeout(timer);
  };

  socket.on("error", hello.reject);
  socket.on("close", () => {
    clearTimeout(patience);
    clearInterval(heartbeat);
    clearTimeout(letGo);
    hello.reject(new Error("Slack ended the connection before it said hello"));
    leaving.resolve();
    closed.resolve();
  });
  socket.on("message", (data, isBinary) => {
    const said = isBinary ? undefined : envelope(String(data));
    if (said?.type === "hello") {
      clearTimeout(patience);
      hello.resolve();
    } else if (said?.type === "disconnect") {
      leaving.resolve();
      letGo ??= setTimeout(close, LET_GO_MS);
    } else receive(socket, said, hears);
  });

  await hello.promise;
  return {
    leaving: leaving.promise,
    closed: closed.promise,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    close,
  };
}

/** Ends a connection on which nothing comes back: who is cut off from Slack hears nothing of it otherwise. */
function beat(socket: WebSocket): NodeJS.Timeout {
  let isAlive = true;
  const alive = () => {
    isAlive = true;
  };
  for (const sign of ["open", "pong", "ping", "message"]) socket.on(sign, alive);
  return setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, PING_EVERY_MS);
}

/** Nothing that comes through it may break us; what cannot be read is acknowledged where that is possible. */
function receive(socket: WebSocket, said: Envelope | undefined, hears: Hears): void {
  const envelopeId = said?.envelope_id;
  const answer = (payload: object | string | undefined) => {
    if (envelopeId === undefined || socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ envelope_id: envelopeId, ...(payload && { payload: asObject(payload) }) }));
  };
  const body = asRequest(said?.payload);
  if (!body || envelopeId === undefined) {
    log.warn("something that came through Socket Mode cannot be read");
    answer(undefined);
    return;
  }
  hears(body, answer, envelopeId).catch((err: unknown) => {
    log.error({ err }, "a request from Slack could not be handled");
    answer(undefined); // sent again it would be no better
  });
}

const asObject = (said: object | string) => (typeof said === "string" ? { text: said } : said);

const Envelope = z.looseObject({
  type: z.string(),
  envelope_id: z.string().max(200).optional(),
  payload: z.unknown().optional(),
});
type Envelope = z.output<typeof Envelope>;

function envelope(text: string): Envelope | undefined {
  try {
    return Envelope.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // whoever asked is told
  }
}
