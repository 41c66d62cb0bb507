import { type Instant, type MeetingFact, showsRunning } from "../../src/meeting/fact.ts";
import { isNews, meetingAsOf } from "../../src/meeting/meeting.ts";
import type { Channel } from "../../src/ports.ts";
import { EDIT_EVERY_MS } from "../../src/redis/script.ts";
import { quietEnd, turnOf } from "../../src/subscription/subscription.ts";
import { TWO_EDITS } from "./chat.ts";
import type { Violation } from "./check.ts";
import type { DayPlan } from "./plan.ts";
import type { PlayedDay } from "./play.ts";

/** A process that dies, freezes or loses Redis may not be able to tell the others what the platform asked for. */
export function tooEarly({ faults, meetings }: DayPlan, { tooEarly, changes }: PlayedDay): Violation[] {
  const isExcused = (what: string, at: Instant) =>
    faults.some((one) => {
      if (one.kind === "deletion" || (one.kind === "chat" && what !== TWO_EDITS)) return false;
      const isAtItsTime = !("where" in one) || one.where === "at once";
      return one.at < at && (!isAtItsTime || at < one.at + one.forMs + EXCUSED_FOR_MS);
    });
  const numbers = new Map(meetings.map(({ uuid, deliveries }) => [uuid, deliveries[0]?.fact.about.number]));
  // another start of its number may end a meeting, and an end waits for nothing
  const isStartedAgain = (card: string) => [...numbers.values()].filter((one) => one === numbers.get(card)).length > 1;
  // what somebody asked for is shown at once, for who asked looks at it
  const isChange = (at: Instant, channel = "") =>
    changes.some((one) => one.channel === channel && Math.abs(one.at - at) < ASKED_JUST_NOW_MS);
  return tooEarly
    .filter(({ what, at, card, channel }) => {
      const isAlone = what === TWO_EDITS && ((card && isStartedAgain(card)) || isChange(at, channel));
      return !isExcused(what, at) && !isAlone;
    })
    .map(({ what }) => ({ kind: "too early", what }));
}

const ASKED_JUST_NOW_MS = 6_000;
const EXCUSED_FOR_MS = 5 * 60_000;

/**
 * On a day on which nothing goes wrong a meeting is shown as soon as its turn comes and its channel takes a post: when
 * it is told, when a pause or quiet hours are over or it lasted long enough, or when the channel asks for it; and its
 * end at once.
 */
export function late({ faults, channels, meetings }: DayPlan, played: PlayedDay): Violation[] {
  if (faults.length > 0) return [];
  const { heard, messages } = played;
  const first = (uuid: string, is: (fact: MeetingFact) => boolean) =>
    Math.min(...heard.flatMap(({ fact, at }) => (fact.about.uuid === uuid && is(fact) ? [at] : [])));
  return messages.flatMap(({ channel, key, postedAt, endedAt = 0 }) => {
    const own = meetings.find(({ uuid }) => uuid === key);
    const number = own?.deliveries[0]?.fact.about.number;
    // another start of its number may end it, and so be its turn or not
    const isAlone = meetings.filter((one) => one.deliveries[0]?.fact.about.number === number).length === 1;
    if (!own || !isAlone) return [];
    const endDueAt = first(key, ({ kind }) => kind === "ended");
    const mayTakeMs = PROMPT_MS + meetings.length * POST_EVERY_MS;
    if (postedAt - turnCameAt(played, channel, key, postedAt) > mayTakeMs) {
      return [{ kind: "late", channel, card: key, what: "it was posted late" }];
    }
    const endMayTakeMs = mayTakeMs + meetings.length * channels.length * EDIT_EVERY_MS;
    return postedAt < endDueAt && endedAt - endDueAt > endMayTakeMs
      ? [{ kind: "late", channel, card: key, what: "its end was shown late" }]
      : [];
  });
}

/** Since when it was the card's turn, at the time at which it was posted. */
function turnCameAt({ heard, books }: PlayedDay, channel: Channel, uuid: string, postedAt: Instant): Instant {
  const told = heard.filter(({ fact }) => fact.about.uuid === uuid).map(({ fact, at }) => ({ ...fact, heardAt: at }));
  const isTurnAt = (at: Instant) => {
    const known = told.filter(({ heardAt }) => heardAt <= at);
    if (!known.some(showsRunning)) return false;
    const meeting = meetingAsOf(at, known);
    return isNews(meeting) && books.between(channel, at, at).every((one) => turnOf(one, meeting, at).kind === "now");
  };
  const waits = books.between(channel, 0).flatMap((one) => {
    const { atLeast, pausedUntil = 0 } = one;
    const starts = told.map(({ about, at }) => (about.startedAt ?? at) + atLeast.minutes * MINUTE_MS);
    return [...starts, pausedUntil, ...told.map(({ heardAt }) => quietEnd(one, heardAt) ?? 0)];
  });
  const instants = [...told.map(({ heardAt }) => heardAt), ...books.changesOf(channel), ...waits];
  let cameAt = Number.POSITIVE_INFINITY;
  for (const at of instants.filter((one) => one <= postedAt).toSorted((a, b) => a - b)) {
    cameAt = isTurnAt(at) ? Math.min(cameAt, at) : Number.POSITIVE_INFINITY;
  }
  return cameAt;
}

const MINUTE_MS = 60_000;
const PROMPT_MS = 3_000;
const POST_EVERY_MS = 1_500;
