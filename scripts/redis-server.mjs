import { join } from "node:path";
import { bringFromDebian } from "./debian.mjs";
import { dataDirectory, everyPath, firstExecutable, programFolders } from "./places.mjs";

const NAMES = ["redis-server", "valkey-server"];
const HOMEBREW = ["/opt/homebrew/bin", "/usr/local/bin"];

const HOW_TO_GET_ONE = `The notifier keeps what Zoom tells it in Redis. Do one of these:
  - install Redis: \`brew install redis\`, or redis-server (or valkey-server) from your system's packages
  - run one: \`docker run -d -p 127.0.0.1:6379:6379 redis redis-server --appendonly yes\`,
    and set REDIS_URL=redis://127.0.0.1:6379
  - set REDIS_URL, in the environment or in .env, to one you have`;

/** A redis-server to start: the one found, else one brought from Debian's packages; else an error that says what to do. */
export async function ensureRedisServer(where = {}) {
  return findRedisServer(where) ?? (await fetchRedisServer(where));
}

/** The redis-server or valkey-server of this machine, or the one brought before, or undefined. REDIS_SERVER is believed. */
export function findRedisServer({ dataDir = dataDirectory(), folders = [...programFolders(), ...HOMEBREW] } = {}) {
  if (process.env.REDIS_SERVER) return process.env.REDIS_SERVER;
  return firstExecutable(everyPath([...folders, home(dataDir)], NAMES));
}

/** Brings a redis-server from Debian's packages, without root; else an error that says how else to get one. */
export async function fetchRedisServer({ dataDir = dataDirectory() } = {}) {
  console.error("Bringing a redis-server (once, about 2 MB) …");
  try {
    return await bringFromDebian({
      folder: home(dataDir),
      packages: ["redis-server"],
      program: "usr/bin/redis-server",
    });
  } catch (error) {
    const message = `There is no Redis here, and it could not be brought with apt. ${error.message}\n${HOW_TO_GET_ONE}`;
    throw new Error(message, { cause: error });
  }
}

function home(dataDir) {
  return join(dataDir, "redis-bin");
}
