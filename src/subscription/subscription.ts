import { dayBefore, dayOf, timeOn } from "../card/day.ts";
import type { Instant, MeetingIdentity } from "../meeting/fact.ts";
import { isHostedBy, isTopic } from "../meeting/match.ts";
import { lastedMs, type Meeting } from "../meeting/meeting.ts";

/** Which meetings are meant. A channel has several rules, and hears what any of them means. */
export type Rule = (
  | { of: "all" }
  | { of: "host"; host: Host }
  /** Every word is in the topic, without regard to case and accents. */
  | { of: "topic"; words: string }
  | { of: "number"; number: string }
) & {
  /** Later than the first ones: what it means and ended before was not asked for. */
  since?: Instant;
};

/** Somebody who hosts meetings, best evidence first: the e-mail address, in lower case, else the name. */
export interface Host {
  /** Who that is in the chat. */
  userId?: string;
  email?: string;
  name?: string;
}

/** `card`: a card per meeting; `thread`: and joins below it; `end`: a card once it ended; `digest`: none. */
export type Detail = "card" | "thread" | "end" | "digest";

/** What is told of people: who, or how many; `private` hides the topic as well. */
export type PeopleShown = "names" | "counts" | "private";

/** What one channel hears of, and how. It is changed as a whole. */
export interface Subscription {
  /** None: it hears of nothing any more. */
  rules: readonly Rule[];
  detail: Detail;
  people: PeopleShown;
  /** Smaller and shorter meetings get no card. */
  atLeast: { people: number; minutes: number };
  /** Times like "22:00" between which nothing new is posted; over midnight too. */
  quiet?: { from: string; until: string };
  /** `since`: when these were wanted; there is none of a day or a week that was over by then. */
  digest: { days: readonly number[]; isWeekly: boolean; at: string; since?: Instant };
  timeZone: string;
  /** Nothing new is posted until then. */
  pausedUntil?: Instant;
  muted: readonly Muted[];
  /** What ended before is history here: when it was first subscribed, or went on after a pause. */
  since: Instant;
  /** Who subscribed: that person hears of it when the channel refuses. */
  by?: string;
  /** With another company, whose people are told no names. */
  isShared?: boolean;
  /** The latest change of what it hears of. */
  notice?: Notice;
}

/** Somebody changed what a channel hears of: one card says so, the next that is posted there. */
export interface Notice {
  at: Instant;
  /** By name; absent where that is not known, or may not be told. */
  by?: string;
}

/** A meeting that is not told of in this channel: by its number, else this instance alone. */
export interface Muted {
  number?: string;
  uuid?: string;
  topic?: string;
}

/** A change that no card could tell of within this time is no news any more. */
export const NOTICE_MS = 7 * 24 * 3_600_000;

/** Until somebody says otherwise. */
export const FOR_EVER: Instant = 8.64e15;

/**
 * Whether a channel may have to hear of a fact that says this of its meeting. Says yes where a single fact cannot tell:
 * `hears` decides, of the whole meeting.
 */
export function mayHear({ rules }: Pick<Subscription, "rules">, about: Partial<MeetingIdentity>): boolean {
  return rules.some((rule) => mayMean(rule, about));
}

function mayMean(rule: Rule, { number, topic, hostEmail }: Partial<MeetingIdentity>): boolean {
  switch (rule.of) {
    case "all":
      return true;
    case "number":
      return number === undefined || number === rule.number;
    case "topic":
      return topic === undefined || isTopic({ topic }, rule.words);
    case "host":
      return !rule.host.email || hostEmail === undefined || hostEmail === rule.host.email;
  }
}

/** Whether a meeting is one that the channel asked for. `hostIds` are the Zoom users known by their e-mail address. */
export function hears({ rules }: Pick<Subscription, "rules">, meeting: Known, hostIds?: HostIds): boolean {
  return rules.some((rule) => means(rule, meeting, hostIds));
}

function means(rule: Rule, meeting: Known, hostIds?: HostIds): boolean {
  switch (rule.of) {
    case "all":
      return true;
    case "number":
      return meeting.number === rule.number;
    case "topic":
      return isTopic(meeting, rule.words);
    case "host":
      return isHostOf(rule.host, meeting, hostIds);
  }
}

/** What a meeting is known by; of one that is only planned there are no people yet. */
export type Known = Pick<Meeting, "number" | "topic" | "hostId" | "hostEmail" | "people">;

/** Zoom user ids by e-mail address: running events name the host by id alone. */
export type HostIds = ReadonlyMap<string, string>;

