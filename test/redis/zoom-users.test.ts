import { deepEqual, equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import type { Instant } from "../../src/meeting/fact.ts";
import { type Meeting, meetingFrom } from "../../src/meeting/meeting.ts";
import { redisZoomUsers } from "../../src/redis/zoom-users.ts";
import { at, joined, started } from "../meeting/facts.ts";
import { connected, openStore } from "./store.ts";

const DAY_MS = 24 * 3_600_000;

const meeting: Meeting = meetingFrom([
  started("09:00", { hostId: "id of Al", hostEmail: "al@example.com" }),
  joined("Jo P1", "09:01", { as: { email: "jo@example.com" } }),
  joined("Guest? P2", "09:02", { as: { email: "guest@elsewhere.example" } }),
  joined("Nameless P3", "09:03"),
]);
const BOTH = [
  ["al@example.com", "id of Al"],
  ["jo@example.com", "id of Jo"],
];

describe("Zoom's users by their e-mail address, in Redis", () => {
  let server: StartedRedis;
  let redis: Redis;
  before(async () => {
    server = await startRedis();
    redis = await connected(server.url);
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  const open = (now: () => Instant) => {
    const { keys } = openStore(redis);
    const users = () => redisZoomUsers(redis, keys, { retentionMs: 90 * DAY_MS, now });
    return { keys, users };
  };

  test("are known at once to who learnt them, and to the others from the next minute on", async () => {
    const { users } = open(() => at("09:05"));
    const [one, other] = [users(), users()];
    await other.refresh();
    one.learn(meeting);
    deepEqual([...one.ids].toSorted(), BOTH);
    await one.refresh();
    equal(other.ids.size, 0);
    await other.refresh();
    deepEqual([...other.ids].toSorted(), BOTH);
  });

  test("are not written again while nothing new is learnt, until the next day", async () => {
    let now = at("09:05");
    const { keys, users } = open(() => now);
    const one = users();
    const seenAt = async () => Number(await redis.zscore(keys.zoomUsers, "id of Jo jo@example.com"));
    one.learn(meeting);
    await one.refresh();
    now += 60_000;
    one.learn(meeting);
    await one.refresh();
    equal(await seenAt(), at("09:05"));
    now += DAY_MS;
    one.learn(meeting);
    await one.refresh();
    equal(await seenAt(), now);
  });

  test("are forgotten when they were not seen for the retention, also by a process that runs on", async () => {
    let now = at("09:05");
    const { keys, users } = open(() => now);
    const one = users();
    one.learn(meeting);
    await one.refresh();
    now += 91 * DAY_MS;
    await one.refresh();
    equal(one.ids.size, 0);
    equal(await redis.exists(keys.zoomUsers), 0);
  });

  test("who gets another account are known by the new one", async () => {
    const { users } = open(() => at("09:05"));
    const one = users();
    one.learn(meeting);
    await one.refresh();
    one.learn({ people: [], hostId: "new id of Al", hostEmail: "al@example.com" });
    await one.refresh();
    equal(one.ids.get("al@example.com"), "new id of Al");
  });
});
