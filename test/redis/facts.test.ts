import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { canonical, type MeetingFact } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import type { CardDesk } from "../../src/ports.ts";
import { keepDeadLetter } from "../../src/redis/dead-letters.ts";
import { freePort } from "../free-port.ts";
import { at, clock, ended, joined, started } from "../meeting/facts.ts";
import { anyFact } from "./any-fact.ts";
import {
  connected,
  DIGEST,
  HALL,
  heardIn,
  keysWithTtl,
  nextClaim,
  openStore,
  pack,
  ROOM,
  type Store,
  urgently,
} from "./store.ts";

const RUNS = { numRuns: Number(process.env.LAW_RUNS ?? 200) };
const DAY = 24 * 3_600_000;

const sorted = (facts: readonly MeetingFact[]) => facts.map(canonical).sort();

/** An instance of the number 777 that began at this time. */
const instance = (uuid: string, time: string, extra: object = {}) =>
  started(time, { uuid, number: "777", startedAt: at(time), ...extra });

describe("facts in Redis", () => {
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

  test("the same delivery twice is one fact", async () => {
    const { facts } = openStore(redis);
    const first = await facts.keep(joined("Jo P1", "09:00"), heardIn(ROOM));
    const again = await facts.keep(joined("Jo P1", "09:00", { heard: "09:05" }), heardIn(ROOM));
    deepEqual([first, again], ["new", "known"]);
    deepEqual(await facts.factsOf("A"), [joined("Jo P1", "09:00")]);
  });

  test("what Zoom sends without a time is of its first arrival, whichever of two arrivals is kept first", async () => {
    const arrivals = ["09:10", "09:15"].map((time) => ended(time, { timeFrom: "arrival" }));
    for (const order of [arrivals, arrivals.toReversed()]) {
      const { facts } = openStore(redis);
      for (const fact of order) await facts.keep(fact, heardIn(ROOM));
      deepEqual(await facts.factsOf("A"), [arrivals[0]]);
    }
  });

  test("an earlier arrival that changes the time of an end makes the card due again", async () => {
    const { facts, desk } = openStore(redis);
    await facts.keep(ended("09:15", { timeFrom: "arrival" }), heardIn(ROOM));
    await desk.settle(await nextClaim(desk), { kind: "upToDate", because: "ended", message: "1.0", shows: "09:15" });
    equal(await facts.keep(ended("09:10", { timeFrom: "arrival" }), urgently(heardIn(ROOM))), "known");
    equal((await nextClaim(desk)).card, "A");
  });

  test("come back as they were kept, whatever somebody wrote into a topic or a name", async () => {
    const anyFacts = fc.uniqueArray(anyFact("A"), {
      maxLength: 12,
      selector: ({ heardAt: _, ...fact }) => canonical(fact.timeFrom === "arrival" ? { ...fact, at: 0 } : fact),
    });
    await fc.assert(
      fc.asyncProperty(anyFacts, async (kept) => {
        const { facts } = openStore(redis);
        for (const fact of kept) await facts.keep(fact, heardIn(ROOM));
        const read = (await facts.factsOf("A")).filter(({ kind }) => kind !== "startedAgain");
        deepEqual(sorted(read), sorted(kept));
      }),
      RUNS,
    );
  });

  test("of one meeting are never mixed with those of another whose uuid looks like a part of a key", async () => {
    const { facts } = openStore(redis);
    const uuids = ["a/b==", "a/b==:facts", "{x}", "slack:C1:a", "digest", "*"];
    for (const uuid of uuids) await facts.keep(instance(uuid, "09:00", { number: undefined }), heardIn(ROOM));
    for (const uuid of uuids) {
      deepEqual(
        (await facts.factsOf(uuid)).map(({ about }) => about.uuid),
        [uuid],
      );
    }
  });

  test("a number that was started again ends its older instance, whichever of the two is heard of first", async () => {
    const two = [instance("A", "09:00"), instance("B", "10:00")];
    for (const order of [two, two.toReversed()]) {
      const { facts } = openStore(redis);
      for (const fact of order) await facts.keep(fact, heardIn(ROOM));
      const { end } = meetingFrom(await facts.factsOf("A"));
      deepEqual({ ...end, at: clock(end?.at) }, { at: "10:00:00", sure: false, because: "startedAgain" });
      equal(meetingFrom(await facts.factsOf("B")).isLive, true);
    }
  });

  test("a number that is started again makes the older instance's card due in every channel", async () => {
    const { facts, desk } = openStore(redis);
    await facts.keep(instance("A", "09:00"), heardIn(ROOM, HALL));
    await shown(desk, 2);
    await facts.keep(instance("B", "10:00"), heardIn(ROOM, HALL));
    deepEqual(await shown(desk, 4), [`${HALL} A`, `${HALL} B`, `${ROOM} A`, `${ROOM} B`]);
  });

  test("of many instances of one number each ended when the next one began", async () => {
    const { facts } = openStore(redis);
    for (const time of ["11:00", "09:00", "12:00", "10:00"]) await facts.keep(instance(time, time), heardIn(ROOM));
    const ends = await Promise.all(
      ["09:00", "10:00", "11:00", "12:00"].map(async (uuid) => clock(meetingFrom(await facts.factsOf(uuid)).end?.at)),
    );
    deepEqual(ends, ["10:00:00", "11:00:00", "12:00:00", ""]);
  });

  test("a meeting is found by the day it began on, also when a waiting room was heard of first", async () => {
    const { facts } = openStore(redis);
    const waiting: MeetingFact = { ...joined("Jo P1", "08:50"), kind: "waiting" };
    for (const fact of [waiting, joined("Jo P1", "09:01", { startedAt: at("09:00") })]) {
      await facts.keep(fact, heardIn(ROOM));
    }
    const between = (from: string, until: string) => facts.factsBetween(at(from), at(until));
    deepEqual(sorted((await between("08:00", "10:00")).flat()).length, 2);
    equal((await between("07:00", "08:00")).length, 0);
  });

  test("a meeting is quiet from the last that was heard of it until it is over", async () => {
    const { facts } = openStore(redis);
    await facts.keep(started("09:00"), heardIn(ROOM));
    await facts.keep(joined("Jo P1", "09:10"), heardIn(ROOM));
    deepEqual(await facts.quietSince(at("09:09")), []);
    deepEqual(await facts.quietSince(at("09:10")), ["A"]);
    await facts.isOver("A", at("09:10"));
    deepEqual(await facts.quietSince(at("23:00")), []);
  });

  test("a meeting that is over is looked at no more, unless something was heard of it since", async () => {
    const { facts } = openStore(redis);
    await facts.keep(started("09:00"), heardIn(ROOM));
    await facts.keep(ended("09:30"), heardIn(ROOM));
    await facts.isOver("A", at("09:00"));
    equal((await facts.factsOfLive()).length, 1);
    await facts.isOver("A", at("09:30"));
    equal((await facts.factsOfLive()).length, 0);
  });

  test("a meeting that is over is looked at no more, also if two processes heard its end at different times", async () => {
    const { facts } = openStore(redis);
    await facts.keep(ended("09:30", { heard: "09:30:00.002" }), heardIn(ROOM));
    await facts.keep(ended("09:30", { heard: "09:30:00.001" }), heardIn(ROOM));
    const [told = []] = await facts.factsOfLive();
    await facts.isOver("A", meetingFrom(told).lastHeardAt);
    equal((await facts.factsOfLive()).length, 0);
  });

  test("nothing older than the retention is kept, and no key lives for ever but the ones that are trimmed", async () => {
    const store = openStore(redis, { retentionMs: 5 * DAY });
    const { facts, desk } = store;
    for (const day of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const now = at("09:00") + day * DAY;
      const uuid = `day ${day}`;
      const fact = { ...instance(uuid, "09:00"), at: now, heardAt: now };
      await facts.keep({ ...fact, about: { ...fact.about, startedAt: now } }, heardIn(ROOM));
    }
    await shown(desk, 8);
    const left = await facts.factsBetween(at("00:00") - 30 * DAY, at("00:00") + 30 * DAY);
    deepEqual(left.map(([fact]) => fact?.about.uuid).sort(), ["day 2", "day 3", "day 4", "day 5", "day 6", "day 7"]);
    deepEqual((await facts.factsOfLive()).length, 6);
    const keys = await keysWithTtl(store);
    const lasting = keys.filter(({ ttlMs }) => ttlMs < 0).map(({ kind }) => kind);
    deepEqual(lasting.sort(), ["live", "starts"]);
    ok(keys.every(({ ttlMs }) => ttlMs <= 5 * DAY));
  });

  test("an instance that was closed for its silence is looked at again when its number was started again", async () => {
    const { facts, desk } = openStore(redis);
    await facts.keep(instance("A", "09:00"), heardIn(ROOM));
    await desk.settle(await nextClaim(desk), { kind: "upToDate", because: "started", message: "1.0", shows: "live" });
    await facts.isOver("A", at("09:00"));
    deepEqual(await facts.factsOfLive(), []);
    await facts.keep(instance("B", "10:00"), heardIn(ROOM));
    deepEqual((await facts.factsOfLive()).map(([fact]) => fact?.about.uuid).sort(), ["A", "B"]);
    deepEqual(await shown(desk, 2), [`${ROOM} A`, `${ROOM} B`]);
    await facts.keep(joined("Jo P1", "10:01", { uuid: "B", number: "777", startedAt: at("10:00") }), heardIn(ROOM));
    deepEqual(await shown(desk, 1), [`${ROOM} B`]);
  });

  test("cards of a channel that never takes any are forgotten with their meetings", async () => {
    const store = openStore(redis, { retentionMs: DAY });
    const { facts, desk, keys } = store;
    await facts.keep(started("09:00", { uuid: "old" }), heardIn(ROOM));
    await redis.zadd(keys.due(ROOM), `${Date.now() - 2 * DAY}`, "old");
    await facts.keep(started("09:30", { uuid: "new" }), heardIn(ROOM));
    await nextClaim(desk);
    deepEqual(await redis.zrange(keys.due(ROOM), "0", "-1"), ["new"]);
  });

  test("every script touches only the keys it declares, so that they may lie on any node of a Cluster", async () => {
    const store = openStore(redis);
    const touched = await touchedByScripts(server.url, redis, () => everyScript(store));
    ok(touched.length > 50, "the scripts were seen at work");
    deepEqual(
      touched.filter(({ declared, key }) => !declared.includes(key)),
      [],
    );
  });

  test("all of it works on a Redis Cluster", async () => {
    const cluster = await startRedis({ port: await freePort(), options: ["--cluster-enabled", "yes"] });
    const node = await connected(cluster.url);
    try {
      await node.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
      while (!(await node.cluster("INFO")).includes("cluster_state:ok"));
      await everyScript(openStore(node));
    } finally {
      node.disconnect();
      await cluster.stop();
    }
  });
});

