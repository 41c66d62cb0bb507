import { randomBytes } from "node:crypto";
import type { Block } from "./check-blocks.ts";
import type { FileStore, StoredFile } from "./file-store.ts";

export type Person = {
  id: string;
  name: string;
  realName: string;
  tz: string;
  email?: string | undefined;
  /** Left the company: still known, but reached by nobody. */
  isDeactivated?: boolean | undefined;
  isAdmin?: boolean | undefined;
  /** May see only the channels they were let into. */
  isGuest?: boolean | undefined;
  /** The workspace they belong to, if it is another company's. */
  teamId?: string | undefined;
};
export type Channel = {
  id: string;
  name: string;
  kind: "public" | "private" | "direct";
  isArchived: boolean;
  /** Also part of another company's Slack. */
  isShared: boolean;
  members: string[];
  botIsMember: boolean;
};
export type Metadata = { event_type: string; event_payload: Record<string, unknown> };
export type Message = {
  ts: string;
  channelId: string;
  userId: string;
  text: string;
  blocks: Block[];
  metadata?: Metadata | undefined;
  files: StoredFile[];
  threadTs?: string | undefined;
  isBroadcast: boolean;
  edits: number;
  /** What Slack marks with "(edited)": an edit that brought no blocks. */
  isMarkedEdited: boolean;
  /** What is left of a deleted message that has replies. */
  isTombstone: boolean;
};
/** What only one person sees, in one channel. `from` is our app, or Slackbot when our app did not answer. */
export type Whisper = {
  id: string;
  ts: string;
  channelId: string;
  userId: string;
  from: "app" | "slackbot";
  text: string;
  blocks: Block[];
};
export type Content = { text: string; blocks: Block[] };
export type Change = {
  kind: "message" | "whisper" | "answer" | "view" | "connection" | "call";
  channelId?: string | undefined;
};
export type Workspace = ReturnType<typeof openWorkspace>;

export type Team = { id: string; domain: string };
export type Bot = { userId: string; botId: string; appId: string; name: string };
export const TEAM: Team = { id: "T0STANDIN", domain: "stand-in" };
export const BOT: Bot = { userId: "U0MEETINGS", botId: "B0MEETINGS", appId: "A0MEETINGS", name: "meetings" };

export const SLACKBOT = "USLACKBOT";

/** What our app was given in a workspace, and whether it still has it. */
export type Installation = { botToken: string; scopes: Set<string>; state: "active" | "revoked" | "uninstalled" };
/** What may be different from one workspace to the next. */
export type Settings = {
  hasMessagesTab: boolean;
  hasHomeTab: boolean;
  /** Kinds of block that this workspace does not know yet: "data_visualization", "table", "markdown" … */
  refusedBlocks: Set<string>;
};

type WorkspaceOptions = {
  team: Team;
  bot: Bot;
  people: Person[];
  channels: Channel[];
  files: FileStore;
  now: () => number;
};

