import { plainLine } from "../meeting/text.ts";
import { asMeant, withoutStop } from "./as-meant.ts";

/** What somebody typed about what a channel hears, as far as words alone tell. People and channels are Slack's ids. */
export type SubscribeWords =
  | { kind: "subscribe"; channelId?: string; rules: TypedRule[] }
  | { kind: "unsubscribe"; channelId?: string; rules: TypedRule[] }
  | { kind: "list" }
  | { kind: "settings"; channelId?: string }
  | { kind: "pause"; channelId?: string; until: TypedEnd }
  | { kind: "resume"; channelId?: string }
  | { kind: "mute" | "unmute"; channelId?: string; about: string }
  | { kind: "digest"; channelId?: string; digest: TypedDigest }
  | { kind: "test"; channelId?: string }
  /** The command was meant, but not like this. */
  | { kind: "wrong"; command: string; because: string };

export type TypedRule =
  | { of: "all" }
  | { of: "topic"; words: string }
  | { of: "number"; number: string }
  | { of: "host"; userId: string }
  | { of: "host"; email: string }
  | { of: "host"; name: string };

export type TypedEnd = "for ever" | "today" | { minutes: number };

export interface TypedDigest {
  days?: "workdays" | "daily" | "off";
  isWeekly?: boolean;
  at?: string;
}

const COMMANDS = new Set([
  "subscribe",
  "unsubscribe",
  "list",
  "settings",
  "pause",
  "resume",
  "mute",
  "unmute",
  "digest",
  "test",
]);
export const SUBSCRIBE_COMMANDS: readonly string[] = [...COMMANDS];

const CHANNEL = /<#([CG][A-Z0-9]+)(?:\|[^>]*)?>/;
/** Slack makes a link of an address, and some of its clients one of a number. */
const ADDRESS = /<mailto:([^|>\s]+)(?:\|[^>]*)?>/g;
const NUMBER = /<tel:([^|>]*)(?:\|[^>]*)?>/g;
/** The link by which people join a meeting, as Slack sends it. */
const JOIN = /(?:\b(?:id|number|meeting):? )?<https?:\/\/[^>|\s]*\/[jsw]\/(\d{9,11})\b[^>]*>/gi;
const LONGEST_TOPIC = 200;
const MOST_RULES = 25;

/**
 * What was typed after `/meetings`, as Slack sends it: escaped, people as `<@U123|name>` and channels as `<#C123|name>`.
 * Undefined when the first word is none of these commands.
 */
