import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, mock, type TestContext, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Card, Chart, Part } from "../../src/card/card.ts";
import { log } from "../../src/log.ts";
import { drawnChart } from "../../src/picture/chart.ts";
import type { Refusal } from "../../src/ports.ts";
import { slackPlatform } from "../../src/slack/platform.ts";
import { clientOf } from "../stand-ins/slack/testing.ts";
import { type SlackOptions, startSlack } from "../stand-ins/slack.ts";

for (const level of ["warn", "error"] as const) mock.method(log, level, () => {});

const ROOM = "C0ROOM";
const DAY_MS = 24 * 3_600_000;
const NOT_READY = "the picture of its chart is not ready";

const chart = (...numbers: number[]): Chart => ({
  kind: "chart",
  title: "Meeting minutes per day",
  unit: "minutes",
  categories: ["Mon", "Tue"],
  series: [{ name: "This week", numbers }],
});
const table: Part = { kind: "table", columns: [{ title: "Who", align: "left" }], rows: [["Alice"]] };
const card = (...parts: Part[]): Card => ({
  stage: "digest",
  summary: "A week",
  parts: [{ kind: "line", line: ["A week"] }, ...parts],
  buttons: [],
});
const week = card(chart(60, 30));

const PICTURE = "A week\n[image: Bar chart of meeting minutes per day: Mon 60, Tue 30.]";
const BARS = /^A week\nMeeting minutes per day\n█ This week {2}\(minutes\)\nMon █{20} 60\nTue █{10} 30$/;

/** A channel, our way into it, a clock of its own, and a draughtsman who is as busy as he is asked to be. */
async function room(t: TestContext, options: SlackOptions = {}) {
  const channels = [
    { id: ROOM, name: "room" },
    { id: "C0HALL", name: "hall" },
  ];
  const slack = await startSlack({ channels, limits: false, ...options });
  t.after(slack.close);
  const clock = { now: Date.parse("2026-11-20T18:00Z") };
  const drawChart = mock.fn(drawnChart);
  const client = clientOf(slack);
  const platform = slackPlatform(client, () => clock.now, { drawChart });
  const called = (method: string) => slack.calls.filter((call) => call.method === method).length;
  /** As the courier would: again, as long as it is told to come back later. */
  const untilDone = async <T extends { message: string } | "done">(call: () => Promise<T | Refusal>) => {
    let answer = await call();
    while (typeof answer === "object" && "because" in answer && answer.because === NOT_READY) {
      await nextTurn();
      answer = await call();
    }
    return answer;
  };
  const posted = async (one: Card = week, channel = ROOM): Promise<string> => {
    const answer = await untilDone(() => platform.post(channel, one, "week:2026-11-16"));
    if (!("message" in answer)) throw new Error(answer.because);
    return answer.message;
  };
  return {
    slack,
    clock,
    platform,
    drawChart,
    called,
    untilDone,
    posted,
    uploads: () => called("files.completeUploadExternal"),
    shown: () => slack.visible(ROOM).map(({ plain }) => plain),
    refuses: (...kinds: string[]) => {
      for (const kind of kinds) slack.settings.refusedBlocks.add(kind);
    },
  };
}

