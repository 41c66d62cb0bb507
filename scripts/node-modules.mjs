import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./command.mjs";
import { oneAtATime } from "./lock.mjs";
import { root } from "./places.mjs";

const INSTALL_WITHIN_MS = 10 * 60_000;

const unfinished = join(root, ".data/npm-unfinished");

/** Makes node_modules what package-lock.json says, and costs nothing where it is. `development` asks for the tools too. */
export async function ensureNodeModules({ development }) {
  if (isInstalled({ development })) return;
  await oneAtATime(join(root, ".data/npm.lock"), async () => {
    if (!isInstalled({ development })) await install({ development });
  });
}

function isInstalled({ development }) {
  const wanted = Object.entries(packagesIn("package-lock.json")).filter(
    ([path, { dev, optional, devOptional }]) => path && !optional && !devOptional && (development || !dev),
  );
  const installed = installedPackages() ?? (development || existsSync(unfinished) ? {} : packagesOneByOne(wanted));
  return wanted.every(([path, { version }]) => installed[path]?.version === version);
}

// npm writes this file last, so it is missing while an install runs or after one that was cut short.
function installedPackages() {
  const list = "node_modules/.package-lock.json";
  return existsSync(join(root, list)) ? packagesIn(list) : undefined;
}

// Who runs the notifier may have put its packages there by other means; those are left alone if they are the right ones.
function packagesOneByOne(wanted) {
  const read = (path) =>
    existsSync(join(root, path, "package.json")) ? readJson(join(path, "package.json")) : undefined;
  return Object.fromEntries(wanted.map(([path]) => [path, read(path)]));
}

function packagesIn(file) {
  return readJson(file).packages;
}

function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), "utf8"));
}

async function install({ development }) {
  console.error("Installing the packages of package-lock.json (npm ci) …");
  const args = ["ci", "--loglevel=error", "--no-progress", "--no-audit", "--no-fund"];
  if (development) args.push("--include=dev");
  writeFileSync(unfinished, "");
  try {
    await run("npm", args, { cwd: root, timeoutMs: INSTALL_WITHIN_MS });
  } catch (error) {
    throw new Error(`${error.message}\nIs the npm registry within reach? \`npm ci\` here shows the whole story.`);
  }
  rmSync(unfinished);
}
