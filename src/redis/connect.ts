import { Redis } from "ioredis";
import { log } from "../log.ts";

/** A command may take this long: with a frozen Redis the webhook must still answer Zoom in time. */
const COMMAND_TIMEOUT_MS = 1_500;

/**
 * A connection that fails fast: no queue while it is down, no silent second try (every script of ours may be run
 * twice, but who runs it again is decided where the answer is awaited). It reconnects by itself for ever.
 */
export function connectRedis(url: string): Redis {
  const path = url.startsWith("unix://") ? { path: url.slice("unix://".length) } : {};
  const options = {
    ...path,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2_000,
    retryStrategy: (attempt: number) => Math.min(50 * attempt, 1_000),
    reconnectOnError: ({ message }: Error) => (/READONLY/.test(message) ? 1 : false) as 1 | false,
  };
  const redis = "path" in path ? new Redis(options) : new Redis(url, options);
  let isUp = true;
  redis.on("error", (err: Error) => {
    if (isUp) log.error({ err }, "Redis cannot be reached: nothing is kept or sent until it can");
    isUp = false;
  });
  redis.on("ready", () => {
    if (!isUp) log.info("Redis is back");
    isUp = true;
  });
  return redis;
}

/** Resolves when the connection is usable; rejects with advice when it is not within `withinMs`. */
export async function whenReady(redis: Redis, withinMs: number): Promise<void> {
  if (redis.status === "ready") return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error("Redis does not answer: is it running, and is REDIS_URL right?")),
      withinMs,
    );
    redis.once("ready", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