/** Claims this many cards, shows them, and tells which they were. */
async function shown(desk: CardDesk, count: number): Promise<string[]> {
  const cards: string[] = [];
  while (cards.length < count) {
    const claim = await nextClaim(desk);
    cards.push(`${claim.channel} ${claim.card}`);
    await desk.settle(claim, { kind: "upToDate", because: "nothing new" });
  }
  return cards.sort();
}

/** A bit of everything that facts and desk can do. */
async function everyScript(store: Store) {
  const { facts, desk, redis, keys } = store;
  await facts.keep(instance("A", "09:00"), heardIn(ROOM, HALL));
  const [room, hall] = [await nextClaim(desk), await nextClaim(desk)];
  equal(await desk.begin(room, "post", at("09:00")), "go");
  await facts.keep(joined("Jo P1", "09:01", { number: "777", startedAt: at("09:00") }), heardIn(ROOM, HALL));
  ok(await desk.adopt(room, "1.0"));
  await desk.settle(room, { kind: "upToDate", because: "started", message: "1.0", shows: "live" });
  await desk.settle(hall, { kind: "tryAgain", because: "ratelimited", inMs: 1, closes: "edit" });
  await desk.makeDue(HALL, DIGEST);
  await desk.settle(await nextClaim(desk), { kind: "refused", because: "is_archived", pauseMs: 1 });
  await desk.settle(await nextClaim(desk), { kind: "givenUp", because: "message_not_found" });
  await facts.keep(instance("B", "10:00"), urgently(heardIn(ROOM, HALL)));
  equal((await facts.factsOfLive()).length, 2);
  equal((await facts.factsBetween(at("08:00"), at("11:00"))).length, 2);
  await facts.isOver("A", at("09:01"));
  const over = { uuid: "C", number: "777", startedAt: at("08:00") };
  await facts.keep(ended("08:30", over), heardIn());
  await pack(store, ["C"]);
  equal((await facts.factsBetween(at("07:00"), at("11:00"))).length, 3);
  equal((await facts.factsOf("C")).length, 1);
  await facts.keep(joined("Jo P1", "08:01", over), heardIn(ROOM, HALL));
  await keepDeadLetter(redis, keys, { event: "meeting.started" });
  equal((await desk.stateOf(room.channel, "A")).message, "1.0");
}

interface Touch {
  declared: string[];
  command: string;
  key: string;
}

/** Which keys the scripts touch while `work` is done, and which they had declared: as Redis itself reports it. */
async function touchedByScripts(url: string, redis: Redis, work: () => Promise<void>): Promise<Touch[]> {
  const watching = await connected(url);
  const monitor = await watching.monitor();
  const touched: Touch[] = [];
  let declared: string[] = [];
  const done = new Promise<void>((resolve) => {
    monitor.on("monitor", (_time: string, [command = "", ...args]: string[], source: string) => {
      const name = command.toLowerCase();
      if (name === "echo") resolve();
      if (name === "eval" || name === "evalsha") declared = args.slice(2, 2 + Number(args[1]));
      const hasKey = args[0] !== undefined && name !== "info";
      if (source === "lua" && hasKey) touched.push({ declared, command: name, key: args[0] ?? "" });
    });
  });
  try {
    await work();
    await redis.echo("done");
    await done;
  } finally {
    monitor.disconnect();
    watching.disconnect();
  }
  return touched;
}
