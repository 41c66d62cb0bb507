import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { findRedisServer } from "../../scripts/redis.mjs";
import { elsewhere, end, eventually, pidIn, temporaryFolder, writeProgram } from "./machine.ts";

delete process.env.REDIS_SERVER; // here, nothing is said yet

describe("a redis-server", () => {
  test("is the one on this machine, whichever of the two names it has", (t) => {
    const { folder, dataDir } = machine(t);
    const search = { dataDir, folders: [join(folder, "empty"), join(folder, "bin")] };
    equal(findRedisServer(search), undefined);
    writeProgram(join(folder, "bin/valkey-server"), "");
    equal(findRedisServer(search), join(folder, "bin/valkey-server"));
    writeProgram(join(folder, "bin/redis-server"), "");
    equal(findRedisServer(search), join(folder, "bin/redis-server"));
  });

  test("is the one that REDIS_SERVER names, if it does", async (t) => {
    const { ensure } = machine(t);
    equal((await ensure({ REDIS_SERVER: "/opt/redis-server" }).ended).stdout, "/opt/redis-server\n");
  });

  test("is brought with apt if there is none, and found from then on", async (t) => {
    const { dataDir, ensure } = machine(t, { apt: APT });
    const path = join(dataDir, "redis-bin/redis-server");
    equal((await ensure().ended).stdout, `${path}\n`);
    equal(findRedisServer({ dataDir, folders: [] }), path);
  });

  test("is brought once when several ask at the same time", async (t) => {
    const { dataDir, ensure, asked } = machine(t, { apt: APT });
    const answers = await Promise.all([ensure(), ensure(), ensure()].map(({ ended }) => ended));
    deepEqual(new Set(answers.map(({ stdout }) => stdout)), new Set([`${dataDir}/redis-bin/redis-server\n`]));
    deepEqual(asked(), ["update", "install", "download"]);
  });

  test("is brought although apt's first update fails", async (t) => {
    const { folder, ensure, asked } = machine(t, { apt: `${FIRST_UPDATE_FAILS}\n${APT}` });
    equal((await ensure().ended).code, 0);
    ok(existsSync(join(folder, "failed-once")));
    deepEqual(asked(), ["update", "update", "install", "download"]);
  });

  test("is not believed to be there when bringing it was cut short", async (t) => {
    const { folder, dataDir, ensure } = machine(t, { apt: APT, dpkg: `${FIRST_UNPACKING_HANGS}\n${DPKG}` });
    const first = ensure();
    const hanging = await eventually(() => existsSync(join(folder, "hanging")) && pidIn(join(folder, "hanging")));
    await end(first.child.pid ?? 0);
    await end(hanging);
    equal(findRedisServer({ dataDir, folders: [] }), undefined);
    equal((await ensure().ended).stdout, `${dataDir}/redis-bin/redis-server\n`);
    deepEqual(readdirSync(dataDir).sort(), ["redis-bin", "redis-bin.lock"]);
  });

  test("that cannot run on this machine is not kept", async (t) => {
    const { dataDir, ensure } = machine(t, { apt: APT, dpkg: DPKG.replace("exit 0", "echo broken >&2; exit 127") });
    const { code, stderr } = await ensure().ended;
    equal(code, 1);
    match(stderr, /--version` failed:\n {2}broken/);
    deepEqual(readdirSync(dataDir), ["redis-bin.lock"]);
  });

  test("that cannot be had is asked for in words that help", async (t) => {
    const { code, stderr } = await machine(t).ensure().ended;
    equal(code, 1);
    match(stderr, /There is no apt-get on this machine/);
    for (const way of [/brew install redis/, /docker run/, /REDIS_URL/]) match(stderr, way);
    equal(/^\s+at /m.test(stderr), false, "without a stack trace");
  });
});

// Stands for Debian's apt-get: it knows one package, and the tools it was asked with are written down.
const APT = `for word in "$@"; do case "$word" in
  update|install|download) echo "$word" >> "$MACHINE/asked" ;;
esac; done
case " $* " in
  *" install "*) echo "Inst redis-server (7.0.15 Debian [amd64])"; echo "Inst libc6 [2.35] (2.36 Debian [amd64])" ;;
  *" download redis-server ") : > redis-server.deb ;;
esac`;
const FIRST_UPDATE_FAILS = `case " $* " in *" update "*)
  if [ ! -e "$MACHINE/failed-once" ]; then : > "$MACHINE/failed-once"; echo update >> "$MACHINE/asked"; exit 100; fi
esac`;

const DPKG = `/bin/mkdir -p "$3/usr/bin" "$3/usr/lib"
printf '#!/bin/sh\\nexit 0\\n' > "$3/usr/bin/redis-server"
/bin/chmod +x "$3/usr/bin/redis-server"`;
const FIRST_UNPACKING_HANGS = `if [ ! -e "$MACHINE/hanging" ]; then
  echo $$ > "$MACHINE/hanging.new"; /bin/mv "$MACHINE/hanging.new" "$MACHINE/hanging"
  exec /bin/sleep 600
fi`;

/** A machine with nothing on PATH but these programs. */
function machine(t: TestContext, { apt, dpkg = DPKG }: { apt?: string; dpkg?: string } = {}) {
  const folder = temporaryFolder(t);
  const [dataDir, path] = [join(folder, "data"), join(folder, "path")];
  mkdirSync(path);
  if (apt) {
    writeProgram(join(path, "apt-get"), apt);
    writeProgram(join(path, "dpkg"), dpkg);
  }
  writeFileSync(join(folder, "asked"), "");
  const code = `
    const where = ${JSON.stringify({ dataDir, folders: [] })};
    await it.ensureRedisServer(where).then(console.log, ({ message }) => { console.error(message); process.exit(1) })`;
  const env = { ...process.env, PATH: path, MACHINE: folder };
  return {
    folder,
    dataDir,
    ensure: (more: NodeJS.ProcessEnv = {}) => elsewhere("redis-server.mjs", code, { env: { ...env, ...more } }),
    asked: () => readFileSync(join(folder, "asked"), "utf8").trim().split("\n"),
  };
}
