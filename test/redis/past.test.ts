import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { canonical, type MeetingFact } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { goesOnAfter, packed, unpacked } from "../../src/redis/pack.ts";
import { at, clock, ended, joined, left, started } from "../meeting/facts.ts";
import { anyFact } from "./any-fact.ts";
import { connected, HALL, heardIn, nextClaim, openStore, pack, ROOM, type Store, urgently } from "./store.ts";

const RUNS = { numRuns: Number(process.env.LAW_RUNS ?? 200) };
const DAY = 24 * 3_600_000;

const sorted = (facts: readonly MeetingFact[]) => facts.map(canonical).sort();

const aMeeting = (uuid = "A"): MeetingFact[] => [
  started("09:00", { uuid, number: "777", topic: "Garden" }),
  joined("Jo P1", "09:01", { uuid, number: "777", startedAt: at("09:00") }),
  left("Jo P1", "09:29", { uuid, number: "777", startedAt: at("09:00") }),
  ended("09:30", { uuid, number: "777", startedAt: at("09:00") }),
];

describe("a pack", () => {
  test("gives back every fact, whatever somebody wrote and however odd its ids are", () => {
    fc.assert(
      fc.property(fc.array(anyFact("A"), { minLength: 1, maxLength: 12 }), (facts) => {
        const cards: [string, Record<string, string>][] = [[ROOM, { message: "1.0", shows: "ended x" }]];
        const back = unpacked("A", packed({ facts, cards }));
        deepEqual(sorted(back.facts), sorted(facts));
        deepEqual(back.cards, cards);
      }),
      { numRuns: RUNS.numRuns * 10 },
    );
  });

  test("holds any number of people", () => {
    const crowd = Array.from({ length: 1_000 }, (_, index) =>
      joined(`P${index} ${crypto.randomUUID().toUpperCase()}`, "09:01"),
    );
    deepEqual(sorted(unpacked("A", packed({ facts: crowd, cards: [] })).facts), sorted(crowd));
  });

  test("tells by itself when its meeting was over", () => {
    const pack = packed({ facts: aMeeting(), cards: [] });
    deepEqual([goesOnAfter(pack, at("09:30")), goesOnAfter(pack, at("09:30:01"))], [true, false]);
  });
});

