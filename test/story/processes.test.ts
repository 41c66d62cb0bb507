import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startRedis } from "../../scripts/redis.mjs";
import { seededRandom, shuffled } from "../../scripts/replay/random.ts";
import { redisDesk } from "../../src/redis/desk.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { connected, NINETY_DAYS_MS } from "../redis/store.ts";
import { startSlack } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, insistently, PEOPLE, settings, zoomAt } from "./notifier.ts";
import { type NotifierProcess, startProcess } from "./process.ts";

const MINUTE = 60_000;

/** Stand-ins, a Redis, and this many notifiers that share it. */
async function processes(t: TestContext, count: number) {
  const server = await startRedis({ appendonly: true });
  const redis = await connected(server.url);
  const slack = await startSlack({ users: PEOPLE, channels: [{ id: CHANNEL, name: "meetings" }] });
  const env = settings({ redisUrl: server.url, slackApi: slack.apiUrl });
  const running = new Set<NotifierProcess>();
  const start = async () => {
    const notifier = await startProcess(env);
    running.add(notifier);
    return notifier;
  };
  t.after(async () => {
    await Promise.all([...running].map((notifier) => notifier.kill()));
    redis.disconnect();
    await slack.close();
    await server.stop();
  });
  const keys = redisKeys(env.REDIS_PREFIX);
  const desk = redisDesk(redis, keys, { leaseMs: 1, retentionMs: NINETY_DAYS_MS });
  const all = await Promise.all(Array.from({ length: count }, start));
  return {
    server,
    slack,
    all,
    start,
    running,
    async kill(notifier: NotifierProcess) {
      running.delete(notifier);
      await notifier.kill();
    },
    seen: () => slack.visible(CHANNEL).map(({ plain }) => plain),
    posts: () => slack.calls.filter(({ method }) => method === "chat.postMessage").length,
    /** Resolves while the post is under way, or after it when it was too quick to be seen. */
    async untilPostBegins(uuid: string) {
      const hasBegun = async () => {
        const { posting, message } = await desk.stateOf(`slack:${CHANNEL}`, uuid);
        return posting !== undefined || message !== undefined;
      };
      while (!(await hasBegun())) await sleep(5);
    },
    stateOf: (uuid: string) => desk.stateOf(`slack:${CHANNEL}`, uuid),
    /** In how many channels a card is due or in hand. */
    inHand: () => redis.zcard(keys.channels),
    /** Resolves when no card is due or in hand any more. */
    async quiet() {
      while ((await redis.zcard(keys.channels)) > 0) await sleep(20);
    },
  };
}

const sender = ({ url }: NotifierProcess) => zoomAt(url);

const send = (notifier: NotifierProcess, ...bodies: object[]) => insistently(sender(notifier), bodies);

function standUp() {
  const endedAt = Math.floor(Date.now() / 1_000) * 1_000;
  const bodies = meetingBodies({ startedAt: endedAt - 20 * MINUTE, topic: "Stand-up" });
  return { ...bodies, mara: bodies.connection({ name: "Mara Lind" }), endedAt };
}

const said = (minutes: number) =>
  minutes < 60 ? `${minutes} min` : `1 h${minutes > 60 ? ` ${minutes - 60} min` : ""}`;

