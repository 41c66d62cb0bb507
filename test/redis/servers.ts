import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

export const portOf = ({ url }: { url: string }) => Number(new URL(url).port);

/** One command to the server at a port of this machine. */
export async function ask<T>(port: number, ...[command, ...args]: [string, ...(string | number)[]]): Promise<T> {
  const redis = new Redis({ port, host: "127.0.0.1", retryStrategy: null, commandTimeout: 5_000 });
  redis.on("error", () => {}); // the command fails with it
  try {
    return (await redis.call(command, ...args)) as T;
  } finally {
    redis.disconnect();
  }
}

/** Whether a server's INFO has this in it. */
export async function says(port: number, line: string): Promise<boolean> {
  return (await ask<string>(port, "INFO")).includes(line);
}

export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > giveUpAt) throw new Error(`not within 30 s: ${what}`);
    await sleep(50);
  }
}
