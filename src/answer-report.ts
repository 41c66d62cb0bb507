import { begunBetween } from "./begun-between.ts";
import type { Card, Line } from "./card/card.ts";
import { choiceCard, MOST_CHOICES } from "./card/choice-card.ts";
import type { CardStyle } from "./card/meeting-card.ts";
import { noReportCard } from "./card/no-report-card.ts";
import { type Period, periodOf } from "./card/period.ts";
import { periodReportCard } from "./card/period-report-card.ts";
import { type ReportView, reportCard } from "./card/report-card.ts";
import type { MeetingQuestion, PeriodQuestion, ReportQuestion } from "./card/report-question.ts";
import {
  type Begun,
  type Booking,
  bookingsOf,
  EARLY_MS,
  mayBeginAt,
  type Punctuality,
  punctualityOf,
} from "./meeting/booking.ts";
import type { Instant, MeetingFact } from "./meeting/fact.ts";
import { isHostedBy, isTopic } from "./meeting/match.ts";
import { type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import { overAt, type Planned } from "./meeting/plan.ts";
import type { FactStore, PlanStore } from "./ports.ts";
import { type Sight, seen, seenPlanned } from "./sight.ts";
import type { PeopleShown } from "./subscription/subscription.ts";
import { styleOf, veiled } from "./subscription/veil.ts";

export interface Reporting {
  facts: Pick<FactStore, "factsOf" | "factsBetween">;
  plans: Pick<PlanStore, "between" | "of">;
  /** Nothing older is kept. */
  retentionMs: number;
  /** What the asker may see. What they may not is as if it never had been, also for who looks for its topic. */
  sight: Sight;
}

/** The answer to `/meetings report …`: a report, or meetings to choose from where several are meant. */
export async function answerReport(
  reporting: Reporting,
  question: ReportQuestion,
  view: ReportView,
  now: Instant,
): Promise<Card> {
  if (question.of === "period") {
    if (!mayBeTold(question, view)) return noReportCard(question);
    const { period, meetings, bookings } = await meetingsOf(reporting, question, view.timeZone, now);
    return periodReportCard(period, meetings, question, view, now, bookings);
  }
  const found = await meetingsMeant(reporting, question, now);
  const [only] = found;
  if (!only) return noReportCard(question);
  if (found.length === 1 && question.of !== "latest") {
    const punctuality = await punctualityOfOne(reporting, only.meeting, now);
    return reportCard(only.meeting, { ...view, ...styleOf(only.people) }, now, punctuality);
  }
  return choiceCard(
    found.map(({ meeting }) => meeting),
    whichOne(question, found.length),
  );
}

/** Zoom's clock may be ahead of ours. */
const CLOCKS_APART_MS = 300_000;

/**
 * The meetings that began in the days of a question, without those it leaves out, and what was planned for those days,
 * with what became of it.
 */
export async function meetingsOf(
  { facts, plans, sight }: Pick<Reporting, "facts" | "plans" | "sight">,
  question: PeriodQuestion,
  timeZone: string,
  now: Instant,
): Promise<{ period: Period; meetings: Meeting[]; bookings: Booking[] }> {
  const { period: words, host, topic } = question;
  const period = periodOf(words, now, timeZone);
  const planned = await plannedAround(plans, period);
  const numbers = new Set(planned.map(({ number }) => number));
  const from = Math.min(period.from, ...planned.map(({ startsAt }) => startsAt - LONG_BEFORE_MS));
  const until = Math.min(Math.max(period.until, ...planned.map(overAt)), now + CLOCKS_APART_MS);
  const meetings: Meeting[] = [];
  const begun: Begun[] = [];
  for await (const told of begunBetween(facts, from, until)) {
    const isPlanned =
      numbers.size > 0 && told.some(({ about: { number } }) => number !== undefined && numbers.has(number));
    if (!isPlanned && topic !== undefined && !anyTopic(told, topic)) continue;
    const whole = meetingAsOf(now, told);
    if (isPlanned && whole.hasStarted) begun.push(whole);
    const meeting = seen(sight, whole);
    if (!meeting) continue;
    const { hasStarted, start } = meeting;
    if (!hasStarted || start.at < period.from || start.at >= period.until) continue;
    if ((topic === undefined || isTopic(meeting, topic)) && (host === undefined || isHostedBy(meeting, host))) {
      meetings.push(meeting);
    }
  }
  return {
    period,
    meetings,
    bookings: asked(seenBookings(sight, bookingsOf(planned, begun, now)), question, meetings),
  };
}

/** One that began so long before may still run when its number is planned again. */
const LONG_BEFORE_MS = 12 * 3_600_000;
/** What is booked for so long may still be started after the day for which it was planned. */
const LONG_BOOKING_MS = 24 * 3_600_000;

/** What is planned for some days, and what is planned around them that was perhaps begun in them. */
async function plannedAround(plans: Reporting["plans"], { from, until }: Period): Promise<Planned[]> {
  const planned = await plans.between(from - LONG_BOOKING_MS, until + EARLY_MS);
  return planned.filter((one) => overAt(one) > from && mayBeginAt(one) < until);
}

function seenBookings(sight: Sight, bookings: readonly Booking[]): Booking[] {
  return bookings.flatMap((booking) => {
    const planned = seenPlanned(sight, booking.planned);
    return planned ? [{ ...booking, planned }] : [];
  });
}

/** Without those to which nobody came and that a question leaves out. Who hosts them is known from other meetings. */
function asked(bookings: readonly Booking[], { host, topic }: PeriodQuestion, meetings: readonly Meeting[]): Booking[] {
  const hosts = new Set(meetings.map(({ hostId }) => hostId));
  const isTheirs = ({ hostId, hostEmail = "" }: Planned, words: string) =>
    (hostId !== undefined && hosts.has(hostId)) || isHostedBy({ people: [], hostEmail }, words);
  return bookings.filter(
    ({ planned, wasHeld }) =>
      wasHeld || ((topic === undefined || isTopic(planned, topic)) && (host === undefined || isTheirs(planned, host))),
  );
}

/** For when one meeting was planned; undefined where that is not known. */
async function punctualityOfOne(
  { facts, plans }: Reporting,
  meeting: Meeting,
  now: Instant,
): Promise<Punctuality | undefined> {
  const { number, uuid, start } = meeting;
  const planned = number === undefined ? [] : await plans.of(number);
  const near = planned.filter((one) => mayBeginAt(one) <= start.at && overAt(one) >= start.at);
  if (near.length === 0) return undefined;
  const told = await facts.factsBetween(Math.min(...near.map(mayBeginAt)), start.at + 1);
  const theirs = told.filter((some) => some.some(({ about }) => about.number === number));
  const begun = theirs.map((some) => meetingAsOf(now, some)).filter(({ hasStarted }) => hasStarted);
  return punctualityOf(bookingsOf(planned, begun, now)).get(uuid);
}

/** Where nobody is named, not even a host, nobody's meetings are told apart. */
export function mayBeTold({ host }: PeriodQuestion, { people }: CardStyle): boolean {
  return people === "names" || host === undefined;
}

/** A meeting as the asker may know it. */
export interface Seen {
  meeting: Meeting;
  people: PeopleShown;
}

export function seenAs(sight: Sight, meeting: Meeting): Seen | undefined {
  const people = sight(meeting);
  return people && { meeting: veiled(meeting, people), people };
}

/** The meetings that a question may mean: the latest first, and no more than somebody can choose from. */
export async function meetingsMeant(
  { facts, retentionMs, sight }: Pick<Reporting, "facts" | "retentionMs" | "sight">,
  question: MeetingQuestion,
  now: Instant,
): Promise<Seen[]> {
  if (question.of === "meeting") {
    const told = await facts.factsOf(question.uuid);
    const one = told.length > 0 ? seenAs(sight, meetingAsOf(now, told)) : undefined;
    return one ? [one] : [];
  }
  const most = question.of === "last" ? 1 : MOST_CHOICES;
  const found: Seen[] = [];
  for await (const told of begunBetween(facts, now - retentionMs, now + CLOCKS_APART_MS)) {
    if (question.of === "topic" && !anyTopic(told, question.topic)) continue;
    if (question.of === "number" && !told.some(({ about }) => about.number === question.number)) continue;
    const one = seenAs(sight, meetingAsOf(now, told));
    if (!one) continue;
    const { meeting } = one;
    const isMeant =
      meeting.hasStarted &&
      (question.of !== "last" || !meeting.isLive) &&
      (question.of !== "number" || meeting.number === question.number) &&
      (question.of !== "topic" || isTopic(meeting, question.topic));
    if (isMeant) found.push(one);
    if (found.length === most) break;
  }
  return found;
}

/** Cheaper than to derive a meeting first. */
function anyTopic(told: readonly MeetingFact[], words: string): boolean {
  return told.some(({ about }) => isTopic(about, words));
}

/** What is said above meetings to choose from. */
export function whichOne(question: MeetingQuestion, count: number): Line {
  const latest = count === MOST_CHOICES ? `the latest ${count}` : `${count}`;
  switch (question.of) {
    case "topic":
      return ["Several meetings have ", { strong: question.topic }, ` in their topic. Here are ${latest}:`];
    case "number":
      return ["The number ", { strong: question.number }, ` was used for several meetings. Here are ${latest}:`];
    default:
      return ["Which meeting? Here are the latest:"];
  }
}
