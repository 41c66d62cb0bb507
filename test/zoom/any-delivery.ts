import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";

const FOLDER = new URL("../fixtures/zoom/", import.meta.url);

/** Every recorded body, as text. */
export const recorded = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".json"))
  .sort()
  .map((file) => readFileSync(new URL(file, FOLDER), "utf8"));

/** What attackers, bugs and other programs write where Zoom writes a time. */
export const WILD_TIMES: readonly unknown[] = [
  "",
  "yesterday",
  "0000-00-00T00:00:00Z",
  "1970-01-01T00:00:00Z",
  "1969-12-31T23:59:59Z",
  "2012-01-01T00:00:00Z",
  "2090-06-01T12:00:00Z",
  "9999-12-31T23:59:59Z",
  "+275760-09-13T00:00:00.001Z",
  "-271821-04-20T00:00:00Z",
  "2026-02-30T25:61:61Z",
  "2026-11-24",
  "20261124T120000Z",
  "2026-11-24T11:59:59.123456789Z",
  "2026-11-24T12:00:00+14:00",
  "2026-11-24T12:00:00-99:99",
  "2026-11-24t12:00:00z",
  "Tue, 24 Nov 2026 12:00:00 GMT",
  0,
  -1,
  1,
  253_402_300_799,
  1_795_521_600,
  1_795_521_600_000,
  8.64e15,
  8.64e15 + 1,
  -8.64e15,
  Number.MAX_SAFE_INTEGER,
  2 ** 53 + 2,
  1e300,
  0.1,
  "1795521600",
  "1795521600000",
  "9".repeat(400),
];

/** What attackers, bugs and other programs write anywhere. */
export const WILD_VALUES: readonly unknown[] = [
  ...WILD_TIMES,
  null,
  true,
  false,
  {},
  [],
  [[]],
  { length: 5 },
  { toString: "x", valueOf: 1 },
  "__proto__",
  "constructor",
  "\u0000",
  "\uD800",
  "\uDC00\uD83D",
  "\u202Eevil\u2066",
  "<!channel> <@U0ALICE> *b* _i_ `c` &lt;",
  "@here https://zoom.us/j/1?pwd=hush",
  "a\u0301".repeat(5_000),
  "👩‍👩‍👧‍👦".repeat(500),
  "x".repeat(100_000),
  " ".repeat(1_000),
  "+43 (1) 555-0100",
  "=cmd|' /C calc'!A1",
  "digest:2026-11-24",
  "a:b",
  "*",
  "/",
  "../../etc/passwd",
  "'; DROP TABLE meetings; --",
  "{{7*7}}",
  "\r\nx-injected: 1\r\n",
];

const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.string({ unit: "grapheme", maxLength: 60 }));
const anyValue = fc.oneof(fc.constantFrom(...WILD_VALUES), anyText, fc.jsonValue({ maxDepth: 3 }));
const PROTOTYPE_KEYS = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "toJSON"];

type Path = (string | number)[];

function pathsOf(json: unknown, path: Path = []): Path[] {
  if (json === null || typeof json !== "object") return [path];
  const below = Object.entries(json).flatMap(([key, value]) => pathsOf(value, [...path, key]));
  return path.length > 0 ? [path, ...below] : below;
}

function changed(json: unknown, path: Path, change: (parent: Record<string, unknown>, key: string) => void): void {
  let parent = json as Record<string, unknown>;
  for (const key of path.slice(0, -1)) {
    if (parent === null || typeof parent !== "object") return; // an earlier change took it away
    parent = parent[key] as Record<string, unknown>;
  }
  if (parent !== null && typeof parent === "object") change(parent, String(path.at(-1)));
}

const isTime = (path: Path) => /_(time|ts)$/.test(String(path.at(-1)));

/** Half of them make a time wild: that has the most consequences. */
const anyChange = (paths: readonly Path[]) =>
  fc.oneof(
    fc.record({
      path: fc.constantFrom(...paths),
      how: fc.constantFrom("delete", "replace", "replace", "replace", "add", "nest", "repeat"),
      value: anyValue,
      key: fc.oneof(fc.constantFrom(...PROTOTYPE_KEYS), fc.string({ maxLength: 20 })),
    }),
    fc.record({
      path: fc.constantFrom(...(paths.some(isTime) ? paths.filter(isTime) : paths)),
      how: fc.constant("replace"),
      value: fc.constantFrom(...WILD_TIMES),
      key: fc.constant(""),
    }),
  );

/** A recorded body after up to six changes: fields gone, of another kind, wild, with prototype keys, or twice. */
export const changedDelivery: fc.Arbitrary<string> = fc.constantFrom(...recorded).chain((raw) => {
  const paths = pathsOf(JSON.parse(raw));
  return fc.array(anyChange(paths), { maxLength: 6 }).map((changes) => {
    const json = JSON.parse(raw);
    let text = "";
    for (const { path, how, value, key } of changes) {
      changed(json, path, (parent, last) => {
        const set = (name: string, to: unknown) =>
          Object.defineProperty(parent, name, {
            value: structuredClone(to),
            enumerable: true,
            configurable: true,
            writable: true,
          });
        if (how === "delete") delete parent[last];
        if (how === "replace") set(last, value);
        if (how === "add") set(key, value);
        if (how === "nest") set(last, { [last]: parent[last] });
        if (how === "repeat") text += `${JSON.stringify(last)}:${JSON.stringify(value)},`;
      });
    }
    return JSON.stringify(json).replace(/"object":\{(?=")/, (opening) => opening + text);
  });
});

/** Any JSON at all, often with the outlines of a delivery. */
export const anyJson: fc.Arbitrary<string> = fc
  .oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.record({ event: anyValue, event_ts: anyValue, payload: anyValue }, { requiredKeys: [] }),
    fc.record({
      event: fc.constantFrom(...recorded.map((raw): string => JSON.parse(raw).event)),
      event_ts: anyValue,
      payload: fc.oneof(anyValue, fc.record({ object: anyValue })),
    }),
  )
  .map((json) => JSON.stringify(json));
