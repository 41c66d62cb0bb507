import type { Card } from "../../src/card/card.ts";
import { dayOf } from "../../src/card/day.ts";
import { digestCard } from "../../src/card/digest-card.ts";
import { meetingCard } from "../../src/card/meeting-card.ts";
import type { Instant, MeetingFact } from "../../src/meeting/fact.ts";
import { isNews, type Meeting, meetingAsOf, meetingFrom } from "../../src/meeting/meeting.ts";
import type { CardId, Channel } from "../../src/ports.ts";
import { digestDate, digestId, isToldIn } from "../../src/post-digest.ts";
import { isMuted, mayHear, type Subscription, turnOf } from "../../src/subscription/subscription.ts";
import { peopleShown, styleOf, veiled } from "../../src/subscription/veil.ts";
import { unasked } from "./asked.ts";
import { inPerson } from "./in-person.ts";
import { late, tooEarly } from "./in-time.ts";
import { factsOf, type Kept, keptFacts, said } from "./kept.ts";
import { type DayPlan, movedName, placeOf } from "./plan.ts";
import type { PlayedDay } from "./play.ts";
import { KEYS, PEOPLE } from "./process.ts";
import { CLOCKS_DIFFER_MS } from "./random-day.ts";
import { finalReplies, isToldInReply, refusalNotes, replies } from "./replies.ts";
import { leaked } from "./secrets.ts";
import { digestTime } from "./useful-minutes.ts";
import { weeks } from "./weeks.ts";
import type { HeardFact } from "./zoom.ts";

const DAY_MS = 24 * 3_600_000;

export interface Violation {
  kind:
    | "lost"
    | "missing"
    | "doubled"
    | "stale"
    | "back again"
    | "muted"
    | "unasked"
    | "leaked"
    | "misplaced"
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
  const facts = factsOf(kept);
  const meetings = facts.map((told) => meetingAsOf(played.endedAt, told));
  return [
    ...lost(played, kept),
    ...meetings.flatMap((meeting) => meetingViolations(plan, played, kept, [meeting])),
    ...digestViolations(plan, played, meetings),
    ...weeks(plan, played, meetings),
    ...replies(plan, played, facts),
    ...finalReplies(plan, played, meetings),
    ...refusalNotes(plan, played),
    ...(await inPerson(plan, played, kept, meetings)),
    ...unasked(plan, played, kept),
    ...leaked(played),
    ...notices(played),
    ...leftOver(played),
    ...tooEarly(plan, played),
    ...late(plan, played),
  ];
}

/**
 * What is wrong at a moment at which nobody has anything to do: what a card should show and does not must be due, and
 * nothing is due much later without a reason.
 */
export async function violationsWhileResting(plan: DayPlan, sofar: PlayedDay): Promise<Violation[]> {
  const now = sofar.endedAt;
  const numbers = new Set(sofar.heard.slice(sofar.checked.heard).map(({ fact }) => fact.about.number));
  const isToldOfDays = sofar.messages.some(({ key }) => digestDate(key) !== undefined);
  const isChanged = sofar.books.count() > sofar.checked.changes;
  const concerned =
    isToldOfDays || isChanged ? sofar.heard : sofar.heard.filter(({ fact }) => numbers.has(fact.about.number));
  const kept = await keptFacts({ ...sofar, heard: concerned });
  const facts = factsOf(kept);
  const cards = facts.flatMap((told) => {
    // these conclusions reach a card with the job of every minute
    const silent = meetingAsOf(now + CLOCKS_DIFFER_MS, told);
    return meetingViolations(plan, sofar, kept, [meetingFrom(told), silent], told);
  });
  const meetings = facts.map(meetingFrom);
  // the same reach the digest with the job of every minute
  const isDoubtful = facts.some((told) => {
    const { end } = meetingAsOf(now + CLOCKS_DIFFER_MS, told);
    return end && end.because !== "told" && end.because !== "summarized";
  });
  return [
    ...cards,
    ...(isToldOfDays && !isDoubtful ? digestViolations(plan, sofar, meetings) : []),
    ...waiting(
      plan,
      sofar,
      facts.map((told) => meetingAsOf(now, told)),
    ),
  ];
}

