import { connectionKey, connectionsFrom } from "./connection.ts";
import {
  type AttendanceFact,
  type Instant,
  inOrder,
  isAttendance,
  type MeetingFact,
  type MeetingIdentity,
  type Participant,
  ROUNDING_MS,
  showsRunning,
} from "./fact.ts";
import { type Person, peopleFrom } from "./person.ts";
import { type Known, mostAtOnce } from "./stay.ts";

export interface End extends Known {
  /** `told`: `meeting.ended`. The rest is concluded: a summary, the number started again, nothing more was heard. */
  because: "told" | "summarized" | "startedAgain" | "fellSilent";
}

/** What the facts of one `uuid` add up to. */
export interface Meeting {
  uuid: string;
  number?: string;
  /** Hostile text, already on one line and short; absent when empty. */
  topic?: string;
  hostId?: string;
  hostEmail?: string;
  isWebinar: boolean;
  bookedMinutes?: number;
  start: Known;
  end?: End;
  /** It runs, as far as we know. */
  isLive: boolean;
  /** Something showed that it ran; before that people only wait for it. */
  hasStarted: boolean;
  people: Person[];
  mostAtOnce: number;
  waiting: number;
  /** The latest instant any fact speaks of. */
  lastToldAt: Instant;
  firstHeardAt: Instant;
  lastHeardAt: Instant;
}

/**
 * The meeting that the facts of one `uuid` add up to: the same for any order and any repetition of them.
 * There must be at least one fact. Nothing here knows what time it is: see `meetingAsOf`.
 */
export function meetingFrom(facts: readonly MeetingFact[]): Meeting {
  const told = inOrder(facts.filter((fact) => fact.kind !== "startedAgain" && fact.kind !== "fellSilent"));
  if (told.length === 0) throw new Error("a meeting has at least one fact that Zoom told");
  const about = identityFrom(told);
  const attendance = told.filter(isAttendance);
  const start = startOf(told);
  const end = endOf(facts, attendance, start);
  const span = { start, ...(end && { end }) };
  const people = peopleFrom(connectionsFrom(attendance, span), told, about);
  const { startedAt: _, isWebinar = false, ...identity } = about;
  return {
    ...identity,
    isWebinar,
    start,
    ...(end && { end }),
    isLive: !end && told.some(showsRunning),
    hasStarted: told.some(showsRunning),
    people,
    mostAtOnce: mostAtOnce(people.map(({ stays }) => stays)),
    waiting: end ? 0 : waitingNow(told),
    lastToldAt: latest(told.map(({ at }) => at)),
    firstHeardAt: earliest(told.map(({ heardAt }) => heardAt)),
    lastHeardAt: latest(told.map(({ heardAt }) => heardAt)),
  };
}

const EMPTY_AND_SILENT_MS = 10 * 60_000;
/** The longest that Zoom lets a meeting run (support.zoom.com, "Meeting duration limits"). */
const LONGEST_MEETING_MS = 30 * 3_600_000;

/**
 * The meeting as of `now`: one that everybody left and of which nothing was heard for ten minutes is over, and so is
 * one of which the last thing told is older than Zoom lets any meeting run. Both are conclusions, never sure. What is
 * heard next undoes them, unless it only tells late what was before.
 */
export function meetingAsOf(now: Instant, facts: readonly MeetingFact[]): Meeting {
  const meeting = meetingFrom(facts);
  if (!meeting.isLive || now < silentFrom(meeting, facts)) return meeting;
  const [last] = lastTold(meeting, facts);
  if (!last) return meeting;
  const { at, timeFrom, heardAt, about } = last;
  return meetingFrom([...facts, { kind: "fellSilent", at, timeFrom, heardAt, about }]);
}

/** From when on a live meeting counts as over, if nothing more is heard of it. */
export function silentFrom(meeting: Pick<Meeting, "people" | "lastToldAt">, facts: readonly MeetingFact[]): Instant {
  const forgottenAt = meeting.lastToldAt + LONGEST_MEETING_MS;
  if (!everybodyLeft(meeting.people)) return forgottenAt;
  const desertedAt = latest(lastTold(meeting, facts).map(({ heardAt }) => heardAt)) + EMPTY_AND_SILENT_MS;
  return Math.min(desertedAt, forgottenAt);
}

function lastTold({ lastToldAt }: Pick<Meeting, "lastToldAt">, facts: readonly MeetingFact[]): MeetingFact[] {
  return inOrder(facts).filter(({ at }) => at === lastToldAt);
}

const OLD_NEWS_MS = 3 * 3_600_000;

/** Whether a channel should hear of it: not of what was over for hours when we first heard of it. */
export function isNews({ hasStarted, end, lastToldAt, firstHeardAt }: Meeting): boolean {
  return hasStarted && (end?.at ?? lastToldAt) >= firstHeardAt - OLD_NEWS_MS;
}

/** People who are in the meeting now. */
export function inMeeting({ isLive, people }: Meeting): Person[] {
  return isLive ? people.filter(({ stays }) => stays.at(-1)?.to === undefined) : [];
}

/** How long it lasted, in milliseconds; up to `now` while it runs. Never negative. */
export function lastedMs({ start, end }: Meeting, now: Instant): number {
  return Math.max(0, (end?.at ?? now) - start.at);
}

