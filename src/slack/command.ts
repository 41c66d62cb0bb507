import { distance } from "fastest-levenshtein";
import type { AgendaAsked } from "../card/agenda-card.ts";
import type { Line } from "../card/card.ts";
import { periodNames, periodWords } from "../card/period.ts";
import { type MeetingQuestion, meetingQuestion, type ReportQuestion, reportQuestion } from "../card/report-question.ts";
import { plainLine } from "../meeting/text.ts";
import { asMeant, DASHES } from "./as-meant.ts";
import { SUBSCRIBE_COMMANDS, type SubscribeWords, subscribeWords } from "./subscribe-words.ts";

export type Command =
  | ({ kind: "agenda" } & AgendaAsked)
  | { kind: "report"; question: ReportQuestion }
  | { kind: "explain"; question: MeetingQuestion }
  | { kind: "status" }
  | SubscribeWords
  | { kind: "help" }
  | { kind: "unknown"; problem: Line };

const WORDS = new Map<string, Command>([
  ["", { kind: "agenda", scope: "today" }],
  ["live", { kind: "agenda", scope: "live" }],
  ["now", { kind: "agenda", scope: "live" }],
  ["status", { kind: "status" }],
  ["help", { kind: "help" }],
  ["?", { kind: "help" }],
]);
const CHANNEL = /<#([CG][A-Z0-9]{2,30})(?:\|[^>]*)?>/;
const UNSEEN_CHANNEL = /(?:^| )(#[^\s,]+)/;
const ALL = /(?:^| )all$/;
const ABOUT_A_MEETING = /^(report|explain)(?=[\s.!?]|$)[.!?]*\s*(.*)$/i;
const SUGGESTED = ["today", "live", "report", "explain", "status", "help", ...SUBSCRIBE_COMMANDS, ...periodNames()];
const QUOTED_CHARACTERS = 40;

/** What somebody typed after `/meetings`. Anything gives a command; what is not understood gives a sentence that helps. */
export function command(typed: string): Command {
  const subscribing = subscribeWords(typed);
  if (subscribing) return subscribing;
  const meant = asMeant(typed);
  const channelId = CHANNEL.exec(meant)?.[1];
  const text = short(plainLine(asTyped(meant.replace(CHANNEL, " ")), 200));
  const unseen = UNSEEN_CHANNEL.exec(text)?.[1];
  const words = bare(unseen === undefined ? text : text.replace(UNSEEN_CHANNEL, " "));
  const isAll = ALL.test(words);
  const asked = words.replace(ALL, "");
  const wider = { ...(isAll && { isAll }), ...(channelId && { channelId }) };
  const period = periodWords(asked);
  if (unseen !== undefined && (period !== undefined || WORDS.get(asked)?.kind === "agenda")) {
    return { kind: "unknown", problem: unseenChannel(unseen) };
  }
  if (period !== undefined) return { kind: "agenda", scope: period, ...wider };
  const [, wanted, about] = ABOUT_A_MEETING.exec(text) ?? [];
  if (wanted && about !== undefined) {
    return wanted.toLowerCase() === "report"
      ? { kind: "report", question: reportQuestion(about) }
      : { kind: "explain", question: meetingQuestion(about) };
  }
  const known = WORDS.get(asked === "" && text.includes("?") ? "?" : asked);
  if (known?.kind === "agenda") return { ...known, ...wider };
  return known ?? { kind: "unknown", problem: problem(text, words) };
}

/** Words alone: whatever stands between them means nothing here. */
function bare(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(DASHES, "-")
    .replaceAll(/["'’`.,;:!?…]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** Slack makes a channel of its name where who types may see it. */
function unseenChannel(name: string): Line {
  return [
    "I do not see the channel ",
    { code: plainLine(name, QUOTED_CHARACTERS) },
    ". Choose it from the list that Slack offers after #.",
  ];
}

const LONGEST_TEXT = 1_000;

/** Buttons carry what was asked, and Slack counts code units there: a family of emoji has eleven and more. */
function short(text: string): string {
  return text.length > LONGEST_TEXT ? plainLine(text, 30) : text;
}

/** What somebody is told whose slash command is sent to us but is not ours. */
export function unknownCommand(name: string): Line {
  return ["I do not know ", { code: plainLine(name, QUOTED_CHARACTERS) || "/" }, ". Perhaps one of these:"];
}

const ENTITIES: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** Slack escapes what people type, and turns people and channels into `<@U123|name>` and `<#C123|name>`. */
function asTyped(escaped: string): string {
  return escaped
    .replaceAll(/<([@#])[^<>|]*\|([^<>|]+)>/g, "$1$2")
    .replaceAll(/&(lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

function problem(text: string, words: string): Line {
  const said: Line = ["I do not know ", { code: plainLine(text, QUOTED_CHARACTERS) }, ". "];
  if (/^\d{2,4}[-/.]/.test(text)) {
    return [
      ...said,
      "A day looks like ",
      { code: "/meetings 2026-11-24" },
      ", a month like ",
      { code: "2026-11" },
      ".",
    ];
  }
  const nearest = meantBy(words);
  return nearest
    ? [...said, "Did you mean ", { code: `/meetings ${nearest}` }, "?"]
    : [...said, "Perhaps one of these:"];
}

/** Commands after which more may be typed. */
const TAKES_MORE = new Set(["report", "explain", "subscribe", "unsubscribe", "pause", "mute", "unmute", "digest"]);

/** What was perhaps meant, with what was typed after a command: half of it would do something else. */
function meantBy(words: string): string | undefined {
  const [first = "", ...rest] = words.split(" ");
  const [all, command] = [nearestOf(words), nearestOf(first)];
  if (rest.length === 0 || !command || !TAKES_MORE.has(command.word)) return (all ?? command)?.word;
  return all && all.edits <= command.edits ? all.word : [command.word, ...rest].join(" ");
}

/** The word or words that were meant, if few letters are wrong. */
function nearestOf(words: string): { word: string; edits: number } | undefined {
  const [nearest] = SUGGESTED.map((word) => ({ word, edits: distance(words.slice(0, 40), word) })).toSorted(
    (a, b) => a.edits - b.edits,
  );
  return nearest && nearest.edits <= Math.max(1, Math.floor(nearest.word.length / 2)) ? nearest : undefined;
}
