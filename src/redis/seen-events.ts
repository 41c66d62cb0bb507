import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";

/** Slack tells of an event again within six minutes, if at all. */
const KEPT_S = 3_600;

/** Whether Slack tells of an event for the first time within an hour, over all processes; one without a name always is. */
export function seenEvents(redis: RedisClient, keys: Keys): (eventId: string) => Promise<boolean> {
  return async (eventId) => eventId === "" || (await redis.set(keys.event(eventId), "1", "EX", KEPT_S, "NX")) === "OK";
}