describe("a chart", () => {
  test("is Slack's own where the workspace has them", async (t) => {
    const { platform, shown, drawChart } = await room(t);
    ok("message" in (await platform.post(ROOM, week, "A")));
    deepEqual(shown(), ["A week\n[chart: Meeting minutes per day]"]);
    equal(drawChart.mock.callCount(), 0);
  });

  test("is a picture where they are refused, which is remembered for a day", async (t) => {
    const { slack, posted, shown, refuses, called, clock, uploads } = await room(t);
    refuses("data_visualization");
    await posted();
    deepEqual(shown(), [PICTURE]);
    deepEqual([called("chat.postMessage"), uploads()], [2, 1]);
    deepEqual(slack.files(ROOM), []); // it was shared nowhere
    await posted(card(chart(10, 20)));
    deepEqual([called("chat.postMessage"), uploads()], [3, 2]);
    slack.settings.refusedBlocks.clear();
    clock.now += DAY_MS + 1;
    await posted(card(chart(5, 6)));
    match(shown().at(-1) ?? "", /\[chart: /);
  });

  test("is not posted before Slack shows its picture, and then once", async (t) => {
    const { slack, platform, untilDone, posted, shown, refuses, clock, uploads } = await room(t);
    refuses("data_visualization");
    const release = slack.holdFiles();
    const post = () => platform.post(ROOM, week, "A");
    deepEqual(await post(), { kind: "later", because: NOT_READY, inMs: 1_000, of: "message" });
    while (uploads() === 0) await nextTurn();
    const waits: unknown[] = [];
    for (const ms of [1_000, 1_000, 2_000, 4_000, 8_000]) {
      clock.now += ms;
      const answer = await post();
      waits.push("inMs" in answer && answer.inMs);
    }
    deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 8_000]);
    deepEqual(shown(), []);
    release();
    await posted();
    deepEqual([shown(), uploads()], [[PICTURE], 1]);
    equal(await untilDone(() => platform.update(ROOM, slack.visible(ROOM)[0]?.ts ?? "", week)), "done");
    deepEqual([shown(), uploads()], [[PICTURE], 1]);
  });

  test("is bars of text where Slack does not get ready within half a minute, and stays so for a day", async (t) => {
    const { slack, platform, posted, shown, refuses, clock, called, uploads } = await room(t);
    refuses("data_visualization");
    const release = slack.holdFiles();
    // the second message has a picture
    for (; called("chat.postMessage") < 2; await nextTurn()) await platform.post(ROOM, week, "A");
    clock.now += 30_000;
    const ts = await posted();
    match(shown()[0] ?? "", BARS);
    release();
    equal(await platform.update(ROOM, ts, week), "done");
    match(shown()[0] ?? "", BARS);
    equal(uploads(), 1);
  });

  test("is uploaded again when it changed, and only then", async (t) => {
    const { platform, untilDone, posted, shown, refuses, drawChart, uploads } = await room(t);
    refuses("data_visualization");
    const ts = await posted();
    const update = (one: Card) => untilDone(() => platform.update(ROOM, ts, one));
    equal(await update({ ...week, summary: "One person more" }), "done");
    deepEqual([uploads(), drawChart.mock.callCount()], [1, 1]);
    equal(await update(card(chart(60, 45))), "done");
    deepEqual([uploads(), drawChart.mock.callCount()], [2, 2]);
    deepEqual(shown(), ["A week\n[image: Bar chart of meeting minutes per day: Mon 60, Tue 45.]"]);
  });

  test("has a picture of its own in each channel", async (t) => {
    const { slack, posted, refuses, uploads } = await room(t);
    refuses("data_visualization");
    await posted();
    await posted(week, "C0HALL");
    equal(uploads(), 2);
    equal(slack.visible("C0HALL")[0]?.plain, PICTURE);
  });

  test("whose file somebody deleted is bars of text from then on", async (t) => {
    const { slack, platform, posted, shown, refuses, clock } = await room(t);
    refuses("data_visualization");
    const ts = await posted();
    const [, image] = slack.visible(ROOM)[0]?.blocks ?? [];
    const file = image?.type === "image" ? image.slack_file?.id : undefined;
    await clientOf(slack).files.delete({ file: file ?? "" });
    clock.now += DAY_MS / 2;
    equal(await platform.update(ROOM, ts, { ...week, summary: "One person more" }), "done");
    match(shown()[0] ?? "", BARS);
  });

  test("is bars of text where we may not upload, which is remembered", async (t) => {
    const { posted, shown, refuses, called, drawChart } = await room(t, { scopes: ["chat:write"] });
    refuses("data_visualization");
    await posted();
    match(shown()[0] ?? "", BARS);
    await posted(card(chart(1, 2)));
    deepEqual([called("files.getUploadURLExternal"), drawChart.mock.callCount()], [1, 1]);
  });

  for (const how of [{ error: "file_uploads_disabled" }, { error: "storage_limit_reached" }]) {
    test(`is bars of text where Slack takes no files: ${how.error}`, async (t) => {
      const { slack, posted, shown, refuses } = await room(t);
      refuses("data_visualization");
      slack.fail({ method: "files.completeUploadExternal", how });
      await posted();
      match(shown()[0] ?? "", BARS);
    });
  }

  test("is uploaded again when that failed for the moment", async (t) => {
    const { slack, posted, shown, refuses } = await room(t);
    refuses("data_visualization");
    slack.fail({ method: "files.getUploadURLExternal", how: { status: 503 } });
    slack.fail({ method: "files.completeUploadExternal", how: "dropAfter" });
    await posted();
    deepEqual(shown(), [PICTURE]);
  });

  test("is bars of text where it cannot be drawn", async (t) => {
    const { platform, posted, shown, refuses, drawChart, clock } = await room(t);
    refuses("data_visualization");
    drawChart.mock.mockImplementation(async () => {
      throw new Error("no font");
    });
    await platform.post(ROOM, week, "A");
    clock.now += 30_000;
    await posted();
    match(shown()[0] ?? "", BARS);
  });

  test("is bars of text where nobody draws", async (t) => {
    const { slack, shown, refuses } = await room(t);
    refuses("data_visualization");
    ok("message" in (await slackPlatform(clientOf(slack), Date.now).post(ROOM, week, "A")));
    match(shown()[0] ?? "", BARS);
  });

  test("is not given up for what Slack says to the message", async (t) => {
    const { slack, platform, shown } = await room(t);
    slack.fail({ method: "chat.postMessage", how: { error: "is_archived" } });
    deepEqual(await platform.post(ROOM, week, "A"), { kind: "never", because: "is_archived", of: "channel" });
    await platform.post(ROOM, week, "A");
    match(shown()[0] ?? "", /\[chart: /);
  });
});

