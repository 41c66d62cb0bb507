import { begunBetween } from "./begun-between.ts";
import type { Card, Line } from "./card/card.ts";
import { choiceCard, MOST_CHOICES } from "./card/choice-card.ts";
import type { CardStyle } from "./card/meeting-card.ts";
import { noReportCard } from "./card/no-report-card.ts";
import { type Period, periodOf } from "./card/period.ts";
import { periodReportCard } from "./card/period-report-card.ts";
import { type ReportView, reportCard } from "./card/report-card.ts";
import type { PeriodQuestion, ReportQuestion } from "./card/report-question.ts";
import type { Instant, MeetingFact } from "./meeting/fact.ts";
import { isHostedBy, isTopic } from "./meeting/match.ts";
import { type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { FactStore } from "./ports.ts";
import { type Sight, seen } from "./sight.ts";
import type { PeopleShown } from "./subscription/subscription.ts";
import { styleOf, veiled } from "./subscription/veil.ts";

export interface Reporting {
  facts: Pick<FactStore, "factsOf" | "factsBetween">;
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
    const { period, meetings } = await meetingsOf(reporting, question, view.timeZone, now);
    return periodReportCard(period, meetings, question, view, now);
  }
  const found = await meetingsMeant(reporting, question, now);
  const [only] = found;
  if (!only) return noReportCard(question);
  if (found.length === 1 && question.of !== "latest") {
    return reportCard(only.meeting, { ...view, ...styleOf(only.people) }, now);
  }
  return choiceCard(
    found.map(({ meeting }) => meeting),
    whichOne(question, found.length),
  );
}

/** Zoom's clock may be ahead of ours. */
const CLOCKS_APART_MS = 300_000;

/** The meetings that began in the days of a question, without those it leaves out. */
export async function meetingsOf(
  { facts, sight }: Pick<Reporting, "facts" | "sight">,
  { period: words, host, topic }: PeriodQuestion,
  timeZone: string,
  now: Instant,
): Promise<{ period: Period; meetings: Meeting[] }> {
  const period = periodOf(words, now, timeZone);
  const meetings: Meeting[] = [];
  for await (const told of begunBetween(facts, period.from, Math.min(period.until, now + CLOCKS_APART_MS))) {
    if (topic !== undefined && !anyTopic(told, topic)) continue;
    const meeting = seen(sight, meetingAsOf(now, told));
    if (!meeting) continue;
    const { hasStarted, start } = meeting;
    if (!hasStarted || start.at < period.from || start.at >= period.until) continue;
    if ((topic === undefined || isTopic(meeting, topic)) && (host === undefined || isHostedBy(meeting, host))) {
      meetings.push(meeting);
    }
  }
  return { period, meetings };
}

/** Where nobody is named, not even a host, nobody's meetings are told apart. */
export function mayBeTold({ host }: PeriodQuestion, { people }: CardStyle): boolean {
  return people === "names" || host === undefined;
}

type MeetingQuestion = Exclude<ReportQuestion, PeriodQuestion>;

/** A meeting as the asker may know it. */
export interface Seen {
  meeting: Meeting;
  people: PeopleShown;
}

export function seenAs(sight: Sight, meeting: Meeting): Seen | undefined {
  const people = sight(meeting);
  return people && { meeting: veiled(meeting, people), people };
}

/** The latest first, and no more than somebody can choose from. */
export async function meetingsMeant(
  { facts, retentionMs, sight }: Reporting,
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

function whichOne(question: MeetingQuestion, count: number): Line {
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
