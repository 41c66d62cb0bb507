import { WebAPIPlatformError, WebClient, type WebClientOptions } from "@slack/web-api";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import { becauseOf, NO_TOKEN } from "./refusal.ts";
import { addressOf, type InstalledTeams } from "./workspaces.ts";

/** What Slack gives when a workspace installs the app: of all that, what we work with. */
export interface Installation {
  team?: { id: string; name?: string } | undefined;
  enterprise?: { id: string } | undefined;
  bot?: { token: string; userId: string } | undefined;
  /** By our clock; absent of those kept by older versions. */
  installedAt?: Instant | undefined;
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

/** The app was taken out of a workspace, Slack says, and when: absent where it does not say. */
export type Uninstalled = (teamId: string, at?: Instant) => Promise<void>;

/**
 * Forgets a workspace when Slack tells that the app was taken out there, which it does in two ways, in any order and
 * more than once. What was told of before it was installed again is of no matter; where it cannot be known which came
 * first, whether the token works decides, and where that cannot be found out nothing is forgotten: a token that is dead
 * posts nothing either.
 */
export function uninstalled({ store, clientOptions, onUninstalled }: Uninstalling): Uninstalled {
  return async (teamId, at) => {
    const { bot, installedAt } = (await store.get(teamId)) ?? {};
    const token = bot?.token;
    const isSince = at !== undefined && installedAt !== undefined && at >= installedAt;
    if (token !== undefined && !isSince && !(await isDead(token, clientOptions))) return;
    if (!(await store.forget(teamId, token))) return; // it is installed again at this moment
    log.info({ teamId }, "a workspace has taken the app out: nothing is posted there any more");
    await onUninstalled(addressOf(teamId));
  };
}

/** Asked again after these. */
const PAUSES_MS = [0, 1_000, 5_000, 30_000];

async function isDead(token: string, clientOptions: WebClientOptions): Promise<boolean> {
  for (const pauseMs of PAUSES_MS) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
    try {
      await new WebClient(token, clientOptions).auth.test();
      return false;
    } catch (err) {
      if (err instanceof WebAPIPlatformError && NO_TOKEN.has(err.data.error)) return true;
      log.warn({ because: becauseOf(err) }, "whether a token still works could not be found out");
    }
  }
  return false;
}