describe("processes:", { concurrency: true }, () => {
  describe("several notifiers on one Redis", { concurrency: true, timeout: 480_000 }, () => {
    for (const count of [2, 3]) {
      test(`show one message, when all ${count} of them get every delivery`, async (t) => {
        const { slack, all, seen, posts, quiet } = await processes(t, count);
        const { started, mara, ended, endedAt } = standUp();
        const [start, ...rest] = [started(), mara.joined(endedAt - 9 * MINUTE), mara.left(endedAt), ended(endedAt)];
        await Promise.all(all.map((notifier) => send(notifier, start)));
        await slack.until(() => seen()[0]?.startsWith("🟢  Stand-up  is live"));
        await Promise.all(all.map((notifier) => send(notifier, ...rest)));
        await slack.until(() => seen()[0]?.startsWith("⚪  Stand-up  ended after 20 min\n"));
        await quiet();
        deepEqual([seen().length, posts()], [1, 1]);
        match(seen()[0] ?? "", /1 person/);
      });
    }

    test("have one message when the one that posted it was killed before it knew the answer", async (t) => {
      const { slack, all, start, kill, seen, quiet, posts } = await processes(t, 1);
      const [victim] = all as [NotifierProcess];
      const { started, ended, endedAt } = standUp();
      slack.fail({ method: "chat.postMessage", how: "hang" });
      await send(victim, started());
      await slack.until(() => seen().length === 1);
      await kill(victim);
      const killedAt = performance.now();
      await send(await start(), ended(endedAt));
      await slack.until(() => seen()[0]?.startsWith("⚪  Stand-up  ended after 20 min\n"));
      t.diagnostic(`right again ${Math.round(performance.now() - killedAt)} ms after the kill`);
      await quiet();
      deepEqual([seen().length, posts()], [1, 1]);
    });

    test("have one message when one was frozen while it posted and wakes after another took over", async (t) => {
      const { slack, all, start, seen, quiet, untilPostBegins, stateOf } = await processes(t, 1);
      const [frozen] = all as [NotifierProcess];
      const { started, ended, endedAt, meeting } = standUp();
      await send(frozen, started());
      await untilPostBegins(meeting.uuid);
      frozen.signal("SIGSTOP"); // at any instant: before, while or after the message is on its way
      await start();
      while ((await stateOf(meeting.uuid)).message === undefined) await sleep(50);
      frozen.signal("SIGCONT");
      await send(frozen, ended(endedAt));
      await slack.until(() => seen()[0]?.startsWith("⚪  Stand-up  ended after 20 min\n"));
      await quiet();
      equal(seen().length, 1);
    });

    test("lose and double nothing of 30 meetings while they are killed again and again", async (t) => {
      const world = await processes(t, 3);
      const { slack, running, start, kill, seen, quiet } = world;
      const seed = Number(process.env.SEED ?? Date.now() % 100_000);
      t.diagnostic(`SEED=${seed}`);
      const random = seededRandom(seed);
      const anyOne = () => [...running][Math.floor(random() * running.size)];
      slack.fail({ method: "*", how: { delayMs: 150 }, times: Number.POSITIVE_INFINITY });

      const now = Math.floor(Date.now() / 1_000) * 1_000;
      const endedAt = (index: number) => now - (40 - index) * MINUTE;
      const deliveries = Array.from({ length: 30 }, (_, index) => {
        const startedAt = now - 80 * MINUTE;
        const bodies = meetingBodies({
          startedAt,
          topic: `Meeting ${index}`,
          number: `8640000${1000 + index}`,
          random,
        });
        const jo = bodies.connection({ name: "Jo Adler", email: "jo@example.com" });
        const sam = bodies.connection({ name: "Sam" });
        const until = endedAt(index);
        const stays = [jo.joined(startedAt), sam.joined(startedAt + MINUTE), jo.left(until), sam.left(until)];
        return [bodies.started(), ...stays, bodies.ended(until)];
      });
      /** As Zoom does: until somebody takes it, and now and then once more. */
      const deliver = async (body: object) => {
        for (let times = random() < 0.2 ? 2 : 1; times > 0; ) {
          const one = anyOne();
          if (one && (await sender(one).send(body)).status === 200) times -= 1;
          else await sleep(50);
        }
      };
      const sending = (async () => {
        for (const body of deliveries.map(([started]) => started ?? {})) await deliver(body);
        for (const body of shuffled(
          deliveries.flatMap((all) => all.slice(1)),
          random,
        )) {
          await Promise.all([deliver(body), sleep(40)]);
        }
      })();
      for (let killed = 0; killed < 6; killed += 1) {
        const shown = seen().length;
        await slack.until(() => seen().length > Math.min(shown + 1, deliveries.length - 1)); // or all of them
        await sleep(random() * 1_000);
        const victim = anyOne();
        if (victim) await kill(victim);
        await start();
      }
      const lastKillAt = performance.now();
      await sending;
      await slack.until(() => seen().length >= 30, { timeoutMs: 90_000 });
      await quiet();
      t.diagnostic(`all right ${Math.round(performance.now() - lastKillAt)} ms after the last kill`);
      const firstLines = seen().map((card) => card.split("\n")[0] ?? "");
      const truth = deliveries.map((_, index) => `⚪  Meeting ${index}  ended after ${said(40 + index)}`);
      deepEqual(firstLines.sort(), truth.sort());
      ok(seen().every((card) => card.includes("2 people")));
    });
  });

  describe("a notifier that is told to stop", { concurrency: true, timeout: 240_000 }, () => {
    test("finishes the call it is making and leaves the rest to the others at once", async (t) => {
      const { slack, all, start, running, seen, posts, stateOf, untilPostBegins, inHand } = await processes(t, 1);
      const [leaving] = all as [NotifierProcess];
      const { started, mara, endedAt, meeting } = standUp();
      const doorIsShut = Promise.withResolvers<void>();
      slack.fail({ method: "chat.postMessage", how: { after: doorIsShut.promise } });
      await send(leaving, started());
      await untilPostBegins(meeting.uuid);
      leaving.signal("SIGTERM");
      const takesRequests = () => fetch(`${leaving.url}/healthz`).then(Boolean, () => false);
      while (await takesRequests()) await sleep(20);
      equal(posts(), 0, "no new request is taken, although the call is still under way");
      doorIsShut.resolve();
      deepEqual(await leaving.exited, { code: 0, signal: null });
      running.delete(leaving);
      ok(!leaving.lines.some((line) => line.includes("not everything was finished in time")));
      const { message, posting } = await stateOf(meeting.uuid);
      deepEqual([message, posting], [slack.visible(CHANNEL)[0]?.ts, undefined]);
      equal(await inHand(), 0, "the lease was given back");
      await send(await start(), mara.joined(endedAt - 5 * MINUTE));
      await slack.until(() => seen()[0]?.includes("1 in the meeting now"));
      deepEqual([seen().length, posts()], [1, 1]);
    });

    test("answers whoever asked before", async (t) => {
      const { slack, all, running } = await processes(t, 1);
      const [leaving] = all as [NotifierProcess];
      slack.commandUrl = `${leaving.url}/slack/events`;
      slack.fail({ method: "conversations.info", how: { delayMs: 1_500 } });
      const asked = await slack.command({ userId: "U0ALICE", channelId: CHANNEL, text: "/meetings pause 2h" });
      leaving.signal("SIGTERM");
      deepEqual(await leaving.exited, { code: 0, signal: null });
      running.delete(leaving);
      match(asked.answers()[0]?.plain ?? "", /^Nothing new is posted in #meetings until /);
    });

    test("is gone at once when there is nothing to finish, and says so", async (t) => {
      const { all, running } = await processes(t, 1);
      const [leaving] = all as [NotifierProcess];
      leaving.signal("SIGTERM");
      deepEqual(await leaving.exited, { code: 0, signal: null });
      running.delete(leaving);
      equal(leaving.lines.map((line) => JSON.parse(line).msg).at(-1), "stopped"); // and not that its time was over
    });

    test("does not wait longer than 10 s, neither for Slack nor for a Redis that is gone", async (t) => {
      const { slack, all, running, server, untilPostBegins } = await processes(t, 1);
      const [leaving] = all as [NotifierProcess];
      const { started, meeting } = standUp();
      slack.fail({ method: "chat.postMessage", how: "hang" });
      await send(leaving, started());
      await untilPostBegins(meeting.uuid);
      await server.stop();
      leaving.signal("SIGTERM");
      deepEqual(await leaving.exited, { code: 0, signal: null });
      running.delete(leaving);
      const saidAt = (words: string) => {
        const line = leaving.lines.map((line) => JSON.parse(line)).find(({ msg }) => msg.startsWith(words));
        return Date.parse(line?.time);
      };
      const tookMs = saidAt("not everything was finished in time") - saidAt("stopping"); // by its own clock
      ok(tookMs < 10_000, `${tookMs} ms`);
    });
  });

  describe("the log of a notifier", { timeout: 240_000 }, () => {
    test("says that a person deleted a card, and every line of it is JSON without anybody's words", async (t) => {
      const { slack, all, quiet } = await processes(t, 1);
      const [notifier] = all as [NotifierProcess];
      const { started, mara, ended, endedAt } = standUp();
      await send(notifier, started());
      const [message] = await slack.until(() => slack.visible(CHANNEL).length > 0 && slack.visible(CHANNEL));
      slack.deleteByPerson(CHANNEL, message?.ts ?? "");
      await send(notifier, mara.joined(endedAt - MINUTE), ended(endedAt));
      await quiet();
      while (!notifier.lines.some((line) => line.includes("card given up: message_not_found"))) await sleep(20);
      for (const line of notifier.lines) ok(typeof JSON.parse(line) === "object");
      equal(/Stand-up|Mara|example\.com|xoxb/.test(notifier.lines.join("\n")), false);
    });
  });
});
