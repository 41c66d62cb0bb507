import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const TROUBLE_LASTS_MS = 15_000;

/** One process' way to Redis, which may be slow, silent, or break at the worst moment. */
export async function openRedisWire(socketPath: string) {
  let delayMs = 0;
  let silence: Promise<void> | undefined;
  let cut: "before" | "after" | undefined;
  let troubledAt = Number.NEGATIVE_INFINITY;
  const sockets = new Set<Socket>();

  /** Passes chunks on in their order, each when it may go. */
  function pass(from: Socket, to: Socket, meet: (chunk: Buffer) => boolean) {
    let passed = Promise.resolve();
    from.on("data", (chunk) => {
      passed = passed.then(async () => {
        if (delayMs > 0) await sleep(delayMs);
        while (silence) await silence;
        if (meet(chunk) && !to.destroyed) to.write(chunk);
      });
    });
  }

  const server = createServer({ noDelay: true }, (client) => {
    const redis = connect(socketPath);
    let isAnswerLost = false;
    const end = () => {
      client.destroy();
      redis.destroy();
    };
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    pass(client, redis, () => {
      const isLost = cut === "before";
      isAnswerLost = cut === "after";
      if (cut) troubledAt = Date.now();
      if (isLost) end();
      cut = undefined;
      return !isLost;
    });
    pass(redis, client, () => {
      if (isAnswerLost) end();
      return !isAnswerLost;
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");

  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Breaks the connection before the next request reaches Redis, or before the answer to it is passed on. */
    cutNext(where: "before" | "after") {
      cut = where;
    },
    async slowFor(ms: number, byMs: number) {
      delayMs = byMs;
      await sleep(ms);
      delayMs = 0;
      troubledAt = Date.now();
    },
    async silentFor(ms: number) {
      const over = sleep(ms);
      silence = over;
      await over;
      silence = undefined;
      troubledAt = Date.now();
    },
    /** Whether a process may still suffer from what was done here. */
    isTroubled: () => delayMs > 0 || silence !== undefined || Date.now() - troubledAt < TROUBLE_LASTS_MS,
    /** Nothing goes wrong from now on. */
    mend() {
      cut = undefined;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
