import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { run } from "./command.mjs";
import { oneAtATime } from "./lock.mjs";

const SECOND_MS = 1000;
const TRIES = 3;

// The C library belongs to the machine's own loader; with another one's nothing would start.
const NEVER = new Set(["libc6", "libc-bin"]);

/**
 * Brings a program from Debian's packages into a folder of ours and answers the path it is started by. Needs apt, but
 * neither root nor anything installed: the packages that the machine lacks are unpacked there and nothing is set up.
 * Asked twice, or by two at once, it is brought once; a half-brought folder is never there under this name.
 */
export function bringFromDebian({ folder, packages, program, environment = () => ({}), check = ["--version"] }) {
  const path = join(folder, basename(program));
  mkdirSync(dirname(folder), { recursive: true });
  return oneAtATime(`${folder}.lock`, async () => {
    if (existsSync(path)) return path;
    forgetHalfBrought(folder);
    const workshop = mkdtempSync(`${folder}.partial-`);
    const tree = join(workshop, "tree");
    try {
      await unpack(packages, workshop, tree);
      writeStarter(tree, program, environment(tree));
      await run(join(tree, basename(program)), check, { timeoutMs: 30 * SECOND_MS });
      rmSync(folder, { recursive: true, force: true });
      renameSync(tree, folder);
    } finally {
      rmSync(workshop, { recursive: true, force: true });
    }
    return path;
  });
}

function forgetHalfBrought(folder) {
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.partial-`)) rmSync(join(dirname(folder), name), { recursive: true });
  }
}

async function unpack(packages, workshop, tree) {
  const apt = writeAptSettings(workshop);
  const names = await missingPackages(apt, packages);
  const downloads = join(workshop, "downloads");
  mkdirSync(downloads);
  await run("apt-get", [...apt, "download", ...names], { cwd: downloads, timeoutMs: 300 * SECOND_MS });
  for (const file of readdirSync(downloads)) {
    await run("dpkg", ["-x", join(downloads, file), tree], { timeoutMs: 60 * SECOND_MS });
  }
}

function writeAptSettings(workshop) {
  const [lists, cache, file] = ["lists", "cache", "apt.conf"].map((name) => join(workshop, name));
  mkdirSync(join(lists, "partial"), { recursive: true });
  mkdirSync(join(cache, "archives", "partial"), { recursive: true });
  const settings = [
    `Dir::State::Lists "${lists}";`,
    `Dir::Cache "${cache}";`,
    `APT::Sandbox::User "root";`, // as root, apt would else read our folder as a user who may not
    `APT::Install-Recommends "false";`,
    `Acquire::Languages "none";`,
    `Acquire::Retries "2";`,
    `Acquire::http::Timeout "20";`,
    `Acquire::https::Timeout "20";`,
    "#clear APT::Update::Post-Invoke;", // these hooks want root
    "#clear APT::Update::Post-Invoke-Success;",
  ];
  writeFileSync(file, settings.join("\n"));
  return ["-c", file, "-q"];
}

// An update may fail once, or report success without a list it could not get: so both steps are tried again together.
async function missingPackages(apt, packages) {
  for (let attempt = 1; ; attempt++) {
    try {
      await run("apt-get", [...apt, "update"], { timeoutMs: 120 * SECOND_MS });
      const plan = await run("apt-get", [...apt, "-s", "install", ...packages], { timeoutMs: 60 * SECOND_MS });
      const names = Array.from(plan.matchAll(/^Inst (\S+)/gm), ([, name]) => name);
      return names.filter((name) => !NEVER.has(name));
    } catch (error) {
      if (attempt === TRIES || error.message.startsWith("There is no")) throw error;
      await pause(attempt * SECOND_MS);
    }
  }
}

// Found by its own place, so that the tree can be moved to its final name after it was tried.
function writeStarter(tree, program, environment) {
  const libraries = libraryFolders(tree).map((folder) => `$here/${relative(tree, folder)}`);
  const variables = {
    LD_LIBRARY_PATH: `${libraries.join(":")}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`,
    ...environment,
  };
  const starter = join(tree, basename(program));
  const lines = [
    "#!/bin/sh",
    `here=$(cd "\${0%/*}" && pwd)`,
    ...Object.entries(variables).map(([name, value]) => `export ${name}="${value}"`),
    `exec "$here/${program}" "$@"`,
    "",
  ];
  writeFileSync(starter, lines.join("\n"));
  chmodSync(starter, 0o755);
}

function libraryFolders(tree) {
  const folders = new Set();
  for (const top of ["usr/lib", "lib"].map((name) => join(tree, name)).filter(existsSync)) {
    for (const entry of readdirSync(top, { recursive: true })) {
      if (/\.so(\.\d+)*$/.test(entry)) folders.add(dirname(join(top, entry)));
    }
  }
  return [...folders];
}
