import type { Meeting } from "./meeting/meeting.ts";
import type { Planned } from "./meeting/plan.ts";
import type { Asker, Channel, SubscriptionStore } from "./ports.ts";
import { type Book, listening } from "./subscription/book.ts";
import { isOf } from "./subscription/person-match.ts";
import { type HostIds, hears, type Known, type PeopleShown, type Subscription } from "./subscription/subscription.ts";
import { mildest, PRIVATE_TOPIC, peopleShown, strictest, veiled } from "./subscription/veil.ts";

export type Visibility = "everyone" | "channel";

/** What somebody asks about: what this place hears of and their own meetings; all that they may see; one channel. */
export type Scope = { of: "here" } | { of: "all" } | { of: "channel"; channel: Channel };

/** Who will read the answer: who asked, or everybody in the place where it was asked. */
export type Reader = "asker" | "place";

/** How much somebody may be told of a meeting; undefined: not even that it is there. */
export type Sight = (meeting: Known) => PeopleShown | undefined;

export interface Looking {
  subscriptions: Pick<SubscriptionStore, "fresh">;
  /** By the operator's settings; absent: by channel as soon as a channel has subscribed. */
  visibility?: Visibility | undefined;
  /** The most that the operator allows anybody to tell of people. */
  people: PeopleShown;
  hostIds?: HostIds;
  /** Channels that hear of meetings by the operator's settings: that alone is no reason to hide any. */
  always: ReadonlySet<Channel>;
}

/** Which meetings an answer tells of because of where it was asked, or what about, though there may be others to see. */
export type Only = "here and own" | "here" | "channel";

export interface Look {
  sight: Sight;
  only?: Only;
}

/** What somebody may see of meetings. Nobody learns of a meeting whose channel they may not read, unless it is theirs. */
export async function sightOf(looking: Looking, asker: Asker, scope: Scope, reader: Reader = "asker"): Promise<Sight> {
  return (await lookOf(looking, asker, scope, reader)).sight;
}

/** The same, and which meetings are left out only because of where and what about it was asked. */
export async function lookOf(looking: Looking, asker: Asker, scope: Scope, reader: Reader): Promise<Look> {
  const book = await looking.subscriptions.fresh();
  const { visibility, people, hostIds } = looking;
  const isOpen = (visibility ?? (hasSubscribers(book, looking.always) ? "channel" : "everyone")) === "everyone";
  const strangersRead = asker.isStranger || (reader === "place" && (await asker.strangersRead()));
  const onlyHere = strangersRead || (reader === "place" && !isOpen);
  const isAsked = scope.of === "all" || (scope.of === "here" && visibility === undefined);
  const seesAll = isOpen && !strangersRead && !asker.isGuest && isAsked;
  const hasOwn = !strangersRead && reader === "asker" && scope.of !== "channel";
  const isOwn = hasOwn ? ownedBy(asker, hostIds) : () => false;
  const channels = seesAll ? [] : await channelsOf(book, asker, scope, onlyHere);
  const isPart = !seesAll && (scope.of !== "all" || onlyHere) && !channels.some(hearsEverything);
  const sight: Sight = (meeting) => {
    if (seesAll || isOwn(meeting)) return people;
    const levels = channels.flatMap((subscription) =>
      hears(subscription, meeting, hostIds) ? [peopleShown(subscription, people)] : [],
    );
    const level = levels.length > 0 ? mildest(...levels) : undefined;
    return level && (strangersRead ? strictest(level, "counts") : level);
  };
  return { sight, ...(isPart && { only: scope.of === "channel" ? "channel" : hasOwn ? "here and own" : "here" }) };
}

function hearsEverything({ rules, muted }: Subscription): boolean {
  return muted.length === 0 && rules.some((rule) => rule.of === "all");
}

/** The meeting as somebody may know it; undefined when they may not know of it. */
export function seen(sight: Sight, meeting: Meeting): Meeting | undefined {
  const people = sight(meeting);
  return people && veiled(meeting, people);
}

/** What is planned as somebody may know it; undefined when they may not know of it. */
export function seenPlanned(sight: Sight, planned: Planned): Planned | undefined {
  const people = sight({ ...planned, people: [] });
  if (people !== "private") return people && planned;
  const { topic: _, ...rest } = planned;
  return { ...rest, topic: PRIVATE_TOPIC };
}

/** Those of some channels that somebody may know of: they are there, or may read them. */
export async function readableBy(
  { channel: here, isStranger, mayRead }: Pick<Asker, "channel" | "isStranger" | "mayRead">,
  channels: readonly Channel[],
): Promise<Channel[]> {
  const readable = await Promise.all(
    channels.map(async (channel) => channel === here || (!isStranger && (await mayRead(channel)))),
  );
  return channels.filter((_, index) => readable[index]);
}

function hasSubscribers(book: Book, always: ReadonlySet<Channel>): boolean {
  return listening(book).some(([channel]) => !always.has(channel));
}

async function channelsOf(book: Book, asker: Asker, scope: Scope, onlyHere: boolean): Promise<Subscription[]> {
  const all = listening(book);
  const asked = all.filter(([channel]) => scope.of === "all" || channel === placeOf(scope, asker));
  const readable = await Promise.all(
    asked.map(async ([channel]) => channel === asker.channel || (!onlyHere && (await asker.mayRead(channel)))),
  );
  return asked.flatMap(([, subscription], index) => (readable[index] ? [subscription] : []));
}

function placeOf(scope: Scope, asker: Asker): Channel {
  return scope.of === "channel" ? scope.channel : asker.channel;
}

/** Hosted or joined, as far as Zoom tells by an e-mail address. */
function ownedBy({ email, isStranger }: Asker, hostIds?: HostIds): (meeting: Known) => boolean {
  if (email === undefined || isStranger) return () => false;
  return (meeting) => isOf({ email }, meeting, hostIds);
}
