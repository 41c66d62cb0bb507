import type { Instant } from "../meeting/fact.ts";
import { plainLine } from "../meeting/text.ts";
import { type Detail, FOR_EVER, type Host, type Subscription } from "../subscription/subscription.ts";
import { peopleShown } from "../subscription/veil.ts";
import type { Line, Span } from "./card.ts";
import { dayOf } from "./day.ts";
import { counted, people, shortened, timeSpan } from "./words.ts";

/** Of more hosts, topics or numbers the others are only counted. */
const MOST_NAMED = 5;
const LONGEST_NAMED = 60;

/** Which meetings a channel hears of: "meetings hosted by Alice Ng and meetings with “product sync” in their topic". */
export function rulesLine({ rules }: Pick<Subscription, "rules">): Line {
  if (rules.length === 0) return ["no meetings"];
  if (rules.some(({ of }) => of === "all")) return ["all meetings"];
  const hosts = rules.flatMap((rule) => (rule.of === "host" ? [hostName(rule.host)] : []));
  const topics = rules.flatMap((rule) => (rule.of === "topic" ? [`“${named(rule.words)}”`] : []));
  const numbers = rules.flatMap((rule) => (rule.of === "number" ? [numberText(rule.number)] : []));
  const clauses: Line[] = [
    ...(hosts.length > 0 ? [["meetings hosted by ", ...listed(hosts, "or")]] : []),
    ...(topics.length > 0 ? [["meetings with ", ...listed(topics, "or"), " in their topic"]] : []),
    ...(numbers.length > 0 ? [[numbers.length === 1 ? "meeting " : "meetings ", ...listed(numbers, "and")]] : []),
  ];
  return clauses.flatMap((clause, index) => {
    if (index === 0) return clause;
    return [index === clauses.length - 1 ? " and " : ", ", ...clause];
  });
}

/** How a host is called, best known first. */
export function hostName({ name, email }: Host): string {
  return named(name ?? "") || named(email ?? "") || "somebody";
}

/** A meeting's number as Zoom shows it: "864 1234 5678". */
export function numberText(number: string): string {
  const [, first, second, third] = /^(\d{3})(\d{3,4}?)(\d{3,4})$/.exec(number) ?? [];
  return first ? `${first} ${second} ${third}` : number;
}

/** Foreign text in our sentences is short. */
function named(text: string): string {
  return shortened(plainLine(text, LONGEST_NAMED), LONGEST_NAMED);
}

function listed(all: readonly string[], and: "and" | "or"): Line {
  const [shown, hidden] = [all.slice(0, MOST_NAMED), all.length - MOST_NAMED];
  const items = hidden > 0 ? [...shown, `${hidden} more`] : shown;
  return items.flatMap((item, index) => {
    if (index === 0) return [item];
    return [index === items.length - 1 ? ` ${and} ` : ", ", item];
  });
}

const DETAILS: Record<Detail, string> = {
  card: "one card per meeting",
  thread: "card and joins in its thread",
  end: "only when a meeting ends",
  digest: "only the digest",
};

const SEPARATOR = "  ·  ";

/** How it hears of them: "card and joins in its thread · only how many people · daily digest mon–fri 18:00 · UTC". */
export function mannerLine(subscription: Subscription, now: Instant): Line {
  const { detail, quiet, timeZone, muted } = subscription;
  const said: (string | undefined)[] = [
    DETAILS[detail],
    peopleWords(subscription),
    leastWords(subscription),
    quiet && `quiet ${quiet.from} to ${quiet.until}`,
    digestWords(subscription),
    timeZone,
    muted.length > 0 ? `${counted(muted.length, "meeting", "meetings")} muted` : undefined,
  ];
  const manner = said.filter((words) => words !== undefined).join(SEPARATOR);
  return [manner, ...pauseWords(subscription, now)];
}

function peopleWords({ people, isShared }: Subscription): string | undefined {
  switch (peopleShown({ people, isShared: isShared ?? false }, "names")) {
    case "names":
      return undefined;
    case "counts":
      return people === "names" ? "only how many people, as another company is here" : "only how many people";
    case "private":
      return "topics and names hidden";
  }
}

function leastWords({ atLeast }: Subscription): string | undefined {
  const least = [
    ...(atLeast.people > 1 ? [people(atLeast.people)] : []),
    ...(atLeast.minutes > 0 ? [`${atLeast.minutes} min`] : []),
  ];
  return least.length > 0 ? `at least ${least.join(" and ")}` : undefined;
}

function digestWords({ digest: { days, isWeekly, at } }: Subscription): string {
  const daily = dayWords(days);
  if (daily === "off") return isWeekly ? `weekly digest on Friday ${at}` : "no digest";
  return `daily digest ${daily === "daily" ? "" : `${daily} `}${at}${isWeekly ? ", weekly on Friday" : ""}`;
}

function pauseWords({ pausedUntil = 0, timeZone }: Subscription, now: Instant): Span[] {
  if (pausedUntil <= now) return [];
  if (pausedUntil >= FOR_EVER) return [`${SEPARATOR}paused until you resume it`];
  const isToday = dayOf(now, timeZone).until > pausedUntil;
  return [`${SEPARATOR}paused until `, timeSpan(pausedUntil, isToday ? "time" : "day and time")];
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Days of the week, 1 to 7, as the operator writes them: "mon–fri", "mon, wed, fri", "daily", "off". */
export function dayWords(days: readonly number[]): string {
  const chosen = DAYS.map((_, index) => days.includes(index + 1));
  if (!chosen.includes(true)) return "off";
  if (!chosen.includes(false)) return "daily";
  const runs: number[][] = [];
  for (const [index, isChosen] of chosen.entries()) {
    if (!isChosen) continue;
    if (index > 0 && chosen[index - 1]) runs.at(-1)?.push(index);
    else runs.push([index]);
  }
  return runs
    .flatMap((run) => {
      const names = run.map((index) => DAYS[index]);
      return names.length > 2 ? [`${names[0]}–${names.at(-1)}`] : names;
    })
    .join(", ");
}
