import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WebClient } from "@slack/web-api";
import { startRedis } from "../../scripts/redis.mjs";
import { cardFor } from "../../src/card-for.ts";
import { LEASE_MS, startCourier } from "../../src/courier.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import type { CardDesk, Outcome } from "../../src/ports.ts";
import { redisFacts } from "../../src/redis/facts.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { CLIENT_OPTIONS, slackPlatform } from "../../src/slack/platform.ts";
import { at, ended, joined, started } from "../meeting/facts.ts";
import { connected, heardIn, NINETY_DAYS_MS, openStore, urgently } from "../redis/store.ts";
import { startSlack } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { subscribed } from "../subscriptions.ts";
import { CHANNEL as STORY_CHANNEL, startStory } from "./notifier.ts";

const ROOM = "C0ROOM";
const HALL = "C0HALL";
const LONG_MS = 60_000;
const SOON_MS = 400;

/** Pauses of minutes and hours pass at once; the shorter ones are kept. */
function soon(outcome: Outcome): Outcome {
  if (outcome.kind === "refused") return { ...outcome, pauseMs: SOON_MS };
  return outcome.kind === "tryAgain" && outcome.inMs >= LONG_MS ? { ...outcome, inMs: SOON_MS } : outcome;
}

/** A courier for two channels of Slack, with a real Redis; it is half past nine in the meetings of the examples. */
async function twoChannels(t: TestContext) {
  const server = await startRedis();
  const redis = await connected(server.url);
  const { facts, desk } = openStore(redis);
  const slack = await startSlack({ channels: [ROOM, HALL].map((id) => ({ id, name: id.toLowerCase() })) });
  const client = new WebClient(slack.botToken, { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl });
  const outcomes: string[] = [];
  const settle: CardDesk["settle"] = (claim, outcome) => desk.settle(claim, soon(outcome));
  const courier = startCourier({
    desk: { ...desk, settle },
    platforms: new Map([["slack", slackPlatform(client, Date.now)]]),
    cardFor: (claim) =>
      cardFor(
        {
          facts,
          subscriptions: subscribed([`slack:${ROOM}`, `slack:${HALL}`]),
          people: "names",
          stateOf: desk.stateOf,
        },
        claim,
        at("09:30"),
      ),
    now: Date.now,
    leaseMs: LEASE_MS,
    inDoubt: "post-again",
    onOutcome: ({ channel, card }, { kind, because }) => outcomes.push(`${channel} ${card} ${kind} ${because}`),
  });
  t.after(async () => {
    await courier.stop();
    redis.disconnect();
    await slack.close();
    await server.stop();
  });
  const audience = heardIn(`slack:${ROOM}`, `slack:${HALL}`);
  return {
    slack,
    outcomes,
    async tell(...told: MeetingFact[]) {
      for (const fact of told) await facts.keep(fact, fact.kind === "ended" ? urgently(audience) : audience);
      courier.wake();
    },
    shows: (channel: string, ...lines: RegExp[]) =>
      slack.until(() => {
        const seen = slack.visible(channel).map(({ plain }) => plain);
        return seen.length === lines.length && lines.every((line) => seen.some((card) => line.test(card)));
      }),
  };
}

/** A whole notifier with a Redis of which everything acknowledged is on disk. */
async function lastingStory(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "redis-"));
  const server = { now: await startRedis({ dir, appendonly: true }) };
  const story = await startStory({ redis: server.now });
  t.after(async () => {
    await story.stop();
    await server.now.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    ...story,
    dir,
    kill: () => server.now.stop(),
    async startAgain() {
      server.now = await startRedis({ dir, appendonly: true });
    },
    freeze: () => process.kill(server.now.pid, "SIGSTOP"),
    thaw: () => process.kill(server.now.pid, "SIGCONT"),
    /** Sends until it is taken, as Zoom would; tells how long that took. */
    async sendsUntilTaken(body: object) {
      const from = performance.now();
      while ((await story.zoom.send(body)).status !== 200) await sleep(50);
      return performance.now() - from;
    },
    async untilReady() {
      const from = performance.now();
      while ((await fetch(`${story.url}/readyz`)).status !== 200) await sleep(50);
      return performance.now() - from;
    },
  };
}

type Lasting = Awaited<ReturnType<typeof lastingStory>>;

interface Trouble {
  name: string;
  begin: (story: Lasting) => Promise<unknown> | unknown;
  end: (story: Lasting) => Promise<unknown> | unknown;
  says: RegExp;
}

async function ask(story: Lasting, ...command: [string, ...string[]]) {
  const redis = await connected(story.redis.url);
  const answer = await redis.call(...command);
  redis.disconnect();
  return String(answer);
}

/** Redis takes no writes while it knows that it could not save what it has. */
async function saves(story: Lasting, status: "ok" | "err") {
  await ask(story, "BGSAVE");
  while (!(await ask(story, "INFO", "persistence")).includes(`rdb_last_bgsave_status:${status}`)) await sleep(20);
}