/**
 * That its number was started again ends a meeting, and in a channel that does not ask for the new one this comes with
 * the job of every minute too: until then it may be as it was before. If it makes the end doubtful, nobody notices before
 * something more is heard.
 */
function beforeItStartedAgain(
  { heard, endedAt }: PlayedDay,
  meeting: Meeting,
  told: readonly MeetingFact[],
  by: readonly Subscription[],
): Meeting[] {
  const starts = nextStarts(heard, meeting);
  const isJustSo = meeting.isLive || starts.some(({ at }) => endedAt - at < LOOKED_AT_MS);
  const isAskedFor = starts.every(({ fact }) => by.every((one) => mayHear(one, fact.about)));
  const again = told.find(({ kind }) => kind === "startedAgain");
  if (!isJustSo || isAskedFor || !again) return [];
  const alone = told.filter((one) => one !== again);
  const others = starts.map(({ fact }) => [...alone, { ...again, at: fact.about.startedAt ?? fact.at }]);
  return [alone, ...others].flatMap((one) => [meetingFrom(one), meetingAsOf(endedAt + CLOCKS_DIFFER_MS, one)]);
}

/** Who was silent for ten minutes is looked at in the next minute. */
const LOOKED_AT_MS = 12 * 60_000;
/** Two edits of one card may be two minutes apart. */
const LONGEST_WAIT_MS = 130_000;

/** What is due much later: a card whose turn comes then, a reply that gathers for five minutes, or what was refused. */
function waiting(plan: DayPlan, sofar: PlayedDay, meetings: readonly Meeting[]): Violation[] {
  const now = sofar.endedAt;
  if (plan.faults.some(({ kind, at }) => kind === "chat" && at <= now)) return [];
  return plan.channels.flatMap((channel) =>
    dueIn(sofar, channel).flatMap(({ card, at }): Violation[] => {
      if (at - now <= LONGEST_WAIT_MS || card.startsWith("joins:") || card.startsWith("digest:")) return [];
      const meeting = meetings.find(({ uuid }) => uuid === card);
      if (!meeting) return [];
      const isRight = [now, now + CLOCKS_DIFFER_MS].some((instant) => {
        const turn = turnOf(sofar.books.now(channel), meeting, instant);
        return turn.kind === "no" || (turn.kind === "later" && Math.abs(turn.at - at) < LONGEST_WAIT_MS);
      });
      return isRight ? [] : [{ kind: "late", channel, card, what: `it waits for ${Math.round((at - now) / 1_000)} s` }];
    }),
  );
}

const QUEUES = [-2e13, -1e13, 0];

function dueIn({ redis }: PlayedDay, channel: Channel): { card: CardId; at: Instant }[] {
  const names = [channel, movedName(channel)];
  return names
    .flatMap((name) => [...(redis.data.read(KEYS.due(name), "zset") ?? [])])
    .map(([card, score]) => {
      const queue = QUEUES.findLast((one) => score >= one) ?? 0;
      return { card, at: score - queue };
    });
}

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

/**
 * The subscriptions by which a card may have been made last. It is made anew when something new is heard of it, and while
 * its meeting is on with every change in its channel; a change after its end leaves it as it is.
 */
function madeBy({ books, heard, redis }: PlayedDay, kept: Kept, channel: Channel, meeting: Meeting): Subscription[] {
  const { uuid } = meeting;
  const unshown = redis.data.read(KEYS.unshown, "hash") ?? new Map<string, string>();
  const isToBeShown = [...unshown.keys()].some((one) => placeOf(one).endsWith(` ${channel}`));
  const told = [
    ...heard.filter(({ fact }) => fact.about.uuid === uuid && isFirst(kept, fact)),
    ...(meeting.end?.because === "told" ? [] : nextStarts(heard, meeting).slice(0, 1)),
  ];
  const changed = isToBeShown ? [] : books.changesOf(channel).filter((at) => isOnAt(kept, uuid, at));
  return books.between(channel, Math.max(0, ...told.map(({ at }) => at), ...changed.map((at) => at + 1)));
}

