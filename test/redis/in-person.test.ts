import { deepEqual, equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import type { Audience, CardDesk, Listener } from "../../src/ports.ts";
import { at, joined, started } from "../meeting/facts.ts";
import { connected, nextClaim, openStore, urgently } from "./store.ts";

const ALICE = "slack:U0ALICE";
const PREFIX = "alone:";
const to = (listener: Partial<Listener>): Audience => ({
  listeners: [{ channel: ALICE, prefix: PREFIX, ...listener }],
  isUrgent: false,
});
const whatIsThere = () => to({ onlyWhatIsThere: true });
const soon = (ms = 0) => to({ firstAt: Date.now() + ms });
const LATER = 3_600_000;
const end: MeetingFact = { ...started("09:30"), kind: "ended" };

describe("a card of its own about a meeting", () => {
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
    await desk.settle(claim, { kind: "upToDate", because: "note", message: "1.0", shows: "note x" });
    return claim.card;
  };
  const dueNow = async (desk: CardDesk) => (await desk.claim(10)).claims.map(({ card }) => card);

  test("comes when it is time, which what is heard later does not put off", async () => {
    const { facts, desk, keys } = openStore(redis);
    const first = Date.now() + LATER;
    await facts.keep(joined("Bob P1", "09:00"), to({ firstAt: first }));
    await facts.keep(joined("Dana P2", "09:00:30"), to({ firstAt: first + 30_000 }));
    deepEqual(await dueNow(desk), []);
    equal(Number(await redis.zscore(keys.due(ALICE), "alone:A")) + 1e13, first);
    await facts.keep(joined("Eve P3", "09:01"), soon());
    equal(await posts(desk), "alone:A");
  });

  test("does not come by what only changes it, and is changed by that once it is there", async () => {
    const { facts, desk } = openStore(redis);
    await facts.keep(started("09:00"), whatIsThere());
    await facts.keep(end, urgently(whatIsThere()));
    deepEqual(await dueNow(desk), []);
    await facts.keep(joined("Bob P1", "09:00"), soon());
    await posts(desk);
    await facts.keep({ ...end, at: at("09:31") }, urgently(whatIsThere()));
    equal((await nextClaim(desk)).card, "alone:A");
  });

  test("is changed by an end that is heard while somebody is about to post it", async () => {
    const { facts, desk } = openStore(redis);
    await facts.keep(joined("Bob P1", "09:00"), soon());
    const claim = await nextClaim(desk);
    await facts.keep(end, urgently(whatIsThere()));
    await desk.begin(claim, "post", at("09:00"));
    await desk.settle(claim, { kind: "upToDate", because: "note", message: "1.0", shows: "note live" });
    equal((await nextClaim(desk)).state.message, "1.0");
  });

  test("of an instance that was over when its number was started again is looked at", async () => {
    const { facts, desk } = openStore(redis);
    const instance = (uuid: string, time: string) => started(time, { uuid, number: "777", startedAt: at(time) });
    await facts.keep(joined("Bob P1", "09:01", { number: "777", startedAt: at("09:00") }), soon());
    await posts(desk);
    await facts.keep(instance("B", "10:00"), whatIsThere());
    equal((await nextClaim(desk)).card, "alone:A");
  });

  test("leaves the meeting's own card and its pace alone", async () => {
    const { facts, desk, keys } = openStore(redis);
    const room = { channel: "slack:C0ROOM", digest: "digest:2026-03-02" };
    const alone = Array.from({ length: 40 }, (_, nth) => ({
      channel: `slack:U${nth}`,
      prefix: PREFIX,
      firstAt: Date.now() + LATER,
    }));
    const both: Audience = { listeners: [room, ...alone], isUrgent: false };
    await facts.keep(started("09:00"), both);
    const claim = await nextClaim(desk);
    equal(claim.card, "A");
    await desk.begin(claim, "post", at("09:00"));
    await facts.keep(joined("Bob P1", "09:01"), both);
    equal(await redis.hget(keys.gate("slack:C0ROOM"), "gap"), "3000");
  });
});