const TROUBLES: Trouble[] = [
  {
    name: "is killed",
    begin: ({ kill }) => kill(),
    end: ({ startAgain }) => startAgain(),
    says: /^redis: does not answer$/m,
  },
  {
    name: "is frozen",
    begin: ({ freeze }) => freeze(),
    end: ({ thaw }) => thaw(),
    says: /^redis: does not answer$/m,
  },
  {
    name: "has no memory left",
    begin: (story) => ask(story, "CONFIG", "SET", "maxmemory", "1"),
    end: (story) => ask(story, "CONFIG", "SET", "maxmemory", "0"),
    says: /^redis: is full/m,
  },
  {
    name: "cannot write to its disk",
    async begin(story) {
      mkdirSync(join(story.dir, "dump.rdb")); // where it wants to put a file
      await ask(story, "CONFIG", "SET", "save", "3600 1000000");
      await saves(story, "err");
    },
    async end(story) {
      rmdirSync(join(story.dir, "dump.rdb"));
      await saves(story, "ok");
    },
    says: /^redis: cannot write to its disk$/m,
  },
  {
    name: "becomes a replica",
    begin: (story) => ask(story, "REPLICAOF", "127.0.0.1", "1"),
    end: (story) => ask(story, "REPLICAOF", "NO", "ONE"),
    says: /^redis: is a replica now/m,
  },
];

