import { deepEqual, equal, match } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import {
  end,
  eventually,
  launch,
  temporaryFolder,
  workersIn,
  writeFiles,
  writeProgram,
  writeProject,
} from "./machine.ts";

const SHOW_REDIS = "console.log(process.env.REDIS_URL)";
const ELSEWHERE = { REDIS_URL: "redis://elsewhere:6379" };

const oldNode = findOldNode();
const withOldNode = oldNode ? {} : { skip: "there is no node older than 24 on this machine" };

describe("npm start on a fresh clone", () => {
  test("installs the packages first, and only once", async (t) => {
    const { start } = project(t);
    match((await start().ended).stderr, /^Installing the packages/);
    deepEqual(await start().ended, { code: 0, signal: null, stdout: "redis://elsewhere:6379\n", stderr: "" });
  });

  test("installs them once when started several times at once", async (t) => {
    const { start } = project(t);
    const starts = await Promise.all([start(), start(), start()].map(({ ended }) => ended));
    deepEqual(new Set(starts.map(({ code }) => code)), new Set([0]));
    equal(starts.filter(({ stderr }) => stderr.includes("Installing")).length, 1);
  });

  test("installs them again when others are asked for", async (t) => {
    const { folder, start } = project(t);
    await start().ended;
    writeProject(folder, SHOW_REDIS, {}, "1.1.0");
    match((await start().ended).stderr, /^Installing/);
  });

  test("installs them again when that was cut short", async (t) => {
    const { folder, start } = project(t);
    const halfDone = join(folder, "node_modules/product/package.json");
    writeProgram(
      join(folder, "slow/npm"),
      `mkdir -p ${dirname(halfDone)}; cp product/package/* ${halfDone}; exec sleep 60`,
    );
    const first = start({ env: { PATH: `${join(folder, "slow")}:${process.env.PATH}` } });
    await eventually(() => existsSync(halfDone));
    first.child.kill("SIGKILL");
    for (const pid of workersIn(folder)) await end(pid);
    match((await start().ended).stderr, /^Installing/);
    equal((await start().ended).stderr, "");
  });

  test("leaves an installation without development tools as it is", async (t) => {
    const { folder, start } = project(t);
    spawnSync("npm", ["ci", "--omit=dev", "--loglevel=silent"], { cwd: folder });
    equal((await start().ended).stderr, "");
    deepEqual(readdirSync(join(folder, "node_modules")).sort(), [".package-lock.json", "product"]);
  });

  test("leaves the right packages alone whoever put them there", async (t) => {
    const { folder, start } = project(t);
    writeFiles(folder, { "node_modules/product/package.json": '{"name":"product","version":"1.0.0"}' });
    deepEqual(await start().ended, { code: 0, signal: null, stdout: "redis://elsewhere:6379\n", stderr: "" });
  });

  test("says what to do when they cannot be installed", async (t) => {
    const { folder, start } = project(t);
    rmSync(join(folder, "product-1.0.0.tgz"));
    const { code, stderr } = await start().ended;
    equal(code, 1);
    match(stderr, /`npm ci.*` failed:.*product-1\.0\.0\.tgz.*Is the npm registry within reach\?/s);
    equal(/^\s+at /m.test(stderr), false, "without a stack trace");
  });
});

describe("with an old node", withOldNode, () => {
  test("npm start goes on under the node among the packages", async (t) => {
    const { folder, start } = project(t, { main: "const v: string = process.version; console.log(v)" });
    await start().ended;
    mkdirSync(join(folder, "node_modules/node/bin"), { recursive: true });
    symlinkSync(process.execPath, join(folder, "node_modules/node/bin/node"));
    deepEqual(await start({ node: oldNode }).ended, {
      code: 0,
      signal: null,
      stdout: `${process.version}\n`,
      stderr: "",
    });
  });

  test("npm start says which one is needed if there is none among the packages", async (t) => {
    const { code, stderr } = await project(t).start({ node: oldNode }).ended;
    equal(code, 1);
    match(stderr, /Node 24 or newer is needed, and this is \d+\.\d+\.\d+\./);
    equal(/^\s+at /m.test(stderr), false, "without a stack trace");
  });
});

