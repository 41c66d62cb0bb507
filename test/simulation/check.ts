import type { Card } from "../../src/card/card.ts";
import { type Day, dayOf } from "../../src/card/day.ts";
import { digestCard } from "../../src/card/digest-card.ts";
import { meetingCard } from "../../src/card/meeting-card.ts";
import type { Instant } from "../../src/meeting/fact.ts";
import { isNews, type Meeting, meetingAsOf, meetingFrom } from "../../src/meeting/meeting.ts";
import { digestId } from "../../src/post-digest.ts";
import { late, tooEarly } from "./in-time.ts";
import { factsOf, type Kept, keptFacts, said } from "./kept.ts";
import type { DayPlan } from "./plan.ts";
import type { PlayedDay } from "./play.ts";
import { KEYS, STYLE } from "./process.ts";
import { CLOCKS_DIFFER_MS } from "./random-day.ts";
import { digestTime } from "./useful-minutes.ts";

const DAY_MS = 24 * 3_600_000;

export interface Violation {
  kind:
    | "lost"
    | "missing"
    | "doubled"
    | "stale"
    | "back again"
    | "left over"
    | "late"
    | "too early"
    | "no rest"
    | "failed"
    | "refused by Redis";
  channel?: string;
  card?: string;
  what: string;
}

/** What a day broke of what we promise, found by looking at what people see and by adding up all facts once more. */
export async function violationsOf(plan: DayPlan, played: PlayedDay): Promise<Violation[]> {
  const [refused] = played.redis.refused;
  if (refused !== undefined) return [{ kind: "refused by Redis", what: refused }];
  const [error] = played.errors;
  const isExcused = plan.faults.some(({ kind }) => kind === "store");
  if (error !== undefined && !isExcused) return [{ kind: "failed", what: error }];
  if (!played.isAtRest) return [{ kind: "no rest", what: "something is still to be done after all that time" }];
  const kept = await keptFacts(played);
  const meetings = factsOf(kept).map((facts) => meetingAsOf(played.endedAt, facts));
  return [
    ...lost(played, kept),
    ...meetings.flatMap((meeting) => meetingViolations(plan, played, meeting)),
    ...daysOf(plan, meetings).flatMap((day) => digestViolations(plan, played, day, meetings)),
    ...leftOver(played),
    ...tooEarly(plan, played),
    ...late(plan, played),
  ];
}

/**
 * What is wrong at a moment at which nobody has anything to do: what a card should show and does not must be due, and
 * nothing is due much later without a reason.
 */
export async function violationsWhileResting(plan: DayPlan, sofar: PlayedDay, dueAt: Instant): Promise<Violation[]> {
  const now = sofar.endedAt;
  if (dueAt !== Number.POSITIVE_INFINITY) {
    const isExcused = plan.faults.some(({ kind, at }) => kind === "chat" && at <= now);
    const isLate = dueAt - now > LONGEST_WAIT_MS && !isExcused;
    return isLate ? [{ kind: "late", what: `what is due waits for ${Math.round((dueAt - now) / 1_000)} s` }] : [];
  }
  const isToldOfDays = sofar.messages.some(({ card }) => card.stage === "digest");
  const numbers = new Set(sofar.heard.slice(sofar.checked).map(({ fact }) => fact.about.number));
  const concerned = isToldOfDays ? sofar.heard : sofar.heard.filter(({ fact }) => numbers.has(fact.about.number));
  const facts = factsOf(await keptFacts({ ...sofar, heard: concerned }));
  const [told, silent] = [facts.map(meetingFrom), facts.map((one) => meetingAsOf(now + CLOCKS_DIFFER_MS, one))];
  const cards = told.flatMap((meeting, index) => {
    const presence = isNews(meeting) ? "must be" : "may be";
    const expected = [meeting, silent[index] ?? meeting].map((one) => meetingCard(one, STYLE));
    return plan.channels.flatMap((channel) => cardViolations(sofar, channel, meeting.uuid, presence, expected));
  });
  // these conclusions reach the digest with the job of every minute
  const isDoubtful = silent.some(({ end }) => end && end.because !== "told" && end.because !== "summarized");
  if (!isToldOfDays || isDoubtful) return cards;
  return [...cards, ...daysOf(plan, told).flatMap((day) => digestViolations(plan, sofar, day, told))];
}

/** Two edits of one card may be two minutes apart. */
const LONGEST_WAIT_MS = 130_000;

