import { aloneCard } from "./card/alone-card.ts";
import type { Instant, MeetingFact, MeetingIdentity } from "./meeting/fact.ts";
import { inMeeting, isNews, type Meeting, meetingAsOf } from "./meeting/meeting.ts";
import type { CardDesk, CardId, Channel, Claim, FactStore, Listener, Wish } from "./ports.ts";
import type { Chooser, Choosers } from "./subscription/chooser.ts";
import { appearanceOf } from "./subscription/person-match.ts";
import { type HostIds, isHostOf } from "./subscription/subscription.ts";

const PREFIX = "alone:";
/** Hosts are seldom the first: who comes within this time was not waited for. */
const PATIENCE_MS = 60_000;

/** The meeting that somebody is told of because it is live without its host; undefined for any other card. */
export const aloneOf = (card: CardId): string | undefined =>
  card.startsWith(PREFIX) ? card.slice(PREFIX.length) : undefined;

const CHANGES = new Set<MeetingFact["kind"]>(["started", "left", "ended", "summarized"]);

/**
 * Who may have to be told by a fact that their meeting is live without them, each no earlier than they are waited for.
 * Only somebody who joins makes it news; anything else, their own coming too, changes what they were told.
 */
export function hostsWithout({ people }: Choosers, fact: MeetingFact, hostIds?: HostIds): Listener[] {
  const isJoin = fact.kind === "joined";
  if (!isJoin && !CHANGES.has(fact.kind)) return [];
  return [...people].flatMap(([channel, { choices, email }]): Listener[] => {
    if (!choices.whenLiveWithoutMe || email === undefined || !mayHost(email, fact.about, hostIds)) return [];
    const isNews = isJoin && fact.who.email !== email;
    return [{ channel, prefix: PREFIX, ...(isNews ? { firstAt: waitedUntil(fact) } : { onlyWhatIsThere: true }) }];
  });
}

/** Says yes where nothing tells that it is somebody else. */
function mayHost(email: string, { hostEmail, hostId }: Partial<MeetingIdentity>, hostIds?: HostIds): boolean {
  if (hostEmail !== undefined) return hostEmail === email;
  const known = hostIds?.get(email);
  return hostId === undefined || known === undefined || known === hostId;
}

/** Of a time that is ahead of our clock only our clock is believed. */
function waitedUntil({ at, heardAt }: MeetingFact): Instant {
  return Math.min(Math.max(at, heardAt - PATIENCE_MS), heardAt) + PATIENCE_MS;
}

export interface Telling {
  facts: Pick<FactStore, "factsOf">;
  hostIds?: HostIds;
  learn?: (meeting: Meeting) => void;
}

/** What a host should be told now of a meeting that may be live without them. */
export async function wishedAlone(
  { facts, hostIds, learn }: Telling,
  chooser: Chooser,
  { uuid, state }: { uuid: string; state: Claim["state"] },
  now: Instant,
): Promise<Wish> {
  const told = await facts.factsOf(uuid);
  if (told.length === 0) return { kind: "nothing", because: "nothing is known of it" };
  const meeting = meetingAsOf(now, told);
  learn?.(meeting);
  const host = appearanceOf(chooser, meeting, hostIds);
  const isBegun = state.message !== undefined || state.posting !== undefined;
  const notYet = isBegun ? undefined : whyNot(chooser, meeting, { isIn: host !== undefined, hostIds }, now);
  return notYet ?? { kind: "show", card: aloneCard(meeting, host) };
}

/** Why there is no word of it now; undefined when it is time. */
function whyNot(
  { choices, email }: Chooser,
  meeting: Meeting,
  { isIn, hostIds }: { isIn: boolean; hostIds: HostIds | undefined },
  now: Instant,
): Wish | undefined {
  const nothing = (because: string): Wish => ({ kind: "nothing", because });
  if (!choices.whenLiveWithoutMe || email === undefined) return nothing("nobody chose it");
  if (!isHostOf({ email }, meeting, hostIds)) return nothing("somebody else hosts it");
  if (isIn) return nothing("its host came");
  if (!meeting.isLive) return nothing("it is over");
  if (!isNews(meeting)) return nothing("not news");
  const since = Math.min(...inMeeting(meeting).map(({ stays }) => stays.at(-1)?.from.at ?? now));
  if (since === Number.POSITIVE_INFINITY) return nothing("nobody is in");
  const inMs = since + PATIENCE_MS - now;
  return inMs > 0 ? { kind: "later", because: "its host may come yet", inMs } : undefined;
}

/** Makes due what hosts were told of a meeting of which nothing more is heard. Doing it again is harmless. */
export async function makeAloneDue(
  desk: Pick<CardDesk, "stateOf" | "makeDue">,
  people: ReadonlyMap<Channel, Chooser>,
  meeting: Meeting,
  hostIds?: HostIds,
): Promise<void> {
  const card = PREFIX + meeting.uuid;
  const hosts = [...people].filter(([, { email }]) => email !== undefined && mayHost(email, meeting, hostIds));
  await Promise.all(
    hosts.map(async ([person]) => {
      const { message, posting } = await desk.stateOf(person, card);
      if (message !== undefined || posting !== undefined) await desk.makeDue(person, card);
    }),
  );
}
