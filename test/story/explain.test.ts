import { doesNotMatch, equal, match } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, startStory } from "./notifier.ts";

const MINUTE = 60_000;
const ALICE = "U0ALICE"; // in UTC

type Story = Awaited<ReturnType<typeof startStory>>;
type Answer = ReturnType<Awaited<ReturnType<Story["slack"]["command"]>>["answers"]>[number];

const idOf = (answer: Answer): string => {
  if (!("id" in answer)) throw new Error("everybody sees this");
  return answer.id;
};

/** Alice asks, presses and reads. */
function alice({ slack }: Story) {
  const answered = async (asked: Awaited<ReturnType<typeof slack.command>>) => {
    equal(asked.status, 200);
    return slack.until(() => asked.answers().at(-1));
  };
  return {
    asks: async (words: string) =>
      answered(await slack.command({ userId: ALICE, channelId: CHANNEL, text: `/meetings ${words}` })),
    presses: async (actionId: string, on: Answer) =>
      answered(await slack.press({ userId: ALICE, channelId: CHANNEL, actionId, ephemeralId: idOf(on) })),
  };
}

describe("somebody who asks why a card is as it is", () => {
  let story: Story;
  const startedAt = Math.floor(Date.now() / 1_000) * 1_000 - 60 * MINUTE;
  const sync = meetingBodies({ startedAt, topic: "Sync *now* <!channel>", number: "86412345678" });
  const mara = sync.connection({ name: "Mara Lind", id: sync.meeting.hostId });
  const ben = sync.connection({ name: "Ben <!here>" });
  const other = meetingBodies({ startedAt: startedAt - 60 * MINUTE, topic: "Other sync" });
  before(async () => {
    story = await startStory();
    await story.zoomSends(mara.joined(startedAt), ben.joined(startedAt + MINUTE));
    await story.shows("is live");
    await story.zoomSends(sync.ended(startedAt + 47 * MINUTE));
    await story.shows("ended after");
    await story.zoomSends(ben.left(startedAt + 20 * MINUTE), other.started(), other.ended(startedAt - 30 * MINUTE));
    await story.shows("ended after 47 min", "Other sync");
  });
  after(() => story.stop());

  test("reads every fact, what it changed, and what was posted where", async () => {
    const before = story.seen();
    const { plain, text } = await alice(story).asks("explain last");
    const clock = "(\\d+ \\w+ )?\\d\\d:\\d\\d:\\d\\d"; // with the day if midnight has passed in between
    match(plain, /^⚪ {2}Sync \*now\* <!channel>\n.*47 min {2}· {2}2 people/);
    match(plain, new RegExp(`Mara Lind joined at ${clock}, 1 h( 1 min)? late → started ${clock}, 1 in now\n`));
    match(plain, new RegExp(`Ben <!here> joined at ${clock}, (59 min|1 h) late → 2 in now\n`));
    match(plain, new RegExp(`Ended at ${clock}, 1\\d min late → ended after 47 min\n`));
    match(
      plain,
      /Ben <!here> left at .*, 4\d min late → people's time corrected from about 1 h 33 min to about 1 h 6 min\n/,
    );
    match(plain, /What was posted where, and why\n#\w+: its message is there\n/);
    match(plain, new RegExp(`${clock} {2}started\n[\\s\\S]*${clock} {2}ended\n`));
    doesNotMatch(text, /<!channel>/);
    equal(story.slack.ephemeral("U0BEN", CHANNEL).length, 0);
    equal(story.seen().length, before.length);
  });

  test("picks one of several, in place of the list, and asks anew", async () => {
    const several = await alice(story).asks("explain sync");
    match(several.plain, /^Several meetings have sync in their topic\. Here are 2:/);
    const second = await alice(story).presses("mtg_explain2", several);
    equal(idOf(second), idOf(several));
    match(second.plain, /^⚪ {2}Other sync\n/);
    const again = await alice(story).presses("mtg_explain", second);
    equal(idOf(again), idOf(second));
    match((await alice(story).presses("mtg_report", again)).plain, /^⚪ {2}Other sync\n.*30 min/);
  });
});

describe("somebody who asks how the notifier is", () => {
  test("learns that nothing was ever heard, then what was heard last, also after a restart", async (t) => {
    const story = await startStory();
    t.after(() => story.stop());
    const fresh = await alice(story).asks("status");
    match(
      fresh.plain,
      /^Status\n• Zoom: nothing heard yet\n• Slack: fine\n• Redis: fine\n• Channels: 1 hears of meetings\n/,
    );
    match(fresh.plain, /event subscription.*\/zoom\/webhook/);

    await story.zoomSends(meetingBodies({ startedAt: Date.now() - MINUTE }).started());
    await story.shows("is live");
    const heard = await alice(story).asks("status");
    match(heard.plain, /• Zoom: last heard /);
    doesNotMatch(heard.plain, /needs a look/);

    const restarted = await startStory({ redis: story.redis, REDIS_PREFIX: story.env.REDIS_PREFIX });
    t.after(() => restarted.stop());
    match((await alice(restarted).asks("status")).plain, /• Zoom: last heard /);
  });

  test("learns which channel refuses and what helps, and that Redis hangs", async (t) => {
    const story = await startStory();
    t.after(() => story.stop());
    const mend = story.slack.fail({
      method: "chat.postMessage",
      times: Number.POSITIVE_INFINITY,
      how: { error: "is_archived" },
    });
    await story.zoomSends(meetingBodies({ startedAt: Date.now() - MINUTE, topic: "Nowhere" }).started());
    await story.slack.until(() => story.slack.calls.some(({ method }) => method === "chat.postMessage"));
    const refusing = /• #\w+: This channel is archived\. Unarchive it, or choose another channel\. Last tried/;
    for (let plain = ""; !refusing.test(plain); ) ({ plain } = await alice(story).asks("status"));
    match(
      (await alice(story).asks("explain nowhere")).plain,
      /This channel is archived[\s\S]*channel refused: is_archived/,
    );
    mend();
    process.kill(story.redis.pid, "SIGSTOP");
    try {
      const { plain } = await alice(story).asks("status");
      match(plain, /• Zoom: last heard|• Zoom: what was heard last is not known now/);
      match(plain, /• Redis does not answer\./);
    } finally {
      process.kill(story.redis.pid, "SIGCONT");
    }
  });
});
