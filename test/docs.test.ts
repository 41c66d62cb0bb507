import { deepEqual, ok } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { command } from "../src/slack/command.ts";

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

/** Of the private Redis, which the scripts start. */
const OF_SCRIPTS = ["DATA_DIR"];

describe("every command that the documents name is understood", () => {
  for (const path of ["README.md", "docs/slack.md", "CHANGELOG.md"]) {
    test(path, () => {
      const typed = [...read(path).matchAll(/`\/meetings ?([^`…]*)`/g)].map(([, words = ""]) => words);
      ok(typed.length > 3);
      for (const words of typed) {
        const asSent = words.replace("#channel", "<#C0ROOM|room>").replace(/@(\w+)/, "<@U0SOMEBODY|$1>");
        const { kind } = command(asSent);
        ok(kind !== "unknown" && kind !== "wrong", words);
      }
    });
  }
});

describe("every setting", () => {
  const [, environment = ""] = read("src/config.ts").split("const Environment");
  const settings = [...environment.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name = ""]) => name);
  const [, table = ""] = /\n\| setting \|.*\n((?:\|.*\n)+)/.exec(read("README.md")) ?? [];
  const explained = table.split("\n").flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)]);
  const known = [...settings, ...OF_SCRIPTS].toSorted();

  test("is in the README's table, and no other one", () => {
    ok(settings.length > 20);
    deepEqual(explained.map(([, name]) => name).toSorted(), known);
  });

  test("is in .env.example, and no other one", () => {
    const lines = [...read(".env.example").matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    deepEqual(
      lines.toSorted(),
      known.filter((name) => name !== "SLACK_API_URL"),
      "that one is for tests",
    );
  });
});

describe("what the documents point to is there", () => {
  const documents = ["README.md", ...readdirSync(new URL("docs", root)).map((name) => `docs/${name}`)];
  for (const path of documents.filter((name) => name.endsWith(".md"))) {
    test(path, () => {
      const links = [...read(path).matchAll(/\]\(([^)\s]+)\)|<img src="([^"]+)"/g)].map(([, a = "", b = ""]) => a || b);
      for (const link of links.filter((one) => !/^https?:/.test(one))) {
        const [file = "", heading] = link.split("#");
        const at = new URL(file, new URL(path, root));
        ok(existsSync(at), link);
        if (heading) ok(headings(readFileSync(at, "utf8")).includes(heading), `there is no heading ${link}`);
      }
    });
  }

  test("and no picture is there that none of them shows", () => {
    const said = documents
      .filter((name) => name.endsWith(".md"))
      .map(read)
      .join("\n");
    for (const picture of documents.filter((name) => name.endsWith(".png"))) {
      ok(said.includes(picture.replace("docs/", "")), picture);
      ok(readFileSync(new URL(picture, root)).length < 150_000, `${picture} is large`);
    }
  });
});

/** As GitHub calls them in links. */
function headings(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, said = ""]) =>
    said
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}
