// Starts one of the project's commands, also on a machine that has nothing but an old node and npm: what is missing is
// brought first. Node 18 has to be able to read this file, and it uses no package.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureNodeModules } from "./node-modules.mjs";
import { root } from "./places.mjs";

const OLDEST_NODE = 24;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

const types = ["tsc", "--noEmit"];
const lint = ["biome", "check"];
const mend = ["biome", "check", "--write"];
// more files at once than cores: most of them wait for something most of the time
const tests = ["node", "--test", "--test-reporter=spec", "--test-concurrency=3", "--test-timeout=1500000"];
const allTests = "test/**/*.test.ts";

/** What there is to run: the steps, what they need besides packages, and whether they need our development tools. */
const COMMANDS = {
  start: { tools: false, needs: ["settings", "redis"], steps: (args) => [["node", "src/main.ts", ...args]] },
  replay: { tools: false, needs: ["settings"], steps: (args) => [["node", "scripts/replay.ts", ...args]] },
  bench: { tools: true, needs: ["redis-server"], steps: (args) => [["node", "scripts/bench.ts", ...args]] },
  chaos: { tools: true, needs: ["redis-server"], steps: (args) => [["node", "scripts/chaos.ts", ...args]] },
  demo: { tools: true, needs: ["redis-server"], steps: (args) => [["node", "demo/main.ts", ...args]] },
  test: { tools: true, needs: ["redis-server", "chromium"], steps: testSteps },
  check: { tools: true, needs: ["redis-server", "chromium"], steps: () => [mend, types, [...tests, allTests]] },
};

/** Each brings what it is named after into place, and answers the variables by which the steps learn of it. */
const NEEDS = {
  settings() {
    const file = join(root, ".env");
    if (existsSync(file)) process.loadEnvFile(file); // never for tests or the demo; the environment goes first
  },
  async redis() {
    if (process.env.REDIS_URL) return;
    const { ensurePrivateRedis } = await import("./redis.mjs");
    return { REDIS_URL: await ensurePrivateRedis() };
  },
  async "redis-server"() {
    const { ensureRedisServer } = await import("./redis-server.mjs");
    return { REDIS_SERVER: await ensureRedisServer() };
  },
  async chromium() {
    const { ensureChromium } = await import("./chromium.mjs");
    try {
      return { CHROMIUM_PATH: await ensureChromium() };
    } catch (error) {
      if (process.env.CI) throw error;
      console.error(`The tests in a browser are left out. ${error.message}`);
    }
  },
};

try {
  const [name, ...args] = process.argv.slice(2);
  process.exitCode = await run(name, args);
} catch (error) {
  console.error(process.env.DEBUG ? error : error.message);
  process.exitCode = 1;
}

async function run(name, args) {
  if (!Object.hasOwn(COMMANDS, name ?? "")) {
    throw new Error(`Say what to run: npm run ${Object.keys(COMMANDS).join(", npm run ")}.`);
  }
  const { tools, needs, steps } = COMMANDS[name];
  await ensureNodeModules({ development: tools });
  if (majorOf(process.versions.node) < OLDEST_NODE) {
    return follow([newerNode(), fileURLToPath(import.meta.url), name, ...args]);
  }
  for (const need of needs) Object.assign(process.env, await NEEDS[need]());
  for (const step of steps(args)) {
    const exitCode = await follow(step);
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

function testSteps(args) {
  if (args.length === 0) return [types, lint, [...tests, allTests]];
  const namesFiles = args.some((arg) => !arg.startsWith("-"));
  return [[...tests, ...args, ...(namesFiles ? [] : [allTests])]];
}

function newerNode() {
  const brought = join(root, "node_modules/node/bin/node");
  if (existsSync(brought)) return brought;
  throw new Error(`Node ${OLDEST_NODE} or newer is needed, and this is ${process.versions.node}. Install it, or run
\`npm ci --include=dev --ignore-scripts=false\`, which brings one into node_modules.`);
}

function majorOf(version) {
  return Number.parseInt(version, 10);
}

/** Runs a step as if it were us: on our terminal, with our signals. Answers its exit code. */
function follow([program, ...args]) {
  return new Promise((resolve, reject) => {
    const path = [join(root, "node_modules/.bin"), process.env.PATH, dirname(process.execPath)].join(delimiter);
    const child = spawn(program === "node" ? process.execPath : program, args, {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: "inherit",
    });
    const passOn = passOnOnce(child);
    for (const signal of SIGNALS) process.on(signal, passOn);
    child.on("error", ({ message }) => reject(new Error(`${program} could not be started: ${message}`)));
    child.on("exit", (code, signal) => {
      for (const signal of SIGNALS) process.off(signal, passOn);
      resolve(signal ? 128 + constants.signals[signal] : code);
    });
  });
}

// A terminal sends Ctrl-C to everybody in it, and npm passes on to us what it gets: so each signal counts once.
function passOnOnce(child) {
  const passed = new Set(process.stdin.isTTY ? ["SIGINT", "SIGHUP"] : []);
  return (signal) => {
    if (!passed.has(signal)) child.kill(signal);
    passed.add(signal);
  };
}
