import { WebAPIPlatformError, WebClient, type WebClientOptions } from "@slack/web-api";
import type { Chart } from "../card/card.ts";
import type { Instant } from "../meeting/fact.ts";
import type { ChatPlatform } from "../ports.ts";
import { type SlackChannels, slackChannels } from "./channels.ts";
import { type SlackPerson, slackPeople } from "./people.ts";
import { slackPlatform } from "./platform.ts";
import { becauseOf, isNotOffered } from "./refusal.ts";

/** One Slack workspace that we are in. */
export interface Workspace {
  /** The part of its channels before the colon: "slack" where the settings have its token, else `slack-T0123`. */
  address: string;
  /** Undefined until Slack has told which one the token of the settings belongs to. */
  readonly teamId: string | undefined;
  client: WebClient;
  platform: ChatPlatform;
  /** Our own user there. Rejects when Slack does not tell. */
  botUserId(): Promise<string | undefined>;
  /** One of its people. */
  person(userId: string): Promise<SlackPerson>;
  channels: SlackChannels;
}

/** The workspaces that we are in at this moment. Each rejects when that cannot be found out now. */
export interface Workspaces {
  /** By Slack's id of the team in which something happens. */
  of(teamId: string | undefined): Promise<Workspace | undefined>;
  /** By the part of a channel before the colon. */
  at(address: string): Promise<Workspace | undefined>;
  all(): Promise<Workspace[]>;
  /** Whether it is the one whose token the settings have. */
  isAlone(teamId: string): Promise<boolean>;
}

/** An installation of the app, as it is used. */
export interface Installed {
  teamId: string;
  token: string;
}

/** Where installations are kept. It is asked each time, so that no process uses a token that is not there any more. */
export interface InstalledTeams {
  get(teamId: string): Promise<Installed | undefined>;
  all(): Promise<Installed[]>;
}

export interface WorkspaceSettings {
  clientOptions: WebClientOptions;
  now: () => Instant;
  /** For people whose time zone Slack does not tell. */
  timeZone: string;
  /** The picture of a chart, for workspaces whose Slack does not draw it. */
  drawChart?: (chart: Chart) => Promise<Buffer>;
  /** The token of the settings, if there is one. */
  token?: string | undefined;
  /** Undefined where nobody can install the app. */
  installed?: InstalledTeams | undefined;
}

/** The address of the workspace whose token is in the settings. */
export const ALONE = "slack";

export const addressOf = (teamId: string) => `${ALONE}-${teamId}`;

/** Which chat platform an address belongs to, for metrics: all workspaces are one. */
export const platformName = (address: string) => address.split("-", 1)[0] ?? "";

/**
 * The workspace whose token is in the settings, and those that have installed the app. Where both are one and the same,
 * it is the first: no channel has two names.
 */
export function workspaces({ token, installed = NOBODY, ...settings }: WorkspaceSettings): Workspaces {
  const alone = token === undefined ? undefined : workspace(ALONE, token, settings);
  const opened = new Map<string, Opened>();
  if (alone && installed !== NOBODY) alone.botUserId().catch(() => {}); // which team it is; asked again where it fails

  const open = ({ teamId, token }: Installed): Workspace | undefined => {
    if (teamId === alone?.teamId) return undefined;
    const before = opened.get(teamId);
    if (before?.token === token) return before.workspace;
    const anew = { token, workspace: workspace(addressOf(teamId), token, settings, teamId) };
    opened.set(teamId, anew);
    return anew.workspace;
  };
  const lookUp = async (teamId: string) => {
    const found = await installed.get(teamId);
    if (!found) opened.delete(teamId);
    return found && open(found);
  };

  return {
    async of(teamId) {
      if (alone && (installed === NOBODY || alone.teamId === teamId)) return alone;
      const found = teamId === undefined ? undefined : await lookUp(teamId);
      return found ?? (alone?.teamId === undefined ? alone : undefined);
    },
    async at(address) {
      if (address === ALONE) return alone;
      const teamId = INSTALLED.exec(address)?.[1];
      return teamId === undefined ? undefined : lookUp(teamId);
    },
    async all() {
      const others = (await installed.all()).map(open).filter((found) => found !== undefined);
      return alone ? [alone, ...others] : others;
    },
    async isAlone(teamId) {
      await alone?.botUserId().catch((err: unknown) => {
        if (!(err instanceof WebAPIPlatformError)) throw err; // a token that Slack refuses belongs to none
      });
      return alone?.teamId === teamId;
    },
  };
}

const NOT_TOLD: { user_id?: string; team_id?: string } = {};

interface Opened {
  token: string;
  workspace: Workspace;
}

const INSTALLED = /^slack-(T[A-Z0-9]+)$/;

const NOBODY: InstalledTeams = { get: async () => undefined, all: async () => [] };

function workspace(
  address: string,
  token: string,
  { clientOptions, now, timeZone, drawChart }: Omit<WorkspaceSettings, "token" | "installed">,
  knownTeam?: string,
): Workspace {
  const client = new WebClient(token, clientOptions);
  let teamId = knownTeam;
  let botUserId: string | undefined;
  const whoWeAre = async () => {
    if (botUserId === undefined) {
      const us = await client.auth.test().catch((err: unknown) => {
        if (isNotOffered(becauseOf(err))) return NOT_TOLD;
        throw err;
      });
      botUserId = us.user_id;
      teamId ??= us.team_id;
    }
    return { botUserId, teamId };
  };
  return {
    address,
    get teamId() {
      return teamId;
    },
    client,
    platform: slackPlatform(client, now, { ...(drawChart && { drawChart }) }),
    botUserId: async () => (await whoWeAre()).botUserId,
    person: slackPeople(client, now, { timeZone, teamId: async () => (await whoWeAre()).teamId }),
    channels: slackChannels(client, now),
  };
}
