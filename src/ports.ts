import type { Card } from "./card/card.ts";
import type { Instant, MeetingFact } from "./meeting/fact.ts";
import type { PlanFact, Planned } from "./meeting/plan.ts";
import type { Book } from "./subscription/book.ts";
import type { Change } from "./subscription/change.ts";
import type { Chooser, Choosers } from "./subscription/chooser.ts";
import type { Notice, Subscription } from "./subscription/subscription.ts";

/** `slack:C0123`, or `slack:U0123` for one person: a place where cards are posted, on any platform. */
export type Channel = string;

/** What a card is about: a meeting's uuid, or `digest:2026-11-24`. One card per channel and id. */
export type CardId = string;

/** Facts, kept as a set per meeting. */
export interface FactStore {
  /**
   * Keeps a fact and makes the cards due that it may change, in one step. Resolves once that is durable; doing it
   * again is harmless. Rejects when it could not be kept in time. "other audience": nothing was kept, for the
   * subscriptions are not those that the audience was taken from.
   */
  keep(fact: MeetingFact, audience: Audience): Promise<"new" | "known" | "other audience">;
  /** Every fact of one meeting; empty when nothing is kept. */
  factsOf(uuid: string): Promise<MeetingFact[]>;
  /** The facts of each meeting that may have run between two instants, and perhaps of some that did not. */
  factsBetween(from: Instant, until: Instant): Promise<MeetingFact[][]>;
  /** The facts of each meeting that may run now, and perhaps of some that ended minutes ago. */
  factsOfLive(): Promise<MeetingFact[][]>;
  /** The meetings that may run and of which nothing was heard after an instant. */
  quietSince(at: Instant): Promise<string[]>;
  /** The meeting need not be looked at any more, unless something was heard of it since. */
  isOver(uuid: string, lastHeardAt: Instant): Promise<void>;
  /** Keeps meetings that have been over for a while, with their cards in these channels, in less room. */
  packFinished(channels: readonly Channel[]): Promise<void>;
}

/** What is planned, kept as a set of facts per number. */
export interface PlanStore {
  /** Resolves once the fact is durable; doing it again is harmless. */
  keep(fact: PlanFact): Promise<"new" | "known" | "too old">;
  /** What is planned to begin between two instants, of the time of which meetings are kept as well. */
  between(from: Instant, until: Instant): Promise<Planned[]>;
  /** All that is planned under a number. */
  of(number: string): Promise<Planned[]>;
}

/** Who hears of a fact. */
export interface Audience {
  listeners: readonly Listener[];
  /** Of the subscriptions that these are taken from; absent where they never change. */
  version?: string;
  /** An end jumps the queue: nobody should see a meeting live that is over. */
  isUrgent: boolean;
}

/** A channel that a fact may matter to, and which digest of it the fact may change, where there are any. */
export interface Listener {
  channel: Channel;
  digest?: CardId;
  /** It did not ask for this, as it seems: only what it shows already is brought up to date. */
  onlyWhatIsThere?: boolean;
  /** A card below the meeting's own that is to come at a later time. */
  reply?: { card: CardId; at: Instant };
  /** It hears by another card than the meeting's own: its id is this and the uuid. */
  prefix?: string;
  /** A first card does not come before. */
  firstAt?: Instant;
}

/** What channels hear of. */
export interface SubscriptionStore {
  /** As it was within the last second; what this process changed is in it at once. */
  book(): Promise<Book>;
  /** As it is now. */
  fresh(): Promise<Book>;
  /**
   * Changes what one channel asked for, from what it is now; `changed` may be called again when somebody else was
   * faster, and may answer undefined to leave it. Resolves to what it is then. In the same step it is kept what is to be
   * shown because of that.
   */
  change(
    channel: Channel,
    changed: (before: Subscription | undefined) => Subscription | undefined,
    toShow?: ToShow,
  ): Promise<Subscription | undefined>;
  /** The platform gave a channel another name. */
  move(from: Channel, to: Channel): Promise<void>;
  /** What changed and may not be shown yet. */
  unshown(): Promise<Unshown[]>;
  /** It need not be shown any more, unless there was another change since. */
  shown(unshown: Unshown): Promise<void>;
}

/** What a change may concern: the cards of meetings that are on, or every text that stands in a channel. */
export type ToShow = "live" | "all";

export interface Unshown {
  channel: Channel;
  what: ToShow;
  /** Which change that was. */
  change: string;
}

/** The platform gave channels other names. */
export interface ChannelMoves {
  /**
   * What stands in a channel is known under its new name, so that it is edited and not posted again, also what is packed.
   * Doing it again is harmless.
   */
  move(from: Channel, to: Channel): Promise<void>;
  /** To which name each old one leads, also where its move is under way. */
  known(): Promise<ReadonlyMap<Channel, Channel>>;
  /** Whether something is due under an old name. */
  isBehind(from: Channel): Promise<boolean>;
}

