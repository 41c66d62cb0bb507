import { ok } from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";

const root = new URL("..", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** `story/once` “is not sent again when nothing in it changed”: a file below `test`, and words of a test's name. */
const NAMED_TEST = /`([\w./-]+)` “([^”]+)”/g;

describe("what docs/reliability.md says is shown by a test", () => {
  const named = [...read("docs/reliability.md").matchAll(NAMED_TEST)];

  test("names many", () => ok(named.length > 30, `${named.length}`));

  for (const [, file = "", name = ""] of named) {
    test(`is there: ${file}, ${name}`, () => {
      const path = `test/${file}.test.ts`;
      ok(existsSync(new URL(path, root)), `there is no ${path}`);
      ok(read(path).includes(name), `no test in ${path} has these words in its name`);
    });
  }
});
