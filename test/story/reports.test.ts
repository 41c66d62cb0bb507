import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { parse } from "csv-parse/sync";
import { startSlack } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, PEOPLE, startStory } from "./notifier.ts";
import { zoneWhereItIs } from "./zones.ts";

const MINUTE = 60_000;
const ALICE = "U0ALICE";

type Story = Awaited<ReturnType<typeof startStory>>;
type Answer = ReturnType<Awaited<ReturnType<Story["slack"]["command"]>>["answers"]>[number];

const idOf = (answer: Answer): string => {
  if (!("id" in answer)) throw new Error("everybody sees this");
  return answer.id;
};

/** Alice asks, presses and reads. */
function alice({ slack }: Story, channelId = CHANNEL) {
  const answered = async (asked: Awaited<ReturnType<typeof slack.command>>) => {
    equal(asked.status, 200);
    return slack.until(() => asked.answers().at(-1));
  };
  return {
    asks: async (words: string) =>
      answered(await slack.command({ userId: ALICE, channelId, text: `/meetings ${words}` })),
    presses: async (actionId: string, on: Answer) =>
      answered(await slack.press({ userId: ALICE, channelId, actionId, ephemeralId: idOf(on) })),
  };
}

describe("somebody who asks for a report", () => {
  let story: Story;
  const startedAt = Math.floor(Date.now() / 1_000) * 1_000 - 30 * MINUTE;
  const sync = meetingBodies({ startedAt, topic: "=Sync <!channel>", number: "86412345678", bookedMinutes: 15 });
  const mara = sync.connection({ name: "Mara Lind", id: sync.meeting.hostId });
  const eve = sync.connection({ name: '=HYPERLINK("http://evil")' });
  const earlier = meetingBodies({ startedAt: startedAt - 60 * MINUTE, topic: "Design sync", number: "99912345678" });
  const file = () => story.slack.files(story.slack.directMessageWith(ALICE).id).at(-1);
  before(async () => {
    const people = PEOPLE.map((person) => ({ ...person, tz: zoneWhereItIs(12) })); // all of it was today, and this month
    story = await startStory({ people });
    await story.zoomSends(
      sync.started(),
      mara.joined(startedAt),
      eve.joined(startedAt + 5 * MINUTE),
      eve.left(startedAt + 10 * MINUTE),
      mara.left(startedAt + 20 * MINUTE),
      sync.ended(startedAt + 20 * MINUTE),
      earlier.started(),
      earlier.ended(startedAt - 50 * MINUTE),
    );
    const isOver = (plain: string) => plain.includes("ended after");
    await story.slack.until(() => story.seen().filter(isOver).length === 2);
  });
  after(() => story.stop());

  test("gets the meeting they mean, and nobody else sees that", async () => {
    const { plain, text } = await alice(story).asks("report 864 1234 5678");
    match(
      plain,
      /^⚪ {2}=Sync <!channel>\n.*20 min {2}· {2}booked for 15 min, ran 5 min over {2}· {2}host Mara Lind\n/,
    );
    match(plain, /2 people {2}· {2}most at once 2 {2}· {2}25 min of all people together/);
    match(plain, /Mara Lind, host.*20 min/);
    match(plain, /=HYPERLINK\("http:\/\/evil"\) \(guest\).*5 min/);
    doesNotMatch(text, /<!channel>/);
    equal(story.slack.ephemeral("U0BEN", CHANNEL).length, 0);
  });

  test("picks one of several, in place of the list", async () => {
    const several = await alice(story).asks("report sync");
    match(several.plain, /^Several meetings have sync in their topic\. Here are 2:/);
    const second = await alice(story).presses("mtg_report2", several);
    equal(idOf(second), idOf(several));
    match(second.plain, /^⚪ {2}Design sync\n/);
  });

  test("gets the spreadsheet as a file in their direct messages, with no formula in it", async () => {
    const report = await alice(story).asks("report 864 1234 5678");
    const said = await alice(story).presses("mtg_csv", report);
    equal(said.plain, "I sent it to you, in our direct messages.");
    match(file()?.name ?? "", /^attendance-\d{4}-\d\d-\d\d-\d{4}-sync-channel\.csv$/);
    const rows = parse<Record<string, string>>(Buffer.from(file()?.bytes ?? ""), { bom: true, columns: true });
    deepEqual(
      rows.map(({ topic, person, stay_seconds }) => [topic, person, stay_seconds]),
      [
        ["'=Sync <!channel>", "Mara Lind", "1200"],
        ["'=Sync <!channel>", '\'=HYPERLINK("http://evil")', "300"],
      ],
    );
  });

  test("gets the picture with its description", async () => {
    await alice(story).presses("mtg_picture", await alice(story).asks("report 864 1234 5678"));
    match(file()?.name ?? "", /\.png$/);
    equal(
      Buffer.from(file()?.bytes ?? "")
        .subarray(1, 4)
        .toString(),
      "PNG",
    );
    match(file()?.altText ?? "", /Mara Lind, host: 20 min/);
  });

  test("can share the report with the channel", async () => {
    const before = story.seen().length;
    const shared = await alice(story).presses("mtg_shareReport", await alice(story).asks("report 864 1234 5678"));
    ok(!("id" in shared), "only the asker sees it");
    equal(story.seen().length, before + 1);
    doesNotMatch(shared.plain, /\[|Only you/);
  });

  test("gets what some days add up to, by topic or host, and their meetings as a file", async () => {
    const report = await alice(story).asks("report month");
    match(report.plain, /^Report: meetings in .*\n[\s\S]*Topic[\s\S]*=Sync <!channel>/);
    const byHost = await alice(story).presses("mtg_report", report);
    equal(idOf(byHost), idOf(report));
    match(byHost.plain, /Host[\s\S]*Mara Lind/);
    await alice(story).presses("mtg_csv", byHost);
    match(file()?.name ?? "", /^meetings-\d{4}-\d\d-01-to-/);
    equal(parse(Buffer.from(file()?.bytes ?? ""), { bom: true, columns: true }).length, 2);
  });

  test("is told why when the app may not send files", async () => {
    const slack = await startSlack({
      users: PEOPLE,
      channels: [{ id: CHANNEL, name: "meetings" }],
      scopes: ["commands", "chat:write", "users:read"],
    });
    const poor = await startStory({
      redis: story.redis,
      REDIS_PREFIX: story.env.REDIS_PREFIX,
      SLACK_API_URL: slack.apiUrl,
    });
    slack.commandUrl = `${poor.url}/slack/events`;
    const report = await alice({ ...poor, slack }).asks("report 864 1234 5678");
    const said = await alice({ ...poor, slack }).presses("mtg_csv", report);
    match(said.plain, /^I may not send files in this workspace yet\..*files:write and im:write/);
    await poor.stop();
    await slack.close();
  });

  test("is sent the file also where direct messages cannot be opened first", async () => {
    const report = await alice(story).asks("report 864 1234 5678");
    const mend = story.slack.fail({ method: "conversations.open", how: { error: "unknown_method" } });
    const before = story.slack.calls.length;
    await alice(story).presses("mtg_csv", report);
    const asked = story.slack.calls.slice(before).find(({ method }) => method === "files.completeUploadExternal");
    equal(asked?.args.channel_id, ALICE);
    mend();
  });

  test("is told sorry when Slack takes no file just now", async () => {
    const report = await alice(story).asks("report 864 1234 5678");
    const mend = story.slack.fail({ method: "files.completeUploadExternal", how: { error: "internal_error" } });
    const said = await alice(story).presses("mtg_csv", report);
    equal(said.plain, "I could not send you the file just now. Please try again in a minute.");
    mend();
  });
});
