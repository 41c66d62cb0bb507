import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";

/** Slack tells of an event again within six minutes, if at all. */
const KEPT_S = 3_600;

/** Of which events of Slack's all is done, over all processes and for an hour; of one without a name that is never known. */
export function seenEvents(redis: RedisClient, keys: Keys) {
  return {
    async isDone(eventId: string): Promise<boolean> {
      return eventId !== "" && (await redis.exists(keys.event(eventId))) === 1;
    },
    async done(eventId: string): Promise<void> {
      if (eventId !== "") await redis.set(keys.event(eventId), "1", "EX", KEPT_S);
    },
  };
}
