import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { redisKeys } from "../../src/redis/keys.ts";
import { connected } from "../redis/store.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { zoomAt } from "./notifier.ts";
import { ALICE, BEN, GENERAL, type Office, SALES, startOffice } from "./office.ts";
import { startProcess } from "./process.ts";

const NOTICE = /\n(.+) changed what this channel hears of · \/meetings list/;

function meeting(topic: string) {
  const startedAt = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
  const bodies = meetingBodies({ startedAt, topic });
  return { ...bodies, startedAt, host: bodies.connection({ name: "Host", id: bodies.meeting.hostId }) };
}

/** Who changed something, by each card of the channel, as soon as there are so many. */
async function told({ slack, seen }: Pick<Office, "slack" | "seen">, count: number, channelId = GENERAL) {
  const cards = await slack.until(() => seen(channelId).length === count && seen(channelId));
  return cards.map((text) => NOTICE.exec(text)?.[1]);
}

describe("a change of what a channel hears of", () => {
  test("is told by the next card, through all its edits, and by no other", async (t) => {
    const office = await startOffice();
    t.after(() => office.stop());
    for (const words of ["subscribe topic sync", "digest off"]) await office.asks(words);
    await office.asks("subscribe all", { userId: BEN });
    const [one, other, third] = [meeting("One"), meeting("Other"), meeting("Third")];
    await office.zoomSends(one.started());
    deepEqual(await told(office, 1), ["Ben Ito"]);
    await office.zoomSends(other.started(), one.host.joined(one.startedAt), one.ended(one.startedAt + 30_000));
    await office.shows(GENERAL, "One  ended after 30 s", "Other  is live");
    deepEqual(await told(office, 2), ["Ben Ito", undefined]);

    await office.asks("mute other");
    await office.shows(GENERAL, "One");
    await office.asks("pause");
    await office.asks("resume");
    await office.zoomSends(third.started());
    deepEqual(await told(office, 2), ["Ben Ito", "Alice Ng"]);
    match(office.slack.visible(GENERAL).at(-1)?.text ?? "", /Alice Ng changed what this channel hears of/);
    doesNotMatch(JSON.stringify(office.slack.visible(GENERAL)), new RegExp(ALICE));
  });

  test("is told without a name where nobody is named", async (t) => {
    const office = await startOffice({ PEOPLE: "counts" });
    t.after(() => office.stop());
    await office.asks("subscribe all", { channelId: SALES });
    await office.zoomSends(meeting("One").started());
    deepEqual(await told(office, 1, SALES), ["Somebody"]);
  });

  test("is told once, also when a process dies over it and another takes over", async (t) => {
    const office = await startOffice();
    t.after(() => office.stop());
    await office.asks("subscribe all");
    await office.notifier.stop();

    const start = async (more: Record<string, string> = {}) => {
      const notifier = await startProcess({ ...office.env, ...more });
      t.after(() => notifier.kill());
      return { ...notifier, zoom: zoomAt(notifier.url) };
    };
    const [one, other] = [meeting("One"), meeting("Other")];
    const doomed = await start({ CRASH_AT: "after-post" });
    equal((await doomed.zoom.send(one.started())).status, 200);
    equal((await doomed.exited).signal, "SIGKILL");
    deepEqual(await told(office, 1), ["Alice Ng"]);

    const [heir, second] = [await start(), await start()];
    equal((await heir.zoom.send(other.started())).status, 200);
    equal((await second.zoom.send(one.ended(one.startedAt + 43_000))).status, 200);
    await office.shows(GENERAL, "One  ended after 43 s", "Other  is live");
    const redis = await connected(office.redis.url);
    t.after(() => redis.disconnect());
    while ((await redis.zcard(redisKeys(office.env.REDIS_PREFIX).channels)) > 0) await sleep(20);
    deepEqual(await told(office, 2), ["Alice Ng", undefined]);
  });
});
