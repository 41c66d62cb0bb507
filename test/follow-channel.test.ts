import { deepEqual, equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../scripts/redis.mjs";
import { followChannel, followFurther } from "../src/follow-channel.ts";
import { redisMoves } from "../src/redis/move-channel.ts";
import { redisSubscriptions } from "../src/redis/subscriptions.ts";
import { at, ended, joined, started } from "./meeting/facts.ts";
import { connected, HALL, heardIn, NINETY_DAYS_MS, nextClaim, openStore, pack, ROOM } from "./redis/store.ts";
import { subscription } from "./subscriptions.ts";

const ROOM_2 = `${ROOM}2`;
const ROOM_3 = `${ROOM}3`;

describe("a channel that gets another name", () => {
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

  const open = () => {
    const store = openStore(redis);
    const subscriptions = redisSubscriptions(redis, store.keys);
    const moves = redisMoves(redis, store.keys, { retentionMs: NINETY_DAYS_MS });
    return { ...store, subscriptions, moves };
  };
  type Opened = ReturnType<typeof open>;

  /** A card of a meeting that is over and packed. */
  const packedCard = async (store: Opened) => {
    const { facts, desk, subscriptions } = store;
    await subscriptions.change(ROOM, () => subscription());
    for (const fact of [started("09:00"), ended("09:30")]) await facts.keep(fact, heardIn(ROOM));
    await desk.settle(await nextClaim(desk), { kind: "upToDate", because: "ended", message: "1.0", shows: "ended x" });
    await pack(store, ["A"]);
    equal(await redis.exists(store.keys.facts("A")), 0, "it is packed");
  };

  test("keeps its one card of a meeting that was packed before, when something comes late", async () => {
    const store = open();
    await packedCard(store);
    await followChannel(store, ROOM, ROOM_2);
    await followChannel(store, ROOM_2, ROOM_3);
    await store.facts.keep(joined("Jo P1", "09:02", { heard: "11:30" }), heardIn(ROOM_3));
    const { channel, card, state } = await nextClaim(store.desk);
    deepEqual([channel, card, state.message], [ROOM_3, "A", "1.0"]);
  });

  test("and its old one back knows its cards by that", async () => {
    const store = open();
    await packedCard(store);
    await followChannel(store, ROOM, ROOM_2);
    await followChannel(store, ROOM_2, ROOM);
    deepEqual([...(await store.moves.known())], [[ROOM_2, ROOM]]);
    equal((await store.desk.stateOf(ROOM, "A")).message, "1.0");
  });

  test("is followed by anybody when whoever was told of it died over that", async () => {
    const { desk, moves, subscriptions } = open();
    await subscriptions.change(ROOM, () => subscription());
    await subscriptions.change(HALL, () => subscription());
    await desk.makeDue(ROOM, "A");
    await moves.move(ROOM, ROOM_2);
    await desk.makeDue(ROOM, "B");
    await followFurther({ moves, subscriptions }, await subscriptions.fresh());
    deepEqual([...(await subscriptions.fresh()).channels.keys()].sort(), [HALL, ROOM_2]);
    const { channel, card, token } = await nextClaim(desk);
    deepEqual([channel, card], [ROOM_2, "A"]);
    await desk.settle(
      { channel, card, token, claimedAt: `${at("09:00")}`, state: {} },
      { kind: "upToDate", because: "x" },
    );
    deepEqual((await nextClaim(desk)).card, "B");
  });

  test("is looked at no more under its old name, also when a courier was about to", async () => {
    const { desk, keys, moves } = open();
    await moves.move(ROOM, ROOM_2);
    await redis.zadd(keys.channels, 0, ROOM); // as whoever claims it finds that looked around before
    deepEqual((await desk.claim(10)).claims, []);
    deepEqual(await redis.zrange(keys.channels, "0", "-1"), []);
  });
});
