import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { dayOf } from "../../src/card/day.ts";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { signed } from "../stand-ins/slack/people.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, startStory } from "./notifier.ts";

const MINUTE = 60_000;
const ALICE = "U0ALICE"; // in UTC
const BEN = "U0BEN"; // in New York

type Story = Awaited<ReturnType<typeof startStory>>;
type Answer = ReturnType<Awaited<ReturnType<Story["slack"]["command"]>>["answers"]>[number];

/** Somebody who asks and presses, and what they are answered. */
function person({ slack }: Story, userId = ALICE) {
  const answered = async (asked: Awaited<ReturnType<typeof slack.command>>) => {
    equal(asked.status, 200);
    return slack.until(() => asked.answers().at(-1));
  };
  return {
    asks: async (text: string): Promise<Answer> =>
      answered(await slack.command({ userId, channelId: CHANNEL, text: `/meetings ${text}` })),
    presses: async (actionId: string, on: { ephemeralId: string } | { messageTs: string }): Promise<Answer> =>
      answered(await slack.press({ userId, channelId: CHANNEL, actionId, ...on })),
  };
}

const idOf = (answer: Answer): string => {
  if (!("id" in answer)) throw new Error("everybody sees this");
  return answer.id;
};

describe("somebody who types /meetings", () => {
  let story: Story;
  const startedAt = Math.floor(Date.now() / 1_000) * 1_000 - 5 * MINUTE;
  const sync = meetingBodies({ startedAt, topic: "Sync *now* <!channel>", number: "86412345678" });
  const mara = sync.connection({ name: "Mara Lind", id: sync.meeting.hostId });
  const night = () => {
    const [utc, newYork] = ["UTC", "America/New_York"].map((zone) => dayOf(Date.now(), zone).from) as [number, number];
    return { at: Math.max(utc, newYork) - 60 * MINUTE, whoseToday: utc < newYork ? ALICE : BEN };
  };
  before(async () => {
    story = await startStory();
    await story.zoomSends(sync.started(), mara.joined(startedAt + MINUTE));
    await story.shows("1 in the meeting now");
  });
  after(() => story.stop());

  test("gets today's meetings, and nobody else sees that", async () => {
    const posts = story.seen();
    for (const words of ["", "today", "TODAY", "“today”"]) {
      match(
        (await person(story).asks(words)).plain,
        /^Meetings today\n[\s\S]*• 🟢 Sync \*now\* <!channel> {2}1 in, since /,
      );
    }
    equal(story.slack.ephemeral(ALICE, CHANNEL).length, 4);
    equal(story.slack.ephemeral(BEN, CHANNEL).length, 0);
    deepEqual(story.seen(), posts);
  });

  test("gets what is live, and help", async () => {
    match((await person(story).asks("live")).plain, /^Live now\n• 🟢 Sync/);
    match(
      (await person(story).asks("help")).plain,
      /• \/meetings {2}[\s\S]*• \/meetings live[\s\S]*Only you can see this/,
    );
  });

  test("and does not know the words gets help in place of the answer", async () => {
    const asked = await person(story).asks("frobnicate");
    match(asked.plain, /^I do not know frobnicate\. Perhaps one of these:\n[\s\S]*\[Help\]/);
    const before = story.slack.ephemeral(ALICE, CHANNEL).length;
    const help = await person(story).presses("mtg_help", { ephemeralId: idOf(asked) });
    equal(idOf(help), idOf(asked));
    match(help.plain, /^I tell about the Zoom meetings of this company/);
    equal(story.slack.ephemeral(ALICE, CHANNEL).length, before);
  });

  test("and slips gets a sentence that helps", async () => {
    match((await person(story).asks("tody")).plain, /^I do not know tody\. Did you mean \/meetings today\?\n/);
    match((await person(story).asks("today please")).plain, /Did you mean \/meetings today\?/);
  });

  test("and anything at all gets an answer", async () => {
    const anything = [
      "*",
      "_~`",
      "<!channel> & co",
      "🎉👩‍👩‍👧‍👦",
      "שלום עולם",
      "x".repeat(4_000),
      '""',
      "@alice #meetings",
      "\u202Eevil",
    ];
    for (const words of anything) {
      const { plain, text } = await person(story).asks(words);
      match(plain, /^(I do not know .|Meetings today)/, words);
      doesNotMatch(text, /<!channel>/);
    }
  });

  test("can share the answer with the channel", async () => {
    const before = story.seen().length;
    const private_ = await person(story).asks("today");
    const shared = await person(story).presses("mtg_share", { ephemeralId: idOf(private_) });
    ok(!("id" in shared), "only the asker sees it");
    equal(story.seen().length, before + 1);
    match(shared.plain, /^Meetings today\n[\s\S]*the day is that of UTC\.$/);
    doesNotMatch(shared.plain, /\[Share|Only you/);
  });

  test("can refresh the answer in its place", async () => {
    const asked = await person(story).asks("live");
    const other = meetingBodies({ startedAt: Date.now() - MINUTE, topic: "Just begun" });
    await story.zoomSends(other.started());
    const before = story.slack.ephemeral(ALICE, CHANNEL).length;
    const fresh = await person(story).presses("mtg_refresh", { ephemeralId: idOf(asked) });
    equal(idOf(fresh), idOf(asked));
    match(fresh.plain, /Just begun/);
    equal(story.slack.ephemeral(ALICE, CHANNEL).length, before);
    await story.zoomSends(other.ended(Date.now()));
  });

  test("gets the meetings of their own day", async () => {
    const { at, whoseToday } = night();
    const past = meetingBodies({ startedAt: at, topic: "Around midnight" });
    await story.zoomSends(past.started(), past.ended(at + 30 * MINUTE));
    for (const [who, zone] of [
      [ALICE, "UTC"],
      [BEN, "America/New_York"],
    ] as const) {
      const { plain } = await person(story, who).asks("today");
      equal(plain.includes("Around midnight"), who === whoseToday, `${who}: ${plain}`);
      ok(plain.includes(`the day is that of ${zone}.`), plain);
    }
  });

  test("whose time zone Slack does not tell gets the day of the notifier's", async () => {
    const elsewhere = await startStory({ redis: story.redis, TIME_ZONE: "Asia/Tokyo" });
    elsewhere.slack.fail({ method: "users.info", times: Number.POSITIVE_INFINITY, how: { error: "user_not_found" } });
    match((await person(elsewhere).asks("today")).plain, /the day is that of Asia\/Tokyo\./);
    await elsewhere.stop();
  });

  test("is told who is in by the card's button, and nobody else is", async () => {
    const card = story.slack.visible(CHANNEL).find(({ plain }) => plain.includes("Sync"));
    const answer = await person(story, BEN).presses("mtg_people", { messageTs: card?.ts ?? "" });
    match(answer.plain, /^Sync \*now\* <!channel> {2}· {2}1 in now, 1 so far\n• Mara Lind, host {2}\d/);
    ok(idOf(answer));
    match(story.slack.visible(CHANNEL).find(({ ts }) => ts === card?.ts)?.plain ?? "", /is live/);
  });

  test("is acknowledged at once and told sorry while Redis hangs, and answered when it is back", async () => {
    process.kill(story.redis.pid, "SIGSTOP");
    try {
      const asked = await story.slack.command({ userId: ALICE, channelId: CHANNEL, text: "/meetings today" });
      deepEqual([asked.status, asked.answers()], [200, []]); // it is acknowledged before Redis is waited for
      const { plain } = await story.slack.until(() => asked.answers()[0]);
      equal(plain, "I cannot look that up just now. Please try again in a minute.");
    } finally {
      process.kill(story.redis.pid, "SIGCONT");
    }
    match((await person(story).asks("today")).plain, /Sync/);
  });

  test("is told who was in by the button of an ended meeting, until nothing is kept of it", async () => {
    await story.zoomSends(mara.left(Date.now()), sync.ended(Date.now()));
    const card = await story.slack.until(() =>
      story.slack.visible(CHANNEL).find(({ plain }) => plain.includes("⚪  Sync")),
    );
    match((await person(story).presses("mtg_people", { messageTs: card.ts })).plain, /1 person\n• Mara Lind, host/);
    const redis = connectRedis(story.redis.url);
    await whenReady(redis, 60_000);
    await redis.flushall();
    redis.disconnect();
    equal(
      (await person(story).presses("mtg_people", { messageTs: card.ts })).plain,
      "I know nothing about this meeting any more.",
    );
  });
});

describe("whoever is not Slack", () => {
  let story: Story;
  before(async () => {
    story = await startStory();
  });
  after(() => story.stop());

  const body = new URLSearchParams({ command: "/meetings", text: "today", user_id: ALICE, team_id: "T1" }).toString();
  const nowS = () => Math.floor(Date.now() / 1_000);
  const strangers: [string, () => Record<string, string>][] = [
    ["without a signature", () => ({ "Content-Type": "application/x-www-form-urlencoded" })],
    ["with another secret", () => signed(body, "another secret")],
    ["with the signature of another body", () => signed(`${body}x`, "stand-in-signing-secret")],
    ["with a request of six minutes ago", () => signed(body, "stand-in-signing-secret", nowS() - 360)],
    ["with a timestamp that is no number", () => signed(body, "stand-in-signing-secret", Number.NaN)],
    ["with an empty signature", () => ({ ...signed(body, "stand-in-signing-secret"), "X-Slack-Signature": "" })],
  ];
  for (const [sentence, headers] of strangers) {
    test(`is refused ${sentence}`, async () => {
      const answer = await fetch(`${story.url}/slack/events`, { method: "POST", headers: headers(), body });
      equal(answer.status, 401);
      equal(await answer.text(), "");
    });
  }
});