/** Whether somebody hosts a meeting. */
export function isHostOf({ email, name }: Host, meeting: Known, hostIds: HostIds = new Map()): boolean {
  if (email) {
    const isNamed = meeting.hostEmail === email || meeting.people.some((one) => one.isHost && one.email === email);
    return isNamed || (meeting.hostId !== undefined && hostIds.get(email) === meeting.hostId);
  }
  return name !== undefined && isHostedBy(meeting, name);
}

/** Why a meeting that is muted has no card. */
export const MUTED_HERE = "muted here";

export function isMuted({ muted }: Pick<Subscription, "muted">, { uuid, number }: Pick<Meeting, "uuid" | "number">) {
  return muted.some((one) => (one.number === undefined ? one.uuid === uuid : one.number === number));
}

/** Whether a meeting gets its card in a channel now, later, or not unless something more is heard of it. */
export type Turn = { kind: "now" } | { kind: "later"; at: Instant; because: string } | { kind: "no"; because: string };

/** What a channel asked for says of a first card. What is posted already is kept up to date in any case. */
export function turnOf(subscription: Subscription, meeting: Meeting, now: Instant, hostIds?: HostIds): Turn {
  const { detail, atLeast, pausedUntil } = subscription;
  const { isLive, start, end } = meeting;
  const no = (because: string): Turn => ({ kind: "no", because });
  if (!hears(subscription, meeting, hostIds)) return no("not asked for here");
  if (isMuted(subscription, meeting)) return no(MUTED_HERE);
  if (detail === "digest") return no("only the digest is wanted here");
  if (meeting.people.length < atLeast.people) return no("too few people");
  if (detail === "end" && isLive) return no("only ended meetings are wanted here");
  const leastMs = atLeast.minutes * MINUTE_MS;
  if (lastedMs(meeting, now) < leastMs) {
    return isLive ? { kind: "later", at: start.at + leastMs, because: "too short so far" } : no("too short");
  }
  const isPaused = pausedUntil !== undefined && now < pausedUntil;
  const silent = silentUntil(subscription, now);
  if (silent !== undefined && isLive && silent < FOR_EVER) {
    return { kind: "later", at: silent, because: isPaused ? "paused here" : "quiet hours" };
  }
  if (isPaused && isLive) return no("paused here");
  if (silent !== undefined) return no("it is quiet here"); // what is over now is history by then
  if (isLive) return { kind: "now" };
  const overAt = end?.at ?? meeting.lastToldAt;
  if (overAt < askedAt(subscription, meeting, hostIds)) return no("it was over before it was asked for here");
  return overAt < quietBefore(subscription, now) ? no("it was quiet here then") : { kind: "now" };
}

/** Since when a channel asks for a meeting, by the first of the rules that mean it. */
function askedAt({ rules, since }: Subscription, meeting: Known, hostIds?: HostIds): Instant {
  const meant = rules.filter((rule) => means(rule, meeting, hostIds));
  return meant.reduce((first, rule) => Math.min(first, Math.max(since, rule.since ?? since)), FOR_EVER);
}

/** Since when a channel asks for its digests. */
export function digestAskedAt({ digest, since }: Pick<Subscription, "digest" | "since">): Instant {
  return Math.max(since, digest.since ?? since);
}

/** Whether nothing new may be posted in a channel now, and until when. */
export function silentUntil(subscription: Subscription, now: Instant): Instant | undefined {
  const { pausedUntil } = subscription;
  return pausedUntil !== undefined && now < pausedUntil ? pausedUntil : quietEnd(subscription, now);
}

const MINUTE_MS = 60_000;

/** When the quiet hours end that `now` lies in; undefined outside of them. */
export function quietEnd({ quiet, timeZone }: Pick<Subscription, "quiet" | "timeZone">, now: Instant) {
  return windows(quiet, timeZone, now).find(({ from, until }) => from <= now && now < until)?.until;
}

/** What was over before was not told and is not made up for: the end of the last pause or quiet hours. */
function quietBefore({ quiet, timeZone, pausedUntil = 0 }: Subscription, now: Instant): Instant {
  const past = windows(quiet, timeZone, now).flatMap(({ until }) => (until <= now ? [until] : []));
  return Math.max(pausedUntil, ...past);
}

/** The quiet hours that began yesterday and today; those over midnight belong to the day they begin on. */
function windows(quiet: Subscription["quiet"], timeZone: string, now: Instant) {
  if (!quiet) return [];
  const today = dayOf(now, timeZone);
  return [dayBefore(today), today].map((day) => {
    const until = quiet.until > quiet.from ? timeOn(day, quiet.until) : timeOn(dayOf(day.until, timeZone), quiet.until);
    return { from: timeOn(day, quiet.from), until };
  });
}
