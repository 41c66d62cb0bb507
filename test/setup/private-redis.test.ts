import { deepEqual, equal, match, notEqual, rejects } from "node:assert/strict";
import { appendFileSync, globSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { Redis } from "ioredis";
import { ensurePrivateRedis } from "../../scripts/redis.mjs";
import { deadPid, elsewhere, end, eventually, isAlive, pidIn, temporaryFolder, workersIn } from "./machine.ts";

describe("the private Redis", () => {
  test("is one, however many processes ask for it at once", async (t) => {
    const dataDir = ownDataDir(t);
    const asked = Array.from({ length: 5 }, () =>
      elsewhere("redis.mjs", `console.log(await it.ensurePrivateRedis({ dataDir: ${JSON.stringify(dataDir)} }))`),
    );
    const answers = await Promise.all(asked.map(({ ended }) => ended));
    deepEqual(
      answers.map(({ code, stdout, stderr }) => ({ code, stdout, stderr })),
      answers.map(() => ({ code: 0, stdout: `unix://${dataDir}/redis/redis.sock\n`, stderr: "" })),
    );
    deepEqual(workersIn(dataDir), [serverIn(dataDir)]);
  });

  test("outlives who started it, and is shared by who comes later", async (t) => {
    const dataDir = ownDataDir(t);
    await elsewhere("redis.mjs", `await it.ensurePrivateRedis({ dataDir: ${JSON.stringify(dataDir)} })`).ended;
    const first = serverIn(dataDir);
    await ensurePrivateRedis({ dataDir });
    equal(serverIn(dataDir), first);
    equal(isAlive(first), true);
  });

  test("keeps every acknowledged write and refuses to forget any, for it may be killed", async (t) => {
    const dataDir = ownDataDir(t);
    const url = await ensurePrivateRedis({ dataDir });
    const setting = (name: string) => say(url, (redis) => redis.config("GET", name));
    deepEqual(await setting("appendonly"), ["appendonly", "yes"]);
    deepEqual(await setting("appendfsync"), ["appendfsync", "always"]);
    deepEqual(await setting("maxmemory-policy"), ["maxmemory-policy", "noeviction"]);
  });

  test("comes back with everything after kill -9, also when its last write was torn", async (t) => {
    const dataDir = ownDataDir(t);
    await say(await ensurePrivateRedis({ dataDir }), (redis) => redis.set("kept", "yes"));
    const killed = serverIn(dataDir);
    await end(killed);
    for (const file of globSync(join(dataDir, "redis/appendonlydir/*.incr.aof"))) {
      appendFileSync(file, "*3\r\n$3\r\nSET\r\n$4\r\nto");
    }
    equal(await say(await ensurePrivateRedis({ dataDir }), (redis) => redis.get("kept")), "yes");
    notEqual(serverIn(dataDir), killed);
  });

  test("works in a folder whose name is too long for a socket", async (t) => {
    const dataDir = ownDataDir(t, "long-".repeat(30));
    const url = await ensurePrivateRedis({ dataDir });
    t.after(() => rmSync(dirname(url.slice("unix://".length)), { recursive: true }));
    match(url, /^unix:\/\/\/tmp\/redis-[0-9a-f]{16}\/redis\.sock$/);
    equal(await say(url, (redis) => redis.ping()), "PONG");
    equal(await ensurePrivateRedis({ dataDir }), url);
  });

  test("does not wait for a process that died while it started one", async (t) => {
    const dataDir = ownDataDir(t);
    mkdirSync(join(dataDir, "redis.lock"), { recursive: true });
    writeFileSync(join(dataDir, `redis.lock/${deadPid()}-gone`), "");
    equal(await say(await ensurePrivateRedis({ dataDir }), (redis) => redis.ping()), "PONG");
    deepEqual(readdirSync(join(dataDir, "redis.lock")), []);
  });

  test("is started though its old process number belongs to somebody else now", async (t) => {
    const dataDir = ownDataDir(t);
    mkdirSync(join(dataDir, "redis"), { recursive: true });
    writeFileSync(join(dataDir, "redis/redis.pid"), `${process.pid}\n`);
    equal(await say(await ensurePrivateRedis({ dataDir }), (redis) => redis.ping()), "PONG");
  });

  test("is out of reach of a Ctrl-C or whatever else ends the terminal's processes", async (t) => {
    const dataDir = ownDataDir(t);
    const code = `console.log(await it.ensurePrivateRedis({ dataDir: ${JSON.stringify(dataDir)} })); setInterval(() => {}, 1000)`;
    const user = elsewhere("redis.mjs", code, { detached: true });
    const url = await eventually(() => user.printed().trim());
    process.kill(-(user.child.pid ?? 0), "SIGKILL"); // as Ctrl-C does: everybody in the group of who started it
    await user.ended;
    equal(await say(url, (redis) => redis.ping()), "PONG");
  });

  test("is not joined by a second one at its data when it cannot be reached", async (t) => {
    const dataDir = ownDataDir(t);
    await ensurePrivateRedis({ dataDir });
    rmSync(join(dataDir, "redis/redis.sock"));
    await rejects(ensurePrivateRedis({ dataDir, waitMs: 100 }), /A Redis works in .* but does not answer/);
    deepEqual(workersIn(dataDir), [serverIn(dataDir)]);
  });

  test("is not doubled while it is frozen, but waited for", async (t) => {
    const dataDir = ownDataDir(t);
    await ensurePrivateRedis({ dataDir });
    const pid = serverIn(dataDir);
    process.kill(pid, "SIGSTOP");
    const asked = ensurePrivateRedis({ dataDir });
    await eventually(() => readdirSync(join(dataDir, "redis.lock")).length > 0);
    process.kill(pid, "SIGCONT");
    equal(await say(await asked, (redis) => redis.ping()), "PONG");
    deepEqual(workersIn(dataDir), [pid]);
  });

  test("says why when it cannot start", async (t) => {
    const dataDir = ownDataDir(t);
    const server = join(dataDir, "no-such-server");
    const { code, stderr } = await elsewhere(
      "redis.mjs",
      `await it.ensurePrivateRedis(${JSON.stringify({ dataDir, server })}).catch(({ message }) => { console.error(message); process.exit(1) })`,
    ).ended;
    equal(code, 1);
    match(stderr, /^Redis did not start in .*redis:\n.*no-such-server/);
  });

  for (const [variable, place] of [
    ["DYNO", "Heroku"],
    ["KUBERNETES_SERVICE_HOST", "Kubernetes"],
  ]) {
    test(`is refused on ${place}, where its disk would not last`, async (t) => {
      const dataDir = ownDataDir(t);
      const code = `await it.ensurePrivateRedis({ dataDir: ${JSON.stringify(dataDir)} }).catch(({ message }) => console.log(message))`;
      const { stdout } = await elsewhere("redis.mjs", code, { env: { ...process.env, [`${variable}`]: "1" } }).ended;
      match(stdout, new RegExp(`The disk of ${place} does not last.*set REDIS_URL`, "s"));
      deepEqual(readdirSync(dataDir), []);
    });
  }
});

function ownDataDir(t: TestContext, name = "data"): string {
  const dataDir = join(temporaryFolder(t), name);
  mkdirSync(dataDir);
  return dataDir;
}

function serverIn(dataDir: string): number {
  return pidIn(join(dataDir, "redis/redis.pid"));
}

async function say<T>(url: string, command: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ path: url.slice("unix://".length) });
  try {
    return await command(redis);
  } finally {
    redis.disconnect();
  }
}