/** Somebody changed what a channel asked for. */
export interface AuditEntry {
  at: Instant;
  /** As the platform calls that person. */
  by: string;
  channel: Channel;
  change: Change["kind"];
}

/** Who changed what, the newest first. */
export interface AuditLog {
  add(entry: AuditEntry): Promise<void>;
  latest(most: number): Promise<AuditEntry[]>;
}

/** Who asks something, and where. */
export interface Asker {
  /** Where it was asked: a channel, or the conversation with the app. */
  channel: Channel;
  timeZone: string;
  /** In lower case; absent where the platform does not tell. */
  email?: string;
  /** Of another company: told no more than what is said where they ask. */
  isStranger: boolean;
  /** Was let into some channels only. */
  isGuest: boolean;
  /** Whether people of another company read what is said in this place. */
  strangersRead(): Promise<boolean>;
  /** Whether that person may read a channel. */
  mayRead(channel: Channel): Promise<boolean>;
}

/** What people chose for themselves. */
export interface ChoiceStore {
  /** As it was within the last second; what this process changed is in it at once. */
  chosen(): Promise<Choosers>;
  /** As it is now. */
  fresh(): Promise<Choosers>;
  /**
   * Changes what one person chose, from what it is now; `changed` may be called again when somebody else was faster, and
   * may answer undefined to leave it. Who chooses nothing any more is forgotten.
   */
  change(person: Channel, changed: (before: Chooser | undefined) => Chooser | undefined): Promise<Chooser | undefined>;
}

/** Whether people of another company read a channel. "never told": the platform has no way to tell us. */
export type Shared = "shared" | "not shared" | "never told" | "not told now";

/** What a channel should show of something now. */
export type Wish =
  | { kind: "show"; card: Card }
  /** Nothing, unless more is heard. */
  | { kind: "nothing"; because: string }
  | { kind: "later"; because: string; inMs: number }
  /** What stands there of it goes. */
  | { kind: "remove"; because: string }
  /** No message: only that what stands in the channel is known when there is something to post. */
  | { kind: "read" };

/** What we know of one card in one channel. */
export interface PostedCard {
  /** The platform's name of the message, once it is known. */
  message?: string;
  /** What it showed when it was last sent, as a digest of its content. */
  shows?: string;
  /** How often the channel could not be read before a first post. */
  recalls?: number;
  /** A courier whose lease was over may have posted or edited since: a mark that is gone once that was mended. */
  overtaken?: string;
  /** There may be a message of which we do not know: since when, on Redis' clock and on ours, and how often looked for. */
  posting?: { sinceMs: number; at: Instant; looked: number };
  /** An edit was begun and its outcome is not known: since when. What the message shows is not what `shows` says. */
  editing?: { sinceMs: number };
  /** How often it was posted again because it was in doubt. */
  reposts?: number;
  /** Why its message may not be edited now. It is not tried before there is an end to tell. */
  frozen?: string;
  /** What the platform took in no form, as a digest: it is not sent again, other content is. */
  unsaid?: string;
  /** Why this card is never touched again. */
  gone?: string;
  /** The card that tells what this one may not tell any more: it is due whenever this one would be. */
  followUp?: CardId;
  /** It was posted, or is being posted, with this notice. */
  notice?: Notice;
}

/** One card taken for work by one process; nobody else touches its channel until it is settled or the lease ends. */
export interface Claim {
  channel: Channel;
  card: CardId;
  token: string;
  /** On Redis' clock. */
  claimedAt: string;
  state: PostedCard;
  /** Nothing is known of the card, but Redis may have forgotten what stands in its channel: a mark for `remember`. */
  unread?: string;
  /** Nothing is known of the card in a channel that was read so long ago, but for its threads. */
  readAgoMs?: number;
  /** When the change was made that a card of this channel told last: no other tells of it. */
  announced?: Instant;
}

/** What we ask of a platform. */
export type Call = "post" | "edit" | "find" | "remove";

/** `read`: to find something ahead, which is in no hurry. */
export type Request = Call | "read";

/** What can be closed for a while: the posts of one channel, another kind of call everywhere, a channel, a platform. */
export type Door = Call | "channel" | "platform";

/** What became of a claimed card. `looked`: a post is still in doubt, and how often its message was looked for. */
export type Outcome =
  /** `lookAgainInMs`: it was posted again after a doubt, so a twin may turn up late. */
  | { kind: "upToDate"; because: string; message?: string; shows?: string; looked?: number; lookAgainInMs?: number }
  /** `awaits` a door that is closed, or `closes` it for as long; `isUnknown`: the platform may have done it. */
  | {
      kind: "tryAgain";
      because: string;
      inMs: number;
      awaits?: Door;
      closes?: Door;
      isUnknown?: boolean;
      looked?: number;
    }
  /** Nothing is to be done before there is other content: see `PostedCard`. */
  | { kind: "waits"; because: string; frozen?: string; unsaid?: string; looked?: number; lookAgainInMs?: number }
  /** `followUp`: the card that tells instead what this one may not tell. It is made due first. */
  | { kind: "givenUp"; because: string; followUp?: CardId }
  /** The channel refuses for good: it is asked again after the pause at the latest, in case somebody mended it. */
  | { kind: "refused"; because: string; pauseMs: number; looked?: number };

