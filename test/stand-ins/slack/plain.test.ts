import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Block } from "./check-blocks.ts";
import { readDate } from "./dates.ts";
import { parseMrkdwn } from "./mrkdwn.ts";
import { plain, readMrkdwn } from "./plain.ts";

const NOW = Date.parse("2026-11-24T10:14:00Z");
const TEN_PAST = Date.parse("2026-11-24T10:02:00Z") / 1000;
const reader = { timeZone: "UTC", now: NOW, names: { U0ALICE: "Alice Ng", C0GENERAL: "general" } };

describe("a reader of blocks sees", () => {
  const cases: [string, Block, string][] = [
    [
      "emoji, names and times in a line of rich text",
      {
        type: "rich_text",
        elements: [
          {
            type: "rich_text_section",
            elements: [
              { type: "emoji", name: "large_green_circle" },
              { type: "text", text: " *Stand-up* since " },
              { type: "date", timestamp: TEN_PAST, format: "{time} ({ago})", fallback: "?" },
              { type: "text", text: " by " },
              { type: "user", user_id: "U0ALICE" },
            ],
          },
        ],
      },
      "🟢 *Stand-up* since 10:02 (12 minutes ago) by @Alice Ng",
    ],
    [
      "a list line by line",
      {
        type: "rich_text",
        elements: [
          {
            type: "rich_text_list",
            style: "bullet",
            indent: 1,
            elements: ["a", "b"].map((text) => ({ type: "rich_text_section", elements: [{ type: "text", text }] })),
          },
        ],
      },
      "  • a\n  • b",
    ],
    [
      "columns that line up",
      {
        type: "table",
        column_settings: [{}, { align: "right" }],
        rows: [
          [
            { type: "raw_text", text: "Who" },
            { type: "raw_text", text: "Minutes" },
          ],
          [
            { type: "raw_text", text: "Alice Ng" },
            { type: "raw_number", value: 47 },
          ],
        ],
      },
      "Who      | Minutes\nAlice Ng |      47",
    ],
    [
      "buttons and menus in brackets",
      {
        type: "actions",
        elements: [
          { type: "button", text: { type: "plain_text", text: "Join" } },
          {
            type: "overflow",
            options: [
              { text: { type: "plain_text", text: "Mute" }, value: "m" },
              { text: { type: "plain_text", text: "Settings" }, value: "s" },
            ],
          },
        ],
      },
      "[Join] [⋮ Mute / Settings]",
    ],
    [
      "a section, its button and its fields",
      {
        type: "section",
        text: { type: "mrkdwn", text: "*For you*" },
        accessory: { type: "button", text: { type: "plain_text", text: "Edit" } },
        fields: [{ type: "mrkdwn", text: "*6* meetings" }],
      },
      "For you [Edit]\n6 meetings",
    ],
  ];
  for (const [what, block, text] of cases) test(what, () => equal(plain([block], reader), text));
});

describe("a reader of markup sees", () => {
  const cases: [string, string, string][] = [
    ["no signs around bold, italic, struck and code", "*a* _b_ ~c~ `d` *e f*", "a b c d e f"],
    ["one style inside another, and a link in bold", "*a _b_ <https://a.b/*_|c>*", "a b c"],
    ["signs where they mean nothing", "2*3*4 snake_case_name ~ *", "2*3*4 snake_case_name ~ *"],
    ["labels instead of links", "<https://a.b/_x_|the _report_> <https://a.b/_x_>", "the _report_ https://a.b/_x_"],
    ["names instead of ids", "<@U0ALICE> in <#C0GENERAL> and <@U1|eve>", "@Alice Ng in #general and @eve"],
    ["who is called", "<!channel> <!here>", "@channel @here"],
    ["a time of their own", `<!date^${TEN_PAST}^{date_short_pretty} {time}|24 Nov>`, "today 10:02"],
    ["signs that were escaped, once", "&lt;b&gt; &amp;lt;", "<b> &lt;"],
    ["emoji", ":warning: :unheard_of:", "⚠️ :unheard_of:"],
  ];
  for (const [what, markup, text] of cases) test(what, () => equal(readMrkdwn(markup, reader), text));
});

test("Nothing becomes a link that would run a script", () => {
  deepEqual(parseMrkdwn("<javascript:alert(1)|click>"), [{ type: "text", text: "click" }]);
});

describe("a date is written", () => {
  const write = (format: string, iso: string, timeZone = "UTC") =>
    readDate(Date.parse(iso) / 1000, format, { timeZone, now: NOW });

  test("in the zone of who reads it", () => {
    equal(write("{time}", "2026-11-24T10:02:00Z", "Asia/Tokyo"), "19:02");
    equal(write("{date_short_pretty}", "2026-11-24T23:30:00Z", "Europe/Zurich"), "tomorrow");
  });

  test("by its distance from today", () => {
    equal(write("{date_short_pretty}", "2026-11-24T00:00:00Z"), "today");
    equal(write("{date_short_pretty}", "2026-11-23T23:59:59Z"), "yesterday");
    equal(write("{date_short_pretty}", "2026-11-20T09:00:00Z"), "Nov 20");
    equal(write("{date_short_pretty}", "2025-11-20T09:00:00Z"), "Nov 20, 2025");
    equal(write("{date_long_pretty}", "2026-11-22T09:00:00Z"), "Sunday, November 22nd, 2026");
    equal(write("{day_divider_pretty}", "2026-11-22T09:00:00Z"), "Sunday, November 22nd");
  });

  test("in every other format Slack knows", () => {
    const formats =
      "{date_num} · {date_slash} · {date} · {date_pretty} · {date_short} · {date_long} · {date_long_full} · {time_secs}";
    equal(
      write(formats, "2026-11-03T09:08:07Z"),
      "2026-11-03 · 03/11/2026 · November 3 · November 3 · Nov 3 · Tuesday, November 3rd, 2026 · November 3, 2026 · 09:08:07",
    );
  });

  test("as how long ago", () => {
    equal(write("{ago}", "2026-11-24T10:13:30Z"), "just now");
    equal(write("{ago}", "2026-11-24T10:13:00Z"), "1 minute ago");
    equal(write("{ago}", "2026-11-24T07:00:00Z"), "3 hours ago");
    equal(write("{ago}", "2026-11-21T07:00:00Z"), "3 days ago");
    equal(write("{ago}", "2026-11-24T10:19:00Z"), "in 5 minutes");
  });
});
