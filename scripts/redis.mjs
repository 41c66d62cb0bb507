import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { excerpt, run } from "./command.mjs";
import { isAlive, oneAtATime } from "./lock.mjs";
import { dataDirectory } from "./places.mjs";
import { ensureRedisServer } from "./redis-server.mjs";

export { ensureRedisServer, fetchRedisServer, findRedisServer } from "./redis-server.mjs";

const DISKS_THAT_DO_NOT_LAST = { DYNO: "Heroku", KUBERNETES_SERVICE_HOST: "Kubernetes" };
const LONGEST_SOCKET_PATH = 100; // the system's own limit is 104 bytes on macOS, 108 on Linux

const LOAD_WITHIN_MS = 60_000;
const ANSWER_WITHIN_MS = 1_000;
const LOOK_EVERY_MS = 5;

/**
 * The url of this clone's own Redis, which is started if it does not run. It outlives who started it and keeps every
 * acknowledged write on disk. However many processes ask at once, there is one.
 */
export async function ensurePrivateRedis({ dataDir = dataDirectory(), server, waitMs = LOAD_WITHIN_MS } = {}) {
  refuseDiskThatDoesNotLast();
  const home = ownFolder(join(dataDir, "redis"));
  const socket = socketFor(home);
  if ((await ask({ path: socket })) !== "ready") {
    await oneAtATime(join(dataDir, "redis.lock"), () => bringUp({ home, socket, server, waitMs }));
  }
  return `unix://${socket}`;
}

/**
 * Starts a Redis of one's own for a test or the demo: on a unix socket, or on a port of the loopback interface (0: a
 * free one). Ctrl-C in a terminal does not reach it, and it ends with the process that started it, however that ends.
 */
export async function startRedis({ dir, port, appendonly = false, server, options = [] } = {}) {
  const home = ownFolder(dir ?? mkdtempSync(join(tmpdir(), "redis-")));
  const address =
    port === undefined ? { path: socketFor(home) } : { host: "127.0.0.1", port: port || (await freePort()) };
  const program = server ?? (await ensureRedisServer());
  const child = spawnMortal(program, [...settings({ home, address, appendonly }), ...options], home);
  await untilReady(child, address, home);
  return {
    url: address.path ? `unix://${address.path}` : `redis://127.0.0.1:${address.port}`,
    pid: child.pid,
    async stop() {
      await end(child);
      if (!dir) rmSync(home, { recursive: true, force: true });
    },
  };
}

function refuseDiskThatDoesNotLast() {
  for (const [variable, place] of Object.entries(DISKS_THAT_DO_NOT_LAST)) {
    if (!process.env[variable]) continue;
    throw new Error(`The disk of ${place} does not last, and with it all that a Redis of our own would keep.
Add a Redis to this app and set REDIS_URL to it.`);
  }
}

function ownFolder(path) {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return realpathSync(path);
}

// Everybody who shares a Redis must come to the same path, so it is not in TMPDIR, which may differ between them.
function socketFor(home) {
  const socket = join(home, "redis.sock");
  if (Buffer.byteLength(socket) <= LONGEST_SOCKET_PATH) return socket;
  const name = createHash("sha256").update(home).digest("hex").slice(0, 16);
  const folder = ownFolder(`/tmp/redis-${name}`);
  if (lstatSync(folder).uid !== process.getuid()) throw new Error(`${folder} belongs to somebody else: move it away.`);
  return join(folder, "redis.sock");
}

