import { log } from "../log.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";
import { script } from "./script.ts";
import type { Sealing } from "./sealing.ts";

/** What was given to us when a workspace installed the app, as it was given. */
export interface KeptInstallation {
  team?: { id: string; name?: string } | undefined;
  enterprise?: { id: string } | undefined;
  bot?: { token: string; userId: string } | undefined;
  installedAt?: number | undefined;
}

/**
 * The workspaces that have installed the app. Whoever asks is told what is kept at that moment, also by other processes:
 * nobody works with a token that was given back, or misses a new one.
 */
export interface Installations {
  keep(teamId: string, installation: KeptInstallation): Promise<void>;
  get(teamId: string): Promise<KeptInstallation | undefined>;
  all(): Promise<KeptInstallation[]>;
  /** Rejects with a sentence when there are some, and none of them can be opened. */
  canBeOpened(): Promise<void>;
  /** Forgets it, unless there is another token since. Tells whether nothing is kept of this workspace any more. */
  forget(teamId: string, token: string | undefined): Promise<boolean>;
  /** Seals with the current key what the previous one sealed, so that this one may go. Doing it again is harmless. */
  sealAnew(): Promise<void>;
}

const replace = script(`
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then return redis.call('HDEL', KEYS[1], ARGV[1]) end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`);

/** In Redis, where nobody can read them without a key. */
export function redisInstallations(redis: RedisClient, keys: Keys, sealing: Sealing): Installations {
  const opened = new Map<string, { sealed: string; installation: KeptInstallation | undefined }>();

  const open = (teamId: string, sealed: string): KeptInstallation | undefined => {
    const before = opened.get(teamId);
    if (before?.sealed === sealed) return before.installation;
    const found = sealing.open(teamId, sealed);
    if (!found)
      log.error({ teamId }, "an installation cannot be opened: SLACK_TOKEN_KEY is not the one it was sealed with");
    const installation = found && (JSON.parse(found.text) as KeptInstallation);
    opened.set(teamId, { sealed, installation });
    return installation;
  };
  const read = async (teamId: string) => (await redis.hget(keys.installations, teamId)) ?? undefined;
  const all = async () => {
    const found = Object.entries(await redis.hgetall(keys.installations));
    return found.map(([teamId, sealed]) => open(teamId, sealed));
  };
  const swap = async (teamId: string, sealed: string, by: string) =>
    (await replace(redis, [keys.installations], [teamId, sealed, by])) === 1;

  return {
    async keep(teamId, installation) {
      await redis.hset(keys.installations, teamId, sealing.seal(teamId, JSON.stringify(installation)));
    },
    async get(teamId) {
      const sealed = await read(teamId);
      return sealed === undefined ? undefined : open(teamId, sealed);
    },
    all: async () => (await all()).filter((one) => one !== undefined),
    async canBeOpened() {
      const found = await all();
      if (found.length > 0 && found.every((one) => one === undefined))
        throw new Error("no installation can be opened, SLACK_TOKEN_KEY is not the one they were sealed with");
    },
    async forget(teamId, token) {
      const sealed = await read(teamId);
      if (sealed === undefined) return true;
      return open(teamId, sealed)?.bot?.token === token && swap(teamId, sealed, "");
    },
    async sealAnew() {
      for (const [teamId, sealed] of Object.entries(await redis.hgetall(keys.installations))) {
        const found = sealing.open(teamId, sealed);
        if (found && !found.isOfCurrentKey) await swap(teamId, sealed, sealing.seal(teamId, found.text));
      }
    },
  };
}
