import { deepEqual, equal, match } from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { clockTime, dayName, dayOf } from "../../src/card/day.ts";
import { configFrom } from "../../src/config.ts";
import { startNotifier } from "../../src/main.ts";
import type { Instant } from "../../src/meeting/fact.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, startStory } from "./notifier.ts";
import { heardThen } from "./past.ts";
import { zoneWhereItIs } from "./zones.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A digest is edited at most every half minute. */
const EDITED_WITHIN = { timeoutMs: 120_000 };

const now = Date.now();
const noon = zoneWhereItIs(12, now);
const midnight = zoneWhereItIs(0, now);
const aMomentAgo = clockTime(now - 2 * MINUTE_MS, noon);

const bodiesOf = (topic: string, startedAt: Instant) => meetingBodies({ startedAt, topic, bookedMinutes: 0 });

describe("the digest in the channel", { concurrency: true }, () => {
  let redis: StartedRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  const startAt = async (t: TestContext, prefix: string, timeZone: string, at: string) => {
    const settings = { REDIS_PREFIX: prefix, TIME_ZONE: timeZone, DIGEST_AT: at, DIGEST_DAYS: "mon-sun" };
    const story = await startStory({ redis, ...settings });
    t.after(() => story.stop());
    return story;
  };
  /** One more process of the same notifier: it asks for digests as it starts. */
  const another = async (t: TestContext, { env }: Story) => {
    const notifier = await startNotifier(configFrom(env));
    t.after(() => notifier.stop());
  };
  type Story = Awaited<ReturnType<typeof startAt>>;

  const digests = ({ slack }: Story) => slack.visible(CHANNEL).filter(({ plain }) => plain.includes("Meetings on"));
  const digestShows = ({ slack, ...story }: Story, ...texts: string[]) =>
    slack.until(() => {
      const [digest] = digests({ slack, ...story });
      return texts.every((text) => digest?.plain.includes(text)) && digest;
    }, EDITED_WITHIN);
  const postsOf = ({ slack }: Story) => slack.calls.filter(({ method }) => method === "chat.postMessage").length;

  test("comes once whoever starts, and is edited when a live meeting ends and a late fact comes", async (t) => {
    const prefix = "{edited}";
    const [standUp, talk, lunch] = [
      bodiesOf("Stand-up", now - 2 * HOUR_MS),
      bodiesOf("Talk", now - 30 * MINUTE_MS),
      bodiesOf("Lunch", now - HOUR_MS),
    ];
    const jo = talk.connection({ name: "Jo Brandt" });
    await heardThen({ redis, prefix, timeZone: noon }, [
      { body: standUp.started(), at: now - 2 * HOUR_MS },
      { body: standUp.ended(now - 2 * HOUR_MS + 15 * MINUTE_MS), at: now - 2 * HOUR_MS + 15 * MINUTE_MS },
      { body: talk.started(), at: now - 30 * MINUTE_MS },
      { body: jo.joined(now - 29 * MINUTE_MS), at: now - 29 * MINUTE_MS },
    ]);
    const story = await startAt(t, prefix, noon, aMomentAgo);
    const { ts, plain } = await digestShows(story, "still live");
    match(plain, new RegExp(`Meetings on ${dayName(dayOf(now, noon))}`));
    match(plain, /in total, 1 still live/);
    await Promise.all([another(t, story), another(t, story)]);

    await story.zoomSends(talk.ended(now), lunch.started(), lunch.ended(now - 40 * MINUTE_MS));
    const edited = await digestShows(story, "1 h 5 min", "Lunch");
    match(edited.plain, /Talk\D+30 min/);
    equal(edited.ts, ts);
    equal(digests(story).length, 1);
    equal(postsOf(story), 4); // three meetings and the digest
  });

  test("of yesterday is made up for after midnight, and counts a meeting that still runs where it began", async (t) => {
    const prefix = "{midnight}";
    const startedAt = now - 2 * HOUR_MS;
    const night = bodiesOf("Night shift", startedAt);
    await heardThen({ redis, prefix, timeZone: midnight }, [{ body: night.started(), at: startedAt }]);
    const story = await startAt(t, prefix, midnight, "23:59");
    const yesterday = `Meetings on ${dayName(dayOf(startedAt, midnight))}`;
    await digestShows(story, yesterday, "still live");
    await story.zoomSends(night.ended(now));
    await digestShows(story, yesterday, "2 h");
    equal(digests(story).length, 1);
  });

  test("that a person deleted stays deleted", async (t) => {
    const prefix = "{deleted}";
    const standUp = bodiesOf("Stand-up", now - 2 * HOUR_MS);
    await heardThen({ redis, prefix, timeZone: noon }, [
      { body: standUp.started(), at: now - 2 * HOUR_MS },
      { body: standUp.ended(now - HOUR_MS), at: now - HOUR_MS },
    ]);
    const story = await startAt(t, prefix, noon, aMomentAgo);
    const { ts } = await digestShows(story, "Stand-up");
    story.slack.deleteByPerson(CHANNEL, ts);
    const late = bodiesOf("Late", now - 50 * MINUTE_MS);
    await story.zoomSends(late.started(), late.ended(now - 40 * MINUTE_MS));
    await story.slack.until(
      () => story.slack.calls.some(({ method, error }) => method === "chat.update" && error === "message_not_found"),
      EDITED_WITHIN,
    );
    await another(t, story);
    const next = bodiesOf("Next", now);
    await story.zoomSends(next.started());
    await story.slack.until(() => story.seen().some((card) => card.includes("Next")));
    deepEqual(digests(story), []);
  });

  test("does not come on a day on which nothing began before its hour", async (t) => {
    const story = await startAt(t, "{empty}", noon, aMomentAgo);
    await story.zoomSends(bodiesOf("Late talk", now).started());
    await story.shows("Late talk  is live");
    await another(t, story);
    await story.zoomSends(bodiesOf("Later talk", now).started());
    await story.shows("Late talk  is live", "Later talk  is live");
  });
});