async function bringUp({ home, socket, server, waitMs }) {
  const giveUpAt = Date.now() + waitMs;
  while (Date.now() < giveUpAt) {
    const state = await ask({ path: socket });
    if (state === "ready") return;
    if (state === "absent" && !(await isServed(home))) {
      return startLasting(server ?? (await ensureRedisServer()), home, socket);
    }
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(
    `A Redis works in ${home} but does not answer. Process ${pidIn(home)} may be it: end it, and try again.`,
  );
}

// Two servers on one append-only file would ruin it, so a socket without an answer is not proof enough.
async function isServed(home) {
  const pid = pidIn(home);
  if (!pid || !isAlive(pid)) return false;
  return /(redis|valkey)-server/.test(await commandOf(pid)); // else the number is somebody else's by now
}

function pidIn(home) {
  try {
    return Number.parseInt(readFileSync(join(home, "redis.pid"), "utf8"), 10);
  } catch {
    return undefined;
  }
}

async function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return run("ps", ["-o", "command=", "-p", pid], { timeoutMs: 5_000 }).catch(() => "");
  }
}

async function startLasting(program, home, socket) {
  const address = { path: socket };
  const log = openSync(join(home, "redis.log"), "w");
  const pidFile = join(home, "redis.pid");
  const child = spawn(program, [...settings({ home, address, appendonly: true }), "--pidfile", pidFile], {
    ...outOfReach(home),
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.on("error", () => {}); // told by untilReady
  if (child.pid) writeFileSync(pidFile, `${child.pid}\n`); // before Redis does so itself: we may die in between
  await untilReady(child, address, home);
}

// The watcher waits on a pipe that closes when we are gone. A line on it says that there is nothing left to end.
const WATCHED = '(read -r line <&3 || kill -9 $$) & exec "$@" 3<&-';

function spawnMortal(program, args, home) {
  const log = openSync(join(home, "redis.log"), "w");
  const child = spawn("/bin/sh", ["-c", WATCHED, "sh", program, ...args], {
    ...outOfReach(home),
    stdio: ["ignore", log, log, "pipe"],
  });
  closeSync(log);
  const line = child.stdio[3];
  line.on("error", () => {});
  line.unref();
  child.on("exit", () => line.end("\n"));
  return child;
}

// In a session of its own, so that Ctrl-C does not end Redis before its users have finished.
function outOfReach(home) {
  return { cwd: home, detached: true, env: { ...process.env, LC_ALL: "C" } }; // Redis 7 stops at an unknown locale
}

function settings({ home, address, appendonly }) {
  const listen = address.path
    ? ["--port", "0", "--unixsocket", address.path, "--unixsocketperm", "700"]
    : ["--port", `${address.port}`, "--bind", address.host];
  const keep = appendonly ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"];
  return [...listen, "--dir", home, ...keep, "--save", "", "--maxmemory-policy", "noeviction"];
}

async function untilReady(child, address, home) {
  child.unref();
  const giveUpAt = Date.now() + LOAD_WITHIN_MS;
  while (isRunning(child) && Date.now() < giveUpAt) {
    if ((await ask(address)) === "ready") return;
    await pause(LOOK_EVERY_MS);
  }
  await end(child);
  const log = readFileSync(join(home, "redis.log"), "utf8");
  throw new Error(`Redis did not start in ${home}:\n${excerpt(log || `${child.spawnfile} cannot be run`)}`);
}

function isRunning(child) {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function end(child) {
  if (!isRunning(child)) return;
  child.ref();
  const ended = once(child, "exit");
  child.kill("SIGKILL"); // reaches a frozen one too, and what was acknowledged with appendonly is on disk
  await ended;
}

/** Whether a Redis is there: "ready", "busy" (there, but loading or frozen), or "absent". */
function ask(address) {
  return new Promise((resolve, reject) => {
    const connection = connect(address);
    const answer = (state) => {
      connection.destroy();
      resolve(state);
    };
    connection.setTimeout(ANSWER_WITHIN_MS, () => answer("busy"));
    connection.on("connect", () => connection.write("PING\r\n"));
    connection.on("data", (reply) => answer(`${reply}`.startsWith("+PONG") ? "ready" : "busy"));
    connection.on("end", () => answer("busy"));
    connection.on("error", ({ code, message }) => {
      if (code === "EACCES") reject(new Error(`${address.path} belongs to somebody else (${message}).`));
      else answer(code === "ENOENT" || code === "ECONNREFUSED" ? "absent" : "busy");
    });
  });
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
