import type { Instant } from "../meeting/fact.ts";
import type { Meeting } from "../meeting/meeting.ts";
import type { HostIds } from "../subscription/subscription.ts";
import { chunks } from "./chunks.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";

export interface ZoomUsers {
  /** All that are known; who is learnt is in it at once. */
  ids: HostIds;
  /** Remembers whom a meeting names by both address and id. Costs next to nothing and asks nobody. */
  learn(meeting: Pick<Meeting, "people" | "hostId" | "hostEmail">): void;
  /** Writes down who was learnt and reads whom others learnt. What fails is done by the next one. */
  refresh(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
/** Clocks of processes differ by less, and a look-out comes each minute. */
const OVERLAP_MS = 10 * 60_000;
/** Of more people in one account those are forgotten who were not seen for the longest time. */
const MOST_USERS = 50_000;
const WRITTEN_AT_ONCE = 1_000;

/**
 * Zoom's users by their e-mail address, in Redis: running events name the host by the id alone. Who is seen every day is
 * written once a day.
 */
export function redisZoomUsers(
  redis: RedisClient,
  keys: Keys,
  { retentionMs, now = Date.now }: { retentionMs: number; now?: () => Instant },
): ZoomUsers {
  const ids = new Map<string, string>();
  const seenOn = new Map<string, number>();
  const unwritten = new Map<string, string>();
  let [readAt, readWholeAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];

  const saw = (email: string | undefined, id: string | undefined) => {
    if (!email || !id) return;
    const today = Math.floor(now() / DAY_MS);
    const isKnown = ids.get(email) === id;
    if ((isKnown && seenOn.get(email) === today) || (!ids.has(email) && ids.size >= MOST_USERS)) return;
    ids.set(email, id);
    seenOn.set(email, today);
    unwritten.set(email, id);
  };
  const write = async () => {
    for (const some of chunks([...unwritten], WRITTEN_AT_ONCE)) {
      const members = some.flatMap(([email, id]) => [now(), `${id} ${email}`]);
      await redis.zadd(keys.zoomUsers, "GT", ...members);
      for (const [email, id] of some) if (unwritten.get(email) === id) unwritten.delete(email);
    }
    await redis.zremrangebyscore(keys.zoomUsers, "-inf", now() - retentionMs);
    await redis.zremrangebyrank(keys.zoomUsers, 0, -MOST_USERS - 1);
  };
  const read = async () => {
    const at = now();
    const isWhole = at - readWholeAt > DAY_MS; // who was not seen any more goes
    const members = await redis.zrangebyscore(keys.zoomUsers, isWhole ? "-inf" : readAt - OVERLAP_MS, "+inf");
    if (isWhole) ids.clear();
    for (const member of members) {
      const space = member.lastIndexOf(" ");
      ids.set(member.slice(space + 1), member.slice(0, space));
    }
    for (const [email, id] of unwritten) ids.set(email, id);
    for (const email of seenOn.keys()) if (!ids.has(email)) seenOn.delete(email);
    [readAt, readWholeAt] = [at, isWhole ? at : readWholeAt];
  };

  return {
    ids,
    learn({ people, hostId, hostEmail }) {
      saw(hostEmail, hostId);
      for (const { email, zoomUserId } of people) saw(email, zoomUserId);
    },
    async refresh() {
      await write();
      await read();
    },
  };
}
