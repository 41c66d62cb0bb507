import { z } from "zod";
import type { Detail, PeopleShown, Rule, Subscription } from "../subscription/subscription.ts";
import { timeZoneCalled, timeZoneLike } from "../subscription/time-zone.ts";
import { LONGEST_TEXT, MOST_RULES, readRules, writtenRules } from "./subscription-rules.ts";
import { ACTION, told, type Values } from "./view-parts.ts";

/** What is chosen and typed in the modal of a subscription, by block. */
export type Form = { [B in keyof typeof FIELDS]: z.output<(typeof FIELDS)[B]> };

/** Whether all meetings are told of or some: that field is called so, for it is told at once. */
export const WHICH = "sub_which";

export const WHICHES = ["all", "some"] as const;
export const DETAILS: readonly Detail[] = ["card", "thread", "end", "digest"];
export const PEOPLE: readonly PeopleShown[] = ["names", "counts", "private"];
export const DAYS = ["1", "2", "3", "4", "5", "6", "7"] as const;
export const WEEKLY = "weekly";
export const MOST_PEOPLE = 1_000;
export const MOST_MINUTES = 1_440;

const missing = (message: string, context: z.RefinementCtx): never => {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
};

const zone = (said: string, context: z.RefinementCtx): string => {
  const meant = timeZoneCalled(said);
  if (meant !== undefined) return meant;
  const like = timeZoneLike(said);
  const examples = like
    ? `Did you mean ${like}?`
    : "Say a name like Europe/Vienna or America/New_York, or a large city.";
  return missing(`I do not know this time zone. ${examples}`, context);
};

const FIELDS = {
  channel: told.channel("Choose a channel."),
  which: told.option(WHICHES, "Choose which meetings."),
  hosts: told.people("Choose people of this workspace."),
  match: told.text(LONGEST_TEXT, `At most ${LONGEST_TEXT} characters.`),
  detail: told.option(DETAILS, "Choose how much."),
  people: told.option(PEOPLE, "Choose what is told of people."),
  leastPeople: told.whole(MOST_PEOPLE, `Say a number up to ${MOST_PEOPLE}, or nothing.`),
  leastMinutes: told.whole(MOST_MINUTES, `Say a number up to ${MOST_MINUTES}, or nothing.`),
  quietFrom: told.time("Choose a time, or none."),
  quietUntil: told.time("Choose a time, or none."),
  days: told.options(DAYS, "Choose days of the week, or none."),
  weekly: told.options([WEEKLY], "Tick it or leave it."),
  at: told.time("Choose a time.").transform((at, context) => at ?? missing("Choose a time.", context)),
  zone: told.text(100, "That is too long for a time zone.").transform(zone),
};
const BLOCKS = Object.keys(FIELDS) as (keyof Form)[];
/** Shown at times only. */
const AT_TIMES: ReadonlySet<string> = new Set<keyof Form>(["channel", "hosts", "match"]);

export type Errors = Record<string, string>;

/** What can be read of what stands in the modal, and what is wrong with each of the blocks that matter. */
export function readForm(values: Values): { said: Partial<Form>; errors: Errors } {
  const said: Partial<Record<keyof Form, unknown>> = {};
  const errors: Errors = {};
  for (const block of BLOCKS) {
    if (AT_TIMES.has(block) && values[block] === undefined) continue;
    const { success, data, error } = FIELDS[block].safeParse(values[block]?.[block === "which" ? WHICH : ACTION]);
    if (success) said[block] = data;
    else errors[block] = error.issues[0]?.message ?? "I do not understand that.";
  }
  const { hosts: _, match: __, ...others } = errors;
  return { said: said as Partial<Form>, errors: said.which === "all" ? others : errors };
}

/** How a subscription stands in the modal. */
export function formOf({ rules, detail, people, atLeast, quiet, digest, timeZone }: Subscription) {
  const isSome = rules.length > 0 && !rules.some(({ of }) => of === "all");
  const { userIds, text } = writtenRules(rules);
  return {
    which: isSome ? "some" : "all",
    hosts: userIds,
    match: text,
    detail,
    people,
    leastPeople: Math.min(Math.round(atLeast.people), MOST_PEOPLE),
    leastMinutes: Math.min(Math.round(atLeast.minutes), MOST_MINUTES),
    quietFrom: quiet?.from,
    quietUntil: quiet?.until,
    days: DAYS.filter((day) => digest.days.includes(Number(day))),
    weekly: digest.isWeekly ? [WEEKLY] : [],
    at: digest.at,
    zone: timeZone,
  } satisfies Partial<Form>;
}

/** How a channel hears of meetings, as a form says it. */
export function mannerOf(form: Form) {
  const { detail, people, leastPeople, leastMinutes, quietFrom: from, quietUntil: until } = form;
  const isQuiet = from !== undefined && until !== undefined && from !== until;
  return {
    detail,
    people,
    atLeast: { people: leastPeople, minutes: leastMinutes },
    ...(isQuiet && { quiet: { from, until } }),
    digest: { days: form.days.map(Number).toSorted((a, b) => a - b), isWeekly: form.weekly.length > 0, at: form.at },
    timeZone: form.zone,
  } satisfies Partial<Subscription>;
}

/** Which meetings a form means; none if something is wrong with that. */
export function wantedRules(
  { which, hosts, match }: Partial<Form>,
  before: readonly Rule[],
): { rules: readonly Rule[]; errors: Errors } {
  const wrong = (block: keyof Form, because: string) => ({ rules: [], errors: { [block]: because } });
  if (which === undefined) return { rules: [], errors: {} };
  if (which === "all") return { rules: before.some(({ of }) => of === "all") ? before : [{ of: "all" }], errors: {} };
  if (!hosts && match === undefined) return wrong("which", "Now choose the hosts, or say the topics or meeting IDs.");
  const read = readRules(hosts ?? [], match ?? "", before);
  if (read.kind === "wrong") return wrong("match", read.because);
  if (read.rules.length === 0) return wrong("match", "Choose a host above, or say at least one topic or meeting ID.");
  if (read.rules.length <= MOST_RULES) return { rules: read.rules, errors: {} };
  return wrong(match ? "match" : "hosts", `At most ${MOST_RULES} hosts, topics and meeting IDs together.`);
}

/** What does not go together. */
export function togetherWrong({ quietFrom, quietUntil, detail, days, weekly }: Partial<Form>): Errors {
  const isSilent = detail === "digest" && days?.length === 0 && weekly?.length === 0;
  return {
    ...(quietFrom && !quietUntil && { quietUntil: "Say when the quiet hours end; the same time twice is none." }),
    ...(quietUntil && !quietFrom && { quietFrom: "Say when the quiet hours begin; the same time twice is none." }),
    ...(isSilent && { days: "Only the digest, but on no day: choose when it comes." }),
  };
}
