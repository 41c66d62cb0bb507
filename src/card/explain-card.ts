import type { Step } from "../meeting/as-heard.ts";
import type { Instant } from "../meeting/fact.ts";
import { inMeeting, isNews, type Meeting } from "../meeting/meeting.ts";
import type { Button, Card, Line, Part } from "./card.ts";
import { changeWords } from "./change-words.ts";
import { clockTimeToSecond, dayOf, shortDayName } from "./day.ts";
import { factWords } from "./fact-words.ts";
import { type CardStyle, lastedText } from "./meeting-card.ts";
import { refusalWords } from "./refusal-words.ts";
import { questionText } from "./report-question.ts";
import { channelSpan, counted, people, timeSpan, topicOf } from "./words.ts";

export interface ExplainView extends CardStyle {
  timeZone: string;
}

/** Where a meeting came from, and what became of it. */
export interface Explanation {
  /** As the asker may know it. */
  meeting: Meeting;
  /** The first and the last things heard, and how many there are between them. */
  first: readonly Step[];
  left: number;
  last: readonly Step[];
  /** What stands in each channel and what was decided there, oldest first. */
  channels: readonly ExplainedChannel[];
}

export interface ExplainedChannel {
  /** `slack:C0123`. */
  channel: string;
  message?: string;
  isInDoubt: boolean;
  /** Why its message may not be edited now. */
  frozen?: string;
  gone?: string;
  decisions: readonly ExplainedDecision[];
}

export interface ExplainedDecision {
  at: Instant;
  outcome: Decided;
  because: string;
  /** Not about the meeting's own card, but about what is told in its thread. */
  isInThread: boolean;
}

/** "upToDate": something was sent; "nothing": nothing is to be said. */
export type Decided = "upToDate" | "nothing" | "tryAgain" | "waits" | "givenUp" | "refused";

const dot = "  ·  ";

/** Every fact of a meeting as it was heard, what each changed, and what was posted where and why. */
export function explainCard({ meeting, first, left, last, channels }: Explanation, view: ExplainView): Card {
  const topic = topicOf(meeting);
  const clock = clockOf(meeting, view.timeZone);
  const lines = (steps: readonly Step[]) => steps.map((step) => stepLine(step, view, clock));
  return {
    stage: "answer",
    summary: `Why ${topic} is shown as it is`,
    parts: [
      { kind: "line", line: [{ dot: meeting.isLive ? "live" : "ended" }, "  ", { strong: topic }] },
      { kind: "line", line: result(meeting) },
      { kind: "list", title: "What was heard, and what it changed", lines: lines(first), spare: "first" },
      ...(left > 0 ? [{ kind: "line" as const, line: [`… ${left} more`] }] : []),
      ...(last.length > 0 ? [{ kind: "list" as const, lines: lines(last), spare: "first" as const }] : []),
      ...posted(meeting, channels, clock),
    ],
    buttons: buttons(meeting),
    note: [
      `Only you can see this. Times: ${view.timeZone}. First when it was heard, then, after “at”, when it was by Zoom.`,
      ...(view.people === "names" ? [] : [" Names are switched off here."]),
    ],
  };
}

/** To the second; on another day than that of the start with its date. */
function clockOf({ start }: Meeting, timeZone: string): (at: Instant) => string {
  const { date } = dayOf(start.at, timeZone);
  return (at) => {
    const day = dayOf(at, timeZone);
    const time = clockTimeToSecond(at, timeZone);
    return day.date === date ? time : `${shortDayName(day)} ${time}`;
  };
}

function result(meeting: Meeting): Line {
  const { start, end, isLive, hasStarted, uuid } = meeting;
  const state = isLive ? `still live, ${inMeeting(meeting).length || "nobody"} in` : lastedText(meeting);
  const came = meeting.people.length === 0 ? "nobody seen" : people(meeting.people.length);
  return [
    timeSpan(start.at, "day and time"),
    ...(end ? [" to ", timeSpan(end.at, "time")] : []),
    `${dot}${hasStarted ? state : "not begun"}${dot}${came}${dot}`,
    { code: uuid },
  ];
}

function stepLine({ at, fact, before, after }: Step, view: ExplainView, clock: (at: Instant) => string): Line {
  const namesPeople = view.people === "names";
  const heard = fact ? factWords(fact, { namesPeople, clock }) : "Nothing was heard for long";
  return [`${clock(at)}  ${heard} → ${changeWords(before, after, clock)}`];
}

const MOST_DECISIONS = 20;
/** With a list below each they are less than the 50 blocks that a message may have. */
const MOST_CHANNELS = 15;

