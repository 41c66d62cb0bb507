import { equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { lineText } from "../../src/card/card.ts";
import { dayWords, mannerLine, rulesLine } from "../../src/card/subscription-words.ts";
import { FOR_EVER, type Rule } from "../../src/subscription/subscription.ts";
import { at } from "../meeting/facts.ts";
import { subscription } from "../subscriptions.ts";

const NOW = at("12:00");
const WORKDAYS = { days: [1, 2, 3, 4, 5], isWeekly: false, at: "18:00" };
const rules = (...said: Rule[]) => lineText(rulesLine({ rules: said }));
const manner = (said: Parameters<typeof subscription>[0]) =>
  lineText(mannerLine(subscription({ digest: WORKDAYS, ...said }), NOW));
const topic = (words: string): Rule => ({ of: "topic", words });

describe("which meetings a channel hears of, in words", () => {
  test("is all or none", () => {
    equal(rules({ of: "all" }), "all meetings");
    equal(rules(topic("sync"), { of: "all" }), "all meetings");
    equal(rules(), "no meetings");
  });

  test("names hosts, topics and numbers", () => {
    const alice: Rule = { of: "host", host: { userId: "U1", email: "alice@example.com", name: "Alice Ng" } };
    const ben: Rule = { of: "host", host: { email: "ben@example.com" } };
    equal(rules(alice), "meetings hosted by Alice Ng");
    equal(rules(alice, ben), "meetings hosted by Alice Ng or ben@example.com");
    equal(rules({ of: "host", host: { userId: "U1" } }), "meetings hosted by somebody");
    equal(rules(topic("product sync")), "meetings with “product sync” in their topic");
    equal(rules({ of: "number", number: "86412345678" }), "meeting 864 1234 5678");
    equal(
      rules(
        { of: "number", number: "123456789" },
        alice,
        { of: "number", number: "1234567890" },
        topic("a"),
        topic("b"),
      ),
      "meetings hosted by Alice Ng, meetings with “a” or “b” in their topic and meetings 123 456 789 and 123 456 7890",
    );
  });

  test("counts what would be too much to read", () => {
    equal(
      rules(...["a", "b", "c", "d", "e", "f", "g"].map(topic)),
      "meetings with “a”, “b”, “c”, “d”, “e” or 2 more in their topic",
    );
    equal(rules(topic("W".repeat(4_000))), `meetings with “${"W".repeat(59)}…” in their topic`);
  });

  test("never holds what would reorder or hide the rest of the sentence", () => {
    equal(rules(topic("exe\u202Egpj\n\u2066x")), "meetings with “exe gpj x” in their topic");
    equal(rules({ of: "host", host: { name: "\u202E" } }), "meetings hosted by somebody");
  });
});

describe("how a channel hears of meetings, in words", () => {
  test("says little of what is usual", () => {
    equal(manner({}), "one card per meeting  ·  daily digest mon–fri 18:00  ·  UTC");
  });

  test("says everything that somebody chose", () => {
    equal(
      manner({
        detail: "thread",
        people: "counts",
        atLeast: { people: 2, minutes: 5 },
        quiet: { from: "22:00", until: "07:00" },
        digest: { ...WORKDAYS, isWeekly: true },
        timeZone: "Europe/Vienna",
        muted: [{ number: "1" }],
      }),
      "card and joins in its thread  ·  only how many people  ·  at least 2 people and 5 min  ·  quiet 22:00 to 07:00  ·  " +
        "daily digest mon–fri 18:00, weekly on Friday  ·  Europe/Vienna  ·  1 meeting muted",
    );
    equal(
      manner({ detail: "digest", people: "private", digest: { days: [], isWeekly: true, at: "09:00" } }),
      "only the digest  ·  topics and names hidden  ·  weekly digest on Friday 09:00  ·  UTC",
    );
    equal(
      manner({ detail: "end", digest: { ...WORKDAYS, days: [] } }),
      "only when a meeting ends  ·  no digest  ·  UTC",
    );
  });

  test("tells why there are no names where another company is", () => {
    equal(manner({ isShared: true }).split("  ·  ")[1], "only how many people, as another company is here");
    equal(manner({ isShared: true, people: "private" }).split("  ·  ")[1], "topics and names hidden");
  });

  test("says until when it is paused, while it is", () => {
    const paused = (pausedUntil: number) => manner({ pausedUntil }).split("  ·  ").at(-1);
    equal(paused(at("14:30")), "paused until 14:30 UTC");
    equal(paused(at("14:30") + 86_400_000), "paused until 3 Mar 14:30 UTC");
    equal(paused(FOR_EVER), "paused until you resume it");
    equal(paused(NOW), "UTC");
  });
});

describe("days of the week, in words", () => {
  for (const [days, said] of [
    [[], "off"],
    [[1, 2, 3, 4, 5, 6, 7], "daily"],
    [[5, 4, 3, 2, 1], "mon–fri"],
    [[1, 3, 5], "mon, wed, fri"],
    [[1, 2, 5, 6, 7], "mon, tue, fri–sun"],
    [[7], "sun"],
  ] as const) {
    test(said, () => equal(dayWords(days), said));
  }
});
