import { answerExplain } from "./answer-explain.ts";
import { answerHome, type LiveNow } from "./answer-home.ts";
import { answerReport } from "./answer-report.ts";
import { answerPeople, answerToday } from "./answer-today.ts";
import type { AgendaAsked } from "./card/agenda-card.ts";
import type { Card, Line } from "./card/card.ts";
import type { MeetingQuestion, ReportQuestion } from "./card/report-question.ts";
import { makeFile, type ReportFile } from "./make-file.ts";
import type { Instant } from "./meeting/fact.ts";
import type { Meeting } from "./meeting/meeting.ts";
import { meetingsAbout } from "./meetings-about.ts";
import type { Asker, CardDesk, Channel, DecisionLog, FactStore, PlanStore } from "./ports.ts";
import { type Looking, lookOf, type Reader, type Scope, type Sight, sightOf } from "./sight.ts";
import { isOf } from "./subscription/person-match.ts";
import type { Known } from "./subscription/subscription.ts";
import { styleOf } from "./subscription/veil.ts";

export interface Answering extends Looking {
  facts: FactStore;
  plans: PlanStore;
  decisions: Pick<DecisionLog, "about">;
  stateOf: CardDesk["stateOf"];
  retentionMs: number;
  now: () => Instant;
}

const ALL: Scope = { of: "all" };

export type Answers = ReturnType<typeof answers>;

/** What people ask, answered within what each of them may see. What is for the whole place says no more than it may know. */
export function answers(answering: Answering) {
  const { facts, plans, retentionMs, now, people } = answering;
  const style = styleOf(people);
  const sightFor = (asker: Asker, scope: Scope, reader?: Reader): Promise<Sight> =>
    sightOf(answering, asker, scope, reader);

  return {
    sightFor,
    async agenda(asked: AgendaAsked, scope: Scope, asker: Asker, reader: Reader): Promise<Card> {
      const { sight, only } = await lookOf(answering, asker, scope, reader);
      const whose = { isPrivate: reader === "asker", timeZone: asker.timeZone, ...(only && { only }) };
      const view = { ...style, ...asked, ...whose };
      return answerToday({ facts, plans, sight }, view, now());
    },
    async people(uuid: string, asker: Asker): Promise<Card | undefined> {
      return answerPeople({ facts, sight: await sightFor(asker, ALL) }, uuid, now());
    },
    async report(question: ReportQuestion, asker: Asker, reader: Reader): Promise<Card> {
      const sight = await sightFor(asker, ALL, reader);
      const view = { ...style, isPrivate: reader === "asker", timeZone: asker.timeZone };
      return answerReport({ facts, plans, retentionMs, sight }, question, view, now());
    },
    async explain(question: MeetingQuestion, asker: Asker): Promise<Card> {
      const [sight, book] = await Promise.all([sightFor(asker, ALL), answering.subscriptions.fresh()]);
      return answerExplain({ ...answering, sight, book }, question, asker, now());
    },
    async reportFile(kind: "csv" | "picture", question: ReportQuestion, asker: Asker): Promise<ReportFile | undefined> {
      const sight = await sightFor(asker, ALL);
      return makeFile({ facts, plans, sight, style }, { kind, question, timeZone: asker.timeZone }, now());
    },
    /**
     * Those that are on, or that have these words in their topic, of what the asker may see and a channel hears of or shows:
     * whoever is in it may know of no others. `isElsewhere`: there are others.
     */
    async meetings(about: string, channel: Channel, asker: Asker): Promise<{ here: Meeting[]; isElsewhere: boolean }> {
      const [heard, any] = await Promise.all([sightFor(asker, { of: "channel", channel }), sightFor(asker, ALL)]);
      const meant = (sight: Sight) => meetingsAbout({ facts, plans, retentionMs, sight }, about, now());
      const here = await meant((meeting) => heard(meeting) && any(meeting));
      if (here.length > 0) return { here, isElsewhere: false };
      const all = await meant(any);
      const states = await Promise.all(all.map(({ uuid }) => answering.stateOf(channel, uuid)));
      const shown = all.filter((_, index) => states[index]?.message !== undefined);
      return { here: shown, isElsewhere: shown.length < all.length };
    },
    async today(asker: Asker): Promise<{ live: LiveNow[]; day: Line[] }> {
      const isMine = (meeting: Known) => isOf(asker, meeting, answering.hostIds);
      return answerHome({ facts, plans, sight: await sightFor(asker, ALL), isMine }, asker.timeZone, now());
    },
  };
}
