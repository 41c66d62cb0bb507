import { mayBeTold, meetingsOf, type Reporting, seenAs } from "./answer-report.ts";
import { meetingCsv, meetingsCsv } from "./card/csv.ts";
import { clockTime, dayOf, shortDayName } from "./card/day.ts";
import type { CardStyle } from "./card/meeting-card.ts";
import type { ReportQuestion } from "./card/report-question.ts";
import { topicOf } from "./card/words.ts";
import { inTurns } from "./in-turns.ts";
import type { Instant } from "./meeting/fact.ts";
import { type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import { drawn } from "./picture/draw.ts";
import { altText, timelineOf } from "./picture/timeline.ts";

/** A file for somebody who asked for it. */
export interface ReportFile {
  name: string;
  title: string;
  bytes: Buffer;
  /** What a picture shows, for who does not see it. */
  alt?: string;
}

export interface FileAsked {
  kind: "csv" | "picture";
  question: ReportQuestion;
  timeZone: string;
}

/** The file behind a report's button; undefined when nothing is kept of it, or nobody may be named. */
export async function makeFile(
  { facts, plans, sight, style }: Pick<Reporting, "facts" | "plans" | "sight"> & { style: CardStyle },
  { kind, question, timeZone }: FileAsked,
  now: Instant,
): Promise<ReportFile | undefined> {
  if (question.of === "period") {
    if (!mayBeTold(question, style)) return undefined;
    const { period, meetings, bookings } = await meetingsOf({ facts, plans, sight }, question, timeZone, now);
    const last = dayOf(period.until - 1, timeZone).date;
    const { date: first } = dayOf(period.from, timeZone);
    const name = `meetings-${first === last ? first : `${first}-to-${last}`}.csv`;
    const parts = await inTurns(meetingsCsv(meetings, style, now, bookings), (part) => Buffer.from(part));
    return { name, title: `Meetings ${period.name}`, bytes: Buffer.concat(parts) };
  }
  const told = question.of === "meeting" ? await facts.factsOf(question.uuid) : [];
  const one = told.length > 0 ? seenAs(sight, meetingAsOf(now, told)) : undefined;
  if (one?.people !== "names") return undefined;
  const { meeting } = one;
  const { name, title } = named(meeting, timeZone);
  if (kind === "csv") return { name: `${name}.csv`, title, bytes: Buffer.from(meetingCsv(meeting, now)) };
  const bytes = await drawn(timelineOf(meeting, timeZone, now));
  return { name: `${name}.png`, title, bytes, alt: altText(meeting, timeZone, now) };
}

const LONGEST_TITLE = 100;
const LONGEST_SLUG = 40;

function named(meeting: Meeting, timeZone: string): { name: string; title: string } {
  const { at } = meeting.start;
  const day = dayOf(at, timeZone);
  const clock = clockTime(at, timeZone);
  const words = topicOf(meeting).normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  const slug = words.replaceAll(/[^a-z0-9]+/g, "-").slice(0, LONGEST_SLUG);
  const name = ["attendance", day.date, clock.replace(":", ""), ...slug.split("-")].filter(Boolean).join("-");
  const when = `${shortDayName(day)} ${clock} (${timeZone})`; // a title has no time of its reader's
  return { name, title: `Attendance of ${topicOf(meeting, LONGEST_TITLE)}, ${when}` };
}
