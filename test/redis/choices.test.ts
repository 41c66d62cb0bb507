import { deepEqual, equal, notEqual } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { recordFact } from "../../src/record-fact.ts";
import { redisChoices } from "../../src/redis/choices.ts";
import { redisSubscriptions } from "../../src/redis/subscriptions.ts";
import type { Chooser } from "../../src/subscription/chooser.ts";
import { joined } from "../meeting/facts.ts";
import { subscription } from "../subscriptions.ts";
import { connected, NINETY_DAYS_MS, openStore, ROOM } from "./store.ts";

const ALICE = "slack:U0ALICE";
const alice: Chooser = {
  choices: { whenLiveWithoutMe: true, myDayAt: "08:00" },
  email: "alice@example.com",
  timeZone: "Asia/Tokyo",
};

describe("what people chose for themselves, in Redis", () => {
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

  test("is read back as it was chosen, by every process, and anew once it changed", async () => {
    const { keys } = openStore(redis);
    const [one, other] = [redisChoices(redis, keys), redisChoices(redis, keys)];
    equal((await other.chosen()).people.size, 0);
    await one.change(ALICE, () => alice);
    deepEqual([...(await one.chosen()).people], [[ALICE, alice]]);
    deepEqual([...(await other.fresh()).people], [[ALICE, alice]]);
    const { version } = await other.chosen();
    await one.change(ALICE, (before) => before);
    equal((await other.fresh()).version, version, "nothing changed");
  });

  test("is forgotten when somebody chooses nothing any more, with address and zone", async () => {
    const { keys } = openStore(redis);
    const choices = redisChoices(redis, keys);
    await choices.change(ALICE, () => alice);
    await choices.change(ALICE, () => ({ ...alice, choices: { whenLiveWithoutMe: false } }));
    equal((await choices.fresh()).people.size, 0);
    equal(await redis.exists(keys.choices), 0);
  });

  test("and what channels asked for are of one version", async () => {
    const { keys } = openStore(redis);
    const [choices, subscriptions] = [redisChoices(redis, keys), redisSubscriptions(redis, keys)];
    await choices.change(ALICE, () => alice);
    const { version } = await choices.fresh();
    equal((await subscriptions.fresh()).version, version);
    await subscriptions.change(ROOM, () => subscription());
    notEqual((await choices.fresh()).version, version);
  });

  test("counts from the moment at which it was chosen, whichever process hears of a meeting", async () => {
    const { keys, facts, desk } = openStore(redis);
    const [zoomSide, slackSide] = [redisChoices(redis, keys), redisChoices(redis, keys)];
    const subscriptions = redisSubscriptions(redis, keys);
    await zoomSide.chosen(); // from now on it knows, for a second, that nobody chose
    await slackSide.change(ALICE, () => alice);
    await slackSide.change("slack:U0BEN", () => ({ ...alice, email: "ben@example.com" }));
    await subscriptions.book(); // read later, and of a newer version
    const recording = { facts, subscriptions, choices: zoomSide, retentionMs: NINETY_DAYS_MS };
    const now = Date.now();
    const about = { hostEmail: "alice@example.com", startedAt: now - 300_000 };
    const fact = { ...joined("Jo P1", "09:00", about), at: now - 300_000, heardAt: now };
    equal(await recordFact(recording, fact, now), "new");
    const { claims } = await desk.claim(10);
    deepEqual(
      claims.map(({ channel, card }) => [channel, card]),
      [[ALICE, "alone:A"]],
    );
  });
});
