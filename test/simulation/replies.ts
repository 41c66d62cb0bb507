import { finalReplyId } from "../../src/final-reply.ts";
import { type Instant, isAttendance, type MeetingFact } from "../../src/meeting/fact.ts";
import { type Meeting, meetingFrom } from "../../src/meeting/meeting.ts";
import type { CardId, Channel } from "../../src/ports.ts";
import { isToldIn } from "../../src/post-digest.ts";
import { joinsBetween, nextReply, replyOf } from "../../src/post-joins.ts";
import { refusalId, refusalOf } from "../../src/post-refusal.ts";
import { isMuted, mayHear, type Subscription, silentUntil } from "../../src/subscription/subscription.ts";
import { peopleShown, styleOf, veiled } from "../../src/subscription/veil.ts";
import type { Message } from "./chat.ts";
import { A_CLAIM_MS, cardIn, type Violation } from "./check.ts";
import { type DayPlan, placeOf } from "./plan.ts";
import type { PlayedDay } from "./play.ts";
import { PEOPLE } from "./process.ts";

const MINUTE_MS = 60_000;

/** Joins of five minutes are told in one reply below the card of their meeting, as the pure code says, or not at all. */
export function replies(plan: DayPlan, played: PlayedDay, meetings: readonly MeetingFact[][]): Violation[] {
  return plan.channels.flatMap((channel) =>
    meetings.flatMap((facts) => {
      const uuid = facts[0]?.about.uuid ?? "";
      const cards = new Set([...facts.map((fact) => nextReply(fact).card), ...repliesBelow(played, channel, uuid)]);
      return [...cards].flatMap((card) => replyViolations(plan, played, { channel, card, uuid, facts }));
    }),
  );
}

function repliesBelow({ messages }: PlayedDay, channel: Channel, uuid: string): CardId[] {
  return messages.flatMap((one) => (one.channel === channel && replyOf(one.key)?.uuid === uuid ? [one.key] : []));
}

interface Of {
  channel: Channel;
  card: CardId;
  uuid: string;
  facts: readonly MeetingFact[];
}

function replyViolations(plan: DayPlan, played: PlayedDay, { channel, card, uuid, facts }: Of): Violation[] {
  const told = (kind: Violation["kind"], what: string): Violation[] => [{ kind, channel, card, what }];
  const window = replyOf(card);
  if (!window) return [];
  const parents = played.messages.filter((one) => one.channel === channel && one.key === uuid);
  const visible = visibleOf(played, channel, card);
  if (visible.length > 1) return told("doubled", `${visible.length} replies are visible`);
  const [reply] = visible;
  const shown = (one: Subscription, below: string) => {
    const most = peopleShown(one, PEOPLE);
    const joins = joinsBetween(facts, window, { style: styleOf(most), seen: (meeting) => veiled(meeting, most) });
    return joins && JSON.stringify({ ...joins, replyTo: below });
  };
  if (!reply) {
    const isLost = mustBe(plan, played, { channel, card, facts }, parents, window);
    return isLost && shown(played.books.now(channel), "") ? told("missing", "no reply tells who came and left") : [];
  }
  const parent = parents.find(({ id }) => id === reply.inThread);
  if (!parent) return told("misplaced", `it stands below ${reply.inThread ?? "nothing"}`);
  const sentAt = Math.max(...played.said.flatMap((one) => (one.message === reply.id ? [one.sentAt] : [])));
  const by = played.books.between(channel, sentAt - A_CLAIM_MS, sentAt);
  const isRight = by.some((one) => shown(one, parent.id) === JSON.stringify(reply.card));
  // what is not asked for any more is not corrected either
  const isLeft = played.books.between(channel, sentAt).some(({ detail }) => detail !== "thread");
  if (isRight || isLeft || parent.deletedBy || isToldInReply(played, channel, card)) return [];
  return told("stale", `shows ${JSON.stringify(reply.card)}\n      and not ${by.map((one) => shown(one, parent.id))}`);
}

/**
 * A reply is missed where its channel wanted it all the time and was never silent, its meeting's card stood there, and
 * nothing went wrong: what cannot be posted when its five minutes are over may be history when it can.
 */
function mustBe(
  { faults }: DayPlan,
  { books, endedAt }: PlayedDay,
  { channel, card, facts }: Omit<Of, "uuid">,
  parents: readonly Message[],
  { from, until }: { from: Instant; until: Instant },
): boolean {
  if (faults.some((one) => one.at < until + 5 * MINUTE_MS) || endedAt < until + MINUTE_MS) return false;
  const [parent] = parents;
  if (!parent || parent.deletedBy || parent.postedAt > until - 1_000) return false;
  // it may have been renamed since
  const known = [facts.filter(({ heardAt }) => heardAt < until), facts].map(meetingFrom);
  const heard = facts.filter((fact) => isAttendance(fact) && nextReply(fact).card === card);
  return books.between(channel, from - 1_000).every((one) => {
    const isAsked = heard.some(({ about }) => mayHear(one, about)) && known.every((meeting) => isToldIn(one, meeting));
    const isSilent = [-1_000, 0, MINUTE_MS, 2 * MINUTE_MS].some((ms) => silentUntil(one, until + ms) !== undefined);
    return one.detail === "thread" && isAsked && !isSilent;
  });
}