/** What was answered 200 is kept, as of its first arrival or of another that nobody answered; and nothing else is. */
function lost({ heard }: PlayedDay, kept: Kept): Violation[] {
  const told = Map.groupBy(heard, ({ fact }) => `${fact.about.uuid} ${said(fact)}`);
  return [...told].flatMap(([key, arrivals]): Violation[] => {
    const [first] = arrivals;
    if (!first) return [];
    const { about, kind } = first.fact;
    const heardAt = kept.get(about.uuid)?.get(key.slice(about.uuid.length + 1))?.heardAt;
    const answered = arrivals.filter(({ isAcknowledged }) => isAcknowledged).map(({ fact }) => fact.heardAt);
    const isRight =
      heardAt === undefined
        ? answered.length === 0
        : heardAt <= Math.min(...answered) && arrivals.some(({ fact }) => fact.heardAt === heardAt);
    return isRight ? [] : [{ kind: "lost", card: about.uuid, what: `${kind} was answered 200 and is not kept so` }];
  });
}

function meetingViolations(plan: DayPlan, played: PlayedDay, meeting: Meeting): Violation[] {
  return plan.channels.flatMap((channel) =>
    cardViolations(played, channel, meeting.uuid, isNews(meeting) ? "must be" : "may be", [
      meetingCard(meeting, STYLE),
    ]),
  );
}

/** Every day on which a meeting began. */
function daysOf({ timeZone }: DayPlan, meetings: readonly Meeting[]): Day[] {
  const days = meetings.filter(({ hasStarted }) => hasStarted).map(({ start }) => dayOf(start.at, timeZone));
  return [...new Map(days.map((day) => [day.date, day])).values()];
}

function digestViolations(plan: DayPlan, played: PlayedDay, day: Day, meetings: readonly Meeting[]): Violation[] {
  const began = meetings.filter(({ hasStarted, start }) => hasStarted && start.at >= day.from && start.at < day.until);
  const dueAt = digestTime(plan, day.from);
  const inTime = began.filter(({ start, firstHeardAt }) => start.at < dueAt && firstHeardAt < dueAt + DAY_MS);
  const mustBe = inTime.length > 0 && played.isAtRest;
  const expected = digestCard(day, began);
  return plan.channels.flatMap((channel) =>
    cardViolations(played, channel, digestId(day.date), mustBe ? "must be" : "may be", [
      ...(expected ? [expected] : []),
    ]),
  );
}

function cardViolations(
  { messages, deleted, seen }: PlayedDay,
  channel: string,
  card: string,
  presence: "must be" | "may be",
  /** One of these. */
  expected: readonly Card[],
): Violation[] {
  const told = (kind: Violation["kind"], what: string): Violation => ({ kind, channel, card, what });
  const all = messages.filter((one) => one.channel === channel && one.key === card);
  const visible = all.filter(({ deletedBy }) => !deletedBy);
  const gone = deleted.filter((one) => one.channel === channel && one.card === card);
  if (visible.length > 1) return [told("doubled", `${visible.length} messages are visible`)];
  if (gone.some(({ wasKnown }) => wasKnown) && visible.length > 0) {
    return [told("back again", "a person deleted it and it was posted again")];
  }
  const [message] = visible;
  if (!message) {
    if (presence === "may be" || gone.length > 0) return [];
    return [told("missing", `nothing is visible (of ${all.length}; ${seen.length} things seen)`)];
  }
  const shows = JSON.stringify(message.card);
  if (expected.some((one) => JSON.stringify(one) === shows)) return [];
  return [told("stale", `shows ${shows}\n      and not ${JSON.stringify(expected[0])}`)];
}

/** As in the table of `redis/keys.ts`. */
const LIVES_FOR_EVER = new Set([KEYS.starts, KEYS.live]);

function leftOver({ redis: { data: redis } }: PlayedDay): Violation[] {
  const told = (what: string): Violation => ({ kind: "left over", what });
  return redis.keys().flatMap((key) => {
    const isToDo = key === KEYS.channels || key === KEYS.over || key.startsWith(KEYS.due(""));
    if (isToDo) return [told(`${key} still holds ${JSON.stringify([...(redis.read(key, "zset") ?? [])])}`)];
    if (key.startsWith(KEYS.gate("")) && redis.read(key, "hash")?.has("token")) return [told(`${key} is still leased`)];
    if (redis.expiry(key) === undefined && !LIVES_FOR_EVER.has(key)) return [told(`${key} lives for ever`)];
    return [];
  });
}
