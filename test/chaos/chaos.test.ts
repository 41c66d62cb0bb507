import { deepEqual, equal, match, throws } from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { Mistake, type Options, readOptions } from "../../scripts/chaos/options.ts";

const script = new URL("../../scripts/chaos.ts", import.meta.url).pathname;

/** Runs the command as a person would. */
function chaos(...args: string[]): Promise<{ exit: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], (_, out, err) =>
      resolve({ exit: child.exitCode ?? -1, out, err }),
    );
  });
}

describe("npm run chaos", { concurrency: true, timeout: 115_000 }, () => {
  test("loses and doubles nothing, tells its seed first and what it did", async (t) => {
    const { exit, out } = await chaos("--minutes", "0.15", "--seed", "1981");
    t.diagnostic(out);
    match(out, /^The seed is 1981; --minutes 0.15 --seed 1981 does the same again\.\n/);
    match(out, /^ +\d+ {2}kill -9$/m);
    match(out, /^\d+ meetings, \d+ deliveries in \d+ tries$/m);
    match(out, /^all right \d+\.\d s after the last fault and delivery$/m);
    match(out, /^lost 0, doubled 0, stale 0$/m);
    equal(exit, 0);
  });

  test("says what it cannot do", async () => {
    const { exit, err } = await chaos("--minutes", "many");
    equal(exit, 2);
    equal(err, '--minutes must be a number from 0.05 to 1440, not "many".\n');
    throws(() => readOptions(["--seed", "1.5"]), new Mistake('--seed must be a whole number, not "1.5".'));
    throws(
      () => readOptions(["--loud"]),
      /^Error: Unknown option '--loud'.* npm run chaos -- --help lists what there is/,
    );
    equal(readOptions(["--help"]), "help");
  });

  test("lasts two minutes with a seed of its own, unless told otherwise", () => {
    const { seed, ...usual } = readOptions([]) as Options;
    deepEqual([usual, Number.isInteger(seed)], [{ minutes: 2, shrinkMs: 0 }, true]);
    const args = ["--minutes", "0.5", "--seed", "7", "--shrink", "60", "--journal", "all.txt"];
    deepEqual(readOptions(args), { minutes: 0.5, seed: 7, shrinkMs: 60_000, journal: "all.txt" });
  });
});
