import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";

/** Whoever sends slowly is cut off: headers within 6 s, all within 9 s, looked at every second. */
const SLOW_SENDERS = { headersTimeout: 6_000, requestTimeout: 9_000, connectionsCheckingInterval: 1_000 };

/** While nothing comes and nothing is taken; longer than any answer of ours takes. */
const SILENT_MS = 7_000;

/** A server on which no connection can last for ever by what it sends or does not take, nor keep the others waiting. */
export function guardedServer(listener: RequestListener, { mostConnections = 4_000 } = {}): Server {
  const server = createServer(SLOW_SENDERS).setTimeout(SILENT_MS);
  answerInTurn(server, listener);
  boundCrowd(server, mostConnections);
  return server;
}

/** From the head of a request to the end of its answer, also for who takes a byte of it now and then. */
const ANSWERED_WITHIN_MS = 10_000;
/** On all connections together. Who waits for each answer before asking again never has one waiting. */
const MOST_WAITING = 5_000;

/**
 * Works on one request of a connection at a time and reads no more meanwhile: Node would begin all that a client sends
 * in one breath, tens of thousands, before it looked at anybody else. Who does not take an answer is cut off.
 */
function answerInTurn(server: Server, listener: RequestListener): void {
  const lines = new WeakMap<Socket, Line>();
  let waitingInAll = 0;

  server.on("connection", (socket) => {
    const line: Line = { isBusy: false, freeSince: performance.now(), waiting: [] };
    lines.set(socket, line);
    hangUpOnIdle(socket, line);
    socket.on("resume", () => line.waiting.length > 0 && socket.pause()); // Node resumes after each answer
    socket.once("close", () => {
      waitingInAll -= line.waiting.splice(0).length;
    });
  });

  server.on("request", (request, response) => {
    const { socket } = request;
    const line = lines.get(socket);
    if (!line || socket.destroyed) return;
    const asked = performance.now();

    const answer = () => {
      if (socket.destroyed) return;
      line.isBusy = true;
      const patience = setTimeout(() => socket.destroy(), asked + ANSWERED_WITHIN_MS - performance.now());
      response.once("close", () => {
        clearTimeout(patience);
        nextOne();
      });
      listener(request, response);
    };
    const nextOne = () => {
      const next = line.waiting.shift();
      line.isBusy = next !== undefined;
      line.freeSince = performance.now();
      if (!next) return;
      waitingInAll -= 1;
      if (line.waiting.length === 0) socket.resume(); // its body may still be on its way
      setImmediate(next); // first everybody else has a turn
    };

    if (!line.isBusy) answer();
    else if (waitingInAll === MOST_WAITING) socket.destroy();
    else {
      waitingInAll += 1;
      line.waiting.push(answer);
      socket.pause();
    }
  });
}

interface Line {
  isBusy: boolean;
  freeSince: number;
  waiting: (() => void)[];
}

/** Who sends a byte now and then that begins no request is as idle as who sends none. */
const IDLE_MS = 8_000;

function hangUpOnIdle(socket: Socket, line: Line): void {
  const timer = setTimeout(() => {
    if (line.isBusy || performance.now() - line.freeSince < IDLE_MS) timer.refresh();
    else socket.destroy();
  }, IDLE_MS).unref();
  socket.once("close", () => clearTimeout(timer));
}

/** Of too many connections the one goes that asked nothing for the longest time: no idle crowd shuts out Zoom. */
function boundCrowd(server: Server, most: number): void {
  const crowd = new Set<Socket>();
  server.on("connection", (socket) => {
    const [longest] = crowd.size === most ? crowd : [];
    longest?.destroy();
    if (longest) crowd.delete(longest);
    crowd.add(socket);
    socket.once("close", () => crowd.delete(socket));
  });
  server.on("request", ({ socket }) => {
    crowd.delete(socket);
    crowd.add(socket);
  });
}
