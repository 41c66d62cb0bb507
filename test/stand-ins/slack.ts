import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express, { type NextFunction, type Request, type Response } from "express";
import type { KnownCall } from "./slack/answer-calls.ts";
import { type Deliver, deliverOverHttp } from "./slack/deliver.ts";
import { RETRIES_AFTER_MS } from "./slack/events.ts";
import type { Fault, How } from "./slack/faults.ts";
import { oauthDesk } from "./slack/oauth.ts";
import type { Asked } from "./slack/people.ts";
import { bearerOf, readCall } from "./slack/read-call.ts";
import type { SeenControl, SeenFile, SeenMessage, SeenView, SeenWhisper } from "./slack/seen.ts";
import { socketMode } from "./slack/socket-mode.ts";
import { openTeam } from "./slack/team.ts";
import {
  BOT,
  type Bot,
  type Change,
  type Channel,
  type Message,
  type Person,
  TEAM,
  type Team,
  type Whisper,
} from "./slack/workspace.ts";

export type { Block } from "./slack/check-blocks.ts";
export { checkBlocks } from "./slack/check-blocks.ts";
export { plain } from "./slack/plain.ts";
export { BOT, TEAM } from "./slack/workspace.ts";
export type {
  Asked,
  Change,
  Channel,
  Fault,
  How,
  KnownCall,
  Message,
  Person,
  SeenControl,
  SeenFile,
  SeenMessage,
  SeenView,
  SeenWhisper,
  Whisper,
};

export type TeamSettings = {
  domain?: string;
  botToken?: string;
  scopes?: string[];
  /** True if not told; if not, somebody has to allow it first. */
  isInstalled?: boolean;
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
};
export type SlackOptions = TeamSettings & {
  port?: number;
  /** The clock on the wall: it names messages and says what is today. Rate limits keep real time. */
  now?: () => number;
  /** The clock that requests are signed with: the app's, which is the machine's if not told. */
  signedAt?: () => number;
  signingSecret?: string;
  /** Where commands and clicks go: the app's /slack/events. May be set later. */
  commandUrl?: string;
  /** The events the app has subscribed to: those of EVERY_EVENT if not told. */
  events?: string[];
  /** How long to wait before an event is sent again; Slack's 0, 1 and 5 minutes if not told. */
  retriesAfterMs?: number[];
  /** How long each call of the Web API is on its way, there and back together; no time if not told. */
  latencyMs?: () => number;
  /** Rate limits as Slack has them; on if not told. */
  limits?: boolean;
  /** The token of the app itself, for Socket Mode. */
  appToken?: string;
  /** Whether Socket Mode is on; may be changed later. */
  socketMode?: boolean;
  clientId?: string;
  clientSecret?: string;
  redirectUrls?: string[];
  /** How long after a command or a click a modal may be opened; Slack's 3 seconds if not told. */
  triggerLivesMs?: number;
  /** How long an app may take to acknowledge what it was told so often before; Slack's 3 seconds if not told. */
  patienceMs?: (retries: number) => number;
};

/** One workspace, as `addTeam` gives it: its people, its channels and what is seen there. */
export type SlackTeam = ReturnType<typeof openTeam>["surface"];
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

/** Every event that a notifier subscribes to. */
export const EVERY_EVENT = [
  "app_home_opened",
  "app_uninstalled",
  "tokens_revoked",
  "member_joined_channel",
  "member_left_channel",
  "channel_archive",
  "channel_unarchive",
  "channel_rename",
  "channel_deleted",
  "channel_id_changed",
  "channel_shared",
  "group_archive",
  "group_unarchive",
  "group_rename",
  "group_deleted",
];

