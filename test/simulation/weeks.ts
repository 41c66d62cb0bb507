import { dayOf, dayOn, daysLater, timeOn } from "../../src/card/day.ts";
import { weekCard } from "../../src/card/week-card.ts";
import type { Instant } from "../../src/meeting/fact.ts";
import type { Meeting } from "../../src/meeting/meeting.ts";
import type { Channel } from "../../src/ports.ts";
import { isToldIn } from "../../src/post-digest.ts";
import { weekDate, weekId, weekOf } from "../../src/post-week.ts";
import { type Subscription, silentUntil } from "../../src/subscription/subscription.ts";
import { peopleShown, veiled } from "../../src/subscription/veil.ts";
import { cardViolations, hasRefused, type Violation } from "./check.ts";
import type { DayPlan } from "./plan.ts";
import type { PlayedDay } from "./play.ts";
import { PEOPLE } from "./process.ts";
import { isToldInReply } from "./replies.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FRIDAY = 5;
/** When it is looked after what has its time, from then on. */
export const LOOKED_AFTER_MS = [0, 1, 2, 10, 60].map((minutes) => minutes * 60_000);

export interface WeekTimes {
  monday: string;
  dueAt: Instant;
  /** When it is looked at for the last time. */
  lastAt: Instant;
}

/** When the week is told, and told anew, in which a meeting begins. */
export function weekTimes({ timeZone, digest }: Pick<Subscription, "timeZone" | "digest">, start: Instant): WeekTimes {
  const monday = weekOf(dayOf(start, timeZone));
  const friday = daysLater(monday, FRIDAY - 1);
  const dueAt = digest.at === "00:00" ? friday.until : timeOn(friday, digest.at);
  const closesAt = daysLater(monday, 6).until + DAY_MS;
  return { monday: monday.date, dueAt, lastAt: hourAfter(dueAt, closesAt - HOUR_MS) };
}

/** The first of the hours from then on, at which a week is looked at again. */
export function hourAfter(dueAt: Instant, at: Instant): Instant {
  return dueAt + Math.max(0, Math.ceil((at - dueAt) / HOUR_MS)) * HOUR_MS;
}

/**
 * The week is told once where that is asked for, and at the end with all that was on in it. Where it is not asked for any
 * more, or nothing of it is, it stays as it is.
 */
export function weeks({ channels }: DayPlan, played: PlayedDay, meetings: readonly Meeting[]): Violation[] {
  return channels.flatMap((channel) => {
    const present = played.books.now(channel);
    const isWeekly = played.books.between(channel, 0).some(({ digest }) => digest.isWeekly);
    const [unasked] = played.messages.filter((one) => one.channel === channel && weekDate(one.key) !== undefined);
    if (!isWeekly)
      return unasked ? [{ kind: "unasked", channel, card: unasked.key, what: "nobody asked for weeks" }] : [];
    const started = meetings.filter(({ hasStarted }) => hasStarted);
    const all = started.map(({ start }) => weekTimes(present, start.at));
    const times = new Map(all.map((one) => [one.monday, one]));
    return [...times.values()].flatMap((week) => weekViolations(played, channel, week, started));
  });
}

function weekViolations(
  played: PlayedDay,
  channel: Channel,
  { monday, dueAt, lastAt }: WeekTimes,
  started: readonly Meeting[],
): Violation[] {
  const { books, heard } = played;
  const [present, card] = [books.now(channel), weekId(monday)];
  const first = dayOn(monday, present.timeZone);
  const most = peopleShown(present, PEOPLE);
  const begunIn = (from: Instant, until: Instant) =>
    started
      .filter((meeting) => meeting.start.at >= from && meeting.start.at < until && isToldIn(present, meeting))
      .toSorted((a, b) => b.start.at - a.start.at)
      .map((meeting) => veiled(meeting, most));
  const told = begunIn(first.from, daysLater(first, 7).from);
  const expected = weekCard(first, told, begunIn(daysLater(first, -7).from, first.from), { people: most });
  const isLooked = present.digest.isWeekly && present.rules.length > 0 && heard.every(({ at }) => at < lastAt);
  const isLeft = !isLooked || !expected || isToldInReply(played, channel, card);
  const isSame = books.changesOf(channel).length === 0;
  const isKnown = told.some(({ start, firstHeardAt }) => start.at < dueAt && firstHeardAt < dueAt - 1_000);
  const isSilent = LOOKED_AFTER_MS.some((ms) => silentUntil(present, dueAt + ms) !== undefined);
  const mustBe = isLooked && isSame && isKnown && !isSilent && !hasRefused(played, channel);
  return cardViolations(played, channel, card, mustBe ? "must be" : "may be", isLeft ? "any" : [expected]);
}
