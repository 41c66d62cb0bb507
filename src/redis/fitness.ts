import { trouble } from "../trouble.ts";
import type { RedisClient } from "./connect.ts";
import { persistently } from "./script.ts";

export interface RedisFitness {
  /** Reasons not to use this Redis at all. */
  faults: string[];
  warnings: string[];
}

const OLDEST_VERSION = [6, 2] as const;

/** Whether this Redis may keep facts for years; of a Cluster every master must be fit. */
export async function fitness(redis: RedisClient): Promise<RedisFitness> {
  const all = (await everyInfo(redis)).map(fitnessOf);
  return {
    faults: [...new Set(all.flatMap(({ faults }) => faults))],
    warnings: [...new Set(all.flatMap(({ warnings }) => warnings))],
  };
}

type Info = ReadonlyMap<string, string>;

/** From INFO, because CONFIG is often forbidden on managed servers. */
async function everyInfo(redis: RedisClient): Promise<Info[]> {
  const servers = "nodes" in redis ? redis.nodes("master") : [redis];
  const infos = await Promise.all(servers.map((server) => server.info()));
  return infos.map((info) => new Map(info.split("\r\n").map((line) => line.split(":", 2) as [string, string])));
}

function fitnessOf(info: Info): RedisFitness {
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

/** For asking again and again: rejects with a sentence when this Redis is not fit any more, and logs that once. */
export function fitnessWatch(redis: RedisClient): () => Promise<void> {
  const unfitness = trouble("Redis may lose what it keeps", "Redis loses nothing any more");
  return async () => {
    const { faults } = await fitness(redis).catch(() => {
      throw new Error("does not answer");
    });
    if (faults.length === 0) return unfitness.over();
    const err = new Error(faults.join("; "));
    unfitness.met(err);
    throw err;
  };
}

/** Resolves when facts can be kept now; rejects with a sentence that says why not. A Redis that answers may be full. */
export async function takesWrites(redis: RedisClient, probe: string): Promise<void> {
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
  ["NOREPLICAS", "has too few replicas in reach to take writes"],
  ["CLUSTERDOWN", "is a Cluster of which a part is missing"],
] as const;