/** Zoom told both its start and its end. */
export function hasSureLength({ start, end }: Meeting): boolean {
  return start.sure && end?.sure === true;
}

/** By how much it ran over what was booked, in milliseconds; 0 when it did not, or nothing was booked. */
export function overranMs(meeting: Meeting, now: Instant): number {
  const { bookedMinutes } = meeting;
  return bookedMinutes ? Math.max(0, lastedMs(meeting, now) - bookedMinutes * 60_000) : 0;
}

/** Of each thing the latest that was said; nothing is unlearned because a later delivery leaves it out. */
function identityFrom(told: readonly MeetingFact[]): MeetingIdentity {
  const about = {};
  for (const fact of told) Object.assign(about, fact.about);
  return about as MeetingIdentity;
}

/** When the meeting of these facts began; what is concluded is not among them. */
export function startOf(told: readonly MeetingFact[]): Known {
  const said = told.flatMap(({ about }) => about.startedAt ?? []);
  if (said.length > 0) return { at: earliest(said), sure: true };
  const running = told.filter(showsRunning);
  return { at: earliest((running.length > 0 ? running : told).map(({ at }) => at)), sure: false };
}

function endOf(facts: readonly MeetingFact[], attendance: readonly AttendanceFact[], start: Known): End | undefined {
  const end = toldEnd(facts, attendance) ?? concludedEnd(facts, attendance, start);
  return end && { ...end, at: Math.max(end.at, start.at) };
}

/** What `meeting.ended` says. Without `end_time` (payloads of 2020) it is not sure, and nobody left later than it. */
function toldEnd(facts: readonly MeetingFact[], attendance: readonly AttendanceFact[]): End | undefined {
  const ends = facts.filter(({ kind }) => kind === "ended");
  const exact = ends.filter(({ timeFrom }) => timeFrom === "payload");
  if (exact.length > 0) return { at: latest(exact.map(({ at }) => at)), sure: true, because: "told" };
  const rough = bestTold(ends);
  if (rough.length === 0) return undefined;
  const at = earliest(rough.map(({ at }) => at));
  const seen = attendance.filter(({ timeFrom }) => timeFrom === "payload").map((fact) => fact.at);
  return { at: latest([at, ...seen]), sure: false, because: "told" };
}

function bestTold(ends: readonly MeetingFact[]): MeetingFact[] {
  const byZoom = ends.filter(({ timeFrom }) => timeFrom === "event_ts");
  return byZoom.length > 0 ? byZoom : [...ends];
}

/** A number that starts again shows that its last instance is over, but after so long a silence not when. */
const LONG_SILENCE_MS = 12 * 3_600_000;

/** The first evidence that nothing contradicts: whom Zoom saw later shows that it had not ended. */
function concludedEnd(facts: readonly MeetingFact[], attendance: readonly AttendanceFact[], start: Known) {
  const evidence: End[] = [
    ...ofKind(facts, "summarized").map((at): End => ({ at, sure: true, because: "summarized" })),
    ...ofKind(facts, "startedAgain").map((at): End => ({ at, sure: false, because: "startedAgain" })),
    ...ofKind(facts, "fellSilent").map((at): End => ({ at, sure: false, because: "fellSilent" })),
  ];
  const byZoom = attendance.filter(({ timeFrom }) => timeFrom !== "arrival"); // ours may be late
  const lastSeenByZoom = latest(byZoom.map(({ at }) => at));
  const end = evidence.find(({ at }) => at >= lastSeenByZoom - ROUNDING_MS);
  if (!end || end.sure) return end;
  const lastSeenAt = latest(attendance.map(({ at }) => at));
  if (everybodyLeft(connectionsFrom(attendance, { start }))) return { ...end, at: Math.min(end.at, lastSeenAt) };
  const lastToldAt = latest([start.at, lastSeenAt]);
  return end.at - lastToldAt > LONG_SILENCE_MS ? { ...end, at: lastToldAt } : end;
}

function latest(instants: readonly Instant[]): Instant {
  return instants.reduce((last, at) => Math.max(last, at), Number.NEGATIVE_INFINITY);
}

function earliest(instants: readonly Instant[]): Instant {
  return instants.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
}

function ofKind(facts: readonly MeetingFact[], kind: MeetingFact["kind"]): Instant[] {
  return facts
    .filter((fact) => fact.kind === kind)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
}

function everybodyLeft(seen: readonly Pick<Person, "stays">[]): boolean {
  return seen.length > 0 && seen.every(({ stays }) => stays.at(-1)?.to !== undefined);
}

/** How many are in the waiting room: nothing tells that they gave up or came in. */
function waitingNow(told: readonly MeetingFact[]): number {
  const waiting = told.filter((fact) => fact.kind === "waiting");
  const over = told.filter((fact) => fact.kind === "waitingOver" || fact.kind === "joined");
  const still = waiting.filter(({ who, at }) => !over.some((fact) => fact.at >= at && isSame(fact.who, who)));
  return new Set(still.map(({ who }) => connectionKey(who))).size;
}

function isSame(a: Participant, b: Participant): boolean {
  return TELLING.some((key) => a[key] !== undefined && a[key] === b[key]);
}

const TELLING = ["connection", "userId", "zoomUserId", "email", "name"] as const;
