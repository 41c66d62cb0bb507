import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { lineText } from "../../src/card/card.ts";
import { questionText } from "../../src/card/report-question.ts";
import { type Command, command } from "../../src/slack/command.ts";

const today: Command = { kind: "agenda", scope: "today" };
const live: Command = { kind: "agenda", scope: "live" };

/** What somebody is told who was not understood. */
function told(typed: string): string {
  const asked = command(typed);
  return asked.kind === "unknown" ? lineText(asked.problem) : `understood as ${asked.kind}`;
}

describe("what somebody types after /meetings", () => {
  const understood: [string, string, Command][] = [
    ["nothing means today", "", today],
    ["blanks mean today", "  \t ", today],
    ["what nobody sees means today", "\u200B\u202E", today],
    ["today means today", "today", today],
    ["today in capitals means today", "TODAY", today],
    ["today in quotes means today", '"today"', today],
    ["today in a phone's quotes means today", "“today”", today],
    ["today with a full stop means today", "today.", today],
    ["live means what is on", "Live", live],
    ["now means what is on", "now", live],
    ["all asks for more than this place hears of", "today all", { kind: "agenda", scope: "today", isAll: true }],
    [
      "a channel asks for what it hears of",
      "live <#C0123|sales>",
      { kind: "agenda", scope: "live", channelId: "C0123" },
    ],
    ["yesterday means that day", "Yesterday", { kind: "agenda", scope: "yesterday" }],
    ["this week means the week", "this week", { kind: "agenda", scope: "week" }],
    ["last week means the one before", "last  week", { kind: "agenda", scope: "last week" }],
    ["a date means its day", "2026-11-24", { kind: "agenda", scope: "2026-11-24" }],
    ["a month means all of it", "2026-11", { kind: "agenda", scope: "2026-11" }],
    ["report asks which", "report", { kind: "report", question: { of: "latest" } }],
    [
      "report and a topic, as it was typed",
      "Report “Café” Now!",
      { kind: "report", question: { of: "topic", topic: "Café Now" } },
    ],
    [
      "report and some days",
      "REPORT Last Week",
      { kind: "report", question: { of: "period", period: "last week", by: "topic" } },
    ],
    ["explain asks which", "explain", { kind: "explain", question: { of: "latest" } }],
    [
      "explain and a number",
      "Explain 864 1234 5678",
      { kind: "explain", question: { of: "number", number: "86412345678" } },
    ],
    [
      "explain and a topic that could be days",
      "explain week",
      { kind: "explain", question: { of: "topic", topic: "week" } },
    ],
    ["status means how all is", "Status.", { kind: "status" }],
    ["help means help", "help", { kind: "help" }],
    ["a question mark means help", "?", { kind: "help" }],
  ];
  for (const [sentence, typed, expected] of understood) {
    test(sentence, () => deepEqual(command(typed), expected));
  }

  test("may be written as phones and other keyboards write it", () => {
    const same = (expected: Command, ...typed: string[]) => {
      for (const one of typed) deepEqual(command(one), expected, one);
    };
    same(
      today,
      "‘today’",
      "'Today'",
      "«today»",
      "「today」",
      "today?",
      "today…",
      "today、",
      "　ＴＯＤＡＹ　",
      "`today`",
    );
    same({ kind: "status" }, "status?", "＂status＂");
    same({ kind: "help" }, "？", "??");
    const day = { kind: "agenda", scope: "2026-11-24" } as const;
    same(day, "2026–11–24", "2026‑11‑24.", "２０２６－１１－２４");
    same({ ...day, isAll: true }, "2026-11-24, all", "2026-11-24 ALL.");
    const wider = { ...today, isAll: true, channelId: "C0123" };
    same(
      wider,
      "today <#C0123|sales> all",
      "Today <#C0123>, all.",
      "today　<#C0123|>　all",
      "today all <#C0123|sales>",
    );
    same({ kind: "report", question: { of: "last" } }, "report last.", "Report “last”", "report last!");
    const number = { kind: "report", question: { of: "number", number: "86412345678" } } as const;
    same(number, "report 864 1234 5678.", "report 864–1234–5678", "report ８６４　１２３４　５６７８");
    const topic = { kind: "report", question: { of: "topic", topic: "it’s on" } } as const;
    same(topic, 'report "it’s on"', "report “it’s on”", "report it’s on?");
  });

  test("names no channel that Slack did not offer, and says so", () => {
    for (const typed of ["today #sales all", "#sales", "2026-11-24 #sales"])
      equal(told(typed), "I do not see the channel #sales. Choose it from the list that Slack offers after #.");
    equal(told("report #1 fans"), "understood as report");
  });

  test("with a slip gets the nearest word", () => {
    for (const typed of ["tody", "todya", "tday", "TOODAY"]) match(told(typed), /Did you mean \/meetings today\?$/);
    for (const typed of ["liev", "alive", "life"]) match(told(typed), /Did you mean \/meetings live\?$/);
    for (const typed of ["hlep", "halp", "hep"]) match(told(typed), /Did you mean \/meetings help\?$/);
  });

  test("with a slip in the name of some days gets that name", () => {
    for (const typed of ["yesteday", "yseterday"]) match(told(typed), /Did you mean \/meetings yesterday\?$/);
    match(told("lats week"), /Did you mean \/meetings last week\?$/);
    match(told("weke"), /Did you mean \/meetings week\?$/);
  });

  test("with a slip in a command keeps what was typed after it", () => {
    equal(told("reprot week"), "I do not know reprot week. Did you mean /meetings report week?");
    match(told("reports"), /Did you mean \/meetings report\?$/);
    match(told("puase 2h"), /Did you mean \/meetings pause 2h\?$/);
    match(told("subscibe all"), /Did you mean \/meetings subscribe all\?$/);
    match(told("mut weekly sync"), /Did you mean \/meetings mute weekly sync\?$/);
    match(told("past week"), /Did you mean \/meetings last week\?$/);
    match(told("explian last"), /Did you mean \/meetings explain last\?$/);
    match(told("stauts"), /Did you mean \/meetings status\?$/);
  });

  test("that is no date is told what a date looks like", () => {
    for (const typed of ["2026-02-30", "24.11.2026", "11/24/2026", "2026-13"])
      equal(told(typed), `I do not know ${typed}. A day looks like /meetings 2026-11-24, a month like 2026-11.`);
  });

  test("with more words than we know gets the one we know", () => {
    equal(told("today please"), "I do not know today please. Did you mean /meetings today?");
  });

  test("that is like nothing we know gets the list of what we know", () => {
    equal(told("frobnicate"), "I do not know frobnicate. Perhaps one of these:");
    equal(told("🎉🎉"), "I do not know 🎉🎉. Perhaps one of these:");
    equal(told("פגישות"), "I do not know פגישות. Perhaps one of these:");
    equal(told("constructor"), "I do not know constructor. Perhaps one of these:");
  });

  test("is repeated as it was typed, not as Slack escapes it", () => {
    equal(told("R&amp;D &lt;b&gt;"), "I do not know R&D <b>. Perhaps one of these:");
    equal(told("&amp;lt;"), "I do not know &lt;. Perhaps one of these:");
    deepEqual(command("report week host <@U0ALICE|alice> topic R&amp;D"), {
      kind: "report",
      question: { of: "period", period: "week", by: "topic", host: "@alice", topic: "R&D" },
    });
  });

  test("is repeated in short, however long it is", () => {
    const sentence = told("x".repeat(4_000));
    ok(sentence.length < 100, sentence);
    ok(sentence.includes("…"));
  });

  test("fits into a button's value, also in characters of many code units", () => {
    for (const character of ["👨‍👩‍👧‍👦", `a${"\u0301".repeat(31)}`]) {
      const asked = command(`report week topic ${character.repeat(400)}`);
      if (asked.kind !== "report") throw new Error(`understood as ${asked.kind}`);
      const { length } = questionText(asked.question);
      ok(length <= 2_000, `${length}`);
    }
  });

  test("is never repeated as markup", () => {
    const asked = command("*bold* _x_ `code` &lt;!channel&gt;");
    if (asked.kind !== "unknown") throw new Error(`understood as ${asked.kind}`);
    deepEqual(asked.problem[1], { code: "*bold* _x_ `code` <!channel>" });
  });
});
