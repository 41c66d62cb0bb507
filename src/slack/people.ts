import type { UsersInfoResponse, WebClient } from "@slack/web-api";
import { IANAZone } from "luxon";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import { plainLine } from "../meeting/text.ts";
import { becauseOf, isNotOffered } from "./refusal.ts";
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
const LONGEST_NAME = 80;

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
    const name = plainLine(user?.profile?.real_name || user?.real_name || user?.name || "", LONGEST_NAME);
    return {
      timeZone: user?.tz && IANAZone.isValidZone(user.tz) ? user.tz : timeZone,
      ...(email && { email }),
      ...(name && { name }),
      isAdmin: user?.is_admin === true || user?.is_owner === true || user?.is_primary_owner === true,
      isStranger: user?.is_stranger === true || isOfOthers(user, ours),
      isGuest: user?.is_restricted === true || user?.is_ultra_restricted === true,
    };
  });
  return async (userId) => {
    try {
      return await look(userId);
    } catch (err) {
      log.warn({ err }, "Slack does not tell who somebody is");
      const because = becauseOf(err);
      if (because === "missing_scope" || isNotOffered(because)) return { timeZone, ...ANYBODY };
      if (NOT_SHOWN_TO_US.has(because)) return { timeZone, ...NOBODY_OF_OURS };
      throw err;
    }
  };
}

/** Neither of the workspace nor of the whole enterprise that it belongs to, as far as Slack tells both. */
function isOfOthers(user: UsersInfoResponse["user"], ours: string | undefined): boolean {
  const teams = [user?.team_id, ...(user?.enterprise_user?.teams ?? [])].filter((team) => team !== undefined);
  return ours !== undefined && teams.length > 0 && !teams.includes(ours);
}
