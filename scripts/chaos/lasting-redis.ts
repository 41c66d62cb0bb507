import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { startRedis } from "../redis.mjs";

export type LastingRedis = Awaited<ReturnType<typeof openLastingRedis>>;

/** A Redis that finds again what it acknowledged, however often it is killed. Its troubles come one after another. */
export async function openLastingRedis() {
  const dir = mkdtempSync(join(tmpdir(), "chaos-"));
  const start = () => startRedis({ dir, appendonly: true });
  const forget = () => rmSync(dir, { recursive: true, force: true });
  process.on("exit", forget); // Redis itself ends with us
  let server = await start();
  let queue = Promise.resolve();
  const troubles: { from: number; to: number }[] = [];

  async function inTrouble(trouble: () => Promise<void>) {
    const times = { from: Date.now(), to: Number.POSITIVE_INFINITY };
    troubles.push(times);
    await trouble().finally(() => {
      times.to = Date.now();
    });
  }
  const troubled = (trouble: () => Promise<void>) => {
    queue = queue.then(() => inTrouble(trouble));
    return queue;
  };
  const asked = async (...command: [string, ...string[]]) => {
    const redis = connectRedis(server.url);
    try {
      await whenReady(redis, 5_000);
      await redis.call(...command);
    } finally {
      redis.disconnect();
    }
  };

  return {
    url: server.url,
    socketPath: server.url.slice("unix://".length),
    /** Since the beginning, also one that is not over. */
    troubles: troubles as readonly { from: number; to: number }[],
    killedFor: (ms: number) =>
      troubled(async () => {
        await server.stop();
        await sleep(ms);
        server = await start();
      }),
    frozenFor: (ms: number) =>
      troubled(async () => {
        process.kill(server.pid, "SIGSTOP");
        await sleep(ms);
        process.kill(server.pid, "SIGCONT");
      }),
    fullFor: (ms: number) =>
      troubled(async () => {
        await asked("CONFIG", "SET", "maxmemory", "1");
        await sleep(ms);
        await asked("CONFIG", "SET", "maxmemory", "0");
      }),
    async close() {
      await server.stop();
      process.off("exit", forget);
      forget();
    },
  };
}
