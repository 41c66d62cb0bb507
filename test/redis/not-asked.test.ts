import { deepEqual, equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import type { Audience, CardDesk, Channel, Listener } from "../../src/ports.ts";
import { at, ended, joined, started } from "../meeting/facts.ts";
import { connected, DIGEST, nextClaim, openStore, pack, ROOM, urgently } from "./store.ts";

const to = (listeners: readonly Listener[]): Audience => ({ listeners, isUrgent: false });
const asked = to([{ channel: ROOM, digest: DIGEST }]);
const room: Listener = { channel: ROOM, digest: DIGEST, onlyWhatIsThere: true };
const others = (count: number): Listener[] =>
  Array.from({ length: count }, (_, index) => ({
    channel: `slack:C0${1_000 + index}`,
    digest: DIGEST,
    onlyWhatIsThere: true,
  }));

describe("a channel that did not ask for a meeting", () => {
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

  const posts = async (desk: CardDesk) => {
    const claim = await nextClaim(desk);
    await desk.begin(claim, "post", at("09:00"));
    await desk.settle(claim, { kind: "upToDate", because: "live", message: "1.0", shows: "live x" });
  };
  const dueNow = async (desk: CardDesk) => (await desk.claim(2_000)).claims.map(({ channel, card }) => [channel, card]);

  test("hears of nothing, among a thousand others", async () => {
    const { facts, desk } = openStore(redis);
    for (const fact of [started("09:00"), joined("Bob P1", "09:01"), ended("09:30")]) {
      equal(await facts.keep(fact, urgently(to([...others(1_500), room]))), "new");
    }
    deepEqual(await dueNow(desk), []);
  });

  test("hears of what stands there, also from a process that never saw it", async () => {
    const { facts, desk, prefix } = openStore(redis);
    const another = () => openStore(redis, { prefix });
    await facts.keep(started("09:00"), asked);
    await posts(desk);
    const audience = urgently(to([...others(1_200), room]));
    equal(await another().facts.keep(ended("09:30"), audience), "new");
    deepEqual(await dueNow(desk), [[ROOM, "A"]]);
    equal(await another().facts.keep(ended("09:30"), audience), "known");
  });

  test("hears of it again and again, and of each meeting for itself", async () => {
    const { facts, desk } = openStore(redis);
    await facts.keep(started("09:00"), asked);
    await posts(desk);
    const heard: [Channel, string][][] = [];
    for (const minute of ["09:01", "09:02", "09:03"]) {
      await facts.keep(ended(minute), urgently(to([room])));
      await facts.keep(started(minute, { uuid: "B" }), urgently(to([room])));
      const { claims } = await desk.claim(10);
      heard.push(claims.map(({ channel, card }) => [channel, card]));
      for (const claim of claims) {
        await desk.begin(claim, "edit", at("09:00"));
        await desk.settle(claim, { kind: "upToDate", because: "ended", message: "1.0", shows: `ended ${minute}` });
      }
    }
    deepEqual(heard, [[[ROOM, "A"]], [[ROOM, "A"]], [[ROOM, "A"]]]);
  });

  test("hears of a card that somebody is about to post there", async () => {
    const { facts, desk } = openStore(redis);
    await facts.keep(started("09:00"), asked);
    const claim = await nextClaim(desk); // it has read what is known, and has not begun
    await facts.keep(ended("09:30"), urgently(to([...others(3), room])));
    await desk.begin(claim, "post", at("09:00"));
    await desk.settle(claim, { kind: "upToDate", because: "live", message: "1.0", shows: "live x" });
    deepEqual(await dueNow(desk), [[ROOM, "A"]]);
  });

  test("hears nothing of a card that was about to be posted and was not", async () => {
    const { facts, desk } = openStore(redis);
    await facts.keep(started("09:00"), asked);
    await desk.settle(await nextClaim(desk), { kind: "upToDate", because: "nothing asked" });
    await facts.keep(ended("09:30"), urgently(to([room])));
    deepEqual(await dueNow(desk), []);
  });

  test("hears of the digest that tells of it", async () => {
    const { facts, desk, keys } = openStore(redis);
    await desk.makeDue(ROOM, DIGEST);
    await posts(desk);
    await facts.keep(joined("Bob P1", "09:01"), to([...others(2), room]));
    deepEqual(await redis.zrange(keys.due(ROOM), "0", "-1"), [DIGEST]);
  });

  test("hears of a card whose meeting was packed", async () => {
    const store = openStore(redis);
    await store.facts.keep(started("09:00"), asked);
    await posts(store.desk);
    await store.facts.keep(ended("09:30"), urgently(asked));
    await store.desk.settle(await nextClaim(store.desk), {
      kind: "upToDate",
      because: "ended",
      message: "1.0",
      shows: "ended x",
    });
    await pack(store, ["A"]);
    equal(await redis.exists(store.keys.facts("A")), 0);
    await openStore(redis, store).facts.keep(ended("09:40"), urgently(to([room])));
    deepEqual(await dueNow(store.desk), [[ROOM, "A"]]);
  });
});
