import type { WebClient } from "@slack/web-api";
import type { Instant } from "../meeting/fact.ts";
import type { Refusal } from "../ports.ts";
import { answered, isRefusal } from "./refusal.ts";
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
  const all = remembering(now, KEPT_MS, () => publicChannels(client));
  return {
    /** Never rejects: where Slack does not answer it says so. */
    look,
    forget(channel: string): void {
      look.forget(channel);
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
      return (await joined(userId)).has(channel);
    },
    /** The same for who wants to do something there: they may have joined a moment ago. */
    async isIn(channel: string, userId: string): Promise<boolean> {
      if ((await joined(userId)).has(channel)) return true;
      joined.forget(userId);
      return (await joined(userId)).has(channel);
    },
    /**
     * Whether somebody may read a channel: who is in it, and for a public one everybody but guests. However many are
     * asked about, Slack is asked for two lists. Rejects with `NotTold` where it gives none: whatever was said then would
     * leave out what it does not know of.
     */
    async mayRead(channel: string, userId: string, isGuest: boolean): Promise<boolean> {
      if ((await joined(userId)).has(channel)) return true;
      return !isGuest && (await all(PUBLIC)).has(channel);
    },
  };
}

const PUBLIC = "public";

async function lookAt(client: WebClient, channel: string): Promise<SlackChannel> {
  const answer = await answered(() => client.conversations.info({ channel }));
  if (isRefusal(answer)) return { kind: "unknown", because: answer.because, mayPass: mayPass(answer) };
  const { is_private, is_member, is_archived, is_ext_shared, is_im, is_mpim } = answer.channel ?? {};
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
  return kind !== "never" && because !== "missing_scope";
}

/** The channels that somebody is in; of the private ones those that we are in, too. */
async function joinedBy(client: WebClient, user: string): Promise<ReadonlySet<string>> {
  return idsOf((cursor) =>
    client.users.conversations({ user, types: "public_channel,private_channel", limit: PER_PAGE, ...cursor }),
  );
}

/** Of a workspace with more channels than can be listed those that are left out count as private. */
async function publicChannels(client: WebClient): Promise<ReadonlySet<string>> {
  return idsOf((cursor) => client.conversations.list({ types: "public_channel", limit: PER_PAGE, ...cursor }));
}

interface Page {
  channels?: { id?: string }[];
  response_metadata?: { next_cursor?: string };
}

async function idsOf(ask: (cursor: { cursor?: string }) => Promise<Page>): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await answered(() => ask(cursor === undefined ? {} : { cursor }));
    if (isRefusal(answer)) throw new NotTold(answer.because);
    for (const { id } of answer.channels ?? []) if (id) found.add(id);
    cursor = answer.response_metadata?.next_cursor || undefined;
    if (!cursor) break;
  }
  return found;
}
