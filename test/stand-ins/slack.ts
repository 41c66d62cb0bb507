import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express, { type NextFunction, type Request, type Response } from "express";
import { callDesk, type KnownCall } from "./slack/answer-calls.ts";
import type { Fault, How } from "./slack/faults.ts";
import { fileRoutes } from "./slack/file-routes.ts";
import { fileStore, type StoredFile } from "./slack/file-store.ts";
import { isInChannel } from "./slack/methods/json.ts";
import { type Asked, type Commanding, type Pressing, peopleOf } from "./slack/people.ts";
import { plain, readMrkdwn } from "./slack/plain.ts";
import { parseJson } from "./slack/read-call.ts";
import { answerDesk } from "./slack/response-urls.ts";
import {
  BOT,
  type Change,
  type Channel,
  type Installation,
  type Message,
  openWorkspace,
  type Person,
  type Whisper,
} from "./slack/workspace.ts";

export type { Block } from "./slack/check-blocks.ts";
export { checkBlocks } from "./slack/check-blocks.ts";
export { plain } from "./slack/plain.ts";
export { BOT, TEAM } from "./slack/workspace.ts";
export type { Asked, Change, Channel, Fault, How, KnownCall, Message, Person, Whisper };

export type SlackOptions = {
  port?: number;
  /** The clock on the wall: it names messages and says what is today. Rate limits keep real time. */
  now?: () => number;
  /** The clock that requests are signed with: the app's, which is the machine's if not told. */
  signedAt?: () => number;
  botToken?: string;
  signingSecret?: string;
  scopes?: string[];
  users?: Person[];
  channels?: {
    id: string;
    name: string;
    isPrivate?: boolean;
    isArchived?: boolean;
    /** With another company. */
    isShared?: boolean;
    /** Everybody, if not told. */
    members?: string[];
    /** True if not told. */
    botIsMember?: boolean;
  }[];
  /** Where commands and clicks go: the app's /slack/events. May be set later. */
  commandUrl?: string;
  /** Rate limits as Slack has them; on if not told. */
  limits?: boolean;
  /** How long an app may take to acknowledge; Slack's 3 seconds if not told. */
  patienceMs?: number;
};

export type SeenMessage = Omit<Message, "metadata"> & {
  metadata: Message["metadata"];
  isBot: boolean;
  /** What a reader sees, as text. */
  plain: string;
};
export type SeenFile = Pick<StoredFile, "id" | "name" | "title" | "altText" | "mimetype" | "bytes"> & {
  /** The message that brought it. */
  ts: string;
  threadTs: string | undefined;
  comment: string;
};
export type SeenWhisper = Whisper & { plain: string };

export type SlackStandIn = Awaited<ReturnType<typeof startSlack>>;

/** Every scope that a notifier asks for. What is not among them needs `scopes`: files:read, im:read, team:read … */
export const EVERY_SCOPE = [
  "commands",
  "chat:write",
  "chat:write.public",
  "channels:read",
  "groups:read",
  "users:read",
  "users:read.email",
  "im:write",
  "files:write",
  "channels:history",
  "groups:history",
];

