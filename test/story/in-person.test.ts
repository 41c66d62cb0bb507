import { equal, match } from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { clockTime, dayName, dayOf } from "../../src/card/day.ts";
import { configFrom } from "../../src/config.ts";
import { startNotifier } from "../../src/main.ts";
import { redisChoices } from "../../src/redis/choices.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import type { Choices } from "../../src/subscription/choices.ts";
import { connected } from "../redis/store.ts";
import { type SlackStandIn, startSlack } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, PEOPLE, settings, startStory, zoomAt } from "./notifier.ts";
import { heardThen } from "./past.ts";
import { startProcess } from "./process.ts";
import { zoneWhereItIs } from "./zones.ts";

const MINUTE = 60_000;
const ALICE = { zoom: { name: "Alice Ng", id: "zu-alice", email: "alice@example.com" }, direct: "D0ALICE" };
const LIVE = "🟢  Stand-up  is live without you · 1 in, since";

/** What somebody chooses in the app, where their notifier keeps it. */
async function chooses(
  { redisUrl, prefix, timeZone = "UTC" }: { redisUrl: string; prefix: string; timeZone?: string },
  who: "ALICE" | "BEN",
  choices: Choices,
) {
  const redis = await connected(redisUrl);
  const email = `${who.toLowerCase()}@example.com`;
  await redisChoices(redis, redisKeys(prefix)).change(`slack:U0${who}`, () => ({ choices, email, timeZone }));
  redis.disconnect();
}

/** A meeting of Alice's that began this long ago, and Bob in it. */
function standUp(agoMs = 5 * MINUTE) {
  const startedAt = Date.now() - agoMs;
  const about = { topic: "Stand-up", hostId: ALICE.zoom.id, hostEmail: ALICE.zoom.email };
  const bodies = meetingBodies({ startedAt, ...about });
  return { ...bodies, startedAt, bob: bodies.connection({ name: "Bob" }), alice: bodies.connection(ALICE.zoom) };
}

