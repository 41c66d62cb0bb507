import type { WebClient } from "@slack/web-api";
import type { Instant } from "../meeting/fact.ts";
import type { Refusal } from "../ports.ts";
import { answered, isNotOffered, isRefusal, TELLS_NOTHING } from "./refusal.ts";
import { remembering } from "./remembering.ts";

/** A channel as it is now, or why we may not know it. */
export type SlackChannel =
  | { kind: "known"; isPrivate: boolean; isMember: boolean; isArchived: boolean; isShared: boolean; isDirect: boolean }
  /** `mayPass`: Slack said nothing, or to ask again later. */
  | { kind: "unknown"; because: string; mayPass: boolean };

/** Slack does not tell who may read what: for want of a permission, or just now. */
export class NotTold extends Error {
  readonly because: string;
  constructor(because: string) {
    super(`Slack does not tell who may read which channel: ${because}`);
    this.name = "NotTold";
    this.because = because;
  }
}

const KEPT_MS = 2 * 60_000;
/** Slack takes about twenty of these calls a minute from a workspace. */
const PAGES = 20;
const PER_PAGE = 1_000;

export type SlackChannels = ReturnType<typeof slackChannels>;

/** Channels of one workspace and who is in them, each remembered for two minutes. */
export function slackChannels(client: WebClient, now: () => Instant) {
  const look = remembering(now, KEPT_MS, async (channel) => {
    const found = await lookAt(client, channel);
    if (found.kind === "unknown" && found.mayPass) look.forget(channel);
    return found;
  });
  const joined = remembering(now, KEPT_MS, (userId) => joinedBy(client, userId));
  const members = remembering(now, KEPT_MS, (channel) => membersOf(client, channel));
  const all = remembering(now, KEPT_MS, () => publicChannels(client));
  /** Undefined where that is not told of anybody. */
  const isMember = async (channel: string, userId: string): Promise<boolean | undefined> => {
    const theirs = await joined(userId);
    return theirs === undefined ? (await members(channel))?.has(userId) : theirs.has(channel);
  };
  const isPublic = async (channel: string): Promise<boolean> => {
    const listed = await all(PUBLIC);
    if (listed !== undefined) return listed.has(channel);
    const found = await look(channel);
    return found.kind === "known" && !found.isPrivate && !found.isDirect;
  };
  return {
    /** Never rejects: where Slack does not answer it says so. */
    look,
    forget(channel: string): void {
      look.forget(channel);
      members.forget(channel);
      all.forget(PUBLIC);
    },
    /** They joined a channel or left one. */
    forgetPerson: joined.forget,
    /** Asks Slack anew: somebody may just have mended it. */
    async lookAgain(channel: string): Promise<SlackChannel> {
      look.forget(channel);
      return look(channel);
    },
    /** Whether somebody is in a channel. Of a private one we know only where we are in it ourselves. */
    async hasMember(channel: string, userId: string): Promise<boolean> {
      return (await isMember(channel, userId)) ?? false;
    },
    /**
     * The same for who wants to do something there: they may have joined a moment ago. Where nobody tells who is in a
     * channel, anybody could join a public one.
     */
    async isIn(channel: string, userId: string): Promise<boolean> {
      if (await isMember(channel, userId)) return true;
      joined.forget(userId);
      members.forget(channel);
      return (await isMember(channel, userId)) ?? isPublic(channel);
    },
    /**
     * Whether somebody may read a channel: who is in it, and for a public one everybody but guests. However many are
     * asked about, Slack is asked for two lists; where it has none of them, for each channel. Rejects with `NotTold` where it gives none: whatever was said then would
     * leave out what it does not know of.
     */
    async mayRead(channel: string, userId: string, isGuest: boolean): Promise<boolean> {
      const theirs = await joined(userId);
      if (theirs?.has(channel)) return true;
      if (!isGuest && (await isPublic(channel))) return true;
      return theirs === undefined && ((await members(channel))?.has(userId) ?? false);
    },
  };
}

const PUBLIC = "public";

async function lookAt(client: WebClient, channel: string): Promise<SlackChannel> {
  const answer = await answered(() => client.conversations.info({ channel }));
  if (isRefusal(answer)) return { kind: "unknown", because: answer.because, mayPass: mayPass(answer) };
  if (!answer.channel) return { kind: "unknown", because: TELLS_NOTHING, mayPass: false };
  const { is_private, is_member, is_archived, is_ext_shared, is_im, is_mpim } = answer.channel;
  return {
    kind: "known",
    isPrivate: is_private === true,
    isMember: is_member === true,
    isArchived: is_archived === true,
    isShared: is_ext_shared === true,
    isDirect: is_im === true || is_mpim === true,
  };
}

function mayPass({ kind, because }: Refusal): boolean {
  return kind !== "never" && because !== "missing_scope" && !isNotOffered(because);
}

/** The channels that somebody is in; of the private ones those that we are in, too. */
async function joinedBy(client: WebClient, user: string): Promise<Ids> {
  return allPages(async (cursor) =>
    ofChannels(
      await client.users.conversations({ user, types: "public_channel,private_channel", limit: PER_PAGE, ...cursor }),
    ),
  );
}

/** Of a workspace with more channels than can be listed those that are left out count as private. */
async function publicChannels(client: WebClient): Promise<Ids> {
  return allPages(async (cursor) =>
    ofChannels(await client.conversations.list({ types: "public_channel", limit: PER_PAGE, ...cursor })),
  );
}

/** Nobody is in a channel that Slack does not show us. */
async function membersOf(client: WebClient, channel: string): Promise<Ids> {
  return allPages(async (cursor) => {
    const answer = await answered(() => client.conversations.members({ channel, limit: PER_PAGE, ...cursor }));
    if (isRefusal(answer)) return answer.kind === "never" ? { ids: [] } : answer;
    return { ids: answer.members, next: answer.response_metadata?.next_cursor };
  });
}

/** Undefined where there is no such list. */
type Ids = ReadonlySet<string> | undefined;

interface Page {
  ids: readonly string[] | undefined;
  next?: string | undefined;
}

interface ChannelPage {
  channels?: { id?: string }[];
  response_metadata?: { next_cursor?: string };
}

function ofChannels({ channels, response_metadata }: ChannelPage): Page {
  const ids = channels?.flatMap(({ id }) => (id ? [id] : []));
  return { ids, next: response_metadata?.next_cursor };
}

async function allPages(ask: (cursor: { cursor?: string }) => Promise<Page | Refusal>): Promise<Ids> {
  const found = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await answered(() => ask(cursor === undefined ? {} : { cursor }));
    if (isRefusal(answer)) {
      if (isNotOffered(answer.because)) return undefined;
      throw new NotTold(answer.because);
    }
    if (answer.ids === undefined) return undefined;
    for (const id of answer.ids) found.add(id);
    if (!answer.next || answer.next === cursor) break;
    cursor = answer.next;
  }
  return found;
}
