import { deepEqual, equal, match } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, startStory } from "./notifier.ts";

const MINUTE = 60_000;

describe("one message in the channel", () => {
  let story: Awaited<ReturnType<typeof startStory>>;
  before(async () => {
    story = await startStory();
  });
  after(() => story.stop());

  test("follows a meeting from its start over a join to its end", async () => {
    const now = Math.floor(Date.now() / 1_000) * 1_000;
    const startedAt = now - 20 * MINUTE;
    const bodies = meetingBodies({ startedAt, topic: "Stand-up", number: "86412345678", bookedMinutes: 15 });
    const mara = bodies.connection({ name: "Mara Lind", id: bodies.meeting.hostId });

    await story.zoomSends(bodies.started());
    await story.shows("🟢  Stand-up  is live");
    await story.zoomSends(mara.joined(startedAt + MINUTE));
    await story.shows("1 in the meeting now");
    await story.zoomSends(mara.left(now - 5_000), bodies.ended(now));
    const [card = ""] = await story.shows("⚪  Stand-up  ended after 20 min");
    match(card, /1 person {2}· {2}host Mara Lind {2}· {2}booked for 15 min, ran 5 min over/);
    equal(story.slack.calls.filter(({ method }) => method === "chat.postMessage").length, 1);
    deepEqual(
      story.slack.calls.filter(({ ok }) => !ok),
      [],
    );
    equal(story.slack.visible(CHANNEL).length, 1);
  });
});
