import type { KnownCall } from "../../test/stand-ins/slack.ts";
import type { ChannelId } from "./deliveries.ts";
import { howInWords } from "./faults.ts";
import type { Entry, Journal } from "./journal.ts";
import type { Stage } from "./stage.ts";

/** One line of a timeline. */
export type Moment = Entry & { sinceMs: number };

interface Seen {
  journal: Journal;
  stage: Stage;
  beginsAt: number;
}

/** Everything that happened, in order: deliveries, faults, what processes said and what Slack was asked. */
export function momentsOf({ journal, stage, beginsAt }: Seen): Moment[] {
  const entries = [...journal.entries, ...callEntries(stage.slack.calls), ...logEntries(stage)];
  return entries.toSorted((a, b) => a.at - b.at).map((entry) => ({ ...entry, sinceMs: entry.at - beginsAt }));
}

/** What concerned one meeting, between its first and its last own moment. */
export function timelineOf(
  moments: readonly Moment[],
  { channel, uuid }: { channel: ChannelId; uuid: string },
): string[] {
  const own = moments.filter((moment) => moment.uuid === uuid);
  const [from, to] = [own[0]?.at ?? 0, own.at(-1)?.at ?? 0];
  return moments
    .filter((moment) => moment.uuid === uuid || (!moment.uuid && moment.at >= from && moment.at <= to))
    .filter(concerns(channel))
    .map(inOneLine);
}

/** What happened between Slack and the notifiers of a call's channel before it came. */
export function timelineBefore(moments: readonly Moment[], { arrivedAt, channel }: KnownCall): string[] {
  return moments
    .filter(({ at }) => at > arrivedAt - LOOK_BACK_MS && at <= arrivedAt)
    .filter(({ from }) => from !== "Zoom")
    .filter(concerns(channel))
    .map(inOneLine);
}

const LOOK_BACK_MS = 12_000;
const concerns = (channel: string | undefined) => (moment: Moment) =>
  moment.channel === undefined || moment.channel === channel;

export function inOneLine({ sinceMs, from, text }: Moment): string {
  return `${(sinceMs / 1_000).toFixed(3).padStart(9)} s  ${from}: ${text}`;
}

/** Slack's calls, each with the meeting it was about as far as that can be known from its message. */
function callEntries(calls: readonly KnownCall[]): Entry[] {
  const keys = new Map(calls.flatMap((call) => (call.message && keyIn(call) ? [[call.message, keyIn(call)]] : [])));
  return calls.flatMap((call) => {
    const { method, channel, args, arrivedAt } = call;
    if (!channel) return [];
    const uuid = keyIn(call) ?? keys.get(String(args.ts));
    return [
      { at: arrivedAt, from: "Slack" as const, text: `${method} ${called(call)}`, channel, ...(uuid && { uuid }) },
    ];
  });
}

function keyIn({ args }: KnownCall): string | undefined {
  const metadata = args.metadata as { event_payload?: { key?: string } } | undefined;
  return metadata?.event_payload?.key;
}

function called({ error, isDone, message, args, arrivedAt, at, retryAfterS, fault }: KnownCall): string {
  const which = message ?? args.ts;
  return [
    ...(which ? [`of ${which}`] : []),
    isDone ? "was done" : "was not done",
    `and answered ${error ?? "ok"}`,
    ...(retryAfterS ? [`(Retry-After ${retryAfterS} s)`] : []),
    ...(at - arrivedAt > 100 ? [`after ${at - arrivedAt} ms`] : []),
    ...(fault ? [`[Slack ${howInWords(fault)}]`] : []),
    ...(typeof args.text === "string" ? [`"${args.text}"`] : []),
  ].join(" ");
}

interface LogLine {
  time?: number | string;
  msg?: string;
  uuid?: string;
  card?: string;
  because?: string;
  event?: string;
}

/** What the processes said about a meeting; the rest of what they say is for their operator. */
function logEntries({ seats }: Stage): Entry[] {
  return seats.flatMap((seat) =>
    seat.said().flatMap(({ name, line }) => {
      const { time, msg, uuid, card, event } = parsed(line);
      const about = card ?? uuid;
      if (!time || !about) return [];
      const said = event ? `${msg} ${event}` : msg;
      return [
        {
          at: new Date(time).getTime(),
          from: "process" as const,
          text: `${name} says: ${said}`,
          uuid: about,
          channel: seat.channel,
        },
      ];
    }),
  );
}

function parsed(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return {}; // a sentence for the operator
  }
}
