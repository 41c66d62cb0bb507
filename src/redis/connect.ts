import type { EventEmitter } from "node:events";
import { Cluster, Redis } from "ioredis";
import { trouble } from "../trouble.ts";
import { type RedisAddress, redisAddress } from "./address.ts";

/** One server, the master that Sentinels name, or a Cluster. All our keys share a slot, so scripts work on each. */
export type RedisClient = Redis | Cluster;

/** A command may take this long: with a frozen Redis the webhook must still answer Zoom in time. */
export const COMMAND_TIMEOUT_MS = 1_500;
/** A connection on which nothing comes back for so long leads nowhere, and there may be a new master by now. */
const SILENT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 2_000;

/** On one connection: no silent second try, and no waiting for what does not come. */
const FAIL_FAST = {
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: COMMAND_TIMEOUT_MS,
  socketTimeout: SILENT_MS,
  connectTimeout: CONNECT_TIMEOUT_MS,
  disconnectTimeout: 100, // a frozen server never says goodbye
  maxLoadingRetryTime: 500,
  reconnectOnError: ({ message }: Error) => message.startsWith("READONLY"), // it was the master until now
};

const nextTryInMs = (attempt: number) => Math.min(50 * attempt, 1_000);

/**
 * A connection that fails fast: no queue while it is down, no silent second try (every script of ours may be run
 * twice, but who runs it again is decided where the answer is awaited). It reconnects by itself for ever, and follows
 * the master. `ca`: the PEM of who signed the certificates; else those that node trusts. Throws on a wrong url.
 */
export function connectRedis(url: string, ca?: string): RedisClient {
  const redis = clientFor(redisAddress(url), ca);
  const absence = trouble("Redis cannot be reached: nothing is kept or sent until it can", "Redis is back");
  redis.on("error", absence.met);
  redis.on("ready", absence.over);
  return redis;
}

function clientFor(address: RedisAddress, ca: string | undefined): RedisClient {
  const alone = { ...FAIL_FAST, enableOfflineQueue: false, retryStrategy: nextTryInMs };
  if (address.kind === "socket") return new Redis({ ...alone, path: address.path });
  const tls = address.isEncrypted ? { ...(ca && { ca }) } : undefined;
  const access = { ...address.as, ...(tls && { tls }) };
  switch (address.kind) {
    case "server":
      return new Redis({ ...alone, ...address.at, ...access, db: address.db });
    case "sentinel":
      return new Redis({
        ...alone,
        ...access,
        db: address.db,
        name: address.master,
        sentinels: address.sentinels,
        ...(address.sentinelAs.username && { sentinelUsername: address.sentinelAs.username }),
        ...(address.sentinelAs.password && { sentinelPassword: address.sentinelAs.password }),
        ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
        sentinelCommandTimeout: 1_000, // a frozen Sentinel must not hide the others
        sentinelRetryStrategy: nextTryInMs,
      });
    case "cluster":
      return new Cluster(address.nodes, {
        redisOptions: { ...FAIL_FAST, ...access },
        enableOfflineQueue: false,
        clusterRetryStrategy: nextTryInMs,
        maxRedirections: 8,
        slotsRefreshInterval: 5_000, // a frozen master answers nobody "MOVED"
        dnsLookup: (host, found) => found(null, host), // certificates are for names
      });
  }
}

/** Resolves when the connection is usable; rejects with advice as soon as it cannot be, or after `withinMs`. */
export async function whenReady(redis: RedisClient, withinMs: number): Promise<void> {
  if (redis.status === "ready") return;
  const events: EventEmitter = redis;
  await new Promise<void>((resolve, reject) => {
    let last = "";
    const meet = (err: Error) => {
      last = ` (${err.message})`;
      const advice = HOPELESS.find(([sign]) => sign.test(`${err.message} ${"code" in err && err.code}`));
      if (advice) end(new Error(advice[1]));
    };
    const end = (err?: Error) => {
      clearTimeout(timer);
      for (const event of TROUBLES) events.off(event, meet);
      events.off("ready", end);
      if (err) reject(err);
      else resolve();
    };
    const timer = setTimeout(() => end(new Error(`${NO_ANSWER}${last}`)), withinMs);
    for (const event of TROUBLES) events.on(event, meet);
    events.once("ready", end);
  });
}

const NO_ANSWER =
  "Redis does not answer: is it running, and is REDIS_URL right? Where it speaks TLS, REDIS_URL begins with rediss, " +
  "and REDIS_CA tells who signed its certificate if that is nobody this machine trusts.";

const TROUBLES = ["error", "node error", "sentinelError"];

/** What waiting does not mend, by what libraries call it. */
const HOPELESS: [RegExp, string][] = [
  [
    /self.signed|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|unable to (verify|get issuer)/,
    "The certificate of Redis is signed by nobody this machine trusts: set REDIS_CA to the PEM file of who signed it.",
  ],
  [/ALTNAME_INVALID|altnames/, "The certificate of Redis is for another host than REDIS_URL names."],
  [/certificate has expired|CERT_HAS_EXPIRED/, "The certificate of Redis has expired."],
  [/WRONGPASS|NOAUTH|NOPERM/, "Redis refuses the user and password of REDIS_URL, or some of what we ask of it."],
  [/No such master|invalid reply: null/, "Redis' Sentinels know no master of the name that REDIS_URL ends with."],
];