describe("meetings that are over, in Redis", { concurrency: true }, () => {
  test("tell what became of their cards, packed or not", async () => {
    const store = openStore(redis);
    const { facts, desk } = store;
    for (const fact of aMeeting()) await facts.keep(fact, heardIn(ROOM));
    const gone = { kind: "givenUp", because: "told in a reply", followUp: "final:A" } as const;
    const sent = { kind: "upToDate", because: "started", message: "1.0", shows: "live x" } as const;
    await desk.settle(await nextClaim(desk), sent);
    await desk.makeDue(ROOM, "A");
    await desk.settle(await nextClaim(desk), gone);
    const before = await desk.stateOf(ROOM, "A");
    await pack(store, ["A"]);
    equal(await redis.exists(store.keys.card(ROOM, "A")), 0);
    deepEqual(await desk.stateOf(ROOM, "A"), before);
  });

  let server: StartedRedis;
  let redis: Redis;
  let other: Redis;
  before(async () => {
    server = await startRedis();
    [redis, other] = [await connected(server.url), await connected(server.url)];
  });
  after(async () => {
    redis.disconnect();
    other.disconnect();
    await server.stop();
  });

  const keepAll = async ({ facts }: Store, kept: readonly MeetingFact[], audience = heardIn(ROOM, HALL)) => {
    for (const fact of kept) await facts.keep(fact, audience);
  };

  /** The meeting was told, its cards are posted, and it is packed. */
  async function packedStore(kept = aMeeting()) {
    const store = openStore(redis);
    await keepAll(store, kept);
    for (const _ of [ROOM, HALL]) {
      const claim = await nextClaim(store.desk);
      const message = claim.channel === ROOM ? "1.0" : "2.0";
      await store.desk.settle(claim, { kind: "upToDate", because: "ended", message, shows: "ended x" });
    }
    await pack(store, ["A"]);
    return store;
  }

  const isPacked = async ({ keys }: Store, uuid = "A") => (await redis.exists(keys.facts(uuid))) === 0;

  test("take one field each, and are read as before", async () => {
    const store = await packedStore();
    const { prefix, keys, facts } = store;
    deepEqual((await redis.keys(`${prefix}:*`)).map((key) => key.split(":")[1]).sort(), [
      "gate",
      "gate",
      "numbers",
      "past",
    ]);
    deepEqual(sorted(await facts.factsOf("A")), sorted(aMeeting()));
    deepEqual((await facts.factsBetween(at("09:10"), at("09:20"))).map(sorted), [sorted(aMeeting())]);
    deepEqual(await facts.factsBetween(at("09:31"), at("12:00")), []);
    equal(await redis.zcard(keys.starts), 0);
  });

  test("are the same meetings, however they were kept, packed and unpacked, by two processes at once", async () => {
    const now = at("12:00");
    const lately = fc.integer({ min: now - 3 * DAY, max: now });
    const perhapsOdd = fc.oneof(
      { weight: 9, arbitrary: lately },
      { weight: 1, arbitrary: fc.constant(now + 999 * DAY) },
    );
    const anyFacts = fc.uniqueArray(anyFact("A", perhapsOdd, lately), {
      maxLength: 8,
      selector: ({ heardAt: _, ...fact }) => canonical(fact.timeFrom === "arrival" ? { ...fact, at: 0 } : fact),
    });
    const anEnd: MeetingFact = ended("09:30", { uuid: "A" });
    const anyStep = fc.record({
      what: fc.constantFrom("keep", "keep", "pack", "claim"),
      which: fc.nat(7),
      laterMs: fc.constantFrom(0, 0, 300_000),
      isTold: fc.boolean(),
      process: fc.nat(1),
    });
    const anySteps = fc.array(fc.array(anyStep, { minLength: 1, maxLength: 4 }), { maxLength: 8 });
    let packs = 0;
    await fc.assert(
      fc.asyncProperty(anyFacts, anySteps, async (others, rounds) => {
        const known = [anEnd, ...others];
        const one = openStore(redis);
        const processes = [one, openStore(other, { prefix: one.prefix })] as const;
        const kept = new Map<number, MeetingFact>();
        for (const steps of rounds) {
          await Promise.all(
            steps.map(async ({ what, which, laterMs, isTold, process }) => {
              const store = processes[process] ?? one;
              const index = which % known.length;
              if (what === "pack") {
                await pack(store, ["A"]);
                if (kept.size > 0 && (await isPacked(store))) packs += 1;
                return;
              }
              if (what === "claim") {
                const { claims } = await store.desk.claim(2);
                for (const claim of claims)
                  await store.desk.settle(claim, { kind: "upToDate", because: "nothing to say" });
                return;
              }
              const fact = heardLater(known[index] as MeetingFact, laterMs);
              const before = kept.get(index);
              if (!before || before.heardAt > fact.heardAt) kept.set(index, fact);
              await store.facts.keep(fact, isTold ? heardIn(ROOM) : heardIn());
            }),
          );
        }
        const read = (await one.facts.factsOf("A")).filter(({ kind }) => kind !== "startedAgain");
        const wanted = [...kept.values()];
        deepEqual(sorted(read), sorted(wanted));
        if (wanted.length === 0) return;
        deepEqual(meetingFrom(read), meetingFrom(wanted));
        const from = Math.min(...wanted.map(({ about, at }) => about.startedAt ?? at));
        const between = await one.facts.factsBetween(from, from + 1);
        deepEqual(
          between.map((facts) => sorted(facts.filter(({ kind }) => kind !== "startedAgain"))),
          [sorted(wanted)],
        );
      }),
      RUNS,
    );
    ok(packs > RUNS.numRuns / 4, `it was packed ${packs} times`);
  });

  test("hear the same delivery again as known, and nothing becomes due", async () => {
    const store = await packedStore();
    for (const fact of aMeeting()) equal(await store.facts.keep(fact, heardIn(ROOM, HALL)), "known");
    deepEqual((await store.desk.claim(10)).claims, []);
    await store.facts.packFinished([ROOM, HALL]);
    ok(await isPacked(store));
  });

  test("have their cards edited, not posted again, when something comes late", async () => {
    const store = await packedStore();
    equal(await store.facts.keep(joined("Al P2", "09:10"), urgently(heardIn(ROOM, HALL))), "new");
    const claims = [await nextClaim(store.desk), await nextClaim(store.desk)];
    deepEqual(claims.map(({ channel, state }) => [channel, state]).sort(), [
      [HALL, { message: "2.0", shows: "ended x" }],
      [ROOM, { message: "1.0", shows: "ended x" }],
    ]);
    equal((await store.facts.factsOf("A")).length, 5);
  });

  test("have their cards edited, not posted again, when somebody makes them due", async () => {
    const store = await packedStore();
    await store.desk.makeDue(ROOM, "A");
    deepEqual((await nextClaim(store.desk)).state, { message: "1.0", shows: "ended x" });
  });

  test("stay unpacked while a card is due, or while it is not known whether it was posted", async () => {
    const store = openStore(redis);
    await keepAll(store, aMeeting(), heardIn(ROOM));
    await pack(store, ["A"]);
    ok(!(await isPacked(store)), "its card is due");
    const claim = await nextClaim(store.desk);
    equal(await store.desk.begin(claim, "post", at("09:00")), "go");
    await redis.del(store.keys.due(ROOM));
    await redis.zadd(store.keys.over, 0, "A");
    await store.facts.packFinished([ROOM]);
    ok(!(await isPacked(store)), "its post is in doubt");
  });

  test("rest for a while before they are packed, and while they are live they are not", async () => {
    const store = openStore(redis, { restMs: 60_000 });
    await keepAll(store, aMeeting(), heardIn());
    await store.facts.isOver("A", at("10:00"));
    await store.facts.packFinished([]);
    ok(!(await isPacked(store)), "it rests");
    await redis.zadd(store.keys.over, 0, "A");
    await store.facts.keep(joined("Al P2", "09:10"), heardIn());
    await store.facts.packFinished([]);
    ok(!(await isPacked(store)), "it is looked at again");
  });

  test("that are heard of between looking and packing are not packed without it", async () => {
    const store = openStore(redis);
    await keepAll(store, aMeeting(), heardIn());
    await store.facts.isOver("A", at("10:00"));
    let scripts = 0;
    const slowed = new Proxy(other, {
      get(target, name) {
        if (name !== "evalsha") return Reflect.get(target, name).bind?.(target);
        return async (...args: Parameters<Redis["evalsha"]>) => {
          scripts += 1; // what to pack, how it is, pack it
          if (scripts === 3) {
            await store.facts.keep(joined("Al P2", "09:10"), heardIn());
            await store.facts.isOver("A", at("10:00"));
          }
          return target.evalsha(...args);
        };
      },
    });
    await openStore(slowed, { prefix: store.prefix }).facts.packFinished([]);
    ok(scripts >= 3);
    equal((await store.facts.factsOf("A")).length, 5);
  });

  test("end an older instance of their number that has no end of its own, packed or not", async () => {
    const instance = (uuid: string, time: string) => started(time, { uuid, number: "777", startedAt: at(time) });
    const over = (uuid: string, time: string) => ended(time, { uuid, number: "777", startedAt: at("10:00") });
    for (const isPackedFirst of [false, true]) {
      const store = openStore(redis);
      const older = [instance("A", "09:00"), instance("C", "11:00")];
      if (!isPackedFirst) await keepAll(store, older, heardIn());
      await keepAll(store, [instance("B", "10:00"), over("B", "10:30")], heardIn());
      await pack(store, ["A", "B", "C"]);
      if (isPackedFirst) await keepAll(store, older, heardIn());
      deepEqual(await Promise.all(["A", "B", "C"].map((uuid) => isPacked(store, uuid))), [false, true, false]);
      const ends = await Promise.all(
        ["A", "B", "C"].map(async (uuid) => clock(meetingFrom(await store.facts.factsOf(uuid)).end?.at)),
      );
      deepEqual(ends, ["10:00:00", "10:30:00", ""]);
    }
  });

  test("on one day and of one number do not hide each other", async () => {
    const store = openStore(redis);
    const instance = (uuid: string, from: string, until: string) => {
      const about = { uuid, number: "777", startedAt: at(from) };
      return [started(from, about), ended(until, about)];
    };
    await keepAll(store, [...instance("B", "10:00", "10:30"), ...instance("C", "09:30", "09:45")], heardIn());
    await pack(store, ["B", "C"]);
    await store.facts.keep(joined("Jo P1", "09:31", { uuid: "C", number: "777", startedAt: at("09:30") }), heardIn());
    await pack(store, ["C"]);
    for (const [time, next] of [
      ["09:00", "09:30:00"],
      ["09:35", "10:00:00"],
    ] as const) {
      await store.facts.keep(started(time, { uuid: time, number: "777", startedAt: at(time) }), heardIn());
      equal(clock(meetingFrom(await store.facts.factsOf(time)).end?.at), next);
    }
  });

  test("whose start turns out to be earlier are not the next ones of the time between", async () => {
    const store = openStore(redis);
    await keepAll(store, [ended("09:30", { uuid: "B", number: "777", startedAt: at("09:10") })], heardIn());
    await pack(store, ["B"]);
    await keepAll(store, [joined("Jo P1", "09:20", { uuid: "B", number: "777", startedAt: at("09:00") })], heardIn());
    await pack(store, ["B"]);
    ok(await isPacked(store, "B"));
    await store.facts.keep(started("09:05", { number: "777", startedAt: at("09:05") }), heardIn());
    equal(meetingFrom(await store.facts.factsOf("A")).end, undefined);
  });

  test("that the version before kept are read, and packed, as if this one had", async () => {
    const store = openStore(redis);
    const name = "Epgm-6qM";
    const who = { connection: "P1", name: "Jo", userId: "user of P1", zoomUserId: "id of Jo" };
    await redis.hset(store.keys.facts("A"), {
      [`@${name}${canonical({ uuid: "A", number: "777", startedAt: at("09:00"), topic: "Garden" })}`]: at("09:00"),
      [canonical({ kind: "started", at: at("09:00"), about: name })]: at("09:00"),
      [canonical({ kind: "joined", at: at("09:01"), about: name, who })]: at("09:01"),
      [canonical({ kind: "ended", about: name, timeFrom: "arrival" })]: at("09:30"),
    });
    const about = { number: "777", startedAt: at("09:00"), topic: "Garden" };
    const wanted = [
      started("09:00", about),
      joined("Jo P1", "09:01", about),
      ended("09:30", { ...about, timeFrom: "arrival" }),
    ];
    deepEqual(sorted(await store.facts.factsOf("A")), sorted(wanted));
    await redis.zadd(store.keys.over, 0, "A");
    await store.facts.packFinished([]);
    ok(await isPacked(store));
    deepEqual(sorted(await store.facts.factsOf("A")), sorted(wanted));
  });

  test("live no longer than the retention after their day, however often they are heard of again", async () => {
    const store = openStore(redis, { retentionMs: 5 * DAY });
    await keepAll(store, aMeeting(), heardIn());
    for (const _ of [1, 2]) {
      await pack(store, ["A"]);
      const [past = ""] = await redis.keys(`${store.prefix}:past:*`);
      const lives = await redis.pttl(past);
      ok(lives > 5 * DAY && lives <= 5.5 * DAY, `${lives}`); // it is noon
      await store.facts.keep(aMeeting()[0] as MeetingFact, heardIn());
    }
    const lives = await redis.pttl(store.keys.facts("A"));
    ok(lives > 5 * DAY && lives <= 5.5 * DAY, `unpacked: ${lives}`);
  });

  test("that began before anything that is kept are left to expire by themselves", async () => {
    const store = openStore(redis, { now: () => at("12:00") + 100 * DAY });
    await keepAll(store, aMeeting(), heardIn());
    await pack(store, ["A"]);
    ok(!(await isPacked(store)));
    equal(await redis.zcard(store.keys.over), 0);
  });
});

/** The same delivery once more; where only our clock tells the time, that is another time. */
function heardLater(fact: MeetingFact, laterMs: number): MeetingFact {
  const heardAt = fact.heardAt + laterMs;
  return { ...fact, heardAt, at: fact.timeFrom === "arrival" ? heardAt : fact.at };
}