export function subscribeWords(typed: string): SubscribeWords | undefined {
  const [, first = "", more = ""] = /^(\S+)\s*(.*)$/s.exec(asMeant(typed.slice(0, LONGEST_TYPED))) ?? [];
  const command = withoutStop(first.toLowerCase());
  if (!COMMANDS.has(command)) return undefined;
  const channelId = CHANNEL.exec(more)?.[1];
  const linkless = more.replace(CHANNEL, " ").replaceAll(ADDRESS, "$1").replaceAll(NUMBER, "$1");
  const rest = withoutStop(linkless.replaceAll(/\s+/g, " ")).trim();
  const unknownChannel = /(?:^|\s)(#\S+)/.exec(outsideQuotes(rest))?.[1];
  if (unknownChannel !== undefined) {
    const name = plainLine(unescaped(unknownChannel), 40);
    return wrong(
      command,
      `I do not see the channel ${name}. Choose it from the list that Slack offers after #, or type /meetings ${command} in it.`,
    );
  }
  const where = channelId === undefined ? {} : { channelId };
  switch (command) {
    case "subscribe":
    case "unsubscribe": {
      const said = rest.replace(command === "subscribe" ? /^to /i : /^from /i, "").replaceAll(JOIN, "id $1");
      const rules = rulesFrom(said);
      return typeof rules === "string" ? wrong(command, rules) : { kind: command, ...where, rules };
    }
    case "pause": {
      const until = endFrom(rest);
      return until === undefined
        ? wrong(
            command,
            "Say for how long, like pause 2h, pause 45 min or pause today; just pause lasts until you type resume.",
          )
        : { kind: "pause", ...where, until };
    }
    case "digest": {
      const digest = digestFrom(rest);
      return digest === undefined
        ? wrong(command, "Say digest daily, workdays, weekly or off, and a time if you like: digest daily 17:30.")
        : { kind: "digest", ...where, digest };
    }
    case "mute":
    case "unmute":
      return { kind: command, ...where, about: plainLine(unescaped(unquoted(rest)), LONGEST_TOPIC) };
    default:
      if (rest !== "") return wrong(command, `I do not know what ${plainLine(unescaped(rest), 40)} means there.`);
      return command === "list" ? { kind: "list" } : { kind: command as "settings" | "resume" | "test", ...where };
  }
}

const LONGEST_TYPED = 4_000;

function wrong(command: string, because: string): SubscribeWords {
  return { kind: "wrong", command, because };
}

const RULE =
  /^(?:(?<all>all(?: meetings)?|everything)|host:?\s+(?:<@(?<user>[UW][A-Z0-9]+)(?:\|[^>]*)?>|(?<host>"[^"]+"|[^\s,]+(?: (?!(?:and|or|host|topic|id|number)\b)[^\s,]+)*))|topic:?\s+(?<topic>"[^"]*"|.+?)|(?:id|number|meeting):?\s+(?<number>[\d \u2010-\u2015\u2212-]+)|(?<bare>"[^"]+"))(?=$|,|\s+(?:and|or|host|topic|id|number|meeting):?\s)/i;

/** One or several rules, with "and", "or", a comma or nothing between them; a sentence when that is not what was typed. */
function rulesFrom(typed: string): TypedRule[] | string {
  const rules: TypedRule[] = [];
  let rest = typed;
  while (rest !== "") {
    const found = RULE.exec(rest);
    if (!found?.groups) return rules.some(({ of }) => of === "topic") ? notUnderstood(rest) : SAY_WHAT;
    const rule = ruleFrom(found.groups);
    if (typeof rule === "string") return rule;
    rules.push(rule);
    if (rules.length > MOST_RULES) return `At most ${MOST_RULES} at once, please.`;
    rest = rest.slice(found[0].length).replace(/^\s*(?:,|and\s|or\s)?\s*/i, "");
  }
  return rules;
}

const SAY_WHAT =
  'Say what to hear of: all, host @somebody, topic "words" or id 123 4567 8901. Without any of them a form opens.';

function notUnderstood(rest: string): string {
  const words = plainLine(unescaped(rest), 40);
  return `I do not know what ${words} means there. If it belongs to the topic, put all of that in quotes: topic "rock and roll".`;
}

function ruleFrom({ all, user, host, topic, number, bare }: Record<string, string | undefined>): TypedRule | string {
  if (all !== undefined) return { of: "all" };
  if (user !== undefined) return { of: "host", userId: user };
  if (host !== undefined) {
    const name = plainLine(unescaped(unquoted(host)).replace(/^@/, ""), LONGEST_NAME);
    return EMAIL.test(name) ? { of: "host", email: name.toLowerCase() } : { of: "host", name };
  }
  if (number !== undefined) {
    const digits = number.replaceAll(/\D/g, "");
    return digits.length >= 9 && digits.length <= 11
      ? { of: "number", number: digits }
      : "A meeting ID has 9 to 11 digits, like 864 1234 5678.";
  }
  const words = plainLine(unescaped(unquoted(topic ?? bare ?? "")), LONGEST_TOPIC);
  return words === "" ? "Say at least one word of the topic." : { of: "topic", words };
}

const LONGEST_NAME = 80;
const EMAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;

const UNITS = [
  [/^(\d{1,4}) ?(?:m|min|mins|minutes?)$/i, 1],
  [/^(\d{1,3}) ?(?:h|hours?)$/i, 60],
  [/^(\d{1,2}) ?(?:d|days?)$/i, 24 * 60],
] as const;

function endFrom(typed: string): TypedEnd | undefined {
  const words = typed.replace(/^for /i, "");
  if (words === "") return "for ever";
  if (/^(today|until tomorrow)$/i.test(words)) return "today";
  for (const [pattern, minutes] of UNITS) {
    const [, count] = pattern.exec(words) ?? [];
    if (count !== undefined && Number(count) > 0) return { minutes: Number(count) * minutes };
  }
  return undefined;
}

function digestFrom(typed: string): TypedDigest | undefined {
  const digest: TypedDigest = {};
  const oneWordTimes = unquoted(typed)
    .toLowerCase()
    .replaceAll(/(\d) (?=[ap]\.?m\b)/g, "$1");
  const words = oneWordTimes.split(/[ ,]+/).filter(Boolean);
  for (const word of words) {
    const at = clockTime(word);
    if (at !== undefined) digest.at = at;
    else if (word === "daily" || word === "off") digest.days = word;
    else if (word === "workdays" || word === "mon-fri") digest.days = "workdays";
    else if (word === "weekly") digest.isWeekly = true;
    else if (word !== "and" && word !== "at") return undefined;
  }
  if (digest.days === "off" && digest.isWeekly === undefined) digest.isWeekly = false;
  return words.length === 0 ? undefined : digest;
}

/** "17:30", "17.30", "17h30", "18h", "18", "6pm" and "5:30pm" as "HH:MM". */
function clockTime(word: string): string | undefined {
  const [, hour, minutes = "00", , half] = /^(\d{1,2})(?:[:.h]([0-5]\d))?(h?|([ap])\.?m\.?)$/.exec(word) ?? [];
  if (hour === undefined) return undefined;
  const hours = half === undefined ? Number(hour) : hourOfHalf(Number(hour), half);
  return hours === undefined || hours > 23 ? undefined : `${String(hours).padStart(2, "0")}:${minutes}`;
}

/** Twelve begins a half of the day. */
function hourOfHalf(hour: number, half: string): number | undefined {
  return hour < 1 || hour > 12 ? undefined : (hour % 12) + (half === "p" ? 12 : 0);
}

const ENTITIES: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

function unescaped(text: string): string {
  return text.replaceAll(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

function unquoted(text: string): string {
  return text.replaceAll('"', "").trim();
}

function outsideQuotes(text: string): string {
  return text.replaceAll(/"[^"]*"/g, "").replaceAll(/<[^>]*>/g, "");
}
