import { extname } from "node:path";
import { z } from "zod";
import { readBlocks } from "../content.ts";
import type { StoredFile } from "../file-store.ts";
import { refuse } from "../refused.ts";
import type { Channel, Message, Workspace } from "../workspace.ts";
import { channelSeen, threadOf } from "./channels.ts";
import { type Answer, type Desk, fromJson, Id, type Method, method, Ts } from "./method.ts";

const LONGEST_ALT_TEXT = 1000;

export const FILES: Record<string, Method> = {
  "files.getUploadURLExternal": method(
    // The description is `alt_txt` here; what comes as `alt_text`, which is its name in blocks, is not looked at.
    z.object({ filename: Id, length: z.coerce.number().int().min(0), alt_txt: z.string().default("") }),
    (args, { workspace }) => {
      if (args.length === 0) refuse("missing_argument");
      if (args.alt_txt.length > LONGEST_ALT_TEXT) refuse("alt_txt_too_large");
      const { file, uploadUrl } = workspace.files.reserve({
        name: args.filename,
        length: args.length,
        altText: args.alt_txt,
        userId: workspace.bot.userId,
        now: workspace.now(),
      });
      return { upload_url: uploadUrl, file_id: file.id };
    },
    "files:write",
  ),

  "files.completeUploadExternal": method(
    z.object({
      files: fromJson(z.array(z.object({ id: Id, title: z.string().min(1).optional() })).min(1)),
      channel_id: Id.optional(),
      channels: z.string().optional(),
      thread_ts: Ts.optional(),
      initial_comment: z.string().default(""),
      blocks: z.unknown().optional(),
    }),
    (args, desk) => {
      const { workspace } = desk;
      const named = args.files.map(({ id, title }) => ({
        file: workspace.files.uploaded(id) ?? refuse("file_not_found"),
        title,
      }));
      const ids = (args.channel_id ?? args.channels ?? "").split(",").filter((id) => id !== "");
      const channels = ids.map((id) => channelToShareIn(id.trim(), args.thread_ts, desk));
      const blocks = args.initial_comment === "" ? (readBlocks(args.blocks, workspace) ?? []) : [];
      for (const { file, title } of named) workspace.files.complete(file, title);
      const files = named.map(({ file }) => file);
      for (const channel of channels)
        workspace.post({
          channelId: channel.id,
          userId: workspace.bot.userId,
          text: args.initial_comment,
          blocks,
          threadTs: args.thread_ts,
          files,
        });
      return { files: files.map((file) => fileJson(file, workspace)) }; // no ts: Slack shares in its own time
    },
    "files:write",
  ),

  "files.info": method(
    z.object({ file: Id }),
    (args, { workspace }) => ({ file: fileJson(liveFile(args.file, workspace), workspace), comments: [] }),
    "files:read",
  ),

  "files.delete": method(
    z.object({ file: Id }),
    (args, { workspace }) => {
      const file = liveFile(args.file, workspace);
      if (file.userId !== workspace.bot.userId) refuse("cant_delete_file");
      workspace.files.delete(file);
      for (const { channelId } of sharesOf(file, workspace)) workspace.tell({ kind: "message", channelId });
      return {};
    },
    "files:write",
  ),
};

/** Sharing asks for membership, also in public channels that anybody may post to. */
function channelToShareIn(id: string, threadTs: string | undefined, desk: Desk): Channel {
  const channel = channelSeen(id, desk);
  if (!channel.botIsMember) refuse("not_in_channel");
  if (channel.isArchived) refuse("posting_to_channel_denied");
  if (threadTs) threadOf(channel.id, threadTs, desk.workspace);
  return channel;
}

function liveFile(id: string, workspace: Workspace): StoredFile {
  const file = workspace.files.file(id) ?? refuse("file_not_found");
  return file.state === "deleted" ? refuse("file_deleted") : file;
}

const sharesOf = (file: StoredFile, workspace: Workspace): Message[] =>
  workspace.channels.flatMap(({ id }) => workspace.messagesIn(id).filter(({ files }) => files.includes(file)));

export function fileJson(file: StoredFile, workspace: Workspace): Answer {
  if (file.state === "deleted") return { id: file.id, mode: "tombstone" };
  const shares = sharesOf(file, workspace);
  const isKind = (kind: Channel["kind"]) => (channelId: string) =>
    workspace.channels.some((channel) => channel.id === channelId && channel.kind === kind);
  const channelIds = [...new Set(shares.map(({ channelId }) => channelId))];
  const sharesIn = (isWanted: (channelId: string) => boolean) =>
    Object.fromEntries(
      channelIds
        .filter(isWanted)
        .map((channelId) => [
          channelId,
          shares
            .filter((share) => share.channelId === channelId)
            .map(({ ts, threadTs }) => ({ ts, ...(threadTs && { thread_ts: threadTs }) })),
        ]),
    );
  const isPublic = isKind("public");
  return {
    id: file.id,
    created: Math.floor(file.createdAt / 1000),
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: extname(file.name).slice(1) || "binary",
    mode: "hosted",
    user: file.userId,
    user_team: workspace.team.id,
    size: file.bytes.length,
    is_external: false,
    is_public: channelIds.some(isPublic),
    url_private: workspace.files.address(file),
    url_private_download: workspace.files.address(file),
    permalink: `https://${workspace.team.domain}.slack.com/files/${file.userId}/${file.id}/${file.name}`,
    ...(file.altText && { alt_txt: file.altText }),
    channels: channelIds.filter(isPublic),
    groups: channelIds.filter(isKind("private")),
    ims: channelIds.filter(isKind("direct")),
    shares: { public: sharesIn(isPublic), private: sharesIn((channelId) => !isPublic(channelId)) },
  };
}