describe("of what goes wrong around it, the notifier recovers by itself:", { concurrency: true }, () => {
  describe("a channel that does not take its card", { concurrency: true, timeout: 240_000 }, () => {
    test("does not hold up the others, and shows the truth as soon as somebody mends it", async (t) => {
      const { slack, tell, shows, outcomes } = await twoChannels(t);
      slack.channel(ROOM).isArchived = true;
      await tell(started("09:00", { topic: "Stand-up" }));
      await shows(HALL, /Stand-up {2}is live/);
      await tell(ended("09:20"));
      await shows(HALL, /Stand-up {2}ended after 20 min/);
      await slack.until(() => outcomes.includes(`slack:${ROOM} A refused is_archived`));
      deepEqual(slack.visible(ROOM), []);
      slack.channel(ROOM).isArchived = false;
      await shows(ROOM, /Stand-up {2}ended after 20 min/);
    });

    test("and is archived while a post is in doubt has one message when it is opened again", async (t) => {
      const { slack, tell, shows, outcomes } = await twoChannels(t);
      await tell(started("09:00", { uuid: "before", topic: "Retro" })); // from then on the channel is known
      await shows(ROOM, /Retro {2}is live/);
      slack.fail({ method: "chat.postMessage", channel: ROOM, how: "dropAfter" });
      slack.fail({ method: "conversations.history", channel: ROOM, how: { error: "is_archived" } });
      await tell(started("09:00", { topic: "Stand-up" }));
      await slack.until(() => outcomes.includes(`slack:${ROOM} A refused is_archived`));
      await tell(ended("09:20"));
      await shows(ROOM, /Retro/, /Stand-up {2}ended after 20 min/);
      equal(slack.calls.filter(({ method, channel }) => method === "chat.postMessage" && channel === ROOM).length, 2);
    });

    test("for a reason nobody heard of before gets its other cards, and that one later", async (t) => {
      const { slack, tell, shows, outcomes } = await twoChannels(t);
      slack.fail({ method: "chat.postMessage", channel: ROOM, how: { error: "moon_too_full" } });
      await tell(started("09:00", { topic: "One" }), started("09:00", { uuid: "B", topic: "Two" }));
      await shows(ROOM, /One {2}is live/, /Two {2}is live/);
      equal(outcomes.filter((outcome) => outcome.endsWith("tryAgain moon_too_full")).length, 1);
    });
  });

  describe("a token that was revoked", { concurrency: true, timeout: 240_000 }, () => {
    test("stops no fact: when it is good again every card catches up", async (t) => {
      const { slack, tell, shows, outcomes } = await twoChannels(t);
      await tell(started("09:00", { topic: "One" }));
      await shows(ROOM, /One {2}is live/);
      const mend = slack.fail({ method: "*", how: { error: "invalid_auth" }, times: Number.POSITIVE_INFINITY });
      await tell(
        ended("09:20"),
        started("09:10", { uuid: "B", topic: "Two" }),
        joined("Jo P1", "09:11", { uuid: "B" }),
      );
      await slack.until(() => outcomes.some((outcome) => outcome.endsWith("A tryAgain invalid_auth")));
      mend();
      for (const channel of [ROOM, HALL]) await shows(channel, /One {2}ended after 20 min/, /Two {2}is live\n1 in/);
    });

    test("or a workspace that keeps us out of its channels alone turns readiness red, and says so in its status", async (t) => {
      const { slack, url, zoomSends, shows, stop } = await startStory();
      t.after(stop);
      const readiness = async () => (await fetch(`${url}/readyz`)).text();
      slack.fail({ method: "chat.postMessage", how: { error: "access_denied" } });
      await zoomSends(meetingBodies({ startedAt: Date.now() - 60_000, topic: "Stand-up" }).started());
      await t.waitFor(async () => equal(await readiness(), "slack: access_denied\n"), { timeout: 60_000 });
      const asked = await slack.command({ userId: "U0ALICE", channelId: STORY_CHANNEL, text: "/meetings status" });
      match((await slack.until(() => asked.answers()[0])).plain, /Slack: The workspace does not let the app in/);
      await shows(); // nothing stands there yet
    });

    test("turns readiness red with its name, while Zoom's deliveries are taken and kept", async (t) => {
      const { slack, url, zoomSends, redis, env, stop } = await startStory();
      t.after(stop);
      slack.fail({ method: "*", how: { error: "invalid_auth" }, times: Number.POSITIVE_INFINITY });
      const bodies = meetingBodies({ startedAt: Date.now() - 60_000 });
      await zoomSends(bodies.started());
      const ready = await fetch(`${url}/readyz`);
      deepEqual([ready.status, await ready.text()], [503, "slack: invalid_auth\n"]);
      const client = await connected(redis.url);
      t.after(() => client.disconnect());
      const facts = redisFacts(client, redisKeys(env.REDIS_PREFIX), { retentionMs: NINETY_DAYS_MS });
      deepEqual(
        (await facts.factsOf(bodies.meeting.uuid)).map(({ kind }) => kind),
        ["started"],
      );
      equal((await fetch(`${url}/healthz`)).status, 200);
    });
  });

  describe("when Redis", { concurrency: true, timeout: 240_000 }, () => {
    for (const { name, begin, end, says } of TROUBLES) {
      test(`${name}, Zoom is asked in time to send again, and all is right once Redis is back`, async (t) => {
        const story = await lastingStory(t);
        const { url, zoom, zoomSends, shows, sendsUntilTaken, untilReady } = story;
        const endedAt = Date.now();
        const bodies = meetingBodies({ startedAt: endedAt - 20 * 60_000, topic: "Stand-up" });
        const mara = bodies.connection({ name: "Mara Lind" });
        await zoomSends(bodies.started());
        await shows("🟢  Stand-up  is live");

        await begin(story);
        const refused = [await zoom.send(mara.joined(endedAt - 60_000)), await zoom.send(bodies.ended(endedAt))];
        for (const { status } of refused) equal(status, 503);
        const soonestMs = Math.min(...refused.map(({ tookMs }) => tookMs)); // a busy machine may hold up one of them
        ok(soonestMs < 3_000, `Zoom waits for 3 s, and this took ${soonestMs} ms`);
        const ready = await fetch(`${url}/readyz`);
        equal(ready.status, 503);
        match(await ready.text(), says);
        equal((await fetch(`${url}/healthz`)).status, 200);

        await end(story);
        const backAfterMs = await sendsUntilTaken(bodies.ended(endedAt));
        ok(backAfterMs < 30_000, `taken again after ${backAfterMs} ms`);
        await zoomSends(mara.joined(endedAt - 60_000));
        await shows("⚪  Stand-up  ended after 20 min");
        await untilReady();
        t.diagnostic(`taken again after ${Math.round(backAfterMs)} ms`);
      });
    }

    test("is away for a second, Zoom hears nothing of it and the card is right", async (t) => {
      const { zoom, kill, startAgain, shows } = await lastingStory(t);
      const endedAt = Date.now();
      const bodies = meetingBodies({ startedAt: endedAt - 20 * 60_000, topic: "Stand-up" });
      await kill();
      const answers = [bodies.started(), bodies.ended(endedAt)].map((body) => zoom.send(body));
      await startAgain();
      for (const answer of answers) equal((await answer).status, 200);
      await shows("⚪  Stand-up  ended after 20 min");
    });

    test("dies again and again, nothing that was answered with 200 is missing", async (t) => {
      const story = await lastingStory(t);
      const { zoom, kill, startAgain, env, redis } = story;
      const bodies = meetingBodies({ startedAt: Date.now() - 60 * 60_000 });
      const taken: string[] = [];
      let isOver = false;
      const people = Array.from({ length: 4 }, async (_, sender) => {
        for (let count = 0; !isOver; count += 1) {
          const name = `Guest ${sender}-${count}`;
          const { status } = await zoom.send(bodies.connection({ name }).joined(Date.now() - 30 * 60_000));
          if (status === 200) taken.push(name);
        }
      });
      for (let round = 1; round <= 3; round += 1) {
        const before = taken.length;
        while (taken.length < before + 20) await sleep(5);
        await kill();
        await startAgain();
      }
      const before = taken.length;
      while (taken.length < before + 20) await sleep(5);
      isOver = true;
      await Promise.all(people);
      const client = await connected(redis.url);
      t.after(() => client.disconnect());
      const facts = await redisFacts(client, redisKeys(env.REDIS_PREFIX), { retentionMs: NINETY_DAYS_MS }).factsOf(
        bodies.meeting.uuid,
      );
      const kept = new Set(facts.map((fact) => ("who" in fact ? fact.who.name : "")));
      deepEqual(
        taken.filter((name) => !kept.has(name)),
        [],
      );
    });
  });
});
