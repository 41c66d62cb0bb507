import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { inTurns } from "../../src/in-turns.ts";
import type { Instant } from "../../src/meeting/fact.ts";
import { meetingAsOf } from "../../src/meeting/meeting.ts";
import { recordFact } from "../../src/record-fact.ts";
import { connectRedis, type RedisClient, whenReady } from "../../src/redis/connect.ts";
import { redisDesk } from "../../src/redis/desk.ts";
import { redisFacts } from "../../src/redis/facts.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { everyMeeting } from "../../src/subscription/book.ts";
import { readEvent } from "../../src/zoom/event.ts";
import { meetingBodies, zoomIds } from "../../test/stand-ins/zoom.ts";
import { costPerEvent } from "./cpu.ts";
import { allTaken, endedMeetings, signedAll } from "./deliveries.ts";
import { percentile, sendAsFastAsAnswered } from "./load.ts";
import { row } from "./row.ts";
import { type Bench, CHANNEL } from "./stage.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const AT_ONCE = 50;

export async function todayWithManyMeetings(bench: Bench) {
  const prefix = `{bench-${randomUUID()}}`;
  const settings = { SLACK_CHANNEL: "", REDIS_PREFIX: prefix };
  const { port } = await bench.notifier(settings);
  allTaken(await sendAsFastAsAnswered(port, signedAll(endedMeetings(2_000, 1)), 32));
  const answers = async (which: string) => {
    await bench.notifier(settings); // one that has not answered yet
    const tookMs: number[] = [];
    for (let index = 0; index < 11; index += 1) {
      const from = performance.now();
      const asked = await bench.slack.command({ userId: "U0ALICE", channelId: CHANNEL, text: "/meetings today" });
      await bench.slack.until(() => asked.answers().length > 0);
      tookMs.push(performance.now() - from);
    }
    const [firstMs = Number.NaN, ...later] = tookMs;
    const p50 = percentile(later, 0.5);
    return row({
      figure: `/meetings today with 2,000 meetings that day, ${which}, p50`,
      measured: p50,
      unit: "ms",
      goal: "≤ 100 ms",
      reached: p50 <= 100,
      numbers: { maxMs: Math.max(...later), firstMs },
    });
  };
  const justEnded = await answers("just ended");
  const store = await openStore(bench, prefix);
  await store.packAll();
  store.close();
  return [justEnded, await answers("packed")];
}

export async function costWithFullRedis(bench: Bench) {
  const { port } = await bench.notifier({ SLACK_CHANNEL: "" });
  for (let warmUp = 0; warmUp < 4; warmUp += 1) await costPerEvent(port);
  const empty = await costPerEvent(port);
  allTaken(await sendAsFastAsAnswered(port, signedAll(endedMeetings(20_000, 1)), 32));
  const full = await costPerEvent(port);
  return [
    row({
      figure: "CPU per event with 20,000 meetings kept; the floor is nearly none kept",
      measured: full * 1e6,
      unit: "µs",
      floor: empty * 1e6,
      goal: "no dearer (≤ × 1.1)",
      reached: full <= 1.1 * empty,
    }),
  ];
}

/** Of ten people, eight have an account; two channels have a card of each meeting. */
export async function memoryPerMeeting(bench: Bench) {
  const store = await openStore(bench);
  const channels = ["slack:C0123456789", "slack:C9876543210"];
  const perMeeting = async (isOver: boolean) => {
    const kept = async (count: number) => {
      for (let index = 0; index < count; index += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, () => store.keep(tenPeople(isOver), channels)));
        await store.showAll();
        if (isOver) await store.packAll(channels);
      }
    };
    await kept(1_000); // Redis makes room in steps
    const before = await store.usedBytes();
    await kept(1_000);
    return ((await store.usedBytes()) - before) / 1_000;
  };
  const memory = (which: string, bytes: number, most: number) =>
    row({
      figure: `Redis memory per ${which} meeting of 10 people, in two channels`,
      measured: bytes / 1_024,
      unit: "KiB",
      goal: `≤ ${most / 1_024} KiB`,
      reached: bytes <= most,
    });
  const rows = [memory("live", await perMeeting(false), 4_096), memory("finished", await perMeeting(true), 1_024)];
  store.close();
  return rows;
}

/** A year of days like those of one month. */
export async function monthOfMany(bench: Bench) {
  const store = await openStore(bench);
  const [perDay, days, copies] = [267, 30, 11.5];
  const today = Math.floor(Date.now() / DAY_MS);
  for (let day = today - days; day < today; day += 1) {
    const bodies = Array.from({ length: perDay }, (_, index) => {
      const startedAt = day * DAY_MS + ((index * 317) % 1_380) * MINUTE_MS;
      return meetingOf(3, { startedAt, endedAt: startedAt + 40 * MINUTE_MS });
    });
    for (let index = 0; index < perDay; index += AT_ONCE) {
      await Promise.all(bodies.slice(index, index + AT_ONCE).map((meeting) => store.keep(meeting, [])));
    }
    await store.packAll();
    for (let copy = 1; copy <= copies; copy += 1) await store.copyDay(day, day - copy * days);
  }
  const cpuMs: number[] = [];
  const month = { from: (today - days) * DAY_MS, until: today * DAY_MS };
  const tookMs: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    await nextTurn();
    const from = performance.now();
    const cpuFrom = process.cpuUsage();
    const told = await store.facts.factsBetween(month.from, month.until);
    const meetings = await inTurns(told, (facts) => meetingAsOf(month.until, facts));
    tookMs.push(performance.now() - from);
    const { user, system } = process.cpuUsage(cpuFrom);
    cpuMs.push((user + system) / 1_000);
    if (meetings.length < perDay * days) throw new Error(`${meetings.length} meetings were found`);
  }
  const kept = await store.packedMeetings();
  store.close();
  const [firstMs = Number.NaN, ...later] = tookMs;
  const p50 = percentile(later, 0.5);
  return [
    row({
      figure: `facts of one month out of ${kept} meetings, derived: ${perDay * days} meetings of 3 people, p50`,
      measured: p50,
      unit: "ms",
      goal: "≤ 300 ms",
      reached: p50 <= 300,
      numbers: { firstMs, cpuMs: percentile(cpuMs.slice(1), 0.5) },
    }),
  ];
}

