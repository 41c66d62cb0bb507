import { deepEqual, equal, match } from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { oneAtATime } from "../../scripts/lock.mjs";
import { elsewhere, temporaryFolder } from "./machine.ts";

describe("a lock", () => {
  test("lets in one at a time, however hard several push", async (t) => {
    const folder = temporaryFolder(t);
    const [lock, counter] = [join(folder, "lock"), join(folder, "counter")];
    writeFileSync(counter, "0");
    const push = `
      const { readFileSync, writeFileSync } = await import("node:fs");
      const { setImmediate } = await import("node:timers/promises");
      for (let turn = 0; turn < 100; turn++) {
        await it.oneAtATime("${lock}", async () => {
          const count = Number(readFileSync("${counter}", "utf8"));
          await setImmediate();
          writeFileSync("${counter}", String(count + 1));
        });
      }`;
    const pushed = await Promise.all([1, 2, 3, 4].map(() => elsewhere("lock.mjs", push).ended));
    deepEqual(new Set(pushed.map(({ code, stderr }) => `${code} ${stderr}`)), new Set(["0 "]));
    equal(readFileSync(counter, "utf8"), "400");
    deepEqual(readdirSync(lock), []);
  });

  test("is given back when the work fails", async (t) => {
    const lock = join(temporaryFolder(t), "lock");
    const fail = () => Promise.reject(new Error("no"));
    equal(await oneAtATime(lock, fail).catch(({ message }) => message), "no");
    equal(await oneAtATime(lock, () => "yes"), "yes");
  });

  test("that is held for too long names who holds it", async (t) => {
    const lock = join(temporaryFolder(t), "lock");
    await oneAtATime(lock, async () => {
      const message = await oneAtATime(lock, () => "in", { waitMs: 30 }).catch(({ message }) => message);
      match(message, new RegExp(`^Process ${process.pid} has kept ${lock} for 0.03 s`));
    });
  });
});
