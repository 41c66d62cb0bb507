import { type Instant, type MeetingFact, showsRunning } from "../../src/meeting/fact.ts";
import { isNews, meetingFrom } from "../../src/meeting/meeting.ts";
import { EDIT_EVERY_MS } from "../../src/redis/script.ts";
import { TWO_EDITS } from "./chat.ts";
import type { Violation } from "./check.ts";
import type { DayPlan } from "./plan.ts";
import type { PlayedDay } from "./play.ts";

/** A process that dies, freezes or loses Redis may not be able to tell the others what the platform asked for. */
export function tooEarly({ faults, meetings }: DayPlan, { tooEarly }: PlayedDay): Violation[] {
  const isExcused = (what: string, at: Instant) =>
    faults.some((one) => {
      if (one.kind === "deletion" || (one.kind === "chat" && what !== TWO_EDITS)) return false;
      const isAtItsTime = !("where" in one) || one.where === "at once";
      return one.at < at && (!isAtItsTime || at < one.at + one.forMs + EXCUSED_FOR_MS);
    });
  const numbers = new Map(meetings.map(({ uuid, deliveries }) => [uuid, deliveries[0]?.fact.about.number]));
  // another start of its number may end a meeting, and an end waits for nothing
  const isStartedAgain = (card: string) => [...numbers.values()].filter((one) => one === numbers.get(card)).length > 1;
  return tooEarly
    .filter(({ what, at, card }) => !isExcused(what, at) && !(card && isStartedAgain(card)))
    .map(({ what }) => ({ kind: "too early", what }));
}

const EXCUSED_FOR_MS = 5 * 60_000;

/** On a day on which nothing goes wrong a meeting is shown as soon as its channel takes a post, and its end at once. */
export function late({ faults, channels, meetings }: DayPlan, { heard, messages }: PlayedDay): Violation[] {
  if (faults.length > 0) return [];
  const first = (uuid: string, is: (fact: MeetingFact) => boolean) =>
    Math.min(...heard.flatMap(({ fact, at }) => (fact.about.uuid === uuid && is(fact) ? [at] : [])));
  return messages.flatMap(({ channel, key, postedAt, endedAt = 0 }) => {
    const postDueAt = newsAt(heard.filter(({ fact }) => fact.about.uuid === key));
    const endDueAt = first(key, ({ kind }) => kind === "ended");
    const mayTakeMs = PROMPT_MS + meetings.length * POST_EVERY_MS;
    if (postedAt - postDueAt > mayTakeMs) return [{ kind: "late", channel, card: key, what: "it was posted late" }];
    const endMayTakeMs = mayTakeMs + meetings.length * channels.length * EDIT_EVERY_MS;
    return endedAt - endDueAt > endMayTakeMs
      ? [{ kind: "late", channel, card: key, what: "its end was shown late" }]
      : [];
  });
}

/** When enough was told of a meeting that its channel should hear of it: not by an old start alone. */
function newsAt(heard: PlayedDay["heard"]): Instant {
  const told: MeetingFact[] = [];
  for (const { fact, at } of heard.toSorted((a, b) => a.at - b.at)) {
    told.push({ ...fact, heardAt: at });
    if (told.some(showsRunning) && isNews(meetingFrom(told))) return at;
  }
  return Number.POSITIVE_INFINITY;
}

const PROMPT_MS = 3_000;
const POST_EVERY_MS = 1_500;
