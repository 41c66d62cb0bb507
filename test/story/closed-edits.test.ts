import { equal, match } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { redisKeys } from "../../src/redis/keys.ts";
import { connected } from "../redis/store.ts";
import type { How } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, startStory } from "./notifier.ts";

const MINUTE = 60_000;

/** A meeting whose message nobody may edit after it was posted, and which went on and ended since. */
async function closedEdits(t: TestContext, how?: How) {
  const story = await startStory();
  const redis = await connected(story.redis.url);
  t.after(async () => {
    redis.disconnect();
    await story.stop();
  });
  const { slack, zoomSends, shows } = story;
  const edits = () => slack.calls.filter(({ method }) => method === "chat.update").length;
  /** Resolves when no card is due or in hand any more. */
  const quiet = async () => {
    while ((await redis.zcard(redisKeys(story.env.REDIS_PREFIX).channels)) > 0) await sleep(20);
  };

  const endedAt = Math.floor(Date.now() / 1_000) * 1_000;
  const startedAt = endedAt - 20 * MINUTE;
  const { started, connection, ended } = meetingBodies({ startedAt, topic: "Stand-up" });
  const [mara, jo] = [connection({ name: "Mara Lind" }), connection({ name: "Jo Adler" })];
  await zoomSends(started());
  await shows("🟢  Stand-up  is live");
  slack.fail({ method: "chat.update", how: { error: "edit_window_closed" }, times: Number.POSITIVE_INFINITY });
  await zoomSends(mara.joined(startedAt));
  await quiet();
  await zoomSends(jo.joined(startedAt + MINUTE));
  await quiet();
  equal(edits(), 1, "Slack is not asked again while the meeting is live");
  if (how) slack.fail({ method: "chat.postMessage", how });
  await zoomSends(mara.left(endedAt), jo.left(endedAt), ended(endedAt));
  await quiet();
  return {
    ...story,
    edits,
    quiet,
    /** Somebody of whom Zoom tells late. */
    sam: connection({ name: "Sam" }).joined(startedAt + 2 * MINUTE),
    replies: () => slack.replies(CHANNEL, slack.visible(CHANNEL)[0]?.ts ?? "").map(({ plain }) => plain),
    metrics: async () => (await fetch(`${story.url}/metrics`)).text(),
  };
}

describe("a message that may not be edited any more", { concurrency: true, timeout: 240_000 }, () => {
  test("is tried once more when its meeting is over, and then its end is told in one reply", async (t) => {
    const { edits, seen, replies, metrics } = await closedEdits(t);
    equal(edits(), 2);
    equal(seen().length, 1);
    equal(replies().length, 1);
    match(replies()[0] ?? "", /^⚪ {2}Stand-up {2}ended after 20 min\n.*2 people/);
    match(await metrics(), /outcome="givenUp",because="told in a reply: edit_window_closed"/);
  });

  test("has that reply corrected when Zoom tells more, if replies may be edited", async (t) => {
    const { slack, zoomSends, quiet, seen, replies, sam } = await closedEdits(t);
    slack.mend();
    await zoomSends(sam);
    await quiet();
    match(seen()[0] ?? "", /is live/);
    equal(replies().length, 1);
    match(replies()[0] ?? "", /3 people/);
  });

  test("has its end told in one reply, also where Slack's answer is lost", async (t) => {
    const { seen, replies } = await closedEdits(t, "dropAfter");
    equal(seen().length, 1);
    equal(replies().length, 1);
  });
});
