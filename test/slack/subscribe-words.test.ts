import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { type SubscribeWords, subscribeWords } from "../../src/slack/subscribe-words.ts";

const rulesOf = (typed: string) => {
  const asked = subscribeWords(typed);
  return asked?.kind === "subscribe" ? asked.rules : asked;
};

describe("what somebody types to subscribe", () => {
  const cases: [string, string, SubscribeWords][] = [
    ["nothing more opens a form", "subscribe", { kind: "subscribe", rules: [] }],
    ["everything", "Subscribe ALL", { kind: "subscribe", rules: [{ of: "all" }] }],
    [
      "the link by which people join",
      "subscribe <https://zoom.us/j/86412345678?pwd=x|zoom.us/j/86412345678>, id <https://example.zoom.us/j/86400000001>",
      {
        kind: "subscribe",
        rules: [
          { of: "number", number: "86412345678" },
          { of: "number", number: "86400000001" },
        ],
      },
    ],
    [
      "several words of a topic, of which one joins what is asked for",
      "subscribe topic rock and roll",
      {
        kind: "wrong",
        command: "subscribe",
        because:
          'I do not know what roll means there. If it belongs to the topic, put all of that in quotes: topic "rock and roll".',
      },
    ],
    [
      "another channel and a host",
      "subscribe <#C0SALES|sales> host <@U0ALICE|alice>",
      { kind: "subscribe", channelId: "C0SALES", rules: [{ of: "host", userId: "U0ALICE" }] },
    ],
    [
      "a host by address, of which Slack makes a link",
      "subscribe host <mailto:Alice@example.com|Alice@example.com>, host ben@example.com",
      {
        kind: "subscribe",
        rules: [
          { of: "host", email: "alice@example.com" },
          { of: "host", email: "ben@example.com" },
        ],
      },
    ],
    [
      "a private channel, of which Slack tells no name",
      "subscribe <#G0BOARD|> all",
      { kind: "subscribe", channelId: "G0BOARD", rules: [{ of: "all" }] },
    ],
    [
      "several at once, with the quotes of a phone",
      "subscribe host Alice Ng and topic “weekly sync”, id 864 1234 5678",
      {
        kind: "subscribe",
        rules: [
          { of: "host", name: "Alice Ng" },
          { of: "topic", words: "weekly sync" },
          { of: "number", number: "86412345678" },
        ],
      },
    ],
    [
      "words that end with a sign that Slack writes in letters",
      "subscribe topic Sales &lt;EMEA&gt;.",
      { kind: "subscribe", rules: [{ of: "topic", words: "Sales <EMEA>" }] },
    ],
    [
      "words without quotes",
      "subscribe topic product sync",
      { kind: "subscribe", rules: [{ of: "topic", words: "product sync" }] },
    ],
    [
      "all in a topic is a word",
      "subscribe topic all hands",
      { kind: "subscribe", rules: [{ of: "topic", words: "all hands" }] },
    ],
    [
      "a # in quotes is no channel",
      'subscribe topic "#1 fans"',
      { kind: "subscribe", rules: [{ of: "topic", words: "#1 fans" }] },
    ],
    [
      "markup is text",
      "subscribe topic &lt;!channel&gt; *b*",
      { kind: "subscribe", rules: [{ of: "topic", words: "<!channel> *b*" }] },
    ],
    ["one rule less", "unsubscribe topic sync", { kind: "unsubscribe", rules: [{ of: "topic", words: "sync" }] }],
    ["a pause without end", "pause", { kind: "pause", until: "for ever" }],
    ["a pause of hours", "pause for 2h", { kind: "pause", until: { minutes: 120 } }],
    ["a pause until tomorrow", "pause today", { kind: "pause", until: "today" }],
    ["a digest each day", "digest daily 9:30", { kind: "digest", digest: { days: "daily", at: "09:30" } }],
    ["no digest", "digest off", { kind: "digest", digest: { days: "off", isWeekly: false } }],
    [
      "a digest each week too",
      "digest workdays and weekly at 17:00",
      { kind: "digest", digest: { days: "workdays", isWeekly: true, at: "17:00" } },
    ],
    ["a meeting that is too much", "mute Weekly &amp; more", { kind: "mute", about: "Weekly & more" }],
    ["the settings of another channel", "settings <#C0SALES|sales>", { kind: "settings", channelId: "C0SALES" }],
  ];
  for (const [name, typed, asked] of cases) {
    test(`may be ${name}`, () => deepEqual(subscribeWords(typed), asked));
  }

  test("may be written as phones and other keyboards write it", () => {
    const same = (expected: SubscribeWords, ...typed: string[]) => {
      for (const one of typed) deepEqual(subscribeWords(one), expected, one);
    };
    const topic: SubscribeWords = { kind: "subscribe", rules: [{ of: "topic", words: "weekly sync" }] };
    same(
      topic,
      ...["“weekly sync”", "‘weekly sync’", "'weekly sync'", "„weekly sync“", "«weekly sync»", "「weekly sync」"].map(
        (quoted) => `subscribe topic ${quoted}`,
      ),
      ...["Subscribe  Topic: weekly sync.", "subscribe　topic　＂weekly sync＂。", 'subscribe to topic "weekly sync"!'],
    );
    same({ kind: "subscribe", rules: [{ of: "topic", words: "it’s on" }] }, "subscribe topic “it’s on”");
    const number: SubscribeWords = { kind: "subscribe", rules: [{ of: "number", number: "12345678901" }] };
    const numbers = ["123 4567 8901", "123–4567–8901", "１２３　４５６７　８９０１", "<tel:12345678901|123 4567 8901>"];
    same(number, ...numbers.flatMap((one) => [`subscribe id ${one}`, `subscribe ID: ${one}.`]));
    const host: SubscribeWords = { kind: "subscribe", rules: [{ of: "host", userId: "U0ALICE" }] };
    same(host, "subscribe host <@U0ALICE|alice>", "SUBSCRIBE HOST <@U0ALICE>.", "subscribe　host　<@U0ALICE|>");
    same(
      { kind: "subscribe", rules: [{ of: "host", name: "alice" }] },
      "subscribe host @alice",
      "subscribe host @alice.",
    );
    const all: SubscribeWords = { kind: "subscribe", channelId: "C0SALES", rules: [{ of: "all" }] };
    same(all, "subscribe <#C0SALES|sales> all.", "subscribe all <#C0SALES>!", "subscribe to <#C0SALES|> everything");
    same({ kind: "pause", until: { minutes: 120 } }, "Pause 2H.", "pause ２ｈ", "pause\u200b2 h");
    same({ kind: "pause", until: "today" }, "pause today.", "“pause today”");
    const weekly: SubscribeWords = { kind: "digest", digest: { isWeekly: true, at: "18:00" } };
    same(weekly, "digest weekly 18:00", "Digest “Weekly”, 18.00.", "digest　weekly　１８：００");
    const inTheEvening: SubscribeWords = { kind: "digest", digest: { days: "daily", at: "18:00" } };
    same(
      inTheEvening,
      "digest daily 18h",
      "digest daily at 6pm",
      "digest daily 6 PM.",
      "digest daily 6 p.m.",
      "digest 18 daily",
    );
    same(
      { kind: "digest", digest: { at: "17:05" } },
      "digest 17:05",
      "digest 17h05",
      "digest 5:05pm",
      "digest 5.05 pm",
    );
    same({ kind: "digest", digest: { at: "00:30" } }, "digest 0:30", "digest 12:30 am");
    same({ kind: "digest", digest: { at: "12:00" } }, "digest 12", "digest 12pm", "digest 12h");
    same({ kind: "mute", about: "weekly sync" }, "mute “weekly sync”", "mute weekly sync.");
    same({ kind: "list" }, "list.", "List!");
  });

  test("is not done where somebody asks about it", () => {
    for (const typed of ["unsubscribe?", "pause?", "test?"]) equal(subscribeWords(typed), undefined, typed);
    equal(subscribeWords("subscribe all?")?.kind, "wrong");
  });

  test("has no channel in it that is written in wide letters", () => {
    equal(subscribeWords("subscribe ＜#C0SALES|sales＞ all")?.kind, "wrong");
  });

  test("is answered with what helps where it is not understood", () => {
    const wrong = (typed: string) => {
      const asked = subscribeWords(typed);
      return asked?.kind === "wrong" ? asked.because : asked;
    };
    equal(wrong("subscribe id 12"), "A meeting ID has 9 to 11 digits, like 864 1234 5678.");
    equal(wrong('subscribe topic ""'), "Say at least one word of the topic.");
    for (const typed of [
      "subscribe please",
      "pause a while",
      "pause 0h",
      "digest",
      "digest often",
      "digest 24:00",
      "digest 17:60",
      "digest 13pm",
      "digest 0am",
      "digest 18:0",
      "digest pm",
      "list me",
      "subscribe #nowhere all",
    ]) {
      equal(typeof wrong(typed), "string", typed);
    }
  });

  test("is left to others where it is no such command", () => {
    for (const typed of ["", "today", "report", "subscribed", "subscribe2 all"])
      equal(subscribeWords(typed), undefined);
  });

  test("may be as long as Slack lets it be, and hostile", () => {
    deepEqual(rulesOf(`subscribe topic ${"x".repeat(4_000)}`), [{ of: "topic", words: `${"x".repeat(200)}…` }]);
    for (const part of ["x ", "and ", "topic a, ", '"', "host ", "<#C", "‮"]) {
      const asked = rulesOf(`subscribe ${part.repeat(4_000 / part.length)}`);
      equal(typeof asked, "object", part);
    }
  });
});
