import { refuse } from "../refused.ts";
import type { Channel, Message, Workspace } from "../workspace.ts";
import { type Desk, needScope } from "./method.ts";

const HISTORY_SCOPES = { public: "channels:history", private: "groups:history", direct: "im:history" };

/** A channel by its id; a private one without the bot is as good as none. */
export function channelSeen(id: string, { workspace }: Desk): Channel {
  const channel = workspace.channels.find((channel) => channel.id === id);
  if (!channel || (channel.kind !== "public" && !channel.botIsMember)) refuse("channel_not_found");
  return channel;
}

export function channelToWriteTo(target: string, desk: Desk): Channel {
  const { workspace } = desk;
  const byName = workspace.channels.find(({ kind, name }) => kind !== "direct" && name === target.replace(/^#/, ""));
  const isPerson = target === workspace.bot.userId || workspace.people.some(({ id }) => id === target);
  const channel = isPerson ? directMessage(target, desk) : channelSeen(byName?.id ?? target, desk);
  if (channel.kind === "direct" && !workspace.settings.hasMessagesTab) refuse("messages_tab_disabled");
  if (channel.isArchived) refuse("is_archived");
  if (!channel.botIsMember && !desk.scopes.has("chat:write.public")) refuse("not_in_channel");
  return channel;
}

/** The conversation with one person, opened if need be. */
export function directMessage(userId: string, { workspace }: Desk): Channel {
  if (userId === workspace.bot.userId) refuse("cannot_dm_bot");
  const found = workspace.people.find(({ id }) => id === userId) ?? refuse("user_not_found");
  if (found.isDeactivated) refuse("user_disabled");
  return workspace.directMessageWith(userId);
}

export function channelToReadFrom(id: string, desk: Desk): Channel {
  const channel = channelSeen(id, desk);
  needScope(HISTORY_SCOPES[channel.kind], desk);
  if (!channel.botIsMember) refuse("not_in_channel");
  return channel;
}

export function ownMessage(channelId: string, ts: string, otherwise: string, desk: Desk): Message {
  const channel = channelSeen(channelId, desk);
  if (channel.isArchived) refuse("is_archived");
  const message = desk.workspace.message(channel.id, ts);
  if (!message || message.isTombstone) refuse("message_not_found");
  if (message.userId !== desk.workspace.bot.userId) refuse(otherwise);
  return message;
}

/** The thread a message belongs in. An answer to a reply goes where that reply is. */
export function threadOf(channelId: string, ts: string, workspace: Workspace): string {
  const message = workspace.message(channelId, ts) ?? refuse("thread_not_found");
  return message.threadTs ?? message.ts;
}