/** The newest decisions, each under its channel. */
function posted(meeting: Meeting, all: readonly ExplainedChannel[], clock: (at: Instant) => string): Part[] {
  const runs = all.flatMap(({ channel, decisions }) => runsOf(decisions).map((run) => ({ channel, ...run })));
  const newest = new Set(runs.toSorted((a, b) => a.at - b.at).slice(-MOST_DECISIONS));
  const line = (...line: Line): Part => ({ kind: "line", line });
  const parts = all.slice(0, MOST_CHANNELS).flatMap((channel): Part[] => {
    const decided = runs.filter((run) => run.channel === channel.channel && newest.has(run));
    const lines = decided.map((run): Line => [`${clock(run.at)}  ${decisionWords(run)}${again(run, clock)}`]);
    const state = line(...stateLine(meeting, channel));
    return lines.length > 0 ? [state, { kind: "list", lines, spare: "first" }] : [state];
  });
  const earlier = runs.length - newest.size;
  if (all.length > MOST_CHANNELS) parts.push(line(`+${counted(all.length - MOST_CHANNELS, "channel", "channels")}`));
  if (earlier > 0) parts.push(line(`${counted(earlier, "earlier decision is", "earlier decisions are")} not shown`));
  if (all.length === 0) parts.push(line("No channel that you may read hears of it."));
  return [line({ strong: "What was posted where, and why" }), ...parts];
}

interface Run extends ExplainedDecision {
  times: number;
  until: Instant;
}

/** What was decided several times in a row is told once, of a card and of its thread. */
function runsOf(decisions: readonly ExplainedDecision[]): Run[] {
  const [inThread, own] = [true, false].map((where) => runsIn(decisions.filter((one) => one.isInThread === where)));
  return [...(own ?? []), ...(inThread ?? [])].toSorted((a, b) => a.at - b.at);
}

function runsIn(decisions: readonly ExplainedDecision[]): Run[] {
  const runs: Run[] = [];
  for (const one of decisions) {
    const last = runs.at(-1);
    if (last?.outcome === one.outcome && last.because === one.because) {
      last.times += 1;
      last.until = one.at;
    } else runs.push({ ...one, times: 1, until: one.at });
  }
  return runs;
}

function again({ times, until }: Run, clock: (at: Instant) => string): string {
  return times === 1 ? "" : `, ${times} times until ${clock(until)}`;
}

function decisionWords(decision: ExplainedDecision): string {
  return decision.isInThread ? `in its thread: ${loggedWords(decision)}` : loggedWords(decision);
}

/** As the log calls it. */
function loggedWords({ outcome, because }: ExplainedDecision): string {
  switch (outcome) {
    case "upToDate":
      return because;
    case "nothing":
      return `nothing to say: ${because}`;
    case "tryAgain":
      return `later: ${because}`;
    case "waits":
      return `waits for other content: ${because}`;
    case "givenUp":
      return `given up: ${because}`;
    case "refused":
      return `channel refused: ${because}`;
  }
}

function stateLine(meeting: Meeting, { channel, message, isInDoubt, frozen, gone, decisions }: ExplainedChannel): Line {
  const last = decisions.findLast(({ isInThread }) => !isInThread);
  const say = (...state: Line): Line => [channelSpan(channel), ": ", ...state];
  if (gone?.startsWith("told in a reply")) return say(TOLD_IN_A_REPLY);
  if (gone) return say(GONE.get(gone) ?? `left as it is: ${gone}`);
  if (last?.outcome === "refused") {
    const { sentence, remedy } = refusalWords(last.because);
    return say(`${sentence} ${remedy}`);
  }
  if (isInDoubt) return say("a post is in doubt: it is looked for before anything is posted again");
  if (frozen !== undefined) return say(`its message may not be edited now: ${frozen}`);
  if (message !== undefined) return say("its message is there");
  if (!meeting.hasStarted) return say("nothing posted: people only wait for it to begin");
  if (!isNews(meeting)) {
    const old = meeting.isLive ? "what is known of it was hours old" : "it was over for hours";
    return say(`nothing posted: ${old} when it was first heard of`);
  }
  return say(last?.outcome === "nothing" ? `nothing posted: ${last.because}` : "nothing posted so far");
}

const TOLD_IN_A_REPLY = "its message may not be edited any more, so its end is told in a reply";
const GONE = new Map([
  ["message_not_found", "its message was deleted there, so it is not posted again"],
  ["it may have been posted, and we may not look", "left out: it may have been posted, and I may not look"],
]);

function buttons({ uuid }: Meeting): Button[] {
  const about = questionText({ of: "meeting", uuid });
  return [
    { kind: "ask", label: "Refresh", ask: "explain", about },
    { kind: "ask", label: "Report", ask: "report", about },
  ];
}
