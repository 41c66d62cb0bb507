import type { Instant } from "../meeting/fact.ts";
import { inMeeting, type Meeting } from "../meeting/meeting.ts";
import type { Planned } from "../meeting/plan.ts";
import { type Button, type Card, type Line, lineText, type Part, type Span } from "./card.ts";
import { type CardStyle, lastedText } from "./meeting-card.ts";
import { type Period, periodWords } from "./period.ts";
import { counted, duration, hostOf, LONGEST_LISTED_TOPIC, people, timeSpan, topicOf } from "./words.ts";

export interface AgendaAsked {
  /** "live", or the words of a period. */
  scope: string;
  /** Not only what this place hears of, but all that the asker may see. */
  isAll?: boolean;
  /** Only what this channel hears of, as the platform calls it. */
  channelId?: string;
  /** Of more meetings than fit, the first to show, counted from 0; without it the latest of today, else the first. */
  first?: number;
}

/** What is asked as text that a button carries; `agendaAsked` reads it again, and what it does not know as today. */
export function askedText({ scope, isAll, channelId, first }: AgendaAsked): string {
  const words = [scope, isAll && "all", channelId && `in ${channelId}`, first !== undefined && `from ${first}`];
  return words.filter(Boolean).join(" ");
}

export function agendaAsked(text: string): AgendaAsked {
  const [, words = "", all, channelId, first] = ASKED.exec(text) ?? [];
  const scope = words === "live" ? words : (periodWords(words) ?? "today");
  return {
    scope,
    ...(all && { isAll: true }),
    ...(channelId && { channelId }),
    ...(first !== undefined && { first: Number(first) }),
  };
}

const ASKED = /^(.*?)( all)?(?: in ([A-Z0-9]{2,30}))?(?: from (\d{1,6}))?$/;

export interface AgendaView extends CardStyle, AgendaAsked {
  /** Only the asker sees it and may share it; otherwise a whole channel reads it. */
  isPrivate: boolean;
  /** There may be other meetings that who reads it may see. */
  only?: "here and own" | "here" | "channel";
}

const ONLY: Record<NonNullable<AgendaView["only"]>, (named: Span) => { told: Line; among: Line }> = {
  "here and own": () => ({
    told: ["What this channel hears of, and your own"],
    among: ["this channel hears of and your own"],
  }),
  here: () => ({ told: ["What this channel hears of"], among: ["this channel hears of"] }),
  channel: (named) => ({ told: ["What ", named, " hears of"], among: [named, " hears of"] }),
};

function onlyOf({ only, channelId }: AgendaView): { told: Line; among: Line } | undefined {
  return only && ONLY[only](channelId === undefined ? "the named channel" : { channel: channelId });
}

const LIVE = "Live now";
/** With the longest topics there are, so many lines fit into one message. */
const MOST_MEETINGS = 25;
/** What is planned has at least so many of these lines, if it needs them, and those that the meetings leave. */
const LINES_OF_PLANNED = 10;

/**
 * What is on, what is still to come and what was on in some days: the answer to `/meetings today`, `live`, `week`,
 * `2026-11-24`, … `planned` is what has not begun yet, in the order of time.
 */
export function agendaCard(
  period: Period,
  meetings: readonly Meeting[],
  view: AgendaView,
  now: Instant,
  planned: readonly Planned[] = [],
): Card {
  const byStart = meetings.toSorted((a, b) => a.start.at - b.start.at);
  const live = byStart.filter(({ isLive }) => isLive);
  const ended = view.scope === "live" ? [] : byStart.filter(({ isLive }) => !isLive);
  const coming = comingLines(planned, Math.max(LINES_OF_PLANNED, MOST_MEETINGS - meetings.length), period, view);
  const window = windowOf([...ended, ...live], view, MOST_MEETINGS - coming.length);
  const [shownLive, shownEnded] = [live, ended].map((some) => some.filter((one) => window.shown.has(one)));
  const parts: Part[] = [{ kind: "heading", text: view.scope === "live" ? LIVE : `Meetings ${period.name}` }];
  const isNothing = live.length + ended.length + coming.length === 0;
  if (isNothing) parts.push({ kind: "line", line: nothing(view, period, now) });
  if (shownLive?.length) {
    parts.push(list(shownLive, view.scope === "live" ? "" : LIVE, (meeting) => liveLine(meeting, view)));
  }
  if (coming.length > 0) parts.push({ kind: "list", title: "Still to come", lines: coming });
  if (shownEnded?.length) {
    const title = shownEnded.length < ended.length ? `Ended: ${fromTo(window.first, shownEnded, ended)}` : "Ended";
    parts.push(list(shownEnded, title, (meeting) => endedLine(meeting, period)));
  }
  return {
    stage: "answer",
    ...(isNothing && { isNothing }),
    summary: summary(view, period, { live: live.length, toCome: planned.length, ended: ended.length }, now),
    parts,
    buttons: view.isPrivate ? buttons(view, window) : [],
    note: note(period, view),
  };
}

interface Window {
  shown: ReadonlySet<Meeting>;
  first: number;
  earlier?: number;
  later?: number;
}