type Told = { body: object; at: Instant }[];

const tenPeople = (isOver: boolean) => {
  const startedAt = Date.now() - 120 * MINUTE_MS - Math.floor(Math.random() * 3_600) * 1_000;
  return meetingOf(10, { startedAt, ...(isOver && { endedAt: startedAt + 45 * MINUTE_MS }) });
};

const FIRST_NAMES = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Margaret", "Tim", "Radia", "Katherine"];
const LAST_NAMES = [
  "Lovelace",
  "Hopper",
  "Turing",
  "Dijkstra",
  "Liskov",
  "Knuth",
  "Hamilton",
  "Lee",
  "Perlman",
  "Johnson",
];

/** What Zoom tells of a meeting, each with when we hear it. Every fifth of its people is a guest. */
function meetingOf(people: number, { startedAt, endedAt }: { startedAt: Instant; endedAt?: Instant }): Told {
  const ids = zoomIds();
  const any = (names: readonly string[]) => names[Math.floor(Math.random() * names.length)] ?? "";
  const somebody = () => [any(FIRST_NAMES), any(LAST_NAMES)] as const;
  const mail = (name: readonly string[]) => `${name.join(".").toLowerCase()}@example.com`;
  const bodies = meetingBodies({
    startedAt,
    topic: "Weekly planning of the team",
    hostId: ids.userId(),
    hostEmail: mail(somebody()),
  });
  const told: Told = [];
  const tell = (body: object, at: Instant) => told.push({ body, at: at + 700 + Math.floor(Math.random() * 900) });
  tell(bodies.started(), startedAt);
  for (let index = 0; index < people; index += 1) {
    const name = somebody();
    const account = index % 5 === 4 ? {} : { id: ids.userId(), email: mail(name) };
    const one = bodies.connection({ name: name.join(" "), ...account });
    const joinsAt = startedAt + index * 20_000 + Math.floor(Math.random() * 20) * 1_000;
    tell(one.joined(joinsAt), joinsAt);
    if (endedAt === undefined) continue;
    const leavesAt = endedAt - Math.floor(Math.random() * 120) * 1_000;
    tell(one.left(leavesAt), leavesAt);
  }
  if (endedAt !== undefined) tell(bodies.ended(endedAt), endedAt);
  return told;
}

/** What the notifier keeps, without the notifier. */
async function openStore(bench: Bench, prefix = `{bench-${randomUUID()}}`) {
  const redis: RedisClient = connectRedis(bench.redis.url);
  await whenReady(redis, 5_000);
  const keys = redisKeys(prefix);
  const kept = { retentionMs: 400 * DAY_MS, restMs: 0 };
  const facts = redisFacts(redis, keys, kept);
  const desk = redisDesk(redis, keys, { ...kept, leaseMs: 10_000 });
  const random = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("base64url");
  const defaults = { timeZone: "UTC", digestAt: "18:00", digestDays: new Set<number>() };
  return {
    facts,
    async keep(told: Told, channels: string[]) {
      const book = { channels: new Map(channels.map((channel) => [channel, everyMeeting(defaults)])) };
      const subscriptions = { book: async () => book, fresh: async () => book };
      for (const { body, at } of told) {
        const reading = readEvent(body, at, { webinars: false });
        if (reading.kind !== "fact") throw new Error(reading.kind);
        await recordFact({ facts, subscriptions, retentionMs: kept.retentionMs }, reading.fact, at);
      }
    },
    /** Every card that is due is posted. */
    async showAll() {
      for (let { claims } = await desk.claim(10); claims.length > 0; { claims } = await desk.claim(10)) {
        for (const claim of claims) {
          const message = `${(Date.now() / 1_000 - Math.random() * 1e6).toFixed(6)}`;
          const shows = `ended ${random(16)}`;
          await desk.settle(claim, { kind: "upToDate", because: "ended", message, shows });
        }
      }
    },
    async packAll(channels: string[] = []) {
      for (const uuid of await redis.zrange(keys.live, "0", "-1")) await facts.isOver(uuid, Number.MAX_SAFE_INTEGER);
      await facts.packFinished(channels);
    },
    async copyDay(from: number, to: number) {
      await redis.call("COPY", keys.past(from), keys.past(to));
    },
    async packedMeetings() {
      const days = await redis.keys(`${prefix}:past:*`);
      const counts = await Promise.all(days.map((day) => redis.hlen(day)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    usedBytes: async () => Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]),
    close: () => redis.disconnect(),
  };
}
