import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { checkBlocks } from "./check-blocks.ts";

const complaints = (...blocks: unknown[]) => {
  const verdict = checkBlocks(blocks);
  return verdict.kind === "fine" ? [] : verdict.messages.map((message) => message.replace("[ERROR] ", ""));
};
const plainText = (text: string) => ({ type: "plain_text", text });
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const rich = (...elements: unknown[]) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements }],
});
const button = (more: object) => ({ type: "button", text: plainText("Join"), ...more });
const actions = (...elements: unknown[]) => ({ type: "actions", elements });
const table = (rows: number, columns: number, text = "x") => ({
  type: "table",
  rows: Array.from({ length: rows }, () => Array.from({ length: columns }, () => ({ type: "raw_text", text }))),
});
const date = (more: object) => ({ type: "date", timestamp: 1795430520, format: "{time}", fallback: "10:02", ...more });

describe("Slack accepts", () => {
  test("every kind of block a notifier may send", () => {
    deepEqual(
      complaints(
        { type: "header", text: plainText("Meetings today") },
        { type: "divider" },
        { type: "section", fields: [{ type: "mrkdwn", text: "*6* meetings" }], accessory: button({}) },
        { type: "context", elements: [{ type: "mrkdwn", text: "Europe/Zurich" }] },
        rich(
          { type: "emoji", name: "large_green_circle" },
          { type: "text", text: " Stand-up", style: { bold: true } },
          date({ format: "{date_short_pretty} {time} ({ago})" }),
          { type: "link", url: "https://zoom.us/j/1", text: "join" },
          { type: "user", user_id: "U01ALICE" },
          { type: "channel", channel_id: "C01GEN" },
        ),
        {
          type: "rich_text",
          elements: [
            {
              type: "rich_text_list",
              style: "bullet",
              indent: 1,
              elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "x" }] }],
            },
            { type: "rich_text_quote", elements: [{ type: "text", text: "x" }] },
            { type: "rich_text_preformatted", elements: [{ type: "text", text: "x" }] },
          ],
        },
        { ...table(100, 4), column_settings: [{ is_wrapped: true }, { align: "right" }] },
        {
          type: "actions",
          elements: [
            button({ action_id: "join", url: "https://zoom.us/j/1", style: "primary" }),
            { type: "overflow", action_id: "more", options: [{ text: plainText("Mute"), value: "mute" }] },
          ],
        },
        {
          type: "data_visualization",
          title: "Minutes",
          chart: {
            type: "bar",
            axis_config: { categories: ["Mon"] },
            series: [{ name: "This week", data: [{ label: "Mon", value: 180 }] }],
          },
        },
        { type: "image", slack_file: { id: "F0123" }, alt_text: "a chart" },
      ),
      [],
    );
  });

  test("text up to its limit", () => {
    deepEqual(complaints(section("x".repeat(3000)), { type: "header", text: plainText("x".repeat(150)) }), []);
    deepEqual(complaints(actions(button({ text: plainText("x".repeat(75)), value: "x".repeat(2000) }))), []);
  });
});

