import { deepEqual, equal, match } from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { findChromium } from "../../scripts/chromium.mjs";
import { launch, temporaryFolder, writeFiles, writeProgram, writeProject } from "./machine.ts";

delete process.env.CHROMIUM_PATH;
const withoutChromium = findChromium({ dataDir: "/none", folders: [] })
  ? { skip: "this machine has a Chromium that cannot be hidden" }
  : {};

describe("npm test", () => {
  test("checks types and style, and ends with the tests' summary", async (t) => {
    const { npmTest, steps } = project(t);
    const { code, stdout } = await npmTest().ended;
    deepEqual(steps(), ["tsc --noEmit", "biome check"]);
    match(stdout, /✔ another test.*✔ one test.*ℹ pass 2\nℹ fail 0\n(ℹ .*\n)+$/s);
    equal(code, 0);
  });

  test("ends with the first step that fails", async (t) => {
    const { npmTest, steps } = project(t, { tsc: "exit 2" });
    equal((await npmTest().ended).code, 2);
    deepEqual(steps(), ["tsc --noEmit"]);
  });

  test("runs only the tests that are named", async (t) => {
    const { npmTest, steps } = project(t);
    const { stdout } = await npmTest({ args: ["test/deep/another.test.ts"] }).ended;
    match(stdout, /✔ another test.*ℹ pass 1\n/s);
    deepEqual(steps(), []);
  });

  test("runs all tests that fit when only an option is given", async (t) => {
    const { code, stdout } = await project(t).npmTest({ args: ["--test-name-pattern=another"] }).ended;
    deepEqual([code, /✔ another test/.test(stdout), /✔ one test/.test(stdout)], [0, true, false]);
  });

  test("says that it leaves out the tests in a browser where there is none", withoutChromium, async (t) => {
    const { code, stderr } = await project(t, { chromium: false }).npmTest().ended;
    match(stderr, /^The tests in a browser are left out\. There is no apt-get.*set CHROMIUM_PATH/ms);
    equal(code, 0);
  });

  test("never leaves them out in CI, but fails", withoutChromium, async (t) => {
    const { npmTest, steps } = project(t, { chromium: false });
    const { code, stderr } = await npmTest({ env: { CI: "true" } }).ended;
    match(stderr, /There is no apt-get on this machine.*set CHROMIUM_PATH/s);
    deepEqual([code, steps()], [1, []]);
  });
});

describe("npm run check", () => {
  test("mends the style first", async (t) => {
    const { npmTest, steps } = project(t);
    equal((await npmTest({ command: "check" }).ended).code, 0);
    deepEqual(steps(), ["biome check --write", "tsc --noEmit"]);
  });
});

/** A project with two tests, on a machine where the tools only write down that they were used. */
function project(t: TestContext, { tsc = "", chromium = true }: { tsc?: string; chromium?: boolean } = {}) {
  const folder = temporaryFolder(t);
  writeProject(folder, "");
  writeFiles(folder, {
    "node_modules/.package-lock.json": readFileSync(join(folder, "package-lock.json"), "utf8"),
    "test/no-test.ts": 'throw new Error("not to be run");',
    "test/one.test.ts": 'import { test } from "node:test"; test("one test", () => {});',
    "test/deep/another.test.ts": 'import { test } from "node:test"; test("another test", () => {});',
  });
  const note = (name: string) => `echo "${name} $*" >> "${folder}/steps"`;
  writeProgram(join(folder, "node_modules/.bin/tsc"), `${note("tsc")}; ${tsc}`);
  writeProgram(join(folder, "node_modules/.bin/biome"), note("biome"));
  writeProgram(join(folder, "path/redis-server"), "");
  if (chromium) writeProgram(join(folder, "path/chromium"), "");
  const base = { ...process.env, PATH: join(folder, "path"), CI: "", NODE_TEST_CONTEXT: undefined };
  type Run = { command?: string; args?: string[]; env?: NodeJS.ProcessEnv };
  return {
    npmTest: ({ command = "test", args = [], env = {} }: Run = {}) =>
      launch(process.execPath, [join(folder, "scripts/run.mjs"), command, ...args], { env: { ...base, ...env } }),
    steps() {
      const file = join(folder, "steps");
      return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
    },
  };
}