/** What a Slack workspace remembers. Whether somebody may do a thing is asked elsewhere. */
export function openWorkspace({ team, bot, people, channels, files, now }: WorkspaceOptions) {
  const settings: Settings = { hasMessagesTab: true, hasHomeTab: true, refusedBlocks: new Set() };
  const messages = new Map<string, Message[]>(channels.map(({ id }) => [id, []]));
  const whispers: Whisper[] = [];
  const lastTs = new Map<string, number>();
  const listeners = new Set<(change: Change) => void>();

  function tell(change: Change) {
    for (const listener of [...listeners]) listener(change);
  }

  function nextTs(channelId: string): string {
    const micros = Math.max(Math.floor(now() * 1000), (lastTs.get(channelId) ?? 0) + 1);
    lastTs.set(channelId, micros);
    return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, "0")}`;
  }

  const names: Record<string, string> = Object.fromEntries([
    [bot.userId, bot.name],
    [SLACKBOT, "Slackbot"],
    ...people.map(({ id, realName }) => [id, realName]),
    ...channels.map(({ id, name }) => [id, name]),
  ]);

  const inChannel = (channelId: string) => messages.get(channelId) ?? [];

  return {
    team,
    bot,
    people,
    channels,
    files,
    settings,
    now,
    tell,
    onChange(listener: (change: Change) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    names,

    removeChannel(channel: Channel): void {
      channels.splice(channels.indexOf(channel), 1);
      messages.delete(channel.id);
      tell({ kind: "message", channelId: channel.id });
    },
    changeChannelId(channel: Channel, id: string): void {
      const before = channel.id;
      const all = inChannel(before);
      messages.set(id, all).delete(before);
      for (const said of [...all, ...whispers]) if (said.channelId === before) said.channelId = id;
      Object.assign(names, { [id]: channel.name });
      channel.id = id;
      tell({ kind: "message", channelId: id });
    },

    isDirectMessageOpen: (userId: string) => channels.some(({ id }) => id === directMessageId(userId)),
    directMessageWith(userId: string): Channel {
      const id = directMessageId(userId);
      const known = channels.find((channel) => channel.id === id);
      if (known) return known;
      const opened: Channel = {
        id,
        name: "directmessage",
        kind: "direct",
        isArchived: false,
        isShared: false,
        members: [userId],
        botIsMember: true,
      };
      channels.push(opened);
      messages.set(id, []);
      return opened;
    },

    /** All messages of a channel in their order, replies too. */
    messagesIn: (channelId: string): readonly Message[] => inChannel(channelId),
    message: (channelId: string, ts: string) => inChannel(channelId).find((message) => message.ts === ts),

    post(
      message: Content &
        Pick<Message, "channelId" | "userId"> &
        Partial<Pick<Message, "metadata" | "files" | "threadTs" | "isBroadcast">>,
    ): Message {
      const posted: Message = {
        isBroadcast: false,
        files: [],
        ...message,
        ts: nextTs(message.channelId),
        blocks: withIds(message.blocks),
        edits: 0,
        isMarkedEdited: false,
        isTombstone: false,
      };
      inChannel(message.channelId).push(posted);
      tell({ kind: "message", channelId: message.channelId });
      return posted;
    },

    edit(
      message: Message,
      change: Partial<Content> & { metadata?: Metadata | undefined; isMarkedEdited: boolean },
    ): void {
      Object.assign(message, change, {
        blocks: change.blocks ? withIds(change.blocks) : message.blocks,
        edits: message.edits + 1,
      });
      tell({ kind: "message", channelId: message.channelId });
    },

    /** A message with replies leaves a tombstone, which goes with the last of them. */
    remove(message: Message): void {
      const all = inChannel(message.channelId);
      const isAnswered = (ts: string) => all.some(({ threadTs }) => threadTs === ts);
      const gone = { text: "This message was deleted.", blocks: [], files: [], metadata: undefined };
      if (isAnswered(message.ts)) Object.assign(message, gone, { userId: SLACKBOT, isTombstone: true });
      else all.splice(all.indexOf(message), 1);
      const parent = all.find(({ ts, isTombstone }) => isTombstone && ts === message.threadTs);
      if (parent && !isAnswered(parent.ts)) all.splice(all.indexOf(parent), 1);
      tell({ kind: "message", channelId: message.channelId });
    },

    whisper(whisper: Content & Pick<Whisper, "channelId" | "userId" | "from">): Whisper {
      const whispered: Whisper = {
        ...whisper,
        id: `E${randomBytes(6).toString("hex").toUpperCase()}`,
        ts: nextTs(whisper.channelId),
        blocks: withIds(whisper.blocks),
      };
      whispers.push(whispered);
      tell({ kind: "whisper", channelId: whisper.channelId });
      return whispered;
    },

    whisperWith: (id: string) => whispers.find((whisper) => whisper.id === id),
    whispersTo: (userId: string, channelId: string): readonly Whisper[] =>
      whispers.filter((whisper) => whisper.userId === userId && whisper.channelId === channelId),

    replaceWhisper(whisper: Whisper, content: Content): void {
      Object.assign(whisper, { text: content.text, blocks: withIds(content.blocks) });
      tell({ kind: "whisper", channelId: whisper.channelId });
    },

    dismiss(whisper: Whisper): void {
      whispers.splice(whispers.indexOf(whisper), 1);
      tell({ kind: "whisper", channelId: whisper.channelId });
    },

    /** An empty workspace with the same people and channels. */
    clear(): void {
      for (const all of messages.values()) all.length = 0;
      whispers.length = 0;
      files.clear();
      lastTs.clear();
      for (const { id } of channels) tell({ kind: "message", channelId: id });
    },
  };
}

const directMessageId = (userId: string) => `D${userId.slice(1)}`;

/** Slack gives every block and every control an id if it came without. */
function withIds(blocks: Block[]): Block[] {
  const id = () => randomBytes(4).toString("base64url").slice(0, 5);
  return blocks.map((block) => {
    const named = { ...block, block_id: block.block_id ?? id() };
    if (named.type === "actions")
      return {
        ...named,
        elements: named.elements.map((element) => ({ ...element, action_id: element.action_id ?? id() })),
      };
    if (named.type === "section" && named.accessory && named.accessory.type !== "image")
      return { ...named, accessory: { ...named.accessory, action_id: named.accessory.action_id ?? id() } };
    return named;
  });
}
