import { meetingCard } from "./card/meeting-card.ts";
import type { Instant } from "./meeting/fact.ts";
import { isNews, type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { Channel, ChoiceStore, Claim, FactStore, Shared, SubscriptionStore, Wish } from "./ports.ts";
import { aloneOf, wishedAlone } from "./post-alone.ts";
import { digestDate, digestOn, isDigestDue, isToldIn, MADE_UP_WITHIN_MS } from "./post-digest.ts";
import { joinsBetween, replyOf } from "./post-joins.ts";
import { type MyDays, myDayDate, wishedMyDay } from "./post-my-day.ts";
import { refusalCard, refusalOf } from "./post-refusal.ts";
import { isWeekDue, weekDate, weekOn } from "./post-week.ts";
import { READ_AHEAD } from "./read-ahead.ts";
import {
  type HostIds,
  isMuted,
  MUTED_HERE,
  NOTICE_MS,
  type Notice,
  type PeopleShown,
  type Subscription,
  silentUntil,
  turnOf,
} from "./subscription/subscription.ts";
import { peopleShown, styleOf, veiled } from "./subscription/veil.ts";

export interface Wishing {
  facts: Pick<FactStore, "factsOf" | "factsBetween">;
  subscriptions: Pick<SubscriptionStore, "fresh">;
  /** The most that the operator allows anybody to tell of people. */
  people: PeopleShown;
  /** What a channel shows of a meeting already. */
  stateOf: (channel: Channel, meeting: string) => Promise<Pick<Claim["state"], "message" | "gone">>;
  sharing?: (channel: Channel) => Promise<Shared>;
  hostIds?: HostIds;
  choices?: Pick<ChoiceStore, "fresh">;
  myDays?: MyDays;
  /** Who is named by both address and id is remembered for `hostIds`. */
  learn?: (meeting: Meeting) => void;
}

type Wanted = Pick<Claim, "channel" | "card" | "state" | "announced">;

/** What a channel should show now of what a card is about, from all facts and from what was asked for there. */
export async function cardFor(wishing: Wishing, wanted: Wanted, now: Instant): Promise<Wish> {
  const { channel, card, state } = wanted;
  if (card === READ_AHEAD) return { kind: "read" };
  const own = await wishedInPerson(wishing, { channel, card, state }, now);
  if (own) return own;
  const refusal = refusalOf(card);
  if (refusal) return { kind: "show", card: refusalCard(refusal.channelId, refusal.because) };
  // a card that a change made due is not made from what was asked for before
  const asked = (await wishing.subscriptions.fresh()).channels.get(channel);
  const isBegun = hasBegun(state);
  if (!asked) return { kind: "nothing", because: "nothing is asked for here" };
  const subscription = await withSharing(wishing, channel, asked);
  if (replyOf(card)) return wishedReply(wishing, subscription, { channel, card }, isBegun, now);
  const wish = await wishedOwn(wishing, subscription, wanted, now);
  const notice = noticeIn(subscription, wanted, isBegun, now);
  if (wish.kind !== "show" || !notice) return wish;
  const { at, by } = notice;
  const isNamed = by !== undefined && peopleShown(subscription, wishing.people) === "names";
  return { kind: "show", card: { ...wish.card, notice: { at, ...(isNamed && { by }) } } };
}

/**
 * Of a channel that somebody subscribed it was found out then whether another company reads it. Of one in the settings
 * it is asked, and while that is not told no names are.
 */
async function withSharing({ sharing }: Wishing, channel: Channel, asked: Subscription): Promise<Subscription> {
  if (!sharing || asked.by !== undefined || asked.isShared !== undefined) return asked;
  const found = await sharing(channel);
  return found === "shared" || found === "not told now" ? { ...asked, isShared: true } : asked;
}

/** A card keeps the notice that it was posted with; a new one tells of what none has told yet. */
function noticeIn(
  { notice }: Subscription,
  { state, announced }: Wanted,
  isBegun: boolean,
  now: Instant,
): Notice | undefined {
  if (isBegun) return state.notice;
  return notice && notice.at !== announced && now - notice.at < NOTICE_MS ? notice : undefined;
}

/** What stands in the channel itself. */
async function wishedOwn(
  wishing: Wishing,
  subscription: Subscription,
  { card, state }: Wanted,
  now: Instant,
): Promise<Wish> {
  const isBegun = hasBegun(state);
  const date = digestDate(card);
  if (date !== undefined) return wishedDigest(wishing, subscription, date, isBegun, now);
  const monday = weekDate(card);
  if (monday !== undefined) return wishedWeek(wishing, subscription, monday, isBegun, now);
  const told = await wishing.facts.factsOf(card);
  if (told.length === 0) return { kind: "nothing", because: "nothing is known of it" };
  const meeting = meetingAsOf(now, told);
  wishing.learn?.(meeting);
  return wishedMeeting(wishing, subscription, meeting, state, now);
}

function hasBegun({ message, posting }: Claim["state"]): boolean {
  return message !== undefined || posting !== undefined;
}

/** What one person chose to be told; undefined for what channels hear. */
async function wishedInPerson(
  wishing: Wishing,
  { channel, card, state }: Pick<Claim, "channel" | "card" | "state">,
  now: Instant,
): Promise<Wish | undefined> {
  const [uuid, date] = [aloneOf(card), myDayDate(card)];
  if (uuid === undefined && date === undefined) return undefined;
  const chooser = (await wishing.choices?.fresh())?.people.get(channel);
  if (!chooser) return { kind: "nothing", because: "nothing was chosen" };
  if (uuid !== undefined) return wishedAlone(wishing, chooser, { uuid, state }, now);
  return wishedMyDay(wishing.myDays, chooser, { date: date as string, state }, now);
}

function wishedMeeting(
  { people, hostIds }: Wishing,
  subscription: Subscription,
  meeting: Meeting,
  state: Claim["state"],
  now: Instant,
): Wish {
  const isBegun = hasBegun(state);
  if (isBegun && isMuted(subscription, meeting)) return { kind: "remove", because: MUTED_HERE };
  if (!isBegun) {
    if (!isNews(meeting)) return { kind: "nothing", because: "not news" };
    const turn = turnOf(subscription, meeting, now, hostIds);
    if (turn.kind === "no") return { kind: "nothing", because: turn.because };
    if (turn.kind === "later") return { kind: "later", because: turn.because, inMs: turn.at - now };
  }
  const shown = peopleShown(subscription, people);
  return { kind: "show", card: meetingCard(veiled(meeting, shown), styleOf(shown)) };
}

async function wishedDigest(
  { facts, people, hostIds }: Wishing,
  subscription: Subscription,
  date: string,
  isBegun: boolean,
  now: Instant,
): Promise<Wish> {
  const silent = isBegun ? undefined : untilItSpeaks(subscription, now);
  if (silent) return silent;
  if (!isBegun && !isDigestDue(subscription, date, now)) return { kind: "nothing", because: "history by now" };
  const card = await digestOn(facts, { subscription, people, ...(hostIds && { hostIds }) }, date, now);
  return card ? { kind: "show", card } : { kind: "nothing", because: "no meetings that day" };
}

async function wishedWeek(
  { facts, people, hostIds }: Wishing,
  subscription: Subscription,
  monday: string,
  isBegun: boolean,
  now: Instant,
): Promise<Wish> {
  const silent = isBegun ? undefined : untilItSpeaks(subscription, now);
  if (silent) return silent;
  if (!isBegun && !isWeekDue(subscription, monday, now)) return { kind: "nothing", because: "history by now" };
  const card = await weekOn(facts, { subscription, people, ...(hostIds && { hostIds }) }, monday, now);
  return card ? { kind: "show", card } : { kind: "nothing", because: "no meetings that week" };
}

/** A digest waits until nobody sleeps any more, but no day: then it would be history. */
function untilItSpeaks(subscription: Subscription, now: Instant): Wish | undefined {
  const until = silentUntil(subscription, now);
  if (until === undefined) return undefined;
  const inMs = until - now;
  return inMs < MADE_UP_WITHIN_MS
    ? { kind: "later", because: "quiet here", inMs }
    : { kind: "nothing", because: "paused here" };
}

/** Joins stand below a card; where there is none, nobody asked to hear of them. */
async function wishedReply(
  { facts, people, stateOf, hostIds }: Wishing,
  subscription: Subscription,
  { channel, card }: Pick<Claim, "channel" | "card">,
  isBegun: boolean,
  now: Instant,
): Promise<Wish> {
  const reply = replyOf(card);
  if (!reply) return { kind: "nothing", because: "no such card" };
  if (subscription.detail !== "thread") return { kind: "nothing", because: "no joins are wanted here" };
  if (!isBegun && silentUntil(subscription, now) !== undefined) return { kind: "nothing", because: "quiet here" };
  const { message, gone } = await stateOf(channel, reply.uuid);
  if (message === undefined || gone) return { kind: "nothing", because: "there is no card to answer" };
  const told = await facts.factsOf(reply.uuid);
  const isAsked = told.length > 0 && isToldIn(subscription, meetingAsOf(now, told), hostIds);
  if (!isBegun && !isAsked) return { kind: "nothing", because: "not asked for here" };
  const shown = peopleShown(subscription, people);
  const seen = (meeting: Meeting) => veiled(meeting, shown);
  const joins = told.length > 0 && joinsBetween(told, reply, { style: styleOf(shown), seen });
  return joins
    ? { kind: "show", card: { ...joins, replyTo: message } }
    : { kind: "nothing", because: "nobody came or left" };
}
