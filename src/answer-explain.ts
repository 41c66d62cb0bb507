import { meetingsMeant, type Reporting, type Seen, whichOne } from "./answer-report.ts";
import type { Card } from "./card/card.ts";
import { choiceCard } from "./card/choice-card.ts";
import { type ExplainedChannel, explainCard } from "./card/explain-card.ts";
import { nothingToExplainCard } from "./card/no-report-card.ts";
import type { MeetingQuestion } from "./card/report-question.ts";
import { finalReplyId } from "./final-reply.ts";
import { inTurns } from "./in-turns.ts";
import { asHeard, stepsAt } from "./meeting/as-heard.ts";
import type { Instant, MeetingFact } from "./meeting/fact.ts";
import { type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { Asker, CardDesk, Channel, DecisionLog } from "./ports.ts";
import { repliesAbout } from "./post-joins.ts";
import { readableBy } from "./sight.ts";
import { type Book, listening } from "./subscription/book.ts";
import { type HostIds, hears } from "./subscription/subscription.ts";
import { styleOf } from "./subscription/veil.ts";

export interface Explaining extends Pick<Reporting, "facts" | "retentionMs" | "sight"> {
  decisions: Pick<DecisionLog, "about">;
  stateOf: CardDesk["stateOf"];
  book: Book;
  hostIds?: HostIds;
}

/** Who asks: nobody learns of a channel that they may not read. */
export type ExplainAsker = Pick<Asker, "channel" | "timeZone" | "isStranger" | "mayRead">;

/** The answer to `/meetings explain …`: where a meeting's numbers come from, or meetings to choose from. */
export async function answerExplain(
  explaining: Explaining,
  question: MeetingQuestion,
  asker: ExplainAsker,
  now: Instant,
): Promise<Card> {
  const found = await meetingsMeant(explaining, question, now);
  const [only] = found;
  if (!only) return nothingToExplainCard(question);
  if (found.length === 1 && question.of !== "latest") return explanation(explaining, only, asker, now);
  return choiceCard(
    found.map(({ meeting }) => meeting),
    whichOne(question, found.length),
    "explain",
  );
}

const FIRST_SHOWN = 10;
const LAST_SHOWN = 30;

/** Each thing that is shown is a meeting to be derived anew, so others have their turn in between. */
async function explanation(
  explaining: Explaining,
  { meeting, people }: Seen,
  asker: ExplainAsker,
  now: Instant,
): Promise<Card> {
  const told = await explaining.facts.factsOf(meeting.uuid);
  const channels = await explainedChannels(explaining, { told, meeting: meetingAsOf(now, told) }, asker);
  const heard = asHeard(told);
  const left = Math.max(0, heard.length - FIRST_SHOWN - LAST_SHOWN);
  const until = left > 0 ? FIRST_SHOWN : heard.length + 1;
  const stepsFrom = async (from: number, to: number) => {
    const places = Array.from({ length: to - from }, (_, index) => from + index);
    return (await inTurns(places, (place) => stepsAt(heard, place, now))).flat();
  };
  const first = await stepsFrom(0, until);
  const last = left > 0 ? await stepsFrom(until + left, heard.length + 1) : [];
  const view = { ...styleOf(people), timeZone: asker.timeZone };
  return explainCard({ meeting, first, left, last, channels }, view);
}

/** Those that hear of it, and those that heard of it once. */
async function explainedChannels(
  { decisions, stateOf, book, hostIds }: Explaining,
  { told, meeting }: { told: readonly MeetingFact[]; meeting: Meeting },
  asker: ExplainAsker,
): Promise<ExplainedChannel[]> {
  const { uuid } = meeting;
  const all = await decisions.about([uuid, finalReplyId(uuid), ...repliesAbout(told)]);
  const decided = Map.groupBy(
    all.map((one) => ({ ...one, isInThread: one.card !== uuid })),
    ({ channel }) => channel,
  );
  const hearing = listening(book).flatMap(([channel, subscription]): Channel[] =>
    hears(subscription, meeting, hostIds) ? [channel] : [],
  );
  const channels = await readableBy(asker, [...new Set([...hearing, ...decided.keys()])]);
  return Promise.all(
    channels.map(async (channel) => {
      const { message, gone, posting, frozen } = await stateOf(channel, meeting.uuid);
      return {
        channel,
        ...(message !== undefined && { message }),
        ...(gone && { gone }),
        ...(frozen && { frozen }),
        isInDoubt: message === undefined && posting !== undefined,
        decisions: decided.get(channel) ?? [],
      };
    }),
  );
}
