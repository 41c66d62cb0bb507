export { ensureRedisServer, fetchRedisServer, findRedisServer } from "./redis-server.mjs";

/** `url` is `unix://` and an absolute path as it is, nothing escaped. */
export function ensurePrivateRedis(options?: {
  dataDir?: string;
  server?: string;
  /** How long a Redis that is there may take to answer: it may be loading. */
  waitMs?: number;
}): Promise<string>;

export function startRedis(options?: {
  /** Where it works and keeps its data; else a temporary folder that `stop` takes away. */
  dir?: string;
  /** A port of the loopback interface, 0 for a free one; else a unix socket. */
  port?: number;
  /** Whether acknowledged writes are still there when it is started in the same `dir` again. */
  appendonly?: boolean;
  server?: string;
  /** More arguments for redis-server. */
  options?: string[];
}): Promise<StartedRedis>;

export type StartedRedis = {
  /** `unix://` and an absolute path as it is, nothing escaped, or `redis://127.0.0.1:` and a port. */
  url: string;
  pid: number;
  /** Ends it at once, also a frozen one. Asking twice is harmless. */
  stop(): Promise<void>;
};
