import type { About } from "./refusal.ts";

/** Where messages stand: a conversation, or a thread in it. */
export interface Place {
  /** What Slack's calls take for it. */
  conversation: string;
  thread?: string;
  /** The conversation with one person. It may be posted to by the person's id, but that is no name for anything else. */
  isPerson: boolean;
}

export function placeOf(channel: string, inThread?: string): Place {
  if (inThread === undefined) return { conversation: channel, isPerson: PERSON.test(channel) };
  const { ts, ...place } = named(channel, inThread);
  return { ...place, thread: ts };
}

/** What a message of ours is called in Slack: one to a person is named with the conversation that it is in. */
export function named(channel: string, message: string): { conversation: string; ts: string; isPerson: boolean } {
  const [conversation = "", ts] = message.split(":");
  const isPerson = PERSON.test(channel);
  return ts === undefined ? { conversation: channel, ts: message, isPerson } : { conversation, ts, isPerson };
}

const PERSON = /^[UW]/;

/** What a refusal there is about. */
export const about = ({ thread, isPerson }: Place): About => ({ isReply: thread !== undefined, isToPerson: isPerson });