/** What was first heard of each later start of a meeting's number, the next start first. */
function nextStarts(heard: PlayedDay["heard"], { uuid, number, start }: Meeting): HeardFact[] {
  const starts = new Map<string, HeardFact>();
  for (const one of heard.toSorted((a, b) => a.at - b.at)) {
    const { about } = one.fact;
    const isLater = number !== undefined && about.number === number && (about.startedAt ?? 0) > start.at;
    if (isLater && about.uuid !== uuid && !starts.has(about.uuid)) starts.set(about.uuid, one);
  }
  return [...starts.values()].sort((a, b) => (a.fact.about.startedAt ?? 0) - (b.fact.about.startedAt ?? 0));
}

function isFirst(kept: Kept, fact: MeetingFact): boolean {
  return kept.get(fact.about.uuid)?.get(said(fact))?.heardAt === fact.heardAt;
}

function isOnAt(kept: Kept, uuid: string, at: Instant): boolean {
  const before = [...kept].flatMap(([id, facts]) => {
    const some = [...facts].filter(([, { heardAt }]) => heardAt < at - CLOCKS_DIFFER_MS);
    return some.length > 0 ? [[id, new Map(some)] as const] : [];
  });
  const told = factsOf(new Map(before)).find(([first]) => first?.about.uuid === uuid);
  return told !== undefined && meetingAsOf(at + CLOCKS_DIFFER_MS, told).isLive;
}

export function cardIn(subscription: Subscription, meeting: Meeting): Card {
  const shown = peopleShown(subscription, PEOPLE);
  return meetingCard(veiled(meeting, shown), styleOf(shown));
}

/** The meeting may be understood in one of these ways. */
function meetingViolations(
  plan: DayPlan,
  played: PlayedDay,
  kept: Kept,
  understood: readonly Meeting[],
  told: readonly MeetingFact[] = [],
): Violation[] {
  const [meeting] = understood;
  if (!meeting) return [];
  const card = meeting.uuid;
  return plan.channels.flatMap((channel): Violation[] => {
    if (dueIn(played, channel).some((one) => one.card === card)) return [];
    const by = madeBy(played, kept, channel, meeting);
    const ways = [...understood, ...beforeItStartedAgain(played, meeting, told, by)];
    const wasMuted = played.books.between(channel, 0).some((one) => isMuted(one, meeting));
    const isSettled = by.length === 1 && !wasMuted && !hasRefused(played, channel);
    const isTurn = ways.every(
      (way) => isNews(way) && by.every((one) => turnOf(one, way, played.endedAt).kind === "now"),
    );
    const isFrozen = isToldInReply(played, channel, card);
    const isVisible = played.messages.some((one) => one.channel === channel && one.key === card && !one.deletedBy);
    if (isVisible && !isFrozen && by.every((one) => isMuted(one, meeting))) {
      return [{ kind: "muted", channel, card, what: "it is muted here and stands there" }];
    }
    const expected = by.flatMap((one) => ways.map((way) => cardIn(one, way)));
    return cardViolations(
      played,
      channel,
      card,
      isSettled && isTurn ? "must be" : "may be",
      isFrozen ? "any" : expected,
    );
  });
}

/** A channel that refuses is asked later and later; what it missed meanwhile is shown as far as it is still news. */
export function hasRefused({ seen }: PlayedDay, channel: Channel): boolean {
  return seen.some((one) => one.channel === channel && (one.details as { kind?: string })?.kind === "refused");
}

/**
 * A digest is made anew when something is heard of a meeting of its day, not when its channel asks for something else: it
 * told what was asked for then. Where by now nothing is asked for that was on that day, it stays as it is.
 */
