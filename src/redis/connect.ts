import { Redis } from "ioredis";
import { log } from "../log.ts";
import { persistently } from "./script.ts";

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

export interface RedisFitness {
  /** Reasons not to use this Redis at all. */
  faults: string[];
  warnings: string[];
}

const OLDEST_VERSION = [6, 2] as const;

/** Whether this Redis may keep facts for years; from INFO, because CONFIG is often forbidden on managed servers. */
export async function fitness(redis: Redis): Promise<RedisFitness> {
  const info = new Map((await redis.info()).split("\r\n").map((line) => line.split(":", 2) as [string, string]));
  const [major = 0, minor = 0] = (info.get("redis_version") ?? "0.0").split(".").map(Number);
  const isOld = major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1]);
  const policy = info.get("maxmemory_policy") ?? "unknown";
  return {
    faults: [
      ...(isOld ? [`Redis ${major}.${minor} is too old: use 6.2 or later`] : []),
      ...(info.get("role") === "master" ? [] : ["this Redis is a replica and cannot be written to: use its master"]),
      ...(policy === "noeviction" ? [] : [`maxmemory-policy is ${policy}, which loses facts: set it to noeviction`]),
    ],
    warnings:
      info.get("aof_enabled") === "1"
        ? []
        : ["append-only file is off: a crash of Redis loses facts. Set appendonly yes"],
  };
}

/** Resolves when facts can be kept now; rejects with a sentence that says why not. A Redis that answers may be full. */
export async function takesWrites(redis: Redis, probe: string): Promise<void> {
  const trouble = await persistently(ASK_FOR_MS, async () => {
    try {
      await redis.set(probe, "1", "PX", PROBE_MS);
      return undefined;
    } catch (err) {
      const refusal = NO_WRITES.find(([sign]) => `${err}`.includes(sign));
      if (!refusal) throw err;
      return refusal[1];
    }
  }).catch(() => "does not answer");
  if (trouble) throw new Error(trouble);
}

/** A connection that is just being made again is no trouble. */
const ASK_FOR_MS = 1_000;
const PROBE_MS = 60_000;
const NO_WRITES = [
  ["OOM", "is full: nothing can be kept until it has more memory"],
  ["READONLY", "is a replica now and cannot be written to"],
  ["MISCONF", "cannot write to its disk"],
] as const;