describe("tables and charts", () => {
  test("are refused and remembered apart", async (t) => {
    const { slack, posted, shown, refuses, called } = await room(t);
    refuses("table");
    await posted(card(table));
    equal(called("chat.postMessage"), 2);
    await posted(week);
    equal(called("chat.postMessage"), 3);
    deepEqual(shown(), ["A week\n• Alice", "A week\n[chart: Meeting minutes per day]"]);
    slack.clear();
    refuses("data_visualization");
    await posted(card(table, chart(60, 30)));
    deepEqual(shown(), ["A week\n• Alice\n[image: Bar chart of meeting minutes per day: Mon 60, Tue 30.]"]);
  });

  test("in one card are each shown as well as can be", async (t) => {
    const { posted, shown, refuses } = await room(t);
    refuses("data_visualization");
    await posted(card(table, chart(60, 30)));
    deepEqual(shown(), ["A week\nWho\nAlice\n[image: Bar chart of meeting minutes per day: Mon 60, Tue 30.]"]);
  });

  test("are one line where Slack refuses everything else", async (t) => {
    const { slack, platform } = await room(t);
    slack.fail({ method: "chat.postMessage", how: { error: "invalid_blocks" }, times: Number.POSITIVE_INFINITY });
    const never = { kind: "never", because: "Slack refuses every form of this card", of: "content" };
    deepEqual(await platform.post(ROOM, card(table), "A"), never);
    slack.mend();
    slack.fail({ method: "chat.postMessage", how: { error: "invalid_blocks" } });
    ok("message" in (await platform.post(ROOM, card(), "A")));
    equal(slack.visible(ROOM)[0]?.plain, "A week");
  });
});