/** A Slack workspace with our app in it: its Web API over HTTP, its people, and what they see. */
export async function startSlack(options: SlackOptions = {}) {
  const signingSecret = options.signingSecret ?? "stand-in-signing-secret";

  const web = express();
  const server = web.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const patienceMs = options.patienceMs ?? (() => 3000);
  const sockets = socketMode({
    ...{ server, patienceMs, appId: BOT.appId },
    url: url.replace("http", "ws"),
    isOn: () => slack.socketMode,
    onChange: () => first.tell({ kind: "connection" }),
  });
  const overHttp = deliverOverHttp({
    signingSecret,
    to: () => slack.commandUrl,
    patienceMs,
    signedAt: options.signedAt ?? Date.now,
  });
  const deliver: Deliver = (kind, content, ...retry) =>
    (slack.socketMode ? sockets.deliver : overHttp)(kind, slack.distort?.(content) ?? content, ...retry);
  const oauth = oauthDesk({
    clientId: options.clientId ?? "1234567890.0987654321",
    clientSecret: options.clientSecret ?? "stand-in-client-secret",
    redirectUrls: () => slack.redirectUrls,
    candidates: () =>
      teams.map(({ surface: { team, bot, users }, installation }) => ({ team, bot, users, installation })),
  });
  const app = { appToken: options.appToken ?? "xapp-stand-in", sockets, oauth };
  const teams: ReturnType<typeof openTeam>[] = [];
  function addTeam({ team, bot, ...settings }: TeamSettings & { team: Team; bot: Bot }) {
    const users = settings.users ?? [
      { id: "U0ALICE", name: "alice", realName: "Alice Ng", tz: "UTC", email: "alice@example.com" },
    ];
    const opened = openTeam({
      ...{ app, team, bot, users, deliver },
      channels: channelsFrom(settings, users),
      installation: {
        botToken: settings.botToken ?? `xoxb-${team.id}`,
        scopes: new Set(settings.scopes ?? EVERY_SCOPE),
        state: (settings.isInstalled ?? true) ? "active" : "uninstalled",
      },
      now: options.now ?? Date.now,
      isLimited: options.limits ?? true,
      latencyMs: options.latencyMs ?? (() => 0),
      wantsEvent: (type) =>
        (slack.commandUrl !== undefined || slack.socketMode) && (options.events ?? EVERY_EVENT).includes(type),
      retriesAfterMs: options.retriesAfterMs ?? RETRIES_AFTER_MS,
      triggerLivesMs: options.triggerLivesMs ?? 3000,
      url: `${url}${team.id}/`,
    });
    teams.push(opened);
    return opened;
  }
  const first = addTeam({ botToken: "xoxb-stand-in", ...options, team: TEAM, bot: BOT });

  web.use(oauth.routes);
  web.use("/:teamId", (request, response, next) => {
    const team = teams.find(({ surface }) => surface.team.id === request.params.teamId);
    if (team) team.routes(request, response, next);
    else next();
  });
  web.use(express.raw({ type: () => true, limit: "4mb" }));
  web.all("/api/:method", (request, response) => {
    const token = tokenOf(request);
    const team = teams.find(({ surface }) => surface.botToken === token) ?? first;
    return team.answer(request, response);
  });
  web.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (!response.headersSent) response.status(400).json({ ok: false, error: "invalid_form_data" });
  });

  const slack = Object.assign(first.surface, {
    url,
    apiUrl: `${url}api/`,
    signingSecret,
    appToken: app.appToken,
    commandUrl: options.commandUrl,
    /** Whether Slack tells the app things through its own connections, and not at its address. */
    socketMode: options.socketMode ?? false,
    /** What Slack sends instead of what it should, while somebody says so. */
    distort: undefined as ((content: object) => object) | undefined,
    /** How many connections the app has open. */
    connections: sockets.count,
    disconnect: sockets.disconnect,
    dropConnections: sockets.drop,
    /** Where people may be sent back to after they have allowed the app: as its settings list them. */
    redirectUrls: options.redirectUrls ?? [],
    clientId: oauth.clientId,
    clientSecret: oauth.clientSecret,
    authorizeUrl: `${url}oauth/v2/authorize`,
    allow: oauth.allow,
    cancel: oauth.cancel,
    /** One more workspace behind the same API, with people, channels and a token of its own. */
    addTeam(id: string, settings: TeamSettings = {}): SlackTeam {
      const rest = id.replace(/^T/, "");
      const team = { id, domain: settings.domain ?? id.toLowerCase() };
      const bot = { ...BOT, userId: `U${rest}BOT`, botId: `B${rest}BOT` };
      return addTeam({ ...settings, team, bot }).surface;
    },
    /** What Slack asks an address before it sends anything there. */
    async verifyUrl(): Promise<boolean> {
      const challenge = randomBytes(20).toString("hex");
      const question = { type: "url_verification", token: "legacy-verification-token", challenge };
      const { body } = await deliver("events_api", question);
      return body === challenge || (body as { challenge?: unknown } | undefined)?.challenge === challenge;
    },
    async close(): Promise<void> {
      for (const team of teams) team.close();
      await sockets.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections(); // also those a fault left hanging
      await closed;
    },
  });
  return slack;
}

/** The token of a call, from its header or else its arguments. */
function tokenOf(request: Request): string | undefined {
  const bearer = bearerOf(request);
  if (bearer) return bearer;
  const call = readCall(request);
  return call.kind === "call" ? call.token : undefined;
}

function channelsFrom({ channels }: TeamSettings, users: Person[]): Channel[] {
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
