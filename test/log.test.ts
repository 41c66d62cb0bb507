import { deepEqual, equal } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";

const LOG = new URL("../src/log.ts", import.meta.url);

/** The lines of a process that does this with the log; the time of each is left out. */
function linesOf(does: string): object[] {
  const program = `import { log } from ${JSON.stringify(LOG.href)};\n${does}`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { time: _, ...rest } = JSON.parse(line);
      return rest;
    });
}

describe("the log", () => {
  test("cuts out what people wrote and what is secret, also one level down", () => {
    const words = '{ token: "x", body: "x", raw: "x", topic: "x", name: "x", email: "x", headers: { a: "x" } }';
    deepEqual(
      linesOf(`log.info({ uuid: "A==", ...${words}, about: { number: "5", ...${words} }, of: [1] }, "told");`),
      [{ level: "info", uuid: "A==", about: { number: "5" }, of: [1], msg: "told" }],
    );
  });

  test("names the permission for want of which Slack refuses, and nothing else of what it said", () => {
    const told = (data: string) => {
      const [line] = linesOf(`log.warn({ err: Object.assign(new Error("no"), { data: ${data} }) }, "refused");`);
      const { stack: _, ...err } = (line as { err: Record<string, unknown> }).err;
      return err;
    };
    const refused = { name: "Error", message: "no" };
    deepEqual(told('{ error: "x", needed: "files:write,im:write", provided: "chat:write", text: "Merger" }'), {
      ...refused,
      needed: "files:write,im:write",
    });
    for (const data of ['{ needed: "Merger at 5" }', "{ needed: 7 }", "null", "undefined", '"x"']) {
      deepEqual(told(data), refused, data);
    }
  });

  test("keeps its lines in their order", () => {
    const told = linesOf(
      'for (let n = 0; n < 500; n += 1) log.info({ n }, "counted"); setTimeout(() => log.info("last"));',
    );
    equal(told.length, 501);
    deepEqual(told[499], { level: "info", n: 499, msg: "counted" });
    deepEqual(told[500], { level: "info", msg: "last" });
  });

  for (const [ends, how] of [
    ["by itself", ""],
    ["when it says so", "process.exit(3);"],
    ["because of a mistake", "throw new Error('oops');"],
    ["because nobody caught a rejection", "Promise.reject(new Error('oops'));"],
  ] as const) {
    test(`loses no line of a process that ends ${ends}`, () => {
      deepEqual(linesOf(`log.info("first"); log.error("last"); ${how}`), [
        { level: "info", msg: "first" },
        { level: "error", msg: "last" },
      ]);
    });
  }
});
