import { DateTime } from "luxon";
import { BOT, type Channel, type Message, type Person, TEAM, type Workspace } from "../workspace.ts";
import { fileJson } from "./files.ts";
import type { Answer, Desk } from "./method.ts";

/** A message as Slack's answers and payloads carry it. */
export function messageJson(message: Message, workspace: Workspace, withPayload = true): Answer {
  const replies = workspace.messagesIn(message.channelId).filter(({ threadTs }) => threadTs === message.ts);
  const { metadata } = message;
  return {
    type: "message",
    user: message.userId,
    ts: message.ts,
    ...(message.userId === BOT.userId && { bot_id: BOT.botId, app_id: BOT.appId }),
    text: message.text,
    team: TEAM.id,
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

export function channelJson(channel: Channel): Answer {
  if (channel.kind === "direct") return { id: channel.id, is_im: true, user: channel.members[0], is_archived: false };
  return {
    id: channel.id,
    name: channel.name,
    is_channel: channel.kind === "public",
    is_group: channel.kind === "private",
    is_im: false,
    is_private: channel.kind === "private",
    is_archived: channel.isArchived,
    is_member: channel.botIsMember,
    num_members: channel.members.length,
  };
}

export function personJson({ id, name, realName, tz, email }: Person, { workspace, scopes }: Desk): Answer {
  return {
    id,
    team_id: TEAM.id,
    name,
    real_name: realName,
    deleted: false,
    is_bot: false,
    tz,
    tz_label: tz,
    tz_offset: DateTime.fromMillis(workspace.now(), { zone: tz }).offset * 60,
    profile: { real_name: realName, display_name: name, ...(scopes.has("users:read.email") && email && { email }) },
  };
}
