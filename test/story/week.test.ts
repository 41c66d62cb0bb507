import { deepEqual, equal, match } from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { LEASE_MS, startCourier } from "../../src/courier.ts";
import type { Instant } from "../../src/meeting/fact.ts";
import { drawnChart } from "../../src/picture/chart.ts";
import { weekDate, weekId, weekOn } from "../../src/post-week.ts";
import { slackPlatform } from "../../src/slack/platform.ts";
import { meeting } from "../digest/office.ts";
import { connected, heardIn, openStore, ROOM } from "../redis/store.ts";
import { clientOf } from "../stand-ins/slack/testing.ts";
import { startSlack } from "../stand-ins/slack.ts";
import { subscription } from "../subscriptions.ts";

const MONDAY = "2026-11-16";
const NOW = Date.parse("2026-11-20T18:00Z");
const [, CHANNEL = ""] = ROOM.split(":");

describe("the digest of a week in a channel", { concurrency: true, timeout: 240_000 }, () => {
  let server: StartedRedis;
  before(async () => {
    server = await startRedis();
  });
  after(() => server.stop());

  /** A courier between a real Redis and a Slack that draws no charts itself; it is the Friday of the week. */
  async function friday(t: TestContext) {
    const redis = await connected(server.url);
    const { facts, desk } = openStore(redis, { now: () => NOW });
    const slack = await startSlack({ channels: [{ id: CHANNEL, name: "room" }], limits: false });
    slack.settings.refusedBlocks.add("data_visualization");
    const outcomes: string[] = [];
    const courier = startCourier({
      desk,
      platforms: new Map([["slack", slackPlatform(clientOf(slack), Date.now, { drawChart: drawnChart })]]),
      cardFor: async ({ card }) => {
        const week = await weekOn(facts, { subscription: subscription(), people: "names" }, weekDate(card) ?? "", NOW);
        return week ? { kind: "show", card: week } : { kind: "nothing", because: "no meetings that week" };
      },
      now: Date.now,
      leaseMs: LEASE_MS,
      inDoubt: "post-again",
      onOutcome: (_, { kind, because }) => outcomes.push(`${kind} ${because}`),
    });
    t.after(async () => {
      await courier.stop();
      redis.disconnect();
      await slack.close();
    });
    return {
      slack,
      outcomes,
      held: async (name: string, start: string, minutes: number) => {
        const from: Instant = Date.parse(start);
        for (const fact of meeting(name, from, from + minutes * 60_000)) await facts.keep(fact, heardIn());
      },
      async comesDue() {
        await desk.makeDue(ROOM, weekId(MONDAY));
        courier.wake();
      },
      shows: (text: string) => slack.until(() => slack.visible(CHANNEL).find(({ plain }) => plain.includes(text))),
      called: (method: string) => slack.calls.filter((call) => call.method === method).length,
    };
  }

  test("waits for the picture of its chart, is posted once and never in doubt, and is edited", async (t) => {
    const { slack, outcomes, held, comesDue, shows, called } = await friday(t);
    const release = slack.holdFiles();
    await held("Sync", "2026-11-17T09:00Z", 60);
    await comesDue();
    await slack.until(() => called("chat.postMessage") >= 3);
    deepEqual(slack.visible(CHANNEL), []);
    release();
    const { ts } = await shows("[image: Bar chart of meeting minutes per day: Mon 0, Tue 60, ");

    await held("Late", "2026-11-18T09:00Z", 90);
    await comesDue();
    const edited = await shows("Tue 60, Wed 90, ");
    match(
      edited.plain,
      /^Your meeting week, 16 to 22 November\n.*\n*2 meetings \(none known last week\)\n2 h 30 min in total/,
    );
    equal(edited.ts, ts);
    equal(slack.visible(CHANNEL).length, 1);
    deepEqual([called("conversations.history"), called("files.completeUploadExternal")], [1, 2]); // read before the first post
    deepEqual(
      new Set(outcomes.filter((one) => !one.startsWith("upToDate"))),
      new Set(["tryAgain the picture of its chart is not ready"]),
    );
  });
});
