import { type ChildProcessByStdio, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

// What the real machine is told must not reach the ones that are made up here.
for (const name of ["DATA_DIR", "DYNO", "KUBERNETES_SERVICE_HOST", "REDIS_URL"]) delete process.env[name];

export const scripts = fileURLToPath(new URL("../../scripts", import.meta.url));

/** A folder of its own for one test. After it, what still works in there is ended, and the folder is gone. */
export function temporaryFolder(test: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "setup-")));
  test.after(async () => {
    for (const pid of workersIn(folder)) await end(pid);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The processes that work in a folder or below; where the system has no list to read, those that left their number. */
export function workersIn(folder: string): number[] {
  if (!existsSync("/proc/self/cwd")) return globSync(join(folder, "**/redis.pid")).map(pidIn).filter(isAlive);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && `${linkOf(`/proc/${name}/cwd`)}/`.startsWith(`${folder}/`))
    .map(Number);
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // it has just ended
  }
}

/** The number that a process left in a file. */
export function pidIn(file: string): number {
  return Number(readFileSync(file, "utf8"));
}

type Child = ChildProcessByStdio<null, Readable, Readable>;
export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

/** A program that runs on its own, and what came of it once it has ended. */
export function launch(program: string, args: string[], options: SpawnOptions = {}) {
  const child: Child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (part) => (stdout += part));
  child.stderr.on("data", (part) => (stderr += part));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended, printed: () => stdout };
}

/** JavaScript in another process, with everything that `module` of our scripts exports in `it`. */
export function elsewhere(module: string, code: string, options: SpawnOptions = {}) {
  const url = pathToFileURL(join(scripts, module));
  return launch(process.execPath, ["--input-type=module", "-e", `import * as it from "${url}";\n${code}`], options);
}

/** Waits until a look at the world shows what a test waits for. */
export async function eventually<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (const giveUpAt = performance.now() + 60_000; performance.now() < giveUpAt; await pause(5)) {
    const seen = await look();
    if (seen) return seen;
  }
  throw new Error(`never seen: ${look}`);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isWaitedFor(pid);
  } catch {
    return false;
  }
}

// A process that has ended but whose parent has not asked yet is still listed, on Linux as a zombie.
function isWaitedFor(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** The number of a process that no longer exists. */
export function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

/** Ends a process that this test has started. */
export async function end(pid: number, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  if (isAlive(pid)) process.kill(pid, signal);
  await eventually(() => !isAlive(pid));
}

/** A program for a made-up machine: a shell script. */
export function writeProgram(path: string, script: string): void {
  writeFiles(dirname(path), { [basename(path)]: `#!/bin/sh\n${script}\n` });
  chmodSync(path, 0o755);
}

/**
 * A small project with our set-up step and one package of each kind, which needs no network to be installed. Its
 * `npm start` is `main`.
 */
/** The lines of our own package.json, so that npm runs what it would run in earnest. */
const { scripts: ourScripts } = JSON.parse(readFileSync(join(scripts, "../package.json"), "utf8"));

export function writeProject(
  folder: string,
  main: string,
  files: Record<string, string> = {},
  version = "1.0.0",
): void {
  const [product, tool] = ["product", "tool"].map((name) => writePackage(folder, name, version));
  const about = { name: "small", version, dependencies: { product }, devDependencies: { tool } };
  const packages = {
    "": about,
    "node_modules/product": { version, resolved: product },
    "node_modules/tool": { version, resolved: tool, dev: true },
  };
  const all = {
    "package.json": JSON.stringify({ ...about, type: "module", scripts: ourScripts }),
    "package-lock.json": JSON.stringify({ name: "small", version, lockfileVersion: 3, requires: true, packages }),
    "src/main.ts": main,
    ...files,
  };
  cpSync(scripts, join(folder, "scripts"), { recursive: true });
  writeFiles(folder, all);
}

function writePackage(folder: string, name: string, version: string): string {
  writeFiles(join(folder, name), { "package/package.json": JSON.stringify({ name, version }) });
  spawnSync("tar", ["-czf", join(folder, `${name}-${version}.tgz`), "-C", join(folder, name), "package"]);
  return `file:${name}-${version}.tgz`;
}

export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}
