import type { Card, Line } from "../card/card.ts";
import { dayOf } from "../card/day.ts";
import { refusalWords } from "../card/refusal-words.ts";
import {
  digestedCard,
  mutedCard,
  pausedCard,
  resumedCard,
  saidCard,
  settingsButton,
  subscribedCard,
  subscriptionsCard,
  unsubscribedCard,
} from "../card/subscription-cards.ts";
import { topicOf } from "../card/words.ts";
import { compare, type Instant } from "../meeting/fact.ts";
import type { Meeting } from "../meeting/meeting.ts";
import type { Asker, Channel } from "../ports.ts";
import { type Book, listening } from "../subscription/book.ts";
import { type Change, isSameMeeting } from "../subscription/change.ts";
import { FOR_EVER, type Muted, type Rule, type Subscription } from "../subscription/subscription.ts";
import { askerIn, type Changer, changerIn, type Place } from "./asker.ts";
import { unmuteText } from "./home-asks.ts";
import { type Leave, leaveToChange, type WhoMayConfigure } from "./rights.ts";
import type { SubscribeWords, TypedEnd, TypedRule } from "./subscribe-words.ts";
import type { Workspace } from "./workspaces.ts";

/** What the notifier does for who wants to hear of meetings. */
export interface Subscribers {
  /** As it is now. */
  book(): Promise<Book>;
  change(channel: Channel, change: Change, by: Changer): Promise<Subscription | undefined>;
  /** What a channel begins with that never subscribed. */
  begins(timeZone: string): Subscription;
  /**
   * Meetings of a channel that are on, or those with these words in their topic or this number: one of each number. `isElsewhere`: the
   * asker may see others, which the channel does not hear of.
   */
  meetings(about: string, channel: Channel, asker: Asker): Promise<{ here: Meeting[]; isElsewhere: boolean }>;
  whoMay: WhoMayConfigure;
}

/** A command, where it was typed. */
export interface Typed {
  workspace: Workspace;
  place: Place;
  now: Instant;
}

const MOST_OFFERED = 5;
const MINUTE_MS = 60_000;
const DAYS = { workdays: [1, 2, 3, 4, 5], daily: [1, 2, 3, 4, 5, 6, 7], off: [] };

/** Commands that change what a channel hears of and need no form. */
export type Told = Exclude<SubscribeWords, { kind: "settings" }>;

/** Does what somebody typed, and says what that came to. */
export async function subscribing(subscribers: Subscribers, asked: Told, typed: Typed): Promise<Card> {
  if (asked.kind === "wrong") return saidCard([asked.because]);
  if (asked.kind === "list") return listed(subscribers, typed);
  const { workspace, place, now } = typed;
  const channelId = asked.channelId ?? place.channelId;
  const leave = await leaveToChange(workspace, place, channelId, subscribers.whoMay, {
    mustPost: !HEARS_LESS.has(asked.kind),
  });
  if (leave.kind === "refused" || channelId === undefined) return refusedCard(leave, asked.kind);
  const channel = `${workspace.address}:${channelId}`;
  const by = await changerIn(workspace, place.userId);
  const { timeZone } = by;
  const before = (await subscribers.book()).channels.get(channel);
  const change = (what: Change) => subscribers.change(channel, what, by);
  const isHeard = before !== undefined && before.rules.length > 0;
  if (!isHeard && NEEDS_ONE.has(asked.kind)) {
    return saidCard([{ channel: channelId }, " hears of no meetings yet."], [subscribeButton(channelId)]);
  }
  switch (asked.kind) {
    case "subscribe": {
      const rules = await rulesFor(asked.rules, workspace);
      const after = await change({ kind: "add", rules, isShared: leave.isShared });
      return subscribedCard(channelId, after ?? before ?? subscribers.begins(timeZone), now, rules);
    }
    case "unsubscribe":
      return unsubscribedCard(
        channelId,
        await change({ kind: "remove", rules: await rulesFor(asked.rules, workspace) }),
        before ?? { rules: [] },
      );
    case "pause": {
      const until = endOf(asked.until, before?.timeZone ?? timeZone, now);
      await change({ kind: "pause", until });
      return pausedCard(channelId, until);
    }
    case "resume":
      return resumedCard(channelId, before, (await change({ kind: "resume" })) ?? subscribers.begins(timeZone), now);
    case "digest": {
      const { days, isWeekly, at } = asked.digest;
      const digest = {
        ...(days && { days: DAYS[days] }),
        ...(isWeekly !== undefined && { isWeekly }),
        ...(at && { at }),
      };
      const after = await change({ kind: "digest", digest });
      return digestedCard(channelId, after ?? before ?? subscribers.begins(timeZone), now, at !== undefined);
    }
    case "mute":
      return muting(subscribers, asked.about, channelId, typed);
    case "unmute":
      return unmuting(before?.muted ?? [], asked.about, channelId, change);
    case "test":
      return tested(channelId, typed, isHeard);
  }
}

