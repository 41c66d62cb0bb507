import { meetingsMeant, type Reporting } from "./answer-report.ts";
import { reportQuestion } from "./card/report-question.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant } from "./meeting/fact.ts";
import { type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { FactStore } from "./ports.ts";
import { seen } from "./sight.ts";

/**
 * The meetings that somebody means: without words those that are on, else those with the words in their topic, or the
 * number. Of several instances of one number only the latest.
 */
export async function meetingsAbout(
  reporting: Reporting & { facts: Pick<FactStore, "factsOfLive"> },
  about: string,
  now: Instant,
): Promise<Meeting[]> {
  const found = about === "" ? await whatIsOn(reporting, now) : await called(reporting, about, now);
  const byNumber = new Map(found.toReversed().map((meeting) => [meeting.number ?? meeting.uuid, meeting]));
  return [...byNumber.values()].toReversed();
}

async function whatIsOn({ facts, sight }: Parameters<typeof meetingsAbout>[0], now: Instant): Promise<Meeting[]> {
  const live = await inTurns(await facts.factsOfLive(), (told) => seen(sight, meetingAsOf(now, told)));
  return live.filter((meeting) => meeting?.isLive === true).filter((meeting) => meeting !== undefined);
}

async function called(reporting: Reporting, about: string, now: Instant): Promise<Meeting[]> {
  const question = reportQuestion(about);
  if (question.of === "period") return [];
  return (await meetingsMeant(reporting, question, now)).map(({ meeting }) => meeting);
}