describe("Slack refuses", () => {
  const cases: [string, unknown[], string[]][] = [
    ["51 blocks", Array(51).fill(section("x")), ["no more than 50 items allowed [json-pointer:/blocks]"]],
    ["a text of nothing", [section("")], ["must be more than 0 characters [json-pointer:/blocks/0/text/text]"]],
    [
      "3001 characters",
      [section("x".repeat(3001))],
      ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"],
    ],
    [
      "a field over 2000 characters",
      [{ type: "section", fields: [plainText("x".repeat(2001))] }],
      ["must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"],
    ],
    [
      "eleven fields",
      [{ type: "section", fields: Array(11).fill(plainText("x")) }],
      ["no more than 10 items allowed [json-pointer:/blocks/0/fields]"],
    ],
    [
      "a section of nothing",
      [{ type: "section" }],
      ["missing required field: text or fields [json-pointer:/blocks/0]"],
    ],
    [
      "markup in a header",
      [{ type: "header", text: { type: "mrkdwn", text: "x" } }],
      ['Invalid input: expected "plain_text" [json-pointer:/blocks/0/text/type]'],
    ],
    [
      "a header over 150 characters",
      [{ type: "header", text: plainText("x".repeat(151)) }],
      ["must be less than 151 characters [json-pointer:/blocks/0/text/text]"],
    ],
    [
      "eleven things in a context",
      [{ type: "context", elements: Array(11).fill(plainText("x")) }],
      ["no more than 10 items allowed [json-pointer:/blocks/0/elements]"],
    ],
    [
      "26 buttons",
      [actions(...Array(26).fill(button({})))],
      ["no more than 25 items allowed [json-pointer:/blocks/0/elements]"],
    ],
    [
      "a button that says, carries or links too much",
      [
        actions(
          button({ text: plainText("x".repeat(76)), value: "x".repeat(2001), url: `https://a.b/${"x".repeat(3000)}` }),
        ),
      ],
      [
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]",
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
      ],
    ],
    [
      "a link that is none",
      [actions(button({ url: "zoom" }))],
      ["invalid url [json-pointer:/blocks/0/elements/0/url]"],
    ],
    [
      "a link that would run a script",
      [rich({ type: "link", url: "javascript:alert(1)" })],
      ["invalid url [json-pointer:/blocks/0/elements/0/elements/0/url]"],
    ],
    [
      "a menu of six",
      [actions({ type: "overflow", options: Array(6).fill({ text: plainText("x"), value: "x" }) })],
      ["no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]"],
    ],
    [
      "a menu of none",
      [actions({ type: "overflow", options: [] })],
      ["no fewer than 1 items allowed [json-pointer:/blocks/0/elements/0/options]"],
    ],
    ["a block it does not know", [{ type: "banner" }], ["unsupported type [json-pointer:/blocks/0]"]],
    [
      "what is only for modals",
      [{ type: "alert", text: plainText("x") }],
      ["unsupported type [json-pointer:/blocks/0]"],
    ],
    [
      "a key it does not know",
      [{ type: "divider", colour: "red" }],
      ["invalid additional property: colour [json-pointer:/blocks/0]"],
    ],
    ["a forgotten key", [{ type: "header" }], ["missing required field: text [json-pointer:/blocks/0]"]],
    [
      "one block_id twice",
      [
        { type: "divider", block_id: "a" },
        { type: "divider", block_id: "a" },
      ],
      ["block_id must be unique [json-pointer:/blocks/1/block_id]"],
    ],
    [
      "one action_id twice in a block",
      [actions(button({ action_id: "a" }), button({ action_id: "a" }))],
      ["action_id must be unique [json-pointer:/blocks/0/elements/1/action_id]"],
    ],
    [
      "an empty rich text",
      [{ type: "rich_text", elements: [] }],
      ["no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"],
    ],
    [
      "an empty text in rich text",
      [rich({ type: "text", text: "" })],
      ["must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]"],
    ],
    [
      "a date in fractions of a second",
      [rich(date({ timestamp: 1795430520.5 }))],
      ["Invalid input: expected int, received number [json-pointer:/blocks/0/elements/0/elements/0/timestamp]"],
    ],
    [
      "a date in milliseconds",
      [rich(date({ timestamp: 1795430520000 }))],
      ["must be in seconds [json-pointer:/blocks/0/elements/0/elements/0/timestamp]"],
    ],
    [
      "a date in a format of our own",
      [rich(date({ format: "{hh}:{mm}" })), rich(date({ format: "10:02" }))],
      [
        "invalid date format [json-pointer:/blocks/0/elements/0/elements/0/format]",
        "invalid date format [json-pointer:/blocks/1/elements/0/elements/0/format]",
      ],
    ],
    [
      "a date that says nothing to clients without dates",
      [rich(date({ fallback: undefined }))],
      ["missing required field: fallback [json-pointer:/blocks/0/elements/0/elements/0]"],
    ],
    [
      "names that are no ids, and colons around emoji",
      [rich({ type: "user", user_id: "alice" }, { type: "emoji", name: ":wave:" })],
      [
        "invalid id [json-pointer:/blocks/0/elements/0/elements/0/user_id]",
        "invalid emoji name [json-pointer:/blocks/0/elements/0/elements/1/name]",
      ],
    ],
    ["101 rows", [table(101, 1)], ["no more than 100 items allowed [json-pointer:/blocks/0/rows]"]],
    ["21 columns", [table(1, 21)], ["no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"]],
    ["an empty cell", [table(1, 1, "")], ["must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]"]],
    [
      "a table of 10,000 characters",
      [table(10, 10, "x".repeat(100))],
      ["must be less than 10000 characters [json-pointer:/blocks/0/rows]"],
    ],
    ["two tables", [table(1, 1), table(1, 1)], ["only_one_table_allowed [json-pointer:/blocks/1]"]],
    [
      "what is no block at all",
      [null, "x"],
      [
        "Invalid input: expected object, received null [json-pointer:/blocks/0]",
        "Invalid input: expected object, received string [json-pointer:/blocks/1]",
      ],
    ],
  ];
  for (const [what, blocks, expected] of cases) test(what, () => deepEqual(complaints(...blocks), expected));
});