function windowOf(all: readonly Meeting[], { scope, first: asked }: AgendaAsked, most: number): Window {
  const last = Math.max(0, all.length - most);
  const first = Math.min(asked ?? (scope === "today" ? last : 0), last);
  return {
    shown: new Set(all.slice(first, first + most)),
    first,
    ...(first > 0 && { earlier: Math.max(0, first - most) }),
    ...(first < last && { later: first + most }),
  };
}

function fromTo(first: number, shown: readonly Meeting[], all: readonly Meeting[]): string {
  return `${first + 1} to ${first + shown.length} of ${all.length}`;
}

interface Counts {
  live: number;
  toCome: number;
  ended: number;
}

function summary(view: AgendaView, period: Period, { live, toCome, ended }: Counts, now: Instant): string {
  if (live + toCome + ended === 0) return lineText(nothing(view, period, now));
  if (view.scope === "live") return `${counted(live, "meeting is", "meetings are")} live now`;
  return `Meetings ${period.name}: ${live} live, ${toCome > 0 ? `${toCome} to come, ` : ""}${ended} ended`;
}

function nothing(view: AgendaView, { name, from, until }: Period, now: Instant): Line {
  const only = onlyOf(view);
  const among: Line = only ? [" among those that ", ...only.among, "."] : ["."];
  if (view.scope === "live") return ["No meeting is live now", ...among];
  const then = name.includes(",") ? `${name},` : name; // "this week, 16 to 22 November," in the middle of a sentence
  if (from > now) return [`I know of no meetings planned ${only ? then : name}`, ...among];
  return now < until
    ? [`No meetings ${then} so far`, ...among]
    : [`I know of no meetings ${only ? then : name}`, ...among];
}

function list(meetings: readonly Meeting[], title: string, line: (meeting: Meeting) => Line): Part {
  return { kind: "list", ...(title && { title }), lines: meetings.map(line), spare: "first" };
}

function liveLine(meeting: Meeting, style: CardStyle): Line {
  const topic = topicOf(meeting, LONGEST_LISTED_TOPIC);
  const here = inMeeting(meeting).length;
  const host = style.people === "names" && hostOf(meeting);
  return [
    { dot: "live" },
    " ",
    meeting.number && !meeting.isWebinar
      ? { link: topic, to: `https://zoom.us/j/${meeting.number}` }
      : { strong: topic },
    `  ${here === 0 ? "nobody" : here} in, since `,
    timeSpan(meeting.start.at, "time"),
    ...(host ? [`, host ${host}`] : []),
  ];
}

/** At most `most` lines; what they leave out is counted in the last one. */
function comingLines(planned: readonly Planned[], most: number, period: Period, style: CardStyle): Line[] {
  const shown = planned.length > most ? planned.slice(0, most - 1) : planned;
  const more = planned.length - shown.length;
  return [...shown.map((one) => comingLine(one, period, style)), ...(more > 0 ? [[`+${more} more planned`]] : [])];
}

function comingLine(planned: Planned, { isOneDay }: Period, { people: style }: CardStyle): Line {
  const { startsAt, bookedMinutes } = planned;
  const topic = TELLS_TOPICS.has(style) ? topicOf(planned, LONGEST_LISTED_TOPIC) : "A meeting";
  const length = bookedMinutes ? `, ${duration(bookedMinutes * 60_000)}` : "";
  return [timeSpan(startsAt, isOneDay ? "time" : "day and time"), `  ${topic}${length}`];
}

const TELLS_TOPICS = new Set<string>(["names", "counts"]);

/** One that began on an earlier day says so, and so does each where there are several days. */
function endedLine(meeting: Meeting, { from, isOneDay }: Period): Line {
  const isThatDay = isOneDay && meeting.start.at >= from;
  const began: Span = timeSpan(meeting.start.at, isThatDay ? "time" : "day and time");
  const came = meeting.people.length === 0 ? "nobody seen" : people(meeting.people.length);
  return [began, `  ${topicOf(meeting, LONGEST_LISTED_TOPIC)}, `, { strong: lastedText(meeting) }, `, ${came}`];
}

function buttons(asked: AgendaAsked, { earlier, later }: Window): Button[] {
  const about = askedText(asked);
  const page = (label: string, ask: "earlier" | "later", first: number | undefined): Button[] =>
    first === undefined ? [] : [{ kind: "ask", label, ask, about: askedText({ ...asked, first }) }];
  return [
    ...page("Earlier", "earlier", earlier),
    ...page("Later", "later", later),
    { kind: "ask", label: "Share in this channel", ask: "share", about },
    { kind: "ask", label: "Refresh", ask: "refresh", about },
  ];
}

function note({ timeZone, isOneDay }: Period, view: AgendaView): Line {
  const { isPrivate, only, scope } = view;
  const told = onlyOf(view)?.told;
  const whose: Line = told ? [...told, ". "] : [];
  const days = `${isOneDay ? "the day is that of" : "the days are those of"} ${timeZone}.`;
  if (!isPrivate) return [...whose, `Times are in the time zone of each reader; ${days}`];
  const more = only === "here and own" ? [" All: ", { code: `/meetings ${scope} all` }] : [" More: ", HELP];
  return [...whose, `Only you can see this. Times are in your time zone; ${days}`, ...more];
}

const HELP: Span = { code: "/meetings help" };
