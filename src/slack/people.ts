import type { WebClient } from "@slack/web-api";
import { IANAZone } from "luxon";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";

const KEPT_MS = 3_600_000;
const MOST_KEPT = 10_000;

/** The time zone of a Slack user, remembered for an hour; `otherwise` where Slack does not tell. */
export function timeZones(
  client: WebClient,
  now: () => Instant,
  otherwise: string,
): (userId: string) => Promise<string> {
  const known = new Map<string, { timeZone: string; until: Instant }>();
  return async (userId) => {
    const before = known.get(userId);
    if (before && before.until > now()) return before.timeZone;
    try {
      const { user } = await client.users.info({ user: userId });
      const timeZone = user?.tz && IANAZone.isValidZone(user.tz) ? user.tz : otherwise;
      if (known.size >= MOST_KEPT) known.clear();
      known.set(userId, { timeZone, until: now() + KEPT_MS });
      return timeZone;
    } catch (err) {
      log.warn({ err }, "Slack does not tell somebody's time zone");
      return otherwise;
    }
  };
}
