import { z } from "zod";
import type { AuditEntry, AuditLog } from "../ports.ts";
import type { RedisClient } from "./connect.ts";
import type { Keys } from "./keys.ts";

const MOST_KEPT = 500;

const Entry = z.object({ at: z.number(), by: z.string(), channel: z.string(), change: z.string() });

/** Who changed what was asked for, in Redis: the newest entries. */
export function redisAudit(redis: RedisClient, keys: Keys): AuditLog {
  return {
    async add(entry) {
      const answers = await redis
        .multi()
        .lpush(keys.audit, JSON.stringify(entry))
        .ltrim(keys.audit, 0, MOST_KEPT - 1)
        .exec();
      for (const [err] of answers ?? []) if (err) throw err;
    },
    async latest(most) {
      const kept = await redis.lrange(keys.audit, 0, most - 1);
      return kept.map((json): AuditEntry => Entry.parse(JSON.parse(json)) as AuditEntry);
    },
  };
}
