import { deepEqual, equal, match } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { recordFact } from "../../src/record-fact.ts";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { redisFacts } from "../../src/redis/facts.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { redisSubscriptions } from "../../src/redis/subscriptions.ts";
import { readEvent } from "../../src/zoom/event.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { subscription } from "../subscriptions.ts";
import { ALICE, GENERAL, type Office, SALES, startOffice } from "./office.ts";

const MINUTE = 60_000;
const RETENTION_MS = 90 * 24 * 3_600_000;

describe("joins in a thread", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
  });
  after(() => office.stop());

  test("are one reply for five minutes, in the thread of the card, and only where a channel chose that", async (t) => {
    const connection = connectRedis(office.redis.url);
    t.after(() => connection.disconnect());
    await whenReady(connection, 60_000);
    const keys = redisKeys(office.env.REDIS_PREFIX);
    const subscriptions = redisSubscriptions(connection, keys);
    await subscriptions.change(`slack:${GENERAL}`, () => subscription({ detail: "thread" }));
    await subscriptions.change(`slack:${SALES}`, () => subscription());
    const recording = {
      facts: redisFacts(connection, keys, { retentionMs: RETENTION_MS }),
      subscriptions,
      retentionMs: RETENTION_MS,
    };

    // the first of two stretches of five minutes that are over
    const start = Math.floor(Date.now() / (5 * MINUTE)) * 5 * MINUTE - 10 * MINUTE;
    const bodies = meetingBodies({ startedAt: start, topic: "Product sync", number: "86400000031" });
    const [alice, bob, chris] = ["Alice Ng", "Bob *Brown* <!here>", "Chris Park"].map((name) =>
      bodies.connection({ name }),
    );
    const hear = async (body: object | undefined, at: number) => {
      const reading = readEvent(body, at, { webinars: false });
      if (reading.kind !== "fact") throw new Error(reading.kind);
      await recordFact(recording, reading.fact, at);
    };
    await hear(bodies.started(), start);
    await office.shows(GENERAL, "Product sync");
    await office.shows(SALES, "Product sync");
    await hear(alice?.joined(start + MINUTE), start + MINUTE);
    await hear(bob?.joined(start + 2 * MINUTE), start + 2 * MINUTE);
    const [card] = office.slack.visible(GENERAL);
    const replies = () => office.slack.replies(GENERAL, card?.ts ?? "").map(({ plain }) => plain);
    const both = /\d\d:\d[16] {2}Alice Ng \(guest\) and Bob \*Brown\* <!here> \(guest\) joined/;
    await office.slack.until(() => both.test(replies()[0] ?? "")); // Alice alone may be told before Bob is heard of
    equal(replies().length, 1);

    // twice, in the other order, and late
    await hear(chris?.joined(start + 4 * MINUTE), start + 6 * MINUTE);
    await hear(bob?.left(start + 7 * MINUTE), start + 7 * MINUTE);
    await hear(bob?.left(start + 7 * MINUTE), start + 8 * MINUTE);
    await hear(alice?.joined(start + MINUTE), start + 8 * MINUTE);
    const next = /Chris Park \(guest\) joined\n[^\n]*Bob \*Brown\* <!here> \(guest\) left after 5 min/;
    await office.slack.until(() => next.test(replies()[1] ?? ""));
    equal(replies().length, 2);
    equal(office.slack.visible(GENERAL).length, 1);
    const why = /#general: its message is there\n[\s\S]*started\n[\s\S]*in its thread: joins/;
    for (let told = ""; !why.test(told); ) told = await office.asks("explain product sync");
    await office.slack.command({ userId: ALICE, channelId: GENERAL, text: "/meetings settings" });
    await office.slack.until(() => office.slack.modal(ALICE));
    await office.slack.fill({ userId: ALICE, blockId: "people", actionId: "v" }, "private");
    await office.slack.submit(ALICE);
    await office.slack.until(() => !/Alice|Bob|Chris/.test(replies().join()));
    match(replies()[0] ?? "", /2 people joined/);
    const [other] = office.slack.visible(SALES);
    deepEqual(office.slack.replies(SALES, other?.ts ?? ""), []);
  });
});
