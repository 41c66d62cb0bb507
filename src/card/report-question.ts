import { periodNames, periodWords } from "./period.ts";

/** What somebody wants a report of. */
export type ReportQuestion = MeetingQuestion | PeriodQuestion;

/** One meeting, or several of which one is meant. */
export type MeetingQuestion =
  /** Nothing said: the latest meetings to choose from. */
  | { of: "latest" }
  /** The one that ended last. */
  | { of: "last" }
  | { of: "meeting"; uuid: string }
  | { of: "number"; number: string }
  | { of: "topic"; topic: string };

export interface PeriodQuestion {
  of: "period";
  period: string;
  by: Grouping;
  host?: string;
  topic?: string;
}

export type Grouping = "topic" | "host";

/** What was typed after `/meetings report`: anything that is neither days nor a number is looked for in topics. */
export function reportQuestion(typed: string): ReportQuestion {
  return periodQuestion(wordsOf(typed)) ?? meetingQuestion(typed);
}

/** The same where days are not asked for: their names are words of a topic like any others. */
export function meetingQuestion(typed: string): MeetingQuestion {
  const words = wordsOf(typed);
  if (words === "") return { of: "latest" };
  if (/^last$/i.test(words)) return { of: "last" };
  const uuid = (UUID.exec(typed.trim()) ?? UUID.exec(words))?.[1];
  if (uuid) return { of: "meeting", uuid };
  if (NUMBER.test(words.replaceAll(DASHES, "-"))) return { of: "number", number: words.replaceAll(/\D/g, "") };
  return { of: "topic", topic: words.replace(/^topic (?=\S)/i, "") };
}

/** The same in words that `reportQuestion` understands: buttons carry it. */
export function questionText(question: ReportQuestion): string {
  switch (question.of) {
    case "latest":
      return "";
    case "last":
      return "last";
    case "meeting":
      return `uuid ${question.uuid}`;
    case "number":
      return question.number;
    case "topic":
      return `topic ${question.topic}`;
    case "period": {
      const { period, by, host, topic } = question;
      return [period, `by ${by}`, host && `host ${host}`, topic && `topic ${topic}`].filter(Boolean).join(" ");
    }
  }
}

/** Nobody means the stop after the last word. */
function wordsOf(typed: string): string {
  return typed.replaceAll(QUOTES, "").replaceAll(/\s+/g, " ").trim().replace(STOP, "");
}

/** As a button carries it, where no stop is anybody's. */
const UUID = /^uuid ([^\s"“”„]+)$/;
const QUOTES = /["“”„]/g;
const STOP = /(?<=[^\s.,;:!?…])[.,;:!?…]+$/;
const DASHES = /[\u2010-\u2015\u2212]/g;
/** Meeting numbers have 9 to 11 digits; Zoom shows them in groups. */
const NUMBER = /^\d(?:[ -]?\d){8,10}$/;
const PERIOD = new RegExp(`^(20\\d\\d-\\d\\d(?:-\\d\\d)?|${periodNames().join("|")})(?= |$)`, "i");
const FILTERS = /^(?: by (?<by>topic|host))?(?: host (?<host>.+?))?(?: topic (?<topic>.+))?$/i;

function periodQuestion(words: string): PeriodQuestion | undefined {
  const [typed] = PERIOD.exec(words.replaceAll(DASHES, "-")) ?? [];
  const period = typed && periodWords(typed);
  const filters = period && FILTERS.exec(words.slice(typed.length))?.groups;
  if (!filters) return undefined;
  const { by, host, topic } = filters;
  const grouping = by?.toLowerCase() === "host" ? "host" : "topic";
  return { of: "period", period, by: grouping, ...(host && { host }), ...(topic && { topic }) };
}
