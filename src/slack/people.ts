import { type UsersInfoResponse, WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { IANAZone } from "luxon";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import { remembering } from "./remembering.ts";

/** Somebody in Slack, as far as it tells us. */
export interface SlackPerson {
  timeZone: string;
  /** In lower case; absent for guests, and where we may not know it (`users:read.email`). */
  email?: string;
  name?: string;
  isAdmin: boolean;
  /** Of another company, in a shared channel. */
  isStranger: boolean;
  /** May see only the channels they were let into. */
  isGuest: boolean;
}

const KEPT_MS = 10 * 60_000;

/** Where we may not look anybody up, everybody is of the workspace. */
const ANYBODY = { isAdmin: false, isStranger: false, isGuest: false };
const NOBODY_OF_OURS = { isAdmin: false, isStranger: true, isGuest: true };
const NOT_SHOWN_TO_US = new Set(["user_not_found", "user_not_visible"]);

/**
 * People of one workspace, each remembered for ten minutes. Whom Slack does not show us is none of ours. Rejects when it
 * does not answer: then nobody knows what that person may see.
 */
export function slackPeople(
  client: WebClient,
  now: () => Instant,
  { timeZone, teamId }: { timeZone: string; teamId: () => Promise<string | undefined> },
): (userId: string) => Promise<SlackPerson> {
  const look = remembering(now, KEPT_MS, async (userId): Promise<SlackPerson> => {
    const [{ user }, ours] = await Promise.all([client.users.info({ user: userId }), teamId()]);
    const email = user?.profile?.email?.trim().toLowerCase();
    const name = user?.profile?.real_name || user?.real_name || user?.name;
    return {
      timeZone: user?.tz && IANAZone.isValidZone(user.tz) ? user.tz : timeZone,
      ...(email && { email }),
      ...(name && { name }),
      isAdmin: user?.is_admin === true || user?.is_owner === true || user?.is_primary_owner === true,
      isStranger: user?.is_stranger === true || (ours !== undefined && !teamsOf(user).includes(ours)),
      isGuest: user?.is_restricted === true || user?.is_ultra_restricted === true,
    };
  });
  return async (userId) => {
    try {
      return await look(userId);
    } catch (err) {
      log.warn({ err }, "Slack does not tell who somebody is");
      const because = err instanceof WebAPIPlatformError ? err.data.error : "no answer";
      if (because === "missing_scope") return { timeZone, ...ANYBODY };
      if (NOT_SHOWN_TO_US.has(because)) return { timeZone, ...NOBODY_OF_OURS };
      throw err;
    }
  };
}

/** Of the workspace, or of the whole enterprise that it belongs to. */
function teamsOf(user: UsersInfoResponse["user"]): readonly (string | undefined)[] {
  return [user?.team_id, ...(user?.enterprise_user?.teams ?? [])];
}