function visibleOf({ messages }: PlayedDay, channel: Channel, card: CardId): Message[] {
  return messages.filter((one) => one.channel === channel && one.key === card && !one.deletedBy);
}

/** Its message was not allowed to be edited at some time: it may show what was so then. */
export function isToldInReply({ calls }: PlayedDay, channel: Channel, card: CardId): boolean {
  return calls.some(
    (one) =>
      one.channel === channel && one.card === card && JSON.stringify(one.details ?? "").includes("cant_update_message"),
  );
}

/** No message says for ever that its meeting is live: its end stands in it, or in a reply. */
export function finalReplies({ channels }: DayPlan, played: PlayedDay, meetings: readonly Meeting[]): Violation[] {
  return meetings.flatMap((meeting) =>
    channels.flatMap((channel): Violation[] => {
      const card = finalReplyId(meeting.uuid);
      const told = (kind: Violation["kind"], what: string): Violation[] => [{ kind, channel, card, what }];
      const [parent] = visibleOf(played, channel, meeting.uuid);
      const visible = visibleOf(played, channel, card);
      if (visible.length > 1) return told("doubled", `${visible.length} final replies are visible`);
      const [reply] = visible;
      const isMutedAtAnyTime = played.books.between(channel, 0).some((one) => isMuted(one, meeting));
      if (!reply) {
        const isLost = parent?.card.stage === "live" && !meeting.isLive && !isMutedAtAnyTime;
        return isLost ? told("missing", "a message says for ever that its meeting is live") : [];
      }
      if (!isToldInReply(played, channel, meeting.uuid)) return told("unasked", "its message may be edited");
      if (parent && reply.inThread !== parent.id) return told("misplaced", `it stands below ${reply.inThread}`);
      if (!parent || isMutedAtAnyTime || isToldInReply(played, channel, card)) return [];
      const sentAt = Math.max(...played.said.flatMap((one) => (one.message === reply.id ? [one.sentAt] : [])));
      const shown = JSON.stringify(reply.card);
      const expected = played.books
        .between(channel, sentAt - A_CLAIM_MS)
        .map((one) => JSON.stringify({ ...cardIn(one, meeting), replyTo: parent.id }));
      return expected.includes(shown) ? [] : told("stale", `shows ${shown}\n      and not ${expected[0]}`);
    }),
  );
}

/**
 * Who subscribed a channel is told once that it refuses, and why. What we say to one person cannot be looked for: where a
 * post may be in doubt it may be said twice.
 */
export function refusalNotes(plan: DayPlan, played: PlayedDay): Violation[] {
  const notes = Map.groupBy(
    played.messages.filter(({ key }) => refusalOf(key) !== undefined),
    ({ channel, key }) => `${channel} ${key}`,
  );
  return [...[...notes.values()].flatMap((all) => noteViolations(plan, played, all)), ...untold(plan, played)];
}

function noteViolations(plan: DayPlan, played: PlayedDay, [first, ...more]: Message[]): Violation[] {
  if (!first) return [];
  const { channel, key: card } = first;
  const told = (kind: Violation["kind"], what: string): Violation[] => [{ kind, channel, card, what }];
  if (more.length > 0 && !mayBeInDoubt(plan)) return told("doubled", "somebody is told twice");
  const { channelId = "", because = "" } = refusalOf(card) ?? {};
  const refused = placeOf(`slack:${channelId}`);
  const own = played.calls.filter((one) => one.channel === refused);
  if (!own.some(({ details }) => JSON.stringify(details ?? "").includes(because))) {
    return told("unasked", "that channel did not refuse");
  }
  const isBy = played.books.between(refused, 0).some(({ by }) => channel === `slack:${by}`);
  return isBy ? [] : told("unasked", "somebody else subscribed that channel");
}

/** On a day on which nothing else goes wrong, who subscribed a channel learns that it refused. */
function untold({ faults, channels }: DayPlan, { seen, books, messages }: PlayedDay): Violation[] {
  if (!faults.every((one) => one.kind === "chat" && (one.how.is === "archived" || one.how.is === "limited"))) return [];
  return seen.flatMap(({ channel = "", what, details }): Violation[] => {
    const { kind, because } = (details ?? {}) as { kind?: string; because?: string };
    if (what !== "outcome" || kind !== "refused" || !channels.includes(channel)) return [];
    const [asked, ...others] = books.between(channel, 0);
    if (others.length > 0 || asked?.by === undefined || asked.rules.length === 0) return [];
    const card = refusalId(channel.slice("slack:".length), because ?? "");
    const isTold = messages.some((one) => one.channel === `slack:${asked.by}` && one.key === card);
    return isTold ? [] : [{ kind: "missing", channel, card, what: "nobody told who subscribed it" }];
  });
}

/** What we say to one person cannot be looked for: where it is not known whether a post came to stand it is said again. */
export function mayBeInDoubt({ faults }: DayPlan): boolean {
  return faults.some((one) => one.kind !== "deletion" && !(one.kind === "chat" && NO_DOUBT.has(one.how.is)));
}

const NO_DOUBT = new Set(["limited", "archived", "noEdits", "slowHistory", "noAccess", "odd"]);
