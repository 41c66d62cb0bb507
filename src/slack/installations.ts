import { WebAPIPlatformError, WebClient, type WebClientOptions } from "@slack/web-api";
import { log } from "../log.ts";
import { addressOf, type InstalledTeams } from "./workspaces.ts";

/** What Slack gives when a workspace installs the app: of all that, what we work with. */
export interface Installation {
  team?: { id: string; name?: string } | undefined;
  enterprise?: { id: string } | undefined;
  bot?: { token: string; userId: string } | undefined;
}

/** Where installations are kept, for all processes. */
export interface InstallationStore {
  keep(teamId: string, installation: Installation): Promise<void>;
  get(teamId: string): Promise<Installation | undefined>;
  all(): Promise<Installation[]>;
  /** Unless there is another token since. Tells whether nothing is kept of this workspace any more. */
  forget(teamId: string, token: string | undefined): Promise<boolean>;
}

/** Which workspaces may install the app; undefined: all. */
export type AllowedTeams = ReadonlySet<string> | undefined;

/** The installations as they are used: none of a workspace that may not install the app, or not any more. */
export function installedTeams(store: InstallationStore, allowed: AllowedTeams): InstalledTeams {
  const used = (kept: Installation | undefined) => {
    const [teamId, token] = [kept?.team?.id, kept?.bot?.token];
    if (teamId === undefined || token === undefined || allowed?.has(teamId) === false) return undefined;
    return { teamId, token };
  };
  return {
    get: async (teamId) => used(await store.get(teamId)),
    all: async () => (await store.all()).map(used).filter((one) => one !== undefined),
  };
}

export interface Uninstalling {
  store: InstallationStore;
  clientOptions: WebClientOptions;
  /** Nobody posts to this address any more. It may be told again. */
  onUninstalled: (address: string) => Promise<void>;
}

/**
 * Forgets a workspace when Slack tells that the app was taken out there, which it does in two ways, in any order and
 * more than once. If the token works the app was installed again since, and nothing happens.
 */
export function uninstalled({ store, clientOptions, onUninstalled }: Uninstalling): (teamId: string) => Promise<void> {
  return async (teamId) => {
    const token = (await store.get(teamId))?.bot?.token;
    if (token !== undefined && (await works(token, clientOptions))) return;
    if (!(await store.forget(teamId, token))) return; // it is installed again at this moment
    log.info({ teamId }, "a workspace has taken the app out: nothing is posted there any more");
    await onUninstalled(addressOf(teamId));
  };
}

async function works(token: string, clientOptions: WebClientOptions): Promise<boolean> {
  try {
    await new WebClient(token, clientOptions).auth.test();
    return true;
  } catch (err) {
    if (!(err instanceof WebAPIPlatformError)) log.warn({ err }, "whether a token still works could not be found out");
    return false; // Slack has told so
  }
}