/** A card that was found in its channel; `gone` as in `PostedCard`. */
export type StandingCard = { card: CardId; message: string; gone?: string };

export interface CardDesk {
  /** Cards that are due now, at most `most`, each of another channel; and when to ask again. */
  claim(most: number): Promise<{ claims: Claim[]; nextInMs: number }>;
  /**
   * Before each call: may it be made now? Then the lease begins anew, and a post that begins is written down, together
   * with the notice in it, which is then no other card's. "lost": the lease is over, so do not call; `waitMs`: the
   * channel or the platform has to be spared for as long.
   */
  begin(claim: Claim, call: Request, now: Instant, notice?: Notice): Promise<"go" | "lost" | { waitMs: number }>;
  /** Writes down, under the lease, how a message is called the moment it is known. */
  adopt(claim: Claim, message: string): Promise<boolean>;
  /** Writes down, under the lease, what stands in the channel, where nothing is known of it any more. */
  remember(claim: Claim, standing: readonly StandingCard[]): Promise<boolean>;
  settle(claim: Claim, outcome: Outcome): Promise<void>;
  /** Makes a card due now and before all others, whether or not it was posted. Doing it again is harmless. */
  makeDue(channel: Channel, card: CardId): Promise<void>;
  /** A card whose message was taken away, because of this, is due as one that is new. Others stay as they are. */
  bringBack(channel: Channel, card: CardId, because: string): Promise<void>;
  /** Also of a card whose meeting is packed. */
  stateOf(channel: Channel, card: CardId): Promise<PostedCard>;
  /** Those of which Redis may have forgotten what stands in them: see `Claim`. */
  unread(channels: readonly Channel[]): Promise<Channel[]>;
  /** Why a platform, by the part of a channel before the colon, does not let us in; undefined when it does, as far as is known. */
  shutOut(address: string): Promise<string | undefined>;
}

/** What a courier decided about a card, and why. */
export interface Decision {
  at: Instant;
  channel: Channel;
  card: CardId;
  /** "nothing": nothing is to be said. */
  outcome: Outcome["kind"] | "nothing";
  because: string;
}

/** A channel that refuses for good, and when it was last asked. */
export type Refused = Pick<Decision, "channel" | "because" | "at">;

/** What was decided lately. Some of it may be lost: nobody waits for it, and nothing depends on it. */
export interface DecisionLog {
  keep(decision: Decision): void;
  /** About any of these, oldest first. */
  about(cards: readonly CardId[]): Promise<Decision[]>;
  refusals(): Promise<Refused[]>;
}

/** Something that Zoom signed: a delivery, or one of quite another time than ours. */
export type ZoomSign = "delivery" | "stale";

/** When Zoom was heard last. */
export interface ZoomSigns {
  saw(sign: ZoomSign, at: Instant): void;
  /** By any process; undefined when it never was, or not for long. */
  lastSeen(sign: ZoomSign): Promise<Instant | undefined>;
}

/** The messages of each card in a channel, oldest first. */
export type Messages = Map<CardId, string[]>;

/**
 * A platform said no. `unknown`: it may have done it all the same. A refusal "of" calls is one of this kind only, one of
 * edits concerns those of this message, and one of content no other content.
 */
export type Refusal =
  | { kind: "later"; because: string; inMs: number; of: "message" | "calls" | "channel" | "platform" }
  | { kind: "never"; because: string; of: "message" | "edits" | "content" | "channel" }
  | { kind: "unknown"; because: string };

/** In which thread: that of this message. Where only the thread takes no reply, the refusal is one of the message. */
export interface Threading {
  inThread?: string;
}

/** Slack or Teams, as the courier sees it. Times out by itself; never retries; answers instead of throwing. */
export interface ChatPlatform {
  post(channel: string, card: Card, key: string, options?: Threading): Promise<{ message: string } | Refusal>;
  update(channel: string, message: string, card: Card): Promise<"done" | Refusal>;
  /** Messages of ours with this key, oldest first; "cannot look" where we may not read, or not all of that time. */
  find(
    channel: string,
    key: string,
    since: Instant,
    until: Instant,
    options?: Threading,
  ): Promise<string[] | "cannot look" | Refusal>;
  /** All messages of ours by their keys, but for replies; "cannot look" where we may not read. */
  recall(channel: string, since: Instant): Promise<Messages | "cannot look" | Refusal>;
  remove(channel: string, message: string): Promise<"done" | Refusal>;
}
