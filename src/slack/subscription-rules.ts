import { hostName, numberText } from "../card/subscription-words.ts";
import { plainLine } from "../meeting/text.ts";
import type { Rule } from "../subscription/subscription.ts";
import { USER } from "./view-parts.ts";

/** So much still fits into what Slack keeps beside a form (3,000 characters) while the field is not shown. */
export const LONGEST_TEXT = 2_400;
/** More hosts, topics and numbers than these nobody can look through. */
export const MOST_RULES = 25;
const LONGEST_TOPIC = 200;

/** Rules as people see and change them: hosts to choose, and lines of text. */
export interface WrittenRules {
  userIds: string[];
  text: string;
  /** Those for which there is no room in the text. */
  hidden: Rule[];
}

/** What stands in the fields for rules; `readRules` reads it again. */
export function writtenRules(rules: readonly Rule[]): WrittenRules {
  const written: WrittenRules = { userIds: [], text: "", hidden: [] };
  for (const rule of rules) {
    if (rule.of === "all") continue;
    const userId = userOf(rule);
    const text = written.text + (written.text && "\n") + lineOf(rule);
    if (userId !== undefined) written.userIds.push(userId);
    else if (text.length > LONGEST_TEXT) written.hidden.push(rule);
    else written.text = text;
  }
  return written;
}

export type ReadRules = { kind: "rules"; rules: Rule[] } | { kind: "wrong"; because: string };

/**
 * The rules that people chose and typed, in the order of those there were `before`. A host who was not among those is
 * known by the user id alone.
 */
export function readRules(userIds: readonly string[], text: string, before: readonly Rule[]): ReadRules {
  const known = new Map(before.map((rule) => [keyOf(rule), rule]));
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).flatMap((line) => plainLine(line, LONGEST_TEXT) || []);
  const typed = lines.map((line) => known.get(line) ?? readLine(line));
  const tooLong = typed.find((rule) => !known.has(keyOf(rule)) && isTooLong(rule));
  if (tooLong) {
    const start = plainLine(lineOf(tooLong), 30);
    return { kind: "wrong", because: `“${start}” is too long: at most ${LONGEST_TOPIC} characters.` };
  }
  const chosen = userIds.map((userId): Rule => ({ of: "host", host: { userId } }));
  const said = new Map([...chosen, ...typed, ...writtenRules(before).hidden].map((rule) => [keyOf(rule), rule]));
  const kept = [...known].flatMap(([key, rule]) => (said.has(key) ? [rule] : []));
  return { kind: "rules", rules: [...kept, ...[...said].flatMap(([key, rule]) => (known.has(key) ? [] : [rule]))] };
}

/** What a rule looks like to people: two that look the same are one. */
function keyOf(rule: Rule): string {
  return userOf(rule) ?? lineOf(rule);
}

function userOf(rule: Rule): string | undefined {
  return rule.of === "host" && rule.host.userId && USER.test(rule.host.userId) ? rule.host.userId : undefined;
}

function lineOf(rule: Rule): string {
  switch (rule.of) {
    case "all":
      return "";
    case "number":
      return numberText(rule.number);
    case "host":
      return `host: ${rule.host.email ?? rule.host.name ?? hostName(rule.host)}`;
    case "topic": {
      const read = readLine(rule.words);
      return read.of === "topic" && read.words === rule.words ? rule.words : `topic: ${rule.words}`;
    }
  }
}

/** A line as typed: a number in any grouping or in a join link, "host: Alice Ng", else words of a topic. */
function readLine(line: string): Rule {
  const { of = "", rest = line } = PREFIXED.exec(line)?.groups ?? {};
  if (/^host$/i.test(of)) {
    return { of: "host", host: EMAIL.test(rest) ? { email: rest.toLowerCase() } : { name: rest } };
  }
  if (/^topic$/i.test(of)) return { of: "topic", words: rest };
  const number = JOIN_LINK.exec(rest)?.[1] ?? rest.replaceAll(/[ .–-]/g, "");
  if (NUMBER.test(number)) return { of: "number", number };
  return { of: "topic", words: line };
}

const PREFIXED = /^(?<of>host|topic|id|meeting|meeting id): *(?<rest>.+)$/i;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const JOIN_LINK = /^https:\/\/[\w.-]*zoom\.(?:us|com)\/(?:j|w|s)\/(\d{9,11})(?:[?#/]|$)/i;
const NUMBER = /^\d{9,11}$/;

function isTooLong(rule: Rule): boolean {
  const text = rule.of === "topic" ? rule.words : rule.of === "host" ? (rule.host.name ?? rule.host.email ?? "") : "";
  return plainLine(text, LONGEST_TOPIC) !== text;
}
