import { doesNotMatch, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { dayOf } from "../../src/card/day.ts";
import { connected } from "../redis/store.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, PEOPLE, startStory } from "./notifier.ts";
import { zoneWhereItIs } from "./zones.ts";

const MINUTE = 60_000;
const ALICE = "U0ALICE";

type Story = Awaited<ReturnType<typeof startStory>>;

/** The parts of the answer by their titles. */
async function asks({ slack }: Story, words: string): Promise<Map<string, string>> {
  const asked = await slack.command({ userId: ALICE, channelId: CHANNEL, text: `/meetings ${words}` });
  const { plain } = await slack.until(() => asked.answers().at(-1));
  const titles = plain.split(/^(Live now|Still to come|Ended|\[.*)$/m);
  return new Map(titles.flatMap((title, index) => (index % 2 === 1 ? [[title, titles[index + 1] ?? ""]] : [])));
}

describe("a meeting that was planned", () => {
  let story: Story;
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  const noon = zoneWhereItIs(12, now);
  const startsAt = now - 2 * MINUTE;
  const day = dayOf(startsAt, noon).date;
  const about = { number: "86412345678", topic: "Design review <!channel>", type: 2, bookedMinutes: 45 };
  const review = meetingBodies({ ...about, startedAt: now });
  const created = review.created(now - 60 * MINUTE, startsAt);
  before(async () => {
    story = await startStory({ people: PEOPLE.map((person) => ({ ...person, tz: noon })) });
  });
  after(() => story.stop());

  test("is still to come until it begins, is live then, and over in the end", async () => {
    await story.zoomSends(created, created);
    match((await asks(story, day)).get("Still to come") ?? "", /^\n• \S+ {2}Design review <!channel>, 45 min\n$/);
    equal(story.seen().length, 0, "a plan is no news for a channel");

    await story.zoomSends(review.started());
    const live = await asks(story, day);
    equal(live.get("Still to come"), undefined);
    match(live.get("Live now") ?? "", /Design review/);

    await story.zoomSends(review.ended(now + 1_000));
    const over = await asks(story, day);
    equal(over.get("Live now") ?? over.get("Still to come"), undefined);
    match(over.get("Ended") ?? "", /Design review/);
  });

  test("is told for when, in the reports on it and on its day", async () => {
    const said = async (words: string) => {
      const asked = await story.slack.command({ userId: ALICE, channelId: CHANNEL, text: `/meetings report ${words}` });
      return (await story.slack.until(() => asked.answers().at(-1))).plain;
    };
    match(await said(about.number), /planned for \S+, began (2 min late|on time|1 min late)/);
    match(await said(day), /1 of 1 planned that I know of began on time/);
  });

  test("is gone when it is deleted, whichever comes first, and back when it is recovered", async () => {
    const other = meetingBodies({ number: "99912345678", topic: "Never mind", type: 2, startedAt: now });
    const tomorrow = now + 24 * 60 * MINUTE;
    const words = dayOf(tomorrow, noon).date;
    const deleted = other.deleted(now - 20 * MINUTE, tomorrow);
    await story.zoomSends(deleted, other.created(now - 30 * MINUTE, tomorrow));
    equal((await asks(story, words)).get("Still to come"), undefined);
    await story.zoomSends({ ...deleted, event: "meeting.recovered", event_ts: now - 10 * MINUTE });
    match((await asks(story, words)).get("Still to come") ?? "", /Never mind/);
  });

  test("leaves neither its link nor its password behind", async () => {
    const { join_url, password } = created.payload.object;
    const redis = await connected(story.redis.url);
    const kept = await redis.hkeys(`${story.env.REDIS_PREFIX}:plan:${about.number}`);
    redis.disconnect();
    ok(kept.length === 1 && kept[0]?.includes("Design review"));
    doesNotMatch(kept.join(), /pwd|http/);
    ok(!kept.join().includes(join_url) && !kept.join().includes(password));
  });
});
