import { meetingCard } from "../../src/card/meeting-card.ts";
import type { Instant, MeetingFact } from "../../src/meeting/fact.ts";
import { meetingAsOf } from "../../src/meeting/meeting.ts";
import { slackMessage } from "../../src/slack/message.ts";
import { type Block, plain, type SeenMessage } from "../../test/stand-ins/slack.ts";
import type { ChannelId } from "./deliveries.ts";

/** `lost`: no message. `doubled`: more than one. `stale`: another text. `strange`: nobody told us of it. */
export interface Wrong {
  kind: "lost" | "doubled" | "stale" | "strange";
  channel: ChannelId;
  uuid: string;
  because: string;
}

export interface Channel {
  id: ChannelId;
  /** Every fact that was acknowledged. */
  facts: readonly MeetingFact[];
  visible: readonly SeenMessage[];
}

/** What a channel shows, beside what it should show of all that was acknowledged. */
export function wrongIn({ id, facts, visible }: Channel, now: Instant): Wrong[] {
  const shown = Map.groupBy(visible, keyOf);
  const told = Map.groupBy(facts, ({ about }) => about.uuid);
  const wrong = (kind: Wrong["kind"], uuid: string, because: string): Wrong => ({ kind, channel: id, uuid, because });
  const restarts = startsOfNumbers(told);
  const ofMeetings = [...told].flatMap(([uuid, facts]) => {
    const [message, ...twins] = shown.get(uuid) ?? [];
    if (!message) return [wrong("lost", uuid, "no message")];
    const truth = textOf([...facts, ...startedAgain(facts, restarts)], now);
    return [
      ...(twins.length > 0 ? [wrong("doubled", uuid, `${1 + twins.length} messages`)] : []),
      ...(message.plain === truth ? [] : [wrong("stale", uuid, `shown:\n${message.plain}\ntrue:\n${truth}`)]),
    ];
  });
  const strangers = [...shown.keys()].filter((key) => !told.has(key));
  return [...ofMeetings, ...strangers.map((key) => wrong("strange", key, "nobody told us of this meeting"))];
}

/** Whose card a message is. */
export function keyOf({ metadata }: SeenMessage): string {
  return String(metadata?.event_payload.key);
}

function textOf(facts: readonly MeetingFact[], now: Instant): string {
  const card = meetingCard(meetingAsOf(now, facts), { people: "names" });
  const { blocks } = slackMessage(card, { tables: true });
  return plain(blocks as Block[], { timeZone: "UTC", now });
}

interface Start {
  uuid: string;
  at: Instant;
}

function startsOfNumbers(told: ReadonlyMap<string, readonly MeetingFact[]>): Map<string, Start[]> {
  const starts = [...told].flatMap(([uuid, facts]) => firstStart(facts).map((start) => ({ uuid, ...start })));
  return Map.groupBy(starts, ({ number }) => number);
}

function firstStart(facts: readonly MeetingFact[]): { number: string; at: Instant }[] {
  const starts = facts.flatMap(({ about: { number, startedAt } }) =>
    number && startedAt ? [{ number, at: startedAt }] : [],
  );
  return starts.toSorted((a, b) => a.at - b.at).slice(0, 1);
}

/** A number runs once at a time: without an end of its own, a meeting was over when the next one started. */
function startedAgain(facts: readonly MeetingFact[], starts: ReadonlyMap<string, Start[]>): MeetingFact[] {
  const [own] = firstStart(facts);
  const [first] = facts;
  if (!own || !first || facts.some(({ kind }) => kind === "ended")) return [];
  const later = (starts.get(own.number) ?? []).map(({ at }) => at).filter((at) => at > own.at);
  if (later.length === 0) return [];
  const { heardAt, about } = first;
  return [{ kind: "startedAgain", at: Math.min(...later), timeFrom: "payload", heardAt, about }];
}