const HEARS_LESS = new Set<Told["kind"]>(["unsubscribe", "pause", "mute"]);
const NEEDS_ONE = new Set<Told["kind"]>(["unsubscribe", "pause", "resume", "digest", "mute", "unmute"]);

const subscribeButton = (channelId: string) =>
  ({ kind: "ask", label: "Choose meetings", ask: "settings", about: channelId, isMain: true }) as const;

/** Why somebody may not change a channel, or we may not post there, and what helps. */
export function refusedCard(leave: Leave, command: string): Card {
  const because = leave.kind === "refused" ? leave.because : "no_channel";
  const own = OWN_WORDS.get(because);
  if (own) return saidCard(own(command));
  const { sentence, remedy, isPassing } = refusalWords(because);
  return saidCard([sentence], [], [isPassing ? ["I have not done it: please try again in a minute."] : [remedy]]);
}

const OWN_WORDS = new Map<string, (command: string) => Line>([
  [
    "no_channel",
    (command) => ["Say in which channel: ", { code: `/meetings ${command} #channel` }, ", or type it there."],
  ],
  ["not_a_member", () => ["Only members of a channel may change what it hears of. Join it, then try again."]],
  [
    "not_told",
    (command) => ["I cannot see that channel from here. Type ", { code: `/meetings ${command}` }, " there."],
  ],
  ["no_guests", () => ["Guests cannot change what a channel hears of. Please ask somebody else in it."]],
  [
    "no_strangers",
    () => ["Only people of the company whose meetings these are may change what a channel hears of. Please ask one."],
  ],
  ["only_admins", () => ["Here only admins of the workspace may change what channels hear of. Please ask one."]],
]);

/** People are kept with their address, by which Zoom knows them too. */
export async function rulesFor(typed: readonly TypedRule[], workspace: Pick<Workspace, "person">): Promise<Rule[]> {
  return Promise.all(
    typed.map(async (rule): Promise<Rule> => {
      if (rule.of !== "host") return rule;
      if ("email" in rule) return { of: "host", host: { email: rule.email } };
      if (!("userId" in rule)) return { of: "host", host: { name: rule.name } };
      return { of: "host", host: await hostFor(rule.userId, workspace) };
    }),
  );
}

export async function hostFor(userId: string, { person }: Pick<Workspace, "person">) {
  const { email, name } = await person(userId);
  return { userId, ...(email && { email }), ...(name && { name }) };
}

function endOf(end: TypedEnd, timeZone: string, now: Instant): Instant {
  if (end === "for ever") return FOR_EVER;
  return end === "today" ? dayOf(now, timeZone).until : now + end.minutes * MINUTE_MS;
}

async function muting(subscribers: Subscribers, about: string, channelId: string, typed: Typed): Promise<Card> {
  const { workspace, place } = typed;
  const channel = `${workspace.address}:${channelId}`;
  const { here, isElsewhere } = await subscribers.meetings(
    about,
    channel,
    await askerIn(workspace, { ...place, channelId }),
  );
  const [only] = here;
  if (!only && about === "") {
    return saidCard(["No meeting is on here. Say which one: ", { code: "/meetings mute weekly sync" }, ", or its ID."]);
  }
  if (!only)
    return isElsewhere
      ? notHeardCard(channelId)
      : saidCard(["I know of no meeting like ", { strong: about }, " here."]);
  if (here.length === 1) return mute(subscribers, only, channelId, typed);
  return saidCard(
    ["Which meeting shall I not tell of here?"],
    here.slice(0, MOST_OFFERED).map((meeting, index) => ({
      kind: "ask",
      label: topicOf(meeting, LONGEST_LABEL),
      ask: "mute",
      about: meeting.uuid,
      nth: index + 1,
    })),
  );
}

const LONGEST_LABEL = 60;

/** To keep it there would tell its topic to whoever is in that channel. */
const notHeardCard = (channelId: string): Card =>
  saidCard([{ channel: channelId }, " does not hear of that meeting, so there is nothing to mute."]);

/** The same of the meeting that a button is about. */
export async function muteOne(subscribers: Subscribers, uuid: string, channelId: string, typed: Typed): Promise<Card> {
  const { workspace, place } = typed;
  const channel = `${workspace.address}:${channelId}`;
  const asker = await askerIn(workspace, { ...place, channelId });
  const { here, isElsewhere } = await subscribers.meetings(`uuid ${uuid}`, channel, asker);
  const [meeting] = here;
  if (meeting) return mute(subscribers, meeting, channelId, typed);
  return isElsewhere ? notHeardCard(channelId) : saidCard(["I know nothing about this meeting any more."]);
}

