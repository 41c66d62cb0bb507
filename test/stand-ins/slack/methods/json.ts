import { DateTime } from "luxon";
import type { Channel, Message, Person, Workspace } from "../workspace.ts";
import { fileJson } from "./files.ts";
import type { Answer, Desk } from "./method.ts";

/** A message as Slack's answers and payloads carry it. */
export function messageJson(message: Message, workspace: Workspace, withPayload = true): Answer {
  const replies = workspace.messagesIn(message.channelId).filter(({ threadTs }) => threadTs === message.ts);
  const { metadata } = message;
  const { team, bot } = workspace;
  return {
    type: "message",
    ...(message.isTombstone && { subtype: "tombstone", hidden: true }),
    ...(message.isBroadcast && { subtype: "thread_broadcast" }),
    user: message.userId,
    ts: message.ts,
    ...(message.userId === bot.userId && { bot_id: bot.botId, app_id: bot.appId }),
    text: message.text,
    team: team.id,
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(message.files.length > 0 && { files: message.files.map((file) => fileJson(file, workspace)) }),
    ...(metadata && { metadata: withPayload ? metadata : { event_type: metadata.event_type } }),
    ...(message.threadTs && { thread_ts: message.threadTs }),
    ...(replies.length > 0 && { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts }),
    ...(message.isMarkedEdited && { edited: { user: message.userId, ts: message.ts } }),
  };
}

/** Whether a message shows in its channel, or only in its thread. */
export const isInChannel = ({ threadTs, isBroadcast }: Message) => threadTs === undefined || isBroadcast;

export function channelJson(channel: Channel, withCount = false): Answer {
  if (channel.kind === "direct") return { id: channel.id, is_im: true, user: channel.members[0], is_archived: false };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === "public",
    is_group: channel.kind === "private",
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === "private",
    is_archived: channel.isArchived,
    is_shared: channel.isShared,
    is_ext_shared: channel.isShared,
    is_org_shared: false,
    is_pending_ext_shared: false,
    is_member: channel.botIsMember,
    ...(withCount && { num_members: channel.members.length + (channel.botIsMember ? 1 : 0) }),
  };
}

export function personJson(person: Person, { workspace, scopes }: Desk): Answer {
  const { id, name, realName, tz, email, isDeactivated = false, isAdmin = false, isGuest = false } = person;
  return {
    id,
    team_id: person.teamId ?? workspace.team.id,
    name,
    real_name: realName,
    deleted: isDeactivated,
    is_bot: false,
    is_admin: isAdmin,
    is_owner: false,
    is_restricted: isGuest,
    is_ultra_restricted: false,
    tz,
    tz_label: tz,
    tz_offset: DateTime.fromMillis(workspace.now(), { zone: tz }).offset * 60,
    profile: { real_name: realName, display_name: name, ...(scopes.has("users:read.email") && email && { email }) },
  };
}

export const botJson = ({ team, bot }: Workspace): Answer => ({
  id: bot.userId,
  team_id: team.id,
  name: bot.name,
  real_name: bot.name,
  deleted: false,
  is_bot: true,
  profile: { bot_id: bot.botId, api_app_id: bot.appId, real_name: bot.name, display_name: bot.name },
});