describe("in person", { concurrency: true }, () => {
  let redis: StartedRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  const start = async (t: TestContext) => {
    const story = await startStory({ redis });
    t.after(() => story.stop());
    const { REDIS_PREFIX: prefix } = story.env;
    const direct = () => story.slack.visible(ALICE.direct).map(({ plain }) => plain);
    return {
      ...story,
      direct,
      chooses: (who: "ALICE" | "BEN", choices: Choices) => chooses({ redisUrl: redis.url, prefix }, who, choices),
      directShows: (text: string) => story.slack.until(() => isOpen(story) && direct()[0]?.startsWith(text)),
    };
  };
  /** Resolves when no card is due or in hand any more. */
  const quiet = async (prefix: string) => {
    const client = await connected(redis.url);
    while ((await client.zcard(redisKeys(prefix).channels)) > 0) await sleep(20);
    client.disconnect();
  };
  const isOpen = ({ slack }: { slack: SlackStandIn }) => slack.channels.some(({ id }) => id === ALICE.direct);

  describe("the host of a meeting that is live without them", { concurrency: true, timeout: 120_000 }, () => {
    test("hears of it once, also with two processes and a delivery that comes twice", async (t) => {
      const { slack, zoomSends, env, direct, directShows, shows, ...story } = await start(t);
      const other = await startNotifier(configFrom(env));
      t.after(() => other.stop());
      const otherZoom = zoomAt(`http://127.0.0.1:${other.port}`);
      await story.chooses("ALICE", { whenLiveWithoutMe: true });
      await story.chooses("BEN", { whenLiveWithoutMe: true });
      const { started, startedAt, bob } = standUp();
      const joined = bob.joined(startedAt);
      await Promise.all([zoomSends(started()), otherZoom.send(joined), zoomSends(joined)]);
      await directShows(LIVE);
      await otherZoom.send(joined);
      await shows("Stand-up");
      equal(direct().length, 1);
      match(direct()[0] ?? "", /\[Join\]/);
      const posts = () => slack.calls.filter(({ method }) => method === "chat.postMessage").length;
      await slack.until(() => posts() >= 2); // a call is written down after what it did is seen
      equal(posts(), 2); // the channel's card and this
    });

    test("sees that they joined, in the same message, and no more of it", async (t) => {
      const { zoomSends, chooses, env, direct, directShows } = await start(t);
      await chooses("ALICE", { whenLiveWithoutMe: true });
      const { started, startedAt, bob, alice, ended } = standUp();
      await zoomSends(started(), bob.joined(startedAt));
      await directShows(LIVE);
      await zoomSends(alice.joined(startedAt + MINUTE));
      await directShows("You joined  Stand-up  at");
      await zoomSends(ended(startedAt + 4 * MINUTE));
      await quiet(env.REDIS_PREFIX);
      match(direct()[0] ?? "", /^You joined {2}Stand-up/);
      equal(direct().length, 1);
    });

    test("sees that it ended without them", async (t) => {
      const { zoomSends, chooses, direct, directShows } = await start(t);
      await chooses("ALICE", { whenLiveWithoutMe: true });
      const { started, startedAt, bob, ended } = standUp();
      await zoomSends(started(), bob.joined(startedAt));
      await directShows(LIVE);
      await zoomSends(ended(startedAt + 4 * MINUTE));
      await directShows("⚪  Stand-up  ended after 4 min without you · 1 person");
      equal(direct().length, 1);
    });

    test("is known by the id alone, once a meeting named both", async (t) => {
      const { zoomSends, chooses, shows, directShows } = await start(t);
      await chooses("ALICE", { whenLiveWithoutMe: true });
      const [others, own] = [meetingBodies({ startedAt: Date.now() - MINUTE, topic: "Retro" }), standUp()];
      await zoomSends(others.connection(ALICE.zoom).joined(Date.now() - MINUTE));
      await shows("Retro");
      await zoomSends(own.bob.joined(own.startedAt));
      await directShows(LIVE);
    });

    test("is not told while they are in, or of what ended before", async (t) => {
      const { zoomSends, chooses, directShows, direct } = await start(t);
      await chooses("ALICE", { whenLiveWithoutMe: true });
      const [own, over, next] = [standUp(), standUp(), standUp(2 * MINUTE)];
      await zoomSends(own.started(), own.alice.joined(own.startedAt), own.bob.joined(own.startedAt));
      await zoomSends(over.bob.joined(over.startedAt), over.ended(over.startedAt + MINUTE));
      await zoomSends(next.started(), next.bob.joined(next.startedAt));
      await directShows(LIVE);
      equal(direct().length, 1);
    });

    test("does not hear twice when the process that waited was killed", async (t) => {
      const slack = await startSlack({ users: PEOPLE, channels: [{ id: CHANNEL, name: "meetings" }] });
      const env = settings({ redisUrl: redis.url, slackApi: slack.apiUrl });
      const victim = await startProcess(env);
      const running = [victim];
      t.after(async () => {
        await Promise.all(running.map((one) => one.kill()));
        await slack.close();
      });
      await chooses({ redisUrl: redis.url, prefix: env.REDIS_PREFIX }, "ALICE", { whenLiveWithoutMe: true });
      const { started, startedAt, bob } = standUp(MINUTE - 5_000);
      const zoom = zoomAt(victim.url);
      for (const body of [started(), bob.joined(startedAt)]) equal((await zoom.send(body)).status, 200);
      await victim.kill();
      running.push(await startProcess(env), await startProcess(env));
      const direct = () => (isOpen({ slack }) ? slack.visible(ALICE.direct) : []);
      await slack.until(() => direct()[0]?.plain.startsWith(LIVE));
      await quiet(env.REDIS_PREFIX);
      equal(direct().length, 1);
    });

    test("who left the company keeps nobody else from hearing", async (t) => {
      const { slack, zoomSends, chooses, directShows } = await start(t);
      const ben = slack.users.find(({ id }) => id === "U0BEN");
      if (ben) ben.isDeactivated = true;
      await chooses("BEN", { whenLiveWithoutMe: true });
      await chooses("ALICE", { whenLiveWithoutMe: true });
      const bens = meetingBodies({
        startedAt: Date.now() - 5 * MINUTE,
        hostEmail: "ben@example.com",
        hostId: "zu-ben",
      });
      const { started, startedAt, bob } = standUp();
      await zoomSends(bens.started(), bens.connection({ name: "Bob" }).joined(startedAt));
      await slack.until(() => slack.calls.some(({ error }) => error === "user_disabled"));
      await zoomSends(started(), bob.joined(startedAt));
      await directShows(LIVE);
    });
  });

  test("my day comes in the morning, once, with what yesterday's meetings came to", async (t) => {
    const now = Date.now();
    const eight = zoneWhereItIs(8, now);
    const slack = await startSlack({ users: PEOPLE, channels: [{ id: CHANNEL, name: "meetings" }] });
    const env = settings({ redisUrl: redis.url, slackApi: slack.apiUrl });
    const at = { redisUrl: redis.url, prefix: env.REDIS_PREFIX, timeZone: eight };
    const myDayAt = clockTime(now - MINUTE, eight);
    await chooses(at, "ALICE", { whenLiveWithoutMe: false, myDayAt });
    await chooses(at, "BEN", { whenLiveWithoutMe: false, myDayAt });
    const yesterday = now - 20 * 60 * MINUTE;
    const about = { startedAt: yesterday, topic: "Review", hostId: ALICE.zoom.id, hostEmail: ALICE.zoom.email };
    const review = meetingBodies(about);
    await heardThen({ redis, prefix: env.REDIS_PREFIX }, [
      { body: review.started(), at: yesterday },
      { body: review.ended(yesterday + 26 * MINUTE), at: yesterday + 26 * MINUTE },
    ]);
    const notifiers = await Promise.all([startNotifier(configFrom(env)), startNotifier(configFrom(env))]);
    t.after(async () => {
      for (const notifier of notifiers) await notifier.stop();
      await slack.close();
    });
    const direct = () => (isOpen({ slack }) ? slack.visible(ALICE.direct) : []);
    const day = await slack.until(() => direct().find(({ plain }) => plain.includes("Your day")));
    match(day.plain, new RegExp(`Your day: ${dayName(dayOf(now, eight))}`));
    match(day.plain, /Review, 26 min, nobody seen, hosted by you/);
    notifiers.push(await startNotifier(configFrom(env)));
    await quiet(env.REDIS_PREFIX);
    equal(direct().length, 1);
    equal(
      slack.channels.some(({ id }) => id === "D0BEN"),
      false,
    );
  });
});
