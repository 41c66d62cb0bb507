import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import type { CardDesk, Claim, Outcome } from "../../src/ports.ts";
import { redisDesk } from "../../src/redis/desk.ts";
import { reopen } from "../../src/redis/reopen.ts";
import { at, ended, joined, started } from "../meeting/facts.ts";
import { standingClock } from "./clock.ts";
import {
  connected,
  DIGEST,
  HALL,
  heardIn,
  NINETY_DAYS_MS,
  nextClaim,
  openStore,
  ROOM,
  type Store,
  urgently,
} from "./store.ts";

const sent = (shows = "live", message = "1.0"): Outcome => ({ kind: "upToDate", because: "started", message, shows });
const unchanged: Outcome = { kind: "upToDate", because: "nothing new" };
const now = at("09:00");

describe("cards that are due", { concurrency: true }, () => {
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

  /** A store for which time passes only where a test lets it. */
  function open(options: { leaseMs?: number } = {}) {
    const clock = standingClock();
    return { ...openStore(redis, { ...options, clock }), clock };
  }

  type Opened = ReturnType<typeof open>;

  /** A store in which one meeting's card was just posted. */
  async function posted() {
    const store = open();
    await store.facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(store.desk);
    await store.desk.settle(claim, sent());
    return store;
  }

  /** The card of a meeting is in its channel, and nothing about it is due. */
  async function isPosted({ facts, desk }: Store, uuid: string, channel = ROOM) {
    await facts.keep(started("09:00", { uuid }), heardIn(channel));
    const claim = await nextClaim(desk);
    equal(claim.card, uuid);
    await desk.settle(claim, sent());
  }

  /** What is due in a channel at all is due now, as if the gap between two edits had passed. */
  async function makeDueNow({ keys, clock }: Opened, channel: string) {
    const due = await redis.zrangebyscore(keys.due(channel), 0, "+inf");
    for (const card of due) await redis.zadd(keys.due(channel), clock.now() - 1_000, card);
    await redis.zadd(keys.channels, clock.now() - 1_000, channel);
  }

  async function nothingIsDue(desk: CardDesk) {
    deepEqual(await desk.claim(10), { claims: [], nextInMs: Number.POSITIVE_INFINITY });
  }

  test("of many couriers that reach for one channel at once, one gets it", async () => {
    const { facts, desk } = open();
    for (const uuid of ["A", "B", "C"]) await facts.keep(started("09:00", { uuid }), heardIn(ROOM));
    const all = await Promise.all(Array.from({ length: 30 }, () => desk.claim(10)));
    equal(all.flatMap(({ claims }) => claims).length, 1);
  });

  test("a first card is due at once, in every channel that hears of it", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM, HALL));
    const { claims } = await desk.claim(10);
    deepEqual(claims.map(({ channel, card }) => [channel, card]).sort(), [
      [HALL, "A"],
      [ROOM, "A"],
    ]);
  });

  test("what is heard while its card is in hand makes it due again", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const first = await nextClaim(desk);
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    await desk.settle(first, sent());
    equal((await nextClaim(desk)).card, "A");
  });

  test("what is heard while its card is in hand makes it due again, also when edits are rare", async () => {
    const { facts, desk, keys, clock } = open();
    for (let other = 0; other < 40; other += 1) await facts.keep(started("09:00", { uuid: `${other}` }), heardIn());
    await facts.keep(started("09:00"), heardIn(ROOM));
    const first = await nextClaim(desk);
    await desk.begin(first, "post", now);
    await redis.hset(keys.budget(ROOM), "edit", clock.now() + 20_000); // others spent it
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    await desk.settle(first, sent());
    await redis.hdel(keys.budget(ROOM), "edit");
    const { nextInMs } = await desk.claim(1);
    equal(nextInMs, 41 * 1_500, "it is due when 41 live meetings allow the next edit");
  });

  test("what is heard while the first digest is in hand makes it due again", async () => {
    const { facts, desk } = open();
    await desk.makeDue(ROOM, DIGEST);
    const digest = await nextClaim(desk);
    await desk.begin(digest, "post", now);
    await facts.keep(started("09:00"), heardIn(ROOM));
    await desk.settle(digest, sent("digest"));
    const first = await nextClaim(desk);
    await desk.settle(first, unchanged);
    equal((await desk.claim(1)).nextInMs, 30_000 - first.afterMs);
  });

  test("a card that is up to date is not due any more", async () => {
    await nothingIsDue((await posted()).desk);
  });

  test("when a courier dies, its card goes to another as soon as its lease ends", async () => {
    const { facts, desk } = open({ leaseMs: 400 });
    await facts.keep(started("09:00"), heardIn(ROOM));
    const dead = await nextClaim(desk);
    const heir = await nextClaim(desk);
    deepEqual([heir.channel, heir.card], [dead.channel, dead.card]);
    equal(Number(heir.claimedAt) - Number(dead.claimedAt), 400);
  });

  test("a courier that works on keeps its lease, and what changes meanwhile is due afterwards", async () => {
    const { facts, desk, clock } = open({ leaseMs: 600 });
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    for (const _ of [1, 2, 3]) {
      clock.pass(599);
      equal(await desk.begin(claim, "edit", now), "go");
      deepEqual((await desk.claim(1)).claims, []);
    }
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    equal(await desk.begin(claim, "edit", now), "go");
    await desk.settle(claim, sent());
    equal((await nextClaim(desk)).card, "A");
  });

  test("a channel in hand is not looked at again before its lease ends", async () => {
    const { facts, desk, clock } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    clock.pass(20);
    equal((await desk.claim(1)).nextInMs, 19_980);
    equal(await desk.begin(claim, "post", now), "go");
    equal((await desk.claim(1)).nextInMs, 20_000);
  });

  test("what a courier writes down while it works is there for whoever comes after it, and not for ever", async () => {
    const { facts, desk, keys } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    await desk.begin(claim, "post", now);
    ok((await redis.pttl(keys.card(ROOM, "A"))) > NINETY_DAYS_MS - 60_000);
    await redis.persist(keys.card(ROOM, "A"));
    equal(await desk.adopt(claim, "1.0"), true);
    ok((await redis.pttl(keys.card(ROOM, "A"))) > NINETY_DAYS_MS - 60_000);
    equal((await desk.stateOf(ROOM, "A")).message, "1.0");
  });

  test("what became of a card is not kept for ever, whoever writes it down", async () => {
    const { facts, desk, keys } = open({ leaseMs: 150 });
    await facts.keep(started("09:00"), heardIn(ROOM));
    const frozen = await nextClaim(desk);
    const lives = () => redis.pttl(keys.card(ROOM, "A"));
    await desk.settle(await nextClaim(desk), sent("live", "1.0"));
    ok((await lives()) > NINETY_DAYS_MS - 60_000);
    await redis.persist(keys.card(ROOM, "A"));
    await desk.settle(frozen, sent("late", "9.0"));
    ok((await lives()) > NINETY_DAYS_MS - 60_000);
  });

  for (const [call, burstMs] of [
    ["edit", 15_000],
    ["find", 75_000],
    ["remove", 15_000],
  ] as const) {
    test(`a courier that has its card in hand waits to ${call} until the platform's budget allows it`, async () => {
      const { facts, desk, keys, clock } = open();
      await facts.keep(started("09:00"), heardIn(ROOM));
      const claim = await nextClaim(desk);
      await redis.hset(keys.budget(ROOM), call, clock.now() + burstMs + 5_000);
      deepEqual(await desk.begin(claim, call, now), { waitMs: 5_000 });
    });
  }

  test("25 channels are read at once, and one more every three seconds", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    for (let call = 0; call < 26; call += 1) equal(await desk.begin(claim, "find", now), "go", `${call}`);
    deepEqual(await desk.begin(claim, "find", now), { waitMs: 3_000 });
  });

  test("reading ahead takes only what nobody else wants", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    equal(await desk.begin(claim, "read", now), "go");
    deepEqual(await desk.begin(claim, "read", now), { waitMs: 3_000 });
    equal(await desk.begin(claim, "find", now), "go");
  });

  test("which channels were not read in this run of Redis is known", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    deepEqual(await desk.unread([HALL, ROOM]), [HALL, ROOM]);
    const claim = await nextClaim(desk);
    equal(await desk.remember(claim, []), true);
    deepEqual(await desk.unread([HALL, ROOM]), [HALL]);
    deepEqual(await desk.unread([]), []);
  });

  test("a platform that does not let us in is asked again after a minute, two, four, and says why meanwhile", async () => {
    const { facts, desk, keys, clock } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const shut = { kind: "tryAgain", because: "access_denied", inMs: 3_600_000, closes: "platform" } as const;
    const opensInMin = async () => {
      const until = Number(await redis.hget(keys.budget(ROOM), "closedUntil"));
      return (until - clock.now()) / 60_000;
    };
    equal(await desk.shutOut("slack"), undefined);
    for (const minutes of [1, 2, 4]) {
      const claim = await nextClaim(desk);
      equal(await desk.begin(claim, "post", now), "go");
      await desk.settle(claim, shut);
      equal(await opensInMin(), minutes);
      equal(await desk.shutOut("slack"), "access_denied");
      deepEqual((await desk.claim(1)).claims, []);
      await redis.hset(keys.budget(ROOM), "closedUntil", 0);
      await redis.hset(keys.gate(ROOM), "postAt", 0);
      await redis.zadd(keys.channels, 0, ROOM);
    }
    equal(await desk.shutOut("slack"), undefined, "it is time to try again");
    const claim = await nextClaim(desk);
    equal(await desk.begin(claim, "post", now), "go");
    await desk.settle(claim, sent("live", "1.0"));
    deepEqual(await redis.hmget(keys.budget(ROOM), "shutOuts", "closedFor"), [null, null]);
  });

  test("a platform that refuses several channels at once is asked again as soon as when it refuses one", async () => {
    const { facts, desk, keys, clock } = open();
    const rooms = ["slack:C1", "slack:C2", "slack:C3", "slack:C4", "slack:C5", "slack:C6", "slack:C7"];
    await facts.keep(started("09:00"), heardIn(...rooms));
    const { claims } = await desk.claim(10);
    equal(claims.length, rooms.length);
    for (const claim of claims) equal(await desk.begin(claim, "post", now), "go");
    for (const claim of claims) {
      await desk.settle(claim, { kind: "tryAgain", because: "access_denied", inMs: 3_600_000, closes: "platform" });
    }
    equal(Number(await redis.hget(keys.budget(ROOM), "closedUntil")) - clock.now(), 60_000);
  });

  test("what is in hand is listed as long as it is, and no longer than a day", async () => {
    const { facts, desk, keys } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    deepEqual(await redis.hgetall(keys.hands), { [ROOM]: "A" });
    const lives = await redis.pttl(keys.hands);
    ok(lives > 0 && lives <= 24 * 3_600_000, `${lives}`);
    await desk.settle(claim, unchanged);
    deepEqual(await redis.hgetall(keys.hands), {});
  });

  test("no call is begun in a channel that got another name since its card was claimed", async () => {
    const { facts, desk, keys } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    await redis.hset(keys.moved, ROOM, HALL);
    equal(await desk.begin(claim, "post", now), "lost");
  });

  test("a platform that was installed again is one that lets us in", async () => {
    const { facts, desk, keys } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    equal(await desk.begin(claim, "post", now), "go");
    await desk.settle(claim, { kind: "tryAgain", because: "token_revoked", inMs: 60_000, closes: "platform" });
    equal(await desk.shutOut("slack"), "token_revoked");
    await reopen(redis, keys, "slack");
    equal(await desk.shutOut("slack"), undefined);
    equal(await redis.hget(keys.budget(ROOM), "shutOuts"), null);
  });

  test("a courier that works on and finds nothing changed leaves nothing due", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    equal(await desk.begin(claim, "edit", now), "go");
    await desk.settle(claim, sent());
    await nothingIsDue(desk);
    equal(await desk.begin(claim, "edit", now), "lost");
  });

  test("a courier whose lease went to another changes nothing any more", async () => {
    const { facts, desk } = open({ leaseMs: 150 });
    await facts.keep(started("09:00"), heardIn(ROOM));
    const late = await nextClaim(desk);
    const heir = await nextClaim(desk);
    equal(await desk.begin(late, "post", now), "lost");
    equal(await desk.adopt(late, "9.0"), false);
    await desk.settle(late, unchanged);
    deepEqual(await desk.stateOf(ROOM, "A"), {});
    await desk.settle(heir, sent("live", "1.0"));
    await desk.settle(late, { kind: "givenUp", because: "late" });
    deepEqual(await desk.stateOf(ROOM, "A"), { message: "1.0", shows: "live" });
    await nothingIsDue(desk);
  });

  for (const late of [
    sent("late", "9.0"),
    { kind: "tryAgain", because: "no answer", inMs: 0, isUnknown: true, looked: 0 } as const,
  ]) {
    test(`a courier that posted too late leaves word of a twin: ${late.because}`, async () => {
      const { facts, desk } = open({ leaseMs: 150 });
      await facts.keep(started("09:00"), heardIn(ROOM));
      const frozen = await nextClaim(desk);
      await desk.settle(await nextClaim(desk), sent("live", "1.0"));
      await nothingIsDue(desk);
      await desk.settle(frozen, late);
      const { card, state } = await nextClaim(desk);
      deepEqual([card, state.message, state.shows], ["A", "1.0", "live"]);
      equal(state.posting?.at, Number(frozen.claimedAt), "since when to look for it");
    });
  }

  test("word of a twin outlives the settling of whoever had the card in hand, and goes when it was looked for", async () => {
    const { facts, desk } = open({ leaseMs: 1_000 });
    await facts.keep(started("09:00"), heardIn(ROOM));
    const frozen = await nextClaim(desk);
    equal(await desk.begin(frozen, "post", now), "go");
    const heir = await nextClaim(desk);
    equal(await desk.begin(heir, "post", now), "go");
    await desk.settle(frozen, sent("older", "1.0"));
    await desk.settle(heir, sent("newer", "2.0"));
    const looking = await nextClaim(desk);
    deepEqual([looking.state.message, looking.state.posting?.looked], ["2.0", 0]);
    await desk.settle(looking, { kind: "tryAgain", because: "in doubt", inMs: 0, looked: 1 });
    const lookingAgain = await nextClaim(desk);
    equal(lookingAgain.state.posting?.looked, 1);
    await desk.settle(lookingAgain, sent("newer", "2.0"));
    deepEqual(await desk.stateOf(ROOM, "A"), { message: "2.0", shows: "newer" });
    await nothingIsDue(desk);
  });

  test("a card that is given up is not in doubt any more, whoever else may have sent it", async () => {
    const { facts, desk, keys } = open({ leaseMs: 150 });
    await facts.keep(started("09:00"), heardIn(ROOM));
    const frozen = await nextClaim(desk);
    await desk.settle(await nextClaim(desk), sent("newer", "2.0"));
    await desk.settle(frozen, sent("older", "1.0"));
    await desk.settle(await nextClaim(desk), { kind: "givenUp", because: "message_not_found" });
    const known = await redis.hkeys(keys.card(ROOM, "A"));
    deepEqual(
      known.filter((field) => /overtaken|twin|posting/.test(field)),
      [],
    );
  });

  test("what is heard after a lease is shown all the same, though its courier settles as if nothing had been", async () => {
    for (const heard of [joined("Jo P1", "09:01"), ended("09:30")]) {
      const { facts, desk, clock } = open({ leaseMs: 1 });
      await facts.keep(started("09:00"), heardIn(ROOM));
      const claim = await nextClaim(desk);
      clock.pass(2);
      await facts.keep(heard, heard.kind === "ended" ? urgently(heardIn(ROOM)) : heardIn(ROOM));
      await desk.settle(claim, sent());
      equal((await nextClaim(desk)).card, "A");
    }
  });

  test("an edit that was begun is known until somebody knows how it ended", async () => {
    const store = open();
    const { facts, desk } = store;
    await isPosted(store, "A");
    await facts.keep(ended("09:30"), urgently(heardIn(ROOM)));
    const [begun, editing] = [await nextClaim(desk), async () => (await desk.stateOf(ROOM, "A")).editing !== undefined];
    equal(await desk.begin(begun, "edit", now), "go");
    equal(await editing(), true);
    await desk.settle(begun, { kind: "tryAgain", because: "HTTP 500", inMs: 0, isUnknown: true });
    equal(await editing(), true);
    const refused = await nextClaim(desk);
    await desk.begin(refused, "edit", now);
    await desk.settle(refused, { kind: "tryAgain", because: "ratelimited", inMs: 0 });
    equal(await editing(), true, "the one before may still have been");
    const done = await nextClaim(desk);
    await desk.begin(done, "edit", now);
    await desk.settle(done, sent("ended"));
    equal(await editing(), false);
    await facts.keep(joined("Jo P1", "09:01"), urgently(heardIn(ROOM)));
    const limited = await nextClaim(desk);
    await desk.begin(limited, "edit", now);
    await desk.settle(limited, { kind: "tryAgain", because: "ratelimited", inMs: 0 });
    equal(await editing(), false);
  });

  test("how often a card in doubt was posted again is counted, until it is known what became of it", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const counts: (number | undefined)[] = [];
    for (let times = 0; times < 3; times += 1) {
      const claim = await nextClaim(desk);
      await desk.begin(claim, "post", now);
      counts.push((await desk.stateOf(ROOM, "A")).reposts);
      await desk.settle(claim, { kind: "tryAgain", because: "HTTP 500", inMs: 0, isUnknown: true, looked: 0 });
    }
    deepEqual(counts, [undefined, 1, 2]);
    const last = await nextClaim(desk);
    await desk.begin(last, "post", now);
    await desk.settle(last, sent());
    equal((await desk.stateOf(ROOM, "A")).reposts, undefined);
  });

  test("a claim that reaches Redis when nobody waits for it any more takes nothing", async () => {
    const store = open();
    await store.facts.keep(started("09:00"), heardIn(ROOM));
    let calls = 0;
    const slowed = new Proxy(store.redis, {
      get(target, name) {
        if (name !== "evalsha") return Reflect.get(target, name).bind?.(target);
        return async (...args: Parameters<Redis["evalsha"]>) => {
          calls += 1;
          if (calls === 2) store.clock.pass(1_501); // the first one looks around, the second one claims
          return target.evalsha(...args);
        };
      },
    });
    const slow = redisDesk(slowed, store.keys, { leaseMs: 20_000, retentionMs: NINETY_DAYS_MS });
    deepEqual((await slow.claim(1)).claims, []);
    equal(calls, 2);
    equal((await store.desk.claim(1)).claims.length, 1);
  });

  test("a lease that ended is no right to post, also if nobody took the card", async () => {
    const { facts, desk, clock } = open({ leaseMs: 1 });
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    clock.pass(2);
    equal(await desk.begin(claim, "post", now), "lost");
    deepEqual(await desk.stateOf(ROOM, "A"), {});
  });

  test("settling twice is settling once", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    await desk.settle(claim, sent());
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    await desk.settle(claim, sent("other", "1.0"));
    deepEqual(await desk.stateOf(ROOM, "A"), { message: "1.0", shows: "live" });
    equal((await nextClaim(desk)).card, "A");
  });

  test("a post that was begun is known to whoever takes the card over, and how long ago it began", async () => {
    const { facts, desk } = open({ leaseMs: 1_000 });
    await facts.keep(started("09:00"), heardIn(ROOM));
    await desk.begin(await nextClaim(desk), "post", now);
    const { state } = await nextClaim(desk);
    deepEqual(state.posting, { sinceMs: 1_000, at: now, looked: 0 });
  });

  test("how often a lost message was looked for is counted for each post anew", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const first = await nextClaim(desk);
    await desk.begin(first, "post", now);
    await desk.settle(first, { kind: "tryAgain", because: "in doubt", inMs: 0, looked: 2 });
    const second = await nextClaim(desk);
    equal(second.state.posting?.looked, 2);
    await desk.begin(second, "post", now);
    equal((await desk.stateOf(ROOM, "A")).posting?.looked, 0);
  });

  test("why a message waits is known to whoever takes it next, until it is written or given up", async () => {
    const refusals = { frozen: "edit_window_closed", unsaid: "live x" };
    const waits: Outcome = { kind: "waits", because: "edit_window_closed", ...refusals };
    const { facts, desk } = await posted();
    await desk.makeDue(ROOM, "A");
    await desk.settle(await nextClaim(desk), waits);
    await nothingIsDue(desk);
    await facts.keep(ended("09:30"), urgently(heardIn(ROOM)));
    const next = await nextClaim(desk);
    deepEqual(next.state, { message: "1.0", shows: "live", ...refusals });
    await desk.settle(next, sent("ended"));
    deepEqual(await desk.stateOf(ROOM, "A"), { message: "1.0", shows: "ended" });
    await desk.makeDue(ROOM, "A");
    await desk.settle(await nextClaim(desk), waits);
    await desk.makeDue(ROOM, "A");
    await desk.settle(await nextClaim(desk), { kind: "givenUp", because: "told in a reply", followUp: "final:A" });
    const gone = { gone: "told in a reply", followUp: "final:A" };
    deepEqual(await desk.stateOf(ROOM, "A"), { message: "1.0", shows: "ended", ...gone });
  });

  test("a card that is given up is due no more, unless another one tells what it would", async () => {
    const { facts, desk } = await posted();
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    await desk.settle(await nextClaim(desk), { kind: "givenUp", because: "told", followUp: "final:A" });
    await facts.keep(ended("09:30"), urgently(heardIn(ROOM)));
    await desk.settle(await nextClaim(desk), { kind: "givenUp", because: "told", followUp: "final:A" });
    await desk.makeDue(ROOM, "A");
    await desk.settle(await nextClaim(desk), { kind: "givenUp", because: "message_not_found" });
    await desk.makeDue(ROOM, "A");
    await facts.keep(joined("Sam P2", "09:02"), heardIn(ROOM));
    await nothingIsDue(desk);
  });

  test("a post that waits is not in doubt, and its twin is looked for if one may come", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    await desk.begin(claim, "post", now);
    await desk.settle(claim, { kind: "waits", because: "no form is taken", unsaid: "live x" });
    deepEqual(await desk.stateOf(ROOM, "A"), { unsaid: "live x" });
    await desk.makeDue(ROOM, "A");
    const next = await nextClaim(desk);
    await desk.settle(next, { kind: "waits", because: "no form is taken", looked: 3, lookAgainInMs: 0 });
    equal((await nextClaim(desk)).card, "A");
  });

  test("a channel is to be read once before something new is posted there", async () => {
    const { facts, desk } = open();
    for (const uuid of ["A", "B"]) await facts.keep(started("09:00", { uuid }), heardIn(ROOM));
    await facts.keep(started("09:00", { uuid: "C" }), heardIn(HALL));
    const { claims } = await desk.claim(10);
    equal(claims.filter(({ unread }) => unread).length, 2);
    const inRoom = claims.find(({ channel }) => channel === ROOM) as Claim;
    equal(await desk.remember(inRoom, []), true);
    await desk.settle(inRoom, sent());
    const next = await nextClaim(desk);
    equal(next.unread, undefined);
    ok(next.readAgoMs !== undefined && next.readAgoMs < 60_000, `read ${next.readAgoMs} ms ago`);
  });

  test("how often a channel could not be read is known to whoever takes the card next", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    await desk.settle(await nextClaim(desk), { kind: "tryAgain", because: "HTTP 500", inMs: 0, looked: 2 });
    deepEqual((await nextClaim(desk)).state, { recalls: 2 });
  });

  test("nothing is counted any more where nothing is to be said", async () => {
    const { facts, desk, keys } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    await desk.settle(await nextClaim(desk), { kind: "tryAgain", because: "internal_error", inMs: 0, looked: 1 });
    const claim = await nextClaim(desk);
    equal(claim.state.recalls, 1);
    await desk.settle(claim, unchanged);
    deepEqual(await redis.hkeys(keys.card(ROOM, "A")), []);
  });

  test("what is remembered does not stand over what is known, nor is it by one whose lease is over", async () => {
    const { facts, desk, clock } = open({ leaseMs: 400 });
    for (const uuid of ["A", "B"]) await facts.keep(started("09:00", { uuid }), heardIn(ROOM));
    const first = await nextClaim(desk);
    await desk.settle(first, sent("live", "1.0"));
    const second = await nextClaim(desk);
    const standing = [
      { card: first.card, message: "9.0" },
      { card: "C", message: "3.0" },
      { card: DIGEST, message: "4.0", gone: "left" },
    ];
    equal(await desk.remember(second, standing), true);
    deepEqual(await desk.stateOf(ROOM, first.card), { message: "1.0", shows: "live" });
    deepEqual(await desk.stateOf(ROOM, "C"), { message: "3.0" });
    deepEqual(await desk.stateOf(ROOM, DIGEST), { message: "4.0", gone: "left" });
    clock.pass(401);
    equal(await desk.remember(second, [{ card: "D", message: "5.0" }]), false);
    deepEqual(await desk.stateOf(ROOM, "D"), {});
  });

  test("two edits of one card are 3 s apart, however much happens", async () => {
    const { facts, desk } = await posted();
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    equal((await desk.claim(1)).nextInMs, 3_000);
  });

  test("two edits of one card are 3 s apart, also if the news came while the first was in hand", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const first = await nextClaim(desk);
    await desk.begin(first, "post", now);
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    await desk.settle(first, sent());
    equal((await desk.claim(1)).nextInMs, 3_000);
  });

  test("edits are further apart where many cards are live, as far as the edits of the workspace are spent", async () => {
    const store = open();
    const { facts, desk, keys, clock } = store;
    for (let other = 0; other < 40; other += 1) {
      await facts.keep(started("09:00", { uuid: `other ${other}` }), { listeners: [], isUrgent: false });
    }
    await facts.keep(started("09:00"), heardIn(ROOM));
    await desk.settle(await nextClaim(desk), sent("live", "1.0"));
    const gapMs = async (spentMs: number) => {
      await redis.hset(keys.budget(ROOM), "edit", clock.now() + spentMs);
      await redis.zrem(keys.due(ROOM), "A");
      await facts.keep(joined(`Jo P${spentMs}`, "09:01"), heardIn(ROOM));
      const sentAt = Number(await redis.hget(keys.card(ROOM, "A"), "sentAt"));
      return Number(await redis.zscore(keys.due(ROOM), "A")) - sentAt;
    };
    equal(await gapMs(-1_000), 3_000);
    equal(await gapMs(3_000), (41 * 1_500) / 2);
    equal(await gapMs(20_000), 41 * 1_500);
  });

  test("a burst does not postpone an edit", async () => {
    const { facts, desk } = await posted();
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    const { nextInMs } = await desk.claim(1);
    for (let minute = 10; minute < 60; minute += 1) await facts.keep(joined("Al P2", `09:${minute}`), heardIn(ROOM));
    ok((await desk.claim(1)).nextInMs <= nextInMs);
  });

  test("an end jumps the queue, and nothing holds it back", async () => {
    const { facts, desk } = await posted();
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    for (const uuid of ["B", "C"]) await facts.keep(started("09:10", { uuid }), heardIn(ROOM));
    await facts.keep(ended("09:30"), urgently(heardIn(ROOM)));
    const { card, afterMs } = await nextClaim(desk);
    deepEqual([card, afterMs], ["A", 0]);
  });

  test("what comes after an end does not postpone it", async () => {
    const { facts, desk } = await posted();
    await facts.keep(ended("09:30"), urgently(heardIn(ROOM)));
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    const { card, afterMs } = await nextClaim(desk);
    deepEqual([card, afterMs], ["A", 0]);
  });

  test("ends go before first posts, these before other edits, and what is asked for out of turn before its like", async () => {
    const store = open();
    const { facts, desk } = store;
    for (const uuid of ["edited", "ended"]) await isPosted(store, uuid);
    for (const uuid of ["edited", "new", "newer"]) {
      await facts.keep(joined("Jo P1", "09:01", { uuid, startedAt: at("09:00") }), heardIn(ROOM));
    }
    await facts.keep(ended("09:30", { uuid: "ended" }), urgently(heardIn(ROOM)));
    await desk.makeDue(ROOM, "digest:2026-03-01");
    const order: string[] = [];
    while (order.length < 5) {
      const claim = await nextClaim(desk);
      order.push(claim.card);
      await desk.settle(claim, unchanged);
    }
    deepEqual(order, ["ended", "digest:2026-03-01", "new", "newer", "edited"]);
  });

  for (const begins of [true, false]) {
    const when = begins ? "its card is being posted" : "what its card shows is being found out";
    test(`an end that is heard while ${when} is shown at once after that`, async () => {
      const { facts, desk } = open();
      await facts.keep(started("09:00"), heardIn(ROOM));
      const first = await nextClaim(desk);
      if (begins) await desk.begin(first, "post", now);
      await facts.keep(ended("09:30"), urgently(heardIn(ROOM)));
      if (!begins) await desk.begin(first, "post", now);
      await desk.settle(first, sent());
      const [claim] = (await desk.claim(1)).claims;
      equal(claim?.card, "A");
    });
  }

  test("a channel takes one post a second, and edits meanwhile", async () => {
    const store = open();
    const { facts, desk } = store;
    await isPosted(store, "old");
    for (const uuid of ["A", "B"]) await facts.keep(started("09:00", { uuid }), heardIn(ROOM));
    const post = await nextClaim(desk);
    equal(await desk.begin(post, "post", now), "go");
    await desk.settle(post, sent());
    await facts.keep(ended("09:30", { uuid: "old" }), urgently(heardIn(ROOM)));
    const edit = await nextClaim(desk);
    equal(edit.card, "old");
    equal(await desk.begin(edit, "edit", now), "go");
    await desk.settle(edit, sent("ended"));
    deepEqual(await desk.claim(1), { claims: [], nextInMs: 1_000 });
    equal((await nextClaim(desk)).card, "B");
  });

  test("all channels of a platform share one budget of edits, and the last of it is kept for ends", async () => {
    const store = open();
    const { facts, desk } = store;
    await isPosted(store, "A");
    await isPosted(store, "B", HALL);
    const edits = async (channel: string, fact: MeetingFact, urgent = false) => {
      await facts.keep(fact, urgent ? urgently(heardIn(channel)) : heardIn(channel));
      await makeDueNow(store, channel);
      const { claims } = await desk.claim(1);
      const [claim] = claims;
      if (!claim) return "waits";
      const leave = await desk.begin(claim, "edit", now);
      await desk.settle(claim, leave === "go" ? sent() : unchanged);
      return leave;
    };
    let count = 0;
    const another = (uuid: string) => joined("Jo P1", `09:${10 + count++}`, { uuid });
    for (const [channel, uuid] of [
      [ROOM, "A"],
      [HALL, "B"],
      [ROOM, "A"],
      [HALL, "B"],
      [ROOM, "A"],
    ] as const) {
      equal(await edits(channel, another(uuid)), "go");
    }
    equal(await edits(ROOM, another("A")), "waits");
    equal(await edits(HALL, ended("09:50", { uuid: "B" }), true), "go");
    equal(await edits(ROOM, another("A")), "waits");
  });

  test("when a platform's edits are closed for a while, its posts go on in every channel, and ends are the first after it", async () => {
    const store = open();
    const { facts, desk } = store;
    for (const uuid of ["edited", "ended"]) await isPosted(store, uuid, HALL);
    await facts.keep(joined("Jo P1", "09:01", { uuid: "edited" }), heardIn(HALL));
    await makeDueNow(store, HALL);
    const refused = await nextClaim(desk);
    await desk.begin(refused, "edit", now);
    await desk.settle(refused, { kind: "tryAgain", because: "ratelimited", inMs: 700, closes: "edit" });
    await facts.keep(ended("09:30", { uuid: "ended" }), urgently(heardIn(HALL)));
    await facts.keep(started("09:00", { uuid: "B" }), heardIn(ROOM, HALL));
    const posts = await desk.claim(10);
    deepEqual(posts.claims.map(({ card, channel }) => [card, channel]).sort(), [
      ["B", HALL],
      ["B", ROOM],
    ]);
    for (const claim of posts.claims) await desk.settle(claim, unchanged);
    const first = await nextClaim(desk);
    deepEqual([first.card, Number(first.claimedAt) - Number(refused.claimedAt)], ["ended", 700]);
  });

  test("a card that has to wait for its turn keeps its place", async () => {
    const { facts, desk } = open();
    for (const uuid of ["A", "B"]) await facts.keep(started("09:00", { uuid }), heardIn(ROOM));
    const claim = await nextClaim(desk);
    await desk.settle(claim, { kind: "tryAgain", because: "ratelimited", inMs: 300, closes: "post" });
    const again = await nextClaim(desk);
    deepEqual([again.card, Number(again.claimedAt) - Number(claim.claimedAt)], [claim.card, 300]);
  });

  test("a courier that edited too late has its message written once more, also over what another wrote since", async () => {
    const store = open({ leaseMs: 1_000 });
    const { facts, desk } = store;
    await isPosted(store, "A");
    await facts.keep(ended("09:30"), urgently(heardIn(ROOM)));
    const frozen = await nextClaim(desk);
    const heir = await nextClaim(desk);
    equal(await desk.begin(heir, "edit", now), "go");
    await desk.settle(frozen, sent("older"));
    await desk.settle(heir, sent("newer"));
    const mending = await nextClaim(desk);
    deepEqual([mending.card, mending.state.shows], ["A", "newer"]);
    ok(mending.state.overtaken);
    await desk.settle(mending, sent("newer"));
    await nothingIsDue(desk);
    equal((await desk.stateOf(ROOM, "A")).overtaken, undefined);
  });

  test("a twin that may turn up late is looked for later, and nothing else waits for that", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    await desk.begin(claim, "post", now);
    await desk.settle(claim, { ...sent(), looked: 3, lookAgainInMs: 300 } as Outcome);
    await desk.settle(claim, sent());
    await facts.keep(started("09:00", { uuid: "B" }), heardIn(ROOM));
    const late = await nextClaim(desk);
    deepEqual([late.card, late.state.message, late.state.posting?.looked], ["A", "1.0", 3]);
  });

  test("a channel that was told to slow down is left alone until then, and others go on", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const claim = await nextClaim(desk);
    await desk.settle(claim, { kind: "tryAgain", because: "ratelimited", inMs: 3_000, closes: "channel" });
    await facts.keep(ended("09:30"), urgently(heardIn(ROOM, HALL)));
    await facts.keep(started("09:00", { uuid: "B" }), heardIn(ROOM));
    const other = await nextClaim(desk);
    deepEqual([other.channel, other.afterMs], [HALL, 0]);
    const paused = await nextClaim(desk);
    equal(paused.channel, ROOM);
    equal(Number(paused.claimedAt) - Number(claim.claimedAt), 3_000);
  });

  test("a channel that refuses is asked again after the pause, and then shows what it missed", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    const refused = await nextClaim(desk);
    await desk.settle(refused, { kind: "refused", because: "is_archived", pauseMs: 500 });
    await facts.keep(started("09:00", { uuid: "B" }), heardIn(ROOM));
    await desk.makeDue(ROOM, "C");
    const first = await nextClaim(desk);
    equal(Number(first.claimedAt) - Number(refused.claimedAt), 500);
    await desk.settle(first, unchanged);
    const second = await nextClaim(desk);
    await desk.settle(second, unchanged);
    const third = await nextClaim(desk);
    deepEqual([first.card, second.card, third.card].sort(), ["A", "B", "C"]);
  });

  test("a channel that goes on refusing is asked at longer and longer intervals, until it takes something", async () => {
    const store = open();
    const { facts, desk, keys } = store;
    await facts.keep(started("09:00"), heardIn(ROOM));
    const refusedFor = async () => {
      await desk.settle(await nextClaim(desk), { kind: "refused", because: "is_archived", pauseMs: 3_600_000 });
      const pauseMs = (await desk.claim(1)).nextInMs;
      await redis.hset(keys.gate(ROOM), "openAt", "0");
      await redis.zadd(keys.channels, "0", ROOM);
      return Math.ceil(pauseMs / 60_000);
    };
    const minutes: number[] = [];
    while (minutes.length < 8) minutes.push(await refusedFor());
    deepEqual(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
    await desk.settle(await nextClaim(desk), sent());
    await desk.makeDue(ROOM, "A");
    equal(await refusedFor(), 1);
  });

  test("a card that was given up is not due again, whatever is heard", async () => {
    const { facts, desk } = open();
    await facts.keep(started("09:00"), heardIn(ROOM));
    await desk.settle(await nextClaim(desk), { kind: "givenUp", because: "message_not_found" });
    await facts.keep(ended("09:30"), urgently(heardIn(ROOM)));
    await desk.makeDue(ROOM, "A");
    await nothingIsDue(desk);
    deepEqual(await desk.stateOf(ROOM, "A"), { gone: "message_not_found" });
  });

  test("a meeting with nothing to say yet has its first card due at once when there is something", async () => {
    const { facts, desk } = open();
    await facts.keep(joined("Jo P1", "09:01"), heardIn(ROOM));
    await desk.settle(await nextClaim(desk), { kind: "upToDate", because: "nothing to say" });
    await facts.keep(joined("Al P2", "09:02"), heardIn(ROOM));
    equal((await desk.claim(1)).claims.length, 1);
  });
});
