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

const KEPT_MS = 2 * 60_000;
const PAGES = 50;

export type SlackChannels = ReturnType<typeof slackChannels>;

/** Channels of one workspace and who is in them, each remembered for two minutes. */
export function slackChannels(client: WebClient, now: () => Instant) {
  const look = remembering(now, KEPT_MS, async (channel) => {
    const found = await lookAt(client, channel);
    if (found.kind === "unknown" && found.mayPass) look.forget(channel);
    return found;
  });
  const joined = remembering(now, KEPT_MS, async (userId) => {
    const found = await channelsOf(client, userId);
    if (found === "not told now") joined.forget(userId);
    return found === "not told now" ? NONE : found;
  });
  return {
    /** Never rejects: where Slack does not answer it says so. */
    look,
    forget: look.forget,
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
    /** Whether somebody may read a channel: who is in it, and for a public one everybody but guests. */
    async mayRead(channel: string, userId: string, isGuest: boolean): Promise<boolean> {
      if ((await joined(userId)).has(channel)) return true;
      if (isGuest) return false;
      const found = await look(channel);
      return found.kind === "known" && !found.isPrivate && !found.isDirect;
    },
  };
}

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

const NONE: ReadonlySet<string> = new Set();

/** The channels that somebody is in; of the private ones those that we are in, too. Empty where Slack never tells. */
async function channelsOf(client: WebClient, user: string): Promise<ReadonlySet<string> | "not told now"> {
  const found = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const asked = { user, types: "public_channel,private_channel", limit: 200, ...(cursor && { cursor }) };
    const answer = await answered(() => client.users.conversations(asked));
    if (isRefusal(answer)) return mayPass(answer) ? "not told now" : found;
    for (const { id } of answer.channels ?? []) if (id) found.add(id);
    cursor = answer.response_metadata?.next_cursor || undefined;
    if (!cursor) break;
  }
  return found;
}
