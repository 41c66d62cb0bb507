import { WebAPIPlatformError } from "@slack/web-api";
import { type Trouble, trouble } from "../trouble.ts";
import type { Workspace, Workspaces } from "./workspaces.ts";

/** How many workspaces accept us, and how many do not. */
export type Acceptance = { accept: number; refuse: number };

export interface AcceptanceOptions {
  /** Why a workspace takes no message of ours although it knows us, by its address; undefined when it does. */
  shutOut: (address: string) => Promise<string | undefined>;
  onCount: (count: Acceptance) => void;
  /** Where we are in no workspace: rejects with a sentence when we should be. */
  isNobodyThere?: (() => Promise<void>) | undefined;
}

/**
 * For asking again and again: rejects with a sentence when no workspace accepts us. One of several that does not is
 * logged once, and counted. Where nobody has installed the app yet there is nothing amiss.
 */
export function acceptance(
  workspaces: Workspaces,
  { shutOut, onCount, isNobodyThere }: AcceptanceOptions,
): () => Promise<void> {
  const troubles = new Map<string, Trouble>();
  const troubleOf = ({ address, teamId }: Workspace): Trouble => {
    const known = troubles.get(address);
    if (known) return known;
    const where = `workspace ${teamId ?? address}`;
    const one = trouble(`${where} does not accept us: nothing is posted there`, `${where} accepts us again`);
    troubles.set(address, one);
    return one;
  };
  return async () => {
    const all = await workspaces.all().catch(() => {
      throw new Error("which workspaces there are cannot be looked up");
    });
    const answers = await Promise.all(
      all.map(
        async (workspace) => (await refusal(workspace)) ?? (await shutOut(workspace.address).catch(() => undefined)),
      ),
    );
    const refusals = answers.filter((one) => one !== undefined);
    for (const [index, workspace] of all.entries()) {
      const because = answers[index];
      if (because === undefined) troubleOf(workspace).over();
      else if (all.length > 1) troubleOf(workspace).met(new Error(because));
    }
    onCount({ accept: all.length - refusals.length, refuse: refusals.length });
    if (all.length === 0) return isNobodyThere?.();
    if (refusals.length < all.length) return;
    const reasons = [...new Set(refusals)].join(", ");
    throw new Error(all.length === 1 ? reasons : `no workspace accepts us: ${reasons}`);
  };
}

async function refusal({ client }: Workspace): Promise<string | undefined> {
  try {
    await client.auth.test();
    return undefined;
  } catch (err) {
    return err instanceof WebAPIPlatformError ? err.data.error : "does not answer";
  }
}