/** From now on this meeting is not told of there: all of its number, or this instance if it has none. */
async function mute(subscribers: Subscribers, meeting: Meeting, channelId: string, typed: Typed): Promise<Card> {
  const { workspace, place } = typed;
  const { number, uuid, topic } = meeting;
  const muted: Muted = {
    ...(number === undefined ? { uuid } : { number }),
    ...(topic && { topic: topic.slice(0, 200) }),
  };
  const channel = `${workspace.address}:${channelId}`;
  await subscribers.change(channel, { kind: "mute", meeting: muted }, await changerIn(workspace, place.userId));
  return mutedCard(topicOf(meeting, LONGEST_LABEL), channelId, unmuteText(channelId, muted));
}

async function unmuting(
  muted: readonly Muted[],
  about: string,
  channelId: string,
  change: (what: Change) => Promise<unknown>,
): Promise<Card> {
  const digits = about.replaceAll(/\D/g, "");
  const words = about.toLowerCase();
  const found = muted.filter(
    ({ number, topic = "" }) =>
      about === "" || (digits !== "" && number === digits) || topic.toLowerCase().includes(words),
  );
  const [only] = found;
  if (!only) return notMutedCard(channelId);
  if (found.length > 1)
    return saidCard(["Several meetings are muted here. Say which one by words of its topic or its ID."]);
  await change({ kind: "unmute", meeting: only });
  return saidCard(["I tell of ", { strong: only.topic ?? "that meeting" }, " in ", { channel: channelId }, " again."]);
}

const notMutedCard = (channelId: string): Card =>
  saidCard(["No such meeting is muted in ", { channel: channelId }, "."], [settingsButton(channelId)]);

/** The same of the meeting that a button is about: only what is muted there can be told of again. */
export async function unmuteOne(
  subscribers: Subscribers,
  meeting: Pick<Muted, "number" | "uuid">,
  channelId: string,
  { workspace, place }: Typed,
): Promise<Card> {
  const channel = `${workspace.address}:${channelId}`;
  const { muted = [] } = (await subscribers.book()).channels.get(channel) ?? {};
  if (!muted.some((one) => isSameMeeting(one, meeting))) return notMutedCard(channelId);
  await subscribers.change(channel, { kind: "unmute", meeting }, await changerIn(workspace, place.userId));
  return saidCard(["I tell of that meeting in ", { channel: channelId }, " again."]);
}

/** A message that everybody in the channel sees, and that says so: nothing else shows that cards will come. */
async function tested(channelId: string, { workspace, place, now }: Typed, isHeard: boolean): Promise<Card> {
  const { name = "Somebody" } = await workspace.person(place.userId);
  const card: Card = {
    stage: "note",
    summary: `A test by ${name}: cards of Zoom meetings come here like this message.`,
    parts: [
      { kind: "line", line: [{ dot: "live" }, "  ", { strong: "A test" }, "  by ", name] },
      { kind: "line", line: ["Cards of Zoom meetings come here like this message."] },
    ],
    buttons: [],
  };
  const posted = await workspace.platform.post(channelId, card, `test:${place.userId}:${now}`);
  if (!("message" in posted)) return refusedCard({ kind: "refused", because: posted.because }, "test");
  return isHeard
    ? saidCard(
        ["It works: I may post in ", { channel: channelId }, ", and it hears of meetings."],
        [settingsButton(channelId)],
      )
    : saidCard(
        ["I may post in ", { channel: channelId }, ", but it hears of no meetings yet."],
        [subscribeButton(channelId)],
      );
}

/** The channels of this workspace that the asker may read, from one of them on. */
export async function listed({ book }: Subscribers, { workspace, place, now }: Typed, first = 0): Promise<Card> {
  const asker = await askerIn(workspace, place);
  return subscriptionsCard(await readableChannels(await book(), workspace, asker), now, first);
}

/** What the channels of this workspace hear of, of those that somebody may read: always in one order, so that pages fit together. */
export async function readableChannels(
  book: Book,
  { address }: Pick<Workspace, "address">,
  asker: Asker,
): Promise<[string, Subscription][]> {
  const all = listening(book).filter(([channel]) => channel.startsWith(`${address}:`));
  const readable = await Promise.all(all.map(([channel]) => channel === asker.channel || asker.mayRead(channel)));
  return all
    .filter((_, index) => readable[index])
    .map(([channel, subscription]): [string, Subscription] => [channel.slice(address.length + 1), subscription])
    .toSorted(([a], [b]) => compare(a, b));
}
