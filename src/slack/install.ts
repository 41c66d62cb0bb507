import type { IncomingMessage, ServerResponse } from "node:http";
import { InstallProvider } from "@slack/oauth";
import { WebAPIPlatformError, WebClient, type WebClientOptions } from "@slack/web-api";
import type { Application } from "express";
import { log } from "../log.ts";
import { plainLine } from "../meeting/text.ts";
import type { AllowedTeams, Installation, InstallationStore } from "./installations.ts";
import { slackLogger } from "./logger.ts";
import { page } from "./page.ts";
import { addressOf } from "./workspaces.ts";

export interface Installing {
  web: Application;
  clientId: string;
  clientSecret: string;
  /** Where the second of our pages is seen from outside. */
  redirectUrl: string;
  stateSecret: string;
  allowed: AllowedTeams;
  clientOptions: WebClientOptions & { slackApiUrl: string };
  store: InstallationStore;
  /** Whether the settings have this workspace's token: then it needs no second one. */
  isAlone: (teamId: string) => Promise<boolean>;
  /** Cards may go to this address from now on. It may be told again. */
  onInstalled: (address: string) => Promise<void>;
}

/** What the app asks for. */
export const SCOPES = [
  "commands",
  "chat:write",
  "chat:write.public",
  "channels:read",
  "groups:read",
  "users:read",
  "users:read.email",
  "im:write",
  "files:write",
];

/**
 * The two pages with which somebody lets the app into their workspace: `/slack/install` sends them to Slack, which sends
 * them back with a code to `/slack/oauth_redirect`. Only who came from the first in the same browser gets any further
 * on the second. What goes wrong is told in plain words; no code and no token is shown or logged.
 */
export function installPages({ web, redirectUrl, ...side }: Installing): void {
  const provider = providerFor(side);
  const asked = { scopes: SCOPES, redirectUri: redirectUrl };

  web.all("/slack/install", (request, response) =>
    inPlainWords(request, response, () => provider.handleInstallPath(request, response, undefined, asked)),
  );
  web.all("/slack/oauth_redirect", (request, response) =>
    inPlainWords(request, response, () =>
      provider.handleCallback(request, response, {
        afterInstallation: async (installation) => {
          const refusal = await refusalOf(installation, side);
          if (refusal) page(request, response, refusal.status, refusal.words);
          return refusal === undefined;
        },
        successAsync: async ({ team }) => {
          const teamId = team?.id ?? "";
          log.info({ teamId }, "a workspace has installed the app");
          await side.onInstalled(addressOf(teamId));
          const name = plainLine(team?.name ?? "", 80) || "your workspace";
          page(request, response, 200, `The app is in ${name}: type /meetings subscribe in a channel.`);
        },
        failure: (err) => failed(request, response, err),
      }),
    ),
  );
}

function providerFor({
  clientId,
  clientSecret,
  stateSecret,
  clientOptions,
  store,
}: Omit<Installing, "web" | "redirectUrl">): InstallProvider {
  return new InstallProvider({
    ...{ clientId, clientSecret, stateSecret, clientOptions },
    directInstall: true,
    authorizationUrl: new URL("../oauth/v2/authorize", clientOptions.slackApiUrl).href,
    installationStore: {
      storeInstallation: (installation) =>
        store.keep(installation.team?.id ?? "", { ...(installation as Installation), installedAt: Date.now() }),
      fetchInstallation: async () => {
        throw new Error("nobody asks this way");
      },
    },
    logger: { ...slackLogger("oauth"), error: () => {} }, // anybody can make mistakes there; ours are logged here
  });
}

async function inPlainWords(
  request: IncomingMessage,
  response: ServerResponse,
  answer: () => Promise<void>,
): Promise<void> {
  if (request.method !== "GET") return page(request, response, 405, "This page can only be looked at.");
  try {
    await answer();
  } catch (err) {
    failed(request, response, err);
  }
}

interface Refusal {
  status: number;
  words: string;
}

/** Why an installation that Slack has made is of no use to us. */
async function refusalOf(
  { team, bot, isEnterpriseInstall }: Installation & { isEnterpriseInstall?: boolean },
  {
    allowed,
    isAlone,
    ...side
  }: Pick<Installing, "allowed" | "isAlone" | "clientId" | "clientSecret" | "clientOptions">,
): Promise<Refusal | undefined> {
  if (isEnterpriseInstall || !team) return FOR_ALL;
  if (!bot) return NO_BOT;
  if (await isAlone(team.id)) return ALREADY;
  if (allowed?.has(team.id) === false) {
    log.warn({ teamId: team.id }, "a workspace that is not among SLACK_TEAMS tried to install the app");
    await takeOut(bot.token, side);
    return NOT_ALLOWED;
  }
  return "refreshToken" in bot ? ROTATED : undefined;
}

const FOR_ALL: Refusal = {
  status: 400,
  words: "This app is installed in one workspace at a time, not for a whole organization: choose a workspace.",
};
const NO_BOT: Refusal = { status: 400, words: "Slack gave this app no bot. Please install it again." };
const ALREADY: Refusal = {
  status: 200,
  words: "The app is in this workspace already, and works with the token that it was set up with.",
};
const NOT_ALLOWED: Refusal = { status: 403, words: "This notifier is not meant for your workspace." };
const ROTATED: Refusal = {
  status: 400,
  words: "Token rotation is switched on in the settings of this Slack app, and this notifier does not support it.",
};

/** Nobody should keep an app that answers nobody; where that does not work it does no harm. */
async function takeOut(
  token: string,
  { clientId, clientSecret, clientOptions }: Pick<Installing, "clientId" | "clientSecret" | "clientOptions">,
): Promise<void> {
  const client = new WebClient(token, clientOptions);
  await client.apps.uninstall({ client_id: clientId, client_secret: clientSecret }).catch(() => {});
}

/** What somebody did in their browser, by the name that the error has. */
const THEIRS = new Map([
  ["slack_oauth_installer_authorization_error", "Nothing was installed, for somebody pressed Cancel."],
  ["slack_oauth_missing_code", "Nothing was installed. Please begin again at /slack/install."],
  ["slack_oauth_missing_state", "Nothing was installed. Please begin again at /slack/install."],
  [
    "slack_oauth_invalid_state",
    "Nothing was installed, for this was begun elsewhere, or too long ago. Please begin again at /slack/install.",
  ],
]);
const USED_UP = new Set(["invalid_code", "code_already_used", "code_expired"]);
const USED =
  "Nothing was installed, for this was done before, or begun too long ago. Please begin again at /slack/install.";
const OURS = "This did not work just now. Please try again in a minute, at /slack/install.";

function failed(request: IncomingMessage, response: ServerResponse, err: unknown): void {
  const isUsed = err instanceof WebAPIPlatformError && USED_UP.has(err.data.error);
  const theirs = isUsed ? USED : THEIRS.get((err as { code?: string }).code ?? "");
  if (!theirs) log.error({ err }, "the app could not be installed in a workspace");
  page(request, response, theirs ? 400 : 503, theirs ?? OURS);
}