function digestViolations(plan: DayPlan, played: PlayedDay, meetings: readonly Meeting[]): Violation[] {
  const { books, endedAt, isAtRest, said } = played;
  return plan.channels.flatMap((channel) => {
    const present = books.now(channel);
    const started = meetings.filter(({ hasStarted }) => hasStarted);
    const days = new Map(started.map(({ start }) => dayOf(start.at, present.timeZone)).map((day) => [day.date, day]));
    return [...days.values()].flatMap((day) => {
      const card = digestId(day.date);
      if (dueIn(played, channel).some((one) => one.card === card)) return [];
      const began = started.filter(({ start }) => start.at >= day.from && start.at < day.until);
      const sentAt = Math.max(
        0,
        ...said.flatMap((one) => (one.channel === channel && one.key === card ? [one.sentAt] : [])),
      );
      const expected = books.between(channel, sentAt - A_CLAIM_MS, endedAt).flatMap((one) => {
        const shown = peopleShown(one, PEOPLE);
        const told = began.filter((meeting) => isToldIn(one, meeting)).map((meeting) => veiled(meeting, shown));
        return digestCard(day, told) ?? [];
      });
      const dueAt = digestTime({ timeZone: present.timeZone, digestAt: present.digest.at }, day.from);
      const isHeard = began.some(
        (one) => isToldIn(present, one) && one.start.at < dueAt && one.firstHeardAt < dueAt + DAY_MS,
      );
      const isSame = books.changesOf(channel).every((at) => at < dueAt - 1_000);
      const isNeverSilent = !present.quiet && (present.pausedUntil ?? 0) < dueAt - 1_000;
      const mustBe = isAtRest && isHeard && isSame && isNeverSilent && !hasRefused(played, channel);
      const isLeft = isToldInReply(played, channel, card) || !began.some((one) => isToldIn(present, one));
      const shown = isLeft ? "any" : expected;
      return cardViolations(played, channel, card, mustBe ? "must be" : "may be", shown);
    });
  });
}

/** From what is read for a card until it is sent; a lease is no longer. */
export const A_CLAIM_MS = 12_000;

export function cardViolations(
  { messages, deleted, seen }: PlayedDay,
  channel: string,
  card: string,
  presence: "must be" | "may be",
  /** One of these. */
  expected: readonly Card[] | "any",
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
  if (message.inThread !== undefined) return [told("misplaced", "it stands in a thread")];
  const { notice: _, ...own } = message.card;
  const shows = JSON.stringify(own);
  if (expected === "any" || expected.some((one) => JSON.stringify(one) === shows)) return [];
  return [told("stale", `shows ${shows}\n      and not ${JSON.stringify(expected[0])}`)];
}

/** A change of what a channel hears of is told there by one card, and by each of its edits. */
function notices({ messages, said }: PlayedDay): Violation[] {
  const visible = messages.filter(({ deletedBy }) => !deletedBy);
  const all = Map.groupBy(
    visible.filter(({ card }) => card.notice),
    ({ channel, card }) => `${channel} ${card.notice?.at}`,
  );
  const doubled = [...all.values()].flatMap(([first, ...others]): Violation[] =>
    first && others.length > 0
      ? [{ kind: "doubled", channel: first.channel, card: first.key, what: "others tell of the same change" }]
      : [],
  );
  const changing = visible.flatMap(({ id, channel, key }): Violation[] => {
    const told = new Set(said.filter((one) => one.message === id).map(({ card }) => card.notice?.at));
    return told.size > 1 ? [{ kind: "stale", channel, card: key, what: "it tells of a change only now and then" }] : [];
  });
  return [...doubled, ...changing];
}

/** As in the table of `redis/keys.ts`. */
const LIVES_FOR_EVER = new Set([KEYS.starts, KEYS.live, KEYS.subscriptions, KEYS.choices, KEYS.version, KEYS.audit]);

function leftOver({ redis: { data: redis } }: PlayedDay): Violation[] {
  const told = (what: string): Violation => ({ kind: "left over", what });
  return redis.keys().flatMap((key) => {
    const isToDo = key === KEYS.channels || key === KEYS.over || key.startsWith(KEYS.due(""));
    if (isToDo) return [told(`${key} still holds ${JSON.stringify([...(redis.read(key, "zset") ?? [])])}`)];
    if (key === KEYS.unshown) return [told("a change was never shown")];
    const isOld = redis.read(KEYS.moved, "hash")?.has(key.slice(KEYS.gate("").length)); // nobody goes there any more
    if (key.startsWith(KEYS.gate("")) && !isOld && redis.read(key, "hash")?.has("token"))
      return [told(`${key} is still leased`)];
    if (redis.expiry(key) === undefined && !LIVES_FOR_EVER.has(key)) return [told(`${key} lives for ever`)];
    return [];
  });
}
