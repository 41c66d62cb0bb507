import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import type { Outcome } from "../../src/ports.ts";
import { redisMoves } from "../../src/redis/move-channel.ts";
import { at, ended, joined, started } from "../meeting/facts.ts";
import { standingClock } from "./clock.ts";
import { connected, HALL, heardIn, keysWithTtl, NINETY_DAYS_MS, nextClaim, openStore, pack, ROOM } from "./store.ts";

const NOW = at("09:00");
const NOTICE = { at: NOW, by: "Alice Ng" };
const sent: Outcome = { kind: "upToDate", because: "started", message: "1.0", shows: "live" };

describe("a notice in a card, in Redis", { concurrency: true }, () => {
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

  /** A card is being posted with the notice. */
  async function beingPosted({ leaseMs = 20_000 } = {}) {
    const store = openStore(redis, { leaseMs, clock: standingClock() });
    await store.facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(store.desk);
    equal(claim.announced, undefined);
    equal(await store.desk.begin(claim, "post", NOW, NOTICE), "go");
    const another = () => store.facts.keep(started("09:00", { uuid: "B" }), heardIn(ROOM));
    return { ...store, claim, another };
  }

  test("is that card's from the moment at which its post begins, and no other card tells it", async () => {
    const { desk, claim, another } = await beingPosted();
    deepEqual((await desk.stateOf(ROOM, "A")).notice, NOTICE);
    await desk.settle(claim, sent);
    await another();
    const other = await nextClaim(desk);
    deepEqual([other.card, other.announced, other.state], ["B", NOW, {}]);
  });

  test("stays that card's while its post is in doubt, whoever takes over, and when it is posted again", async () => {
    const { desk, another } = await beingPosted({ leaseMs: 300 });
    const heir = await nextClaim(desk);
    deepEqual([heir.card, heir.state.notice, heir.announced], ["A", NOTICE, NOW]);
    equal(await desk.begin(heir, "post", NOW, { at: NOW }), "go");
    deepEqual((await desk.stateOf(ROOM, "A")).notice, NOTICE);
    await desk.settle(heir, { kind: "tryAgain", because: "no answer", inMs: 60_000, isUnknown: true, looked: 0 });
    deepEqual((await desk.stateOf(ROOM, "A")).notice, NOTICE);
    await another();
    equal((await nextClaim(desk)).announced, NOW);
  });

  test("is told by another where the post was refused", async () => {
    const { desk, claim, another } = await beingPosted();
    await desk.settle(claim, { kind: "waits", because: "invalid_blocks", unsaid: "live x" });
    equal((await desk.stateOf(ROOM, "A")).notice, undefined);
    await another();
    const other = await nextClaim(desk);
    deepEqual([other.card, other.announced], ["B", undefined]);
    equal(await desk.begin(other, "post", NOW, NOTICE), "go");
    deepEqual((await desk.stateOf(ROOM, "B")).notice, NOTICE);
  });

  test("that is refused takes nothing away from a later one", async () => {
    const { desk, claim, keys } = await beingPosted();
    const later = JSON.stringify({ at: NOW + 1 });
    await redis.set(keys.announced(ROOM), later);
    await desk.settle(claim, { kind: "tryAgain", because: "ratelimited", inMs: 1 });
    equal(await redis.get(keys.announced(ROOM)), later);
  });

  test("goes with its card when that is packed, and comes back with it", async () => {
    const store = openStore(redis, { clock: standingClock() });
    const { facts, desk } = store;
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    await desk.begin(claim, "post", NOW, NOTICE);
    await facts.keep(ended("09:30"), heardIn(ROOM));
    await desk.settle(claim, sent);
    await desk.settle(await nextClaim(desk), { ...sent, because: "ended", shows: "ended" });
    await pack(store, ["A"]);
    ok(!(await keysWithTtl(store)).some(({ kind }) => kind === "card"), "it is packed");
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    deepEqual((await desk.stateOf(ROOM, "A")).notice, NOTICE);
  });

  test("was told also where its channel has another name by now", async () => {
    const { desk, claim, keys, another } = await beingPosted();
    await desk.settle(claim, sent);
    await another();
    await redisMoves(redis, keys, { retentionMs: NINETY_DAYS_MS }).move(ROOM, HALL);
    const moved = await nextClaim(desk);
    deepEqual([moved.channel, moved.card, moved.announced], [HALL, "B", NOW]);
  });

  test("is not remembered for ever", async () => {
    const { keys } = await beingPosted();
    const lives = await redis.pttl(keys.announced(ROOM));
    ok(lives > 7 * 24 * 3_600_000 && lives <= 8 * 24 * 3_600_000, `${lives}`);
  });
});
