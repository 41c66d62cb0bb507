import { equal } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { plainLine } from "../../src/meeting/text.ts";

describe("foreign text", () => {
  test("becomes one line without what hides or reorders it", () => {
    for (const [text, line] of [
      ["Stand-up", "Stand-up"],
      ["  a \t b\r\nc  ", "a b c"],
      ["pay\u202Eroll\u0000", "pay roll"],
      ["\u200B \u3164", ""],
      ["half \ud83d", "half \uFFFD"],
      ["<!channel> *b*", "<!channel> *b*"],
    ] as const) {
      equal(plainLine(text, 150), line);
    }
  });

  test("is cut between what readers see as characters", () => {
    equal(plainLine("abcdef", 6), "abcdef");
    equal(plainLine("abcdefg", 6), "abcdef…");
    equal(plainLine("👩‍👩‍👧‍👦👍🏽é!", 3), "👩‍👩‍👧‍👦👍🏽é…");
  });

  test("of plain words comes out as any other would", () => {
    const letters = fc.string({ unit: fc.constantFrom(" ", "!", "~", "a", "Z", "0", "<", "\t", "\n", "é") });
    const hidden = "\u200B"; // folded and trimmed, so it changes nothing but the way that is taken
    fc.assert(
      fc.property(letters, fc.integer({ min: 1, max: 12 }), (text, most) =>
        equal(plainLine(text, most), plainLine(`${text}${hidden}`, most)),
      ),
      { numRuns: Number(process.env.LAW_RUNS ?? 2_000) },
    );
  });
});
