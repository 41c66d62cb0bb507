import { z } from "zod";
import { readBlocks, readMetadata } from "../content.ts";
import { refuse } from "../refused.ts";
import type { Message } from "../workspace.ts";
import { channelSeen, channelToWriteTo, ownMessage, threadOf } from "./channels.ts";
import { messageJson } from "./json.ts";
import { Flag, Id, type Method, method, Ts } from "./method.ts";

const LONGEST_POST = 40_000;
const LONGEST_MARKDOWN = 12_000;
const LONGEST_EDIT = 4_000;

export const CHAT: Record<string, Method> = {
  "chat.postMessage": method(
    z.object({
      channel: Id,
      text: z.string().default(""),
      blocks: z.unknown().optional(),
      metadata: z.unknown().optional(),
      markdown_text: z.string().optional(),
      thread_ts: Ts.optional(),
      reply_broadcast: Flag,
    }),
    (args, desk) => {
      const { workspace } = desk;
      const channel = channelToWriteTo(args.channel, desk);
      const { markdown_text: markdown } = args;
      if (markdown && (args.text || args.blocks)) refuse("markdown_text_conflict");
      if ((markdown?.length ?? 0) > LONGEST_MARKDOWN) refuse("msg_too_long");
      const blocks = markdown
        ? [{ type: "markdown" as const, text: markdown }]
        : (readBlocks(args.blocks, workspace) ?? []);
      const metadata = readMetadata(args.metadata);
      if (args.text === "" && blocks.length === 0) refuse("no_text");
      const threadTs = args.thread_ts && threadOf(channel.id, args.thread_ts, workspace);
      const message = workspace.post({
        channelId: channel.id,
        userId: workspace.bot.userId,
        text: args.text.slice(0, LONGEST_POST),
        blocks,
        metadata: typeof metadata === "object" ? metadata : undefined,
        threadTs,
        isBroadcast: threadTs !== undefined && args.reply_broadcast,
      });
      const warnings = args.text.length > LONGEST_POST ? { warning: "message_truncated" } : {};
      return { channel: channel.id, ts: message.ts, message: messageJson(message, workspace), ...warnings };
    },
    "chat:write",
  ),

  "chat.update": method(
    z.object({
      channel: Id,
      ts: Ts,
      text: z.string().optional(),
      blocks: z.unknown().optional(),
      metadata: z.unknown().optional(),
    }),
    (args, desk) => {
      const { workspace } = desk;
      const message = ownMessage(args.channel, args.ts, "cant_update_message", desk);
      const blocks = readBlocks(args.blocks, desk.workspace);
      const metadata = readMetadata(args.metadata);
      if (!args.text && !blocks?.length && metadata === "keep") refuse("no_text");
      if ((args.text?.length ?? 0) > LONGEST_EDIT) refuse("msg_too_long");
      const isRich = (all: Message["blocks"]) => all.some(({ type }) => type === "rich_text");
      if (blocks?.length && isRich(message.blocks) && !isRich(blocks)) refuse("block_mismatch");
      const bringsContent = blocks !== undefined || args.text !== undefined;
      workspace.edit(message, {
        ...(bringsContent && { text: args.text ?? "", blocks: blocks ?? [] }),
        metadata: metadata === "keep" ? message.metadata : metadata === "remove" ? undefined : metadata,
        isMarkedEdited: message.isMarkedEdited || (bringsContent && !blocks?.length),
      });
      return {
        channel: message.channelId,
        ts: message.ts,
        text: message.text,
        message: messageJson(message, workspace),
      };
    },
    "chat:write",
  ),

  "chat.delete": method(
    z.object({ channel: Id, ts: Ts }),
    (args, desk) => {
      desk.workspace.remove(ownMessage(args.channel, args.ts, "cant_delete_message", desk));
      return { channel: args.channel, ts: args.ts };
    },
    "chat:write",
  ),

  "chat.postEphemeral": method(
    z.object({ channel: Id, user: Id, text: z.string().default(""), blocks: z.unknown().optional() }),
    (args, desk) => {
      const channel = channelSeen(args.channel, desk);
      if (channel.isArchived) refuse("is_archived");
      if (!channel.botIsMember) refuse("not_in_channel");
      if (!channel.members.includes(args.user)) refuse("user_not_in_channel");
      const blocks = readBlocks(args.blocks, desk.workspace) ?? [];
      if (args.text === "" && blocks.length === 0) refuse("no_text");
      const { ts } = desk.workspace.whisper({
        channelId: channel.id,
        userId: args.user,
        from: "app",
        text: args.text,
        blocks,
      });
      return { message_ts: ts };
    },
    "chat:write",
  ),

  "chat.getPermalink": method(z.object({ channel: Id, message_ts: Ts }), (args, desk) => {
    const channel = channelSeen(args.channel, desk);
    if (!desk.workspace.message(channel.id, args.message_ts)) refuse("message_not_found");
    const path = `archives/${channel.id}/p${args.message_ts.replace(".", "")}`;
    return { channel: channel.id, permalink: `https://${desk.workspace.team.domain}.slack.com/${path}` };
  }),
};
