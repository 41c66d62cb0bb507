import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { Redis } from "ioredis";
import { startRedis } from "../../scripts/redis.mjs";
import { elsewhere, end, eventually, isAlive, temporaryFolder } from "./machine.ts";

describe("a Redis of one's own", () => {
  test("works on a unix socket in a folder that goes with it", async () => {
    const own = await startRedis();
    const socket = own.url.slice("unix://".length);
    equal(await ping(new Redis({ path: socket })), "PONG");
    await own.stop();
    deepEqual([isAlive(own.pid), existsSync(dirname(socket))], [false, false]);
  });

  test("works on a free port that only this machine can reach", async () => {
    const own = await startRedis({ port: 0 });
    match(own.url, /^redis:\/\/127\.0\.0\.1:\d+$/);
    equal(await ping(new Redis(own.url)), "PONG");
    await own.stop();
  });

  test("can be killed and started again with what it kept, at the same address", async (t) => {
    const dir = temporaryFolder(t);
    const first = await startRedis({ dir, port: 0, appendonly: true });
    await withRedis(new Redis(first.url), (redis) => redis.set("kept", "yes"));
    await end(first.pid);
    const second = await startRedis({ dir, port: Number(new URL(first.url).port), appendonly: true });
    equal(second.url, first.url);
    equal(await withRedis(new Redis(second.url), (redis) => redis.get("kept")), "yes");
    await second.stop();
  });

  test("can be stopped while it is frozen, and more than once", async () => {
    const own = await startRedis();
    process.kill(own.pid, "SIGSTOP");
    await own.stop();
    await own.stop();
    equal(isAlive(own.pid), false);
  });

  for (const last of ["process.kill(process.pid, 'SIGKILL')", "process.exit(3)", "throw new Error('oops')", ""]) {
    test(`ends with the process that started it, which does ${last || "nothing more"}`, async (t) => {
      const dir = temporaryFolder(t);
      const code = `const own = await it.startRedis({ dir: ${JSON.stringify(dir)} }); console.log(own.pid); ${last}`;
      const { stdout } = await elsewhere("redis.mjs", code).ended;
      await eventually(() => !isAlive(Number.parseInt(stdout, 10)));
    });
  }

  test("says why when it cannot start", async (t) => {
    const dir = temporaryFolder(t);
    await rejects(
      startRedis({ dir, options: ["--no-such-setting", "1"] }),
      /Redis did not start in .*no-such-setting/s,
    );
    await rejects(startRedis({ dir, server: join(dir, "nothing") }), /Redis did not start in .*nothing/s);
  });
});

function ping(redis: Redis): Promise<string> {
  return withRedis(redis, () => redis.ping());
}

async function withRedis<T>(redis: Redis, command: (redis: Redis) => Promise<T>): Promise<T> {
  try {
    return await command(redis);
  } finally {
    redis.disconnect();
  }
}