/** A Slack workspace with our app in it: its Web API over HTTP, its people, and what they see. */
export async function startSlack(options: SlackOptions = {}) {
  const now = options.now ?? Date.now;
  const signingSecret = options.signingSecret ?? "stand-in-signing-secret";
  const installation: Installation = {
    botToken: options.botToken ?? "xoxb-stand-in",
    scopes: new Set(options.scopes ?? EVERY_SCOPE),
    state: "active",
  };
  const users = options.users ?? [
    { id: "U0ALICE", name: "alice", realName: "Alice Ng", tz: "UTC", email: "alice@example.com" },
  ];

  const app = express();
  const server = app.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const files = fileStore((path) => url + path);
  const workspace = openWorkspace(users, channelsFrom(options, users), files, now);
  const answers = answerDesk(workspace, (path) => url + path);
  const { answer, calls, faults } = callDesk({ workspace, installation, isLimited: options.limits ?? true });

  const mayRead = (token: string | undefined) =>
    token === installation.botToken && installation.state === "active" && installation.scopes.has("files:read");
  app.use(fileRoutes({ files, mayRead, signIn: `${url}signin` }));
  app.get("/signin", (_request, response) => void response.type("html").send("<title>Sign in to Slack</title>"));
  app.use(express.raw({ type: () => true, limit: "4mb" }));
  app.all("/api/:method", answer);
  app.post("/commands/:id", (request, response) => {
    const body = Buffer.isBuffer(request.body) ? parseJson(request.body.toString("utf8")) : undefined;
    const answer = answers.receive(`commands/${request.params.id}`, body);
    response.status(answer.status).send(answer.body);
  });
  app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (!response.headersSent) response.status(400).json({ ok: false, error: "invalid_form_data" });
  });

  const reader = (timeZone: string) => ({ timeZone, now: now(), names: workspace.names });
  const readAs = ({ text, blocks }: Message | Whisper, timeZone: string) =>
    blocks.length > 0 ? plain(blocks, reader(timeZone)) : readMrkdwn(text, reader(timeZone));
  const withFiles = (read: string, files: StoredFile[]) =>
    [...(read === "" ? [] : [read]), ...files.map(fileInWords)].join("\n");
  const seen = (message: Message, timeZone: string): SeenMessage => ({
    ...message,
    metadata: message.metadata,
    isBot: message.userId === BOT.userId,
    plain: withFiles(readAs(message, timeZone), message.files),
  });
  const seenWhisper = (whisper: Whisper, timeZone: string): SeenWhisper => ({
    ...whisper,
    plain: readAs(whisper, timeZone),
  });
  const withPlain = (asked: Asked) => ({
    ...asked,
    answers: () => asked.answers().map((said) => ("id" in said ? seenWhisper : seen)(said as never, "UTC")),
  });

  const slack = {
    url,
    apiUrl: `${url}api/`,
    botToken: installation.botToken,
    signingSecret,
    /** What an administrator may switch off: change what you get. */
    settings: workspace.settings,
    users: workspace.people as readonly Person[],
    channels: workspace.channels as readonly Channel[],
    names: workspace.names as Readonly<Record<string, string>>,
    calls: calls as readonly KnownCall[],
    commandUrl: options.commandUrl,

    /** The messages of a channel in order, as somebody in this time zone reads them. Replies are in their thread. */
    visible(channelId: string, { timeZone = "UTC" } = {}): SeenMessage[] {
      return workspace
        .messagesIn(channelId)
        .filter(isInChannel)
        .map((message) => seen(message, timeZone));
    },
    replies(channelId: string, ts: string, { timeZone = "UTC" } = {}): SeenMessage[] {
      const isReply = ({ threadTs }: Message) => threadTs === ts;
      return workspace
        .messagesIn(channelId)
        .filter(isReply)
        .map((message) => seen(message, timeZone));
    },
    /** The files people see in a channel or direct message, in order. */
    files(channelId: string): SeenFile[] {
      return workspace.messagesIn(channelId).flatMap(({ ts, threadTs, text, files }) =>
        files
          .filter(({ state }) => state === "complete")
          .map(({ id, name, title, altText, mimetype, bytes }) => ({
            ...{ id, name, title, altText, mimetype, bytes },
            ...{ ts, threadTs, comment: text },
          })),
      );
    },
    /** Slack takes its time with each new file, so that no block can show it yet, until what it returns is called. */
    holdFiles: (): (() => void) => files.hold(),
    /** What only this person sees in the channel. */
    ephemeral(userId: string, channelId: string, { timeZone = "UTC" } = {}): SeenWhisper[] {
      return workspace.whispersTo(userId, channelId).map((whisper) => seenWhisper(whisper, timeZone));
    },
    /** Also how a channel with the app gets archived, renamed or left: change what you get. */
    channel(channelId: string): Channel {
      const channel = workspace.channels.find(({ id }) => id === channelId);
      if (!channel) throw new Error(`no channel ${channelId}`);
      return channel;
    },
    directMessageWith: (userId: string): Channel => workspace.directMessageWith(userId),

    /** The administrator takes the token back, or the app out of the workspace. */
    endInstallation(how: "revoked" | "uninstalled" = "uninstalled"): void {
      installation.state = how;
    },

    say({ userId, channelId, text }: Commanding): SeenMessage {
      return seen(workspace.post({ userId, channelId, text, blocks: [] }), "UTC");
    },
    deleteByPerson(channelId: string, ts: string): void {
      const message = workspace.message(channelId, ts);
      if (message) workspace.remove(message);
    },
    dismiss(ephemeralId: string): void {
      const whisper = workspace.whisperWith(ephemeralId);
      if (whisper) workspace.dismiss(whisper);
    },
    /** Types a command, as "/meetings today", and returns when the app has acknowledged it, or failed to. */
    command: async (commanding: Commanding) => withPlain(await people.command(commanding)),
    press: async (pressing: Pressing) => withPlain(await people.press(pressing)),

    /** Lets coming calls go wrong. What it returns calls it off. */
    fail: (fault: Fault): (() => void) => faults.add(fault),
    mend: (): void => faults.mend(),

    onChange: workspace.onChange,
    /** Waits until something is seen that makes `look` true, and returns it. */
    until<T>(look: () => T, { timeoutMs = 5000 } = {}): Promise<Exclude<T, undefined | null | false | 0 | "">> {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => settle(() => reject(new Error(`not seen in ${timeoutMs} ms. ${inventory()}`))),
          timeoutMs,
        );
        const stopListening = workspace.onChange(again);
        function settle(how: () => void) {
          clearTimeout(timer);
          stopListening();
          how();
        }
        function again() {
          try {
            const found = look();
            if (found) settle(() => resolve(found as never));
          } catch (error) {
            settle(() => reject(error));
          }
        }
        again();
      });
    },

    /** Forgets messages, calls and faults; people and channels stay. */
    clear(): void {
      calls.length = 0;
      faults.mend();
      workspace.clear();
    },
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections(); // also those a fault left hanging
      await closed;
    },
  };
  const people = peopleOf({
    workspace,
    answers,
    signingSecret,
    commandUrl: () => slack.commandUrl,
    patienceMs: options.patienceMs ?? 3000,
    signedAt: options.signedAt ?? Date.now,
  });

  function inventory(): string {
    const inChannels = workspace.channels.map(({ id, name }) =>
      [`#${name}:`, ...slack.visible(id).map(({ plain }) => plain)].join("\n"),
    );
    const lastCalls = calls
      .slice(-5)
      .map(({ method, channel, error }) => `${method} ${channel ?? ""} ${error ?? "ok"}`);
    return ["What there is:", ...inChannels, "Last calls:", ...lastCalls].join("\n");
  }

  return slack;
}

const fileInWords = ({ name, altText, state }: StoredFile) =>
  state === "deleted" ? "[file deleted]" : `[file: ${name}${altText && `, ${altText}`}]`;

function channelsFrom({ channels }: SlackOptions, users: Person[]): Channel[] {
  const everybody = users.map(({ id }) => id);
  return (channels ?? [{ id: "C0GENERAL", name: "general" }]).map((channel) => ({
    id: channel.id,
    name: channel.name,
    kind: channel.isPrivate ? "private" : "public",
    isArchived: channel.isArchived ?? false,
    isShared: channel.isShared ?? false,
    members: channel.members ?? everybody,
    botIsMember: channel.botIsMember ?? true,
  }));
}
