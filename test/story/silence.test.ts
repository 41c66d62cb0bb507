import { equal, match } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { configFrom } from "../../src/config.ts";
import { startNotifier } from "../../src/main.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, startStory } from "./notifier.ts";
import { heardThen } from "./past.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("a meeting of which Zoom says nothing more", { concurrency: true }, () => {
  let redis: StartedRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  test("has ended when the notifier comes back and everybody has left", async (t) => {
    const prefix = "{deserted}";
    const startedAt = Date.now() - 2 * HOUR_MS;
    const talk = meetingBodies({ startedAt, topic: "Talk", bookedMinutes: 0 });
    const jo = talk.connection({ name: "Jo Brandt" });
    await heardThen({ redis, prefix }, [
      { body: talk.started(), at: startedAt + 1_000 },
      { body: jo.joined(startedAt), at: startedAt + 1_000 },
      { body: jo.left(startedAt + 48 * MINUTE_MS), at: startedAt + 48 * MINUTE_MS },
    ]);
    const story = await startStory({ redis, REDIS_PREFIX: prefix });
    t.after(() => story.stop());
    const [card = ""] = await story.shows("⚪  Talk  ended after about 48 min");
    match(card, /no end signal from Zoom, nothing heard since/);
    match(card, /1 person/);
  });

  test("has ended after thirty hours although somebody was in, also where nobody was ever seen", async (t) => {
    const prefix = "{forgotten}";
    const startedAt = Date.now() - 32 * HOUR_MS;
    const [crowded, empty] = ["Crowded", "Empty"].map((topic) => meetingBodies({ startedAt, topic }));
    if (!crowded || !empty) throw new Error("two meetings");
    const jo = crowded.connection({ name: "Jo Brandt" });
    const lastHeard = startedAt + 90 * MINUTE_MS;
    await heardThen({ redis, prefix }, [
      { body: crowded.started(), at: startedAt },
      { body: jo.joined(lastHeard), at: lastHeard },
      { body: empty.started(), at: startedAt },
    ]);
    const story = await startStory({ redis, REDIS_PREFIX: prefix });
    t.after(() => story.stop());
    const cards = await story.shows("ended after about", "ended after an unknown time");
    for (const card of cards) match(card, /no end signal from Zoom, nothing heard since/);
    match(cards.join("\n"), /Crowded {2}ended after about 1 h 30 min/);
  });

  test("gets its live card edited, and is live again when somebody comes back", async (t) => {
    const prefix = "{edited}";
    const startedAt = Date.now() - 20 * MINUTE_MS;
    const talk = meetingBodies({ startedAt, topic: "Talk" });
    const [jo, al] = [talk.connection({ name: "Jo Brandt" }), talk.connection({ name: "Al Moss" })];
    const deliveries = [talk.started(), jo.joined(startedAt), jo.left(startedAt + 5 * MINUTE_MS)];
    const story = await startStory({ redis, REDIS_PREFIX: prefix });
    t.after(() => story.stop());
    await story.zoomSends(...deliveries);
    await story.shows("Nobody in the meeting now  ·  1 joined so far");

    const then = startedAt + 5 * MINUTE_MS;
    await heardThen(
      { redis, prefix },
      deliveries.map((body) => ({ body, at: then })),
    );
    const another = await startNotifier(configFrom(story.env)); // looks after silent meetings as it starts
    t.after(() => another.stop());
    await story.shows("⚪  Talk  ended after about 5 min");
    await story.zoomSends(al.joined(Date.now() - 1_000));
    await story.shows("🟢  Talk  is live");
    equal(story.slack.calls.filter(({ method }) => method === "chat.postMessage").length, 1);
    equal(story.slack.visible(CHANNEL).length, 1);
  });
});