describe("the Redis of npm start", () => {
  test("is the one in REDIS_URL, and no other is started", async (t) => {
    const { folder, start } = project(t);
    equal((await start().ended).stdout, "redis://elsewhere:6379\n");
    equal(existsSync(join(folder, ".data/redis")), false);
  });

  test("is the one in .env, unless the environment names another", async (t) => {
    const { start } = project(t, { files: { ".env": "REDIS_URL=redis://in-env-file:6379\n" } });
    equal((await start({ env: { REDIS_URL: undefined } }).ended).stdout, "redis://in-env-file:6379\n");
    equal((await start().ended).stdout, "redis://elsewhere:6379\n");
  });

  test("is else a private one under DATA_DIR, also when REDIS_URL is left empty", async (t) => {
    const { start } = project(t, { files: { ".env": "DATA_DIR=kept\nREDIS_URL=\n" } });
    const { stdout, stderr } = await start({ env: { REDIS_URL: undefined } }).ended;
    match(stdout, /^unix:\/\/\/.*\/kept\/redis\/redis\.sock\n$/);
    equal(stderr.replace(/^Installing.*\n/, ""), "");
  });
});

describe("what npm start runs", () => {
  test("decides how it ends", async (t) => {
    equal((await project(t, { main: "process.exit(7)" }).start().ended).code, 7);
    equal((await project(t, { main: "process.kill(process.pid, 'SIGKILL')" }).start().ended).code, 128 + 9);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`is told of ${signal} once, and has its time to finish`, async (t) => {
      const { start } = project(t, { main: finishesAfter(signal) });
      const started = start();
      await eventually(() => started.printed().includes("up"));
      started.child.kill(signal);
      await eventually(() => started.printed().includes("told"));
      started.child.kill(signal);
      const { code, stdout } = await started.ended;
      deepEqual([code, stdout], [0, "up\ntold\nfinished\n"]);
    });
  }

  test("is told of SIGTERM also when only npm is, as a container does", async (t) => {
    const { folder } = project(t, { main: finishesAfter("SIGTERM") });
    const started = launch("npm", ["start"], { cwd: folder, env: { ...process.env, ...ELSEWHERE } });
    await eventually(() => started.printed().includes("up"));
    started.child.kill("SIGTERM");
    await eventually(() => started.printed().includes("finished"));
    await started.ended;
    await eventually(() => workersIn(folder).length === 0);
  });

  test("gets the arguments as they were given", async (t) => {
    const { start } = project(t, { main: "console.log(process.argv.slice(2))" });
    equal((await start({ args: ["--to", "a b"] }).ended).stdout, "[ '--to', 'a b' ]\n");
  });

  test("is one of the commands there are", async (t) => {
    const { code, stderr } = await project(t).start({ command: "constructor" }).ended;
    equal(code, 1);
    match(stderr, /^Say what to run: npm run start, /);
  });
});

/** Counts how often it is told, and takes so long that a second time would be seen. */
function finishesAfter(signal: string): string {
  return `
    process.on("${signal}", () => { console.log("told"); setTimeout(() => { console.log("finished"); process.exit(0) }, 100) });
    setInterval(() => {}, 1000);
    console.log("up");`;
}

function project(
  t: TestContext,
  { main = SHOW_REDIS, files = {} }: { main?: string; files?: Record<string, string> } = {},
) {
  const folder = temporaryFolder(t);
  writeProject(folder, main, files);
  type Start = { command?: string; args?: string[]; env?: NodeJS.ProcessEnv; node?: string | undefined };
  const start = ({ command = "start", args = [], env = {}, node = process.execPath }: Start = {}) =>
    launch(node, [join(folder, "scripts/run.mjs"), command, ...args], {
      env: { ...process.env, ...ELSEWHERE, ...env },
    });
  return { folder, start };
}

function findOldNode(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/usr/local/bin"];
  return folders
    .map((folder) => join(folder, "node"))
    .filter((path) => existsSync(path))
    .find((path) => Number.parseInt(`${spawnSync(path, ["-p", "process.versions.node"]).stdout}`, 10) < 24);
}
