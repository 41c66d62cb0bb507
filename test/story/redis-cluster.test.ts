import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { redisFacts } from "../../src/redis/facts.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { startCluster } from "../redis/cluster.ts";
import { ask, says, until } from "../redis/servers.ts";
import { NINETY_DAYS_MS } from "../redis/store.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { guestsJoin, namesIn } from "./guests.ts";
import { CHANNEL, startStory } from "./notifier.ts";

type Cluster = Awaited<ReturnType<typeof startCluster>>;

async function storyOn(t: TestContext, cluster: Cluster) {
  const { prefix, slot } = await cluster.prefix();
  const story = await startStory({ redis: cluster, REDIS_PREFIX: prefix });
  const redis = connectRedis(cluster.url);
  await whenReady(redis, 60_000);
  t.after(async () => {
    redis.disconnect();
    await story.stop();
  });
  return {
    ...story,
    slot,
    keys: redisKeys(prefix),
    client: redis,
    async ready() {
      const answer = await fetch(`${story.url}/readyz`);
      return { status: answer.status, text: await answer.text() };
    },
    kept: async (uuid: string) =>
      namesIn(await redisFacts(redis, redisKeys(prefix), { retentionMs: NINETY_DAYS_MS }).factsOf(uuid)),
  };
}

const standUp = () => meetingBodies({ startedAt: Date.now() - 20 * 60_000, topic: "Stand-up" });

describe("on a Cluster", { timeout: 480_000 }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster();
  });
  after(() => cluster.stop());

  test("the notifier does all that it does on one Redis", async (t) => {
    const { zoom, zoomSends, shows, slack, keys, client, ready } = await storyOn(t, cluster);
    const bodies = standUp();
    const mara = bodies.connection({ name: "Mara Lind" });
    await zoomSends(bodies.started());
    await shows("🟢  Stand-up  is live");
    await zoomSends(mara.joined(Date.now() - 60_000), { event: "meeting.ended", payload: { object: {} } });
    equal(await client.llen(keys.dead), 1);
    await zoomSends(bodies.ended(Date.now()));
    await shows("⚪  Stand-up  ended after 20 min");
    const asked = await slack.command({ userId: "U0ALICE", channelId: CHANNEL, text: "/meetings today" });
    await slack.until(() => asked.answers().some(({ plain }) => plain.includes("Stand-up")));
    deepEqual(await ready(), { status: 200, text: "ready\n" });
    equal((await zoom.send(bodies.ended(Date.now()))).status, 200);
  });

  test("a slot that moves to another master takes all that is kept along", async (t) => {
    const { zoom, zoomSends, shows, slot, kept, ready } = await storyOn(t, cluster);
    const [to, , from] = cluster.masters;
    const bodies = standUp();
    await zoomSends(bodies.started());
    await shows("🟢  Stand-up  is live");
    const guests = guestsJoin(t, zoom, bodies);
    await guests.untilTaken(20);

    await ask(to.port, "CLUSTER", "SETSLOT", slot, "IMPORTING", from.id);
    await ask(from.port, "CLUSTER", "SETSLOT", slot, "MIGRATING", to.id);
    for (;;) {
      const keys = await ask<string[]>(from.port, "CLUSTER", "GETKEYSINSLOT", slot, 10);
      if (keys.length === 0) break;
      await ask(from.port, "MIGRATE", "127.0.0.1", to.port, "", 0, 5_000, "KEYS", ...keys);
    }
    for (const { port } of cluster.masters) await ask(port, "CLUSTER", "SETSLOT", slot, "NODE", to.id);
    equal(await ask(from.port, "CLUSTER", "COUNTKEYSINSLOT", slot), 0);
    await guests.untilTaken(20);
    await guests.stop();
    const names = await kept(bodies.meeting.uuid);
    deepEqual(
      guests.taken.filter((name) => !names.has(name)),
      [],
    );
    await zoomSends(bodies.ended(Date.now()));
    await shows("⚪  Stand-up  ended after ");
    equal((await ready()).status, 200);
  });

  for (const how of ["is frozen", "is killed"] as const) {
    test(`a master that ${how} is replaced, nothing that was taken is lost, and one card tells it`, async (t) => {
      const { zoom, zoomSends, shows, kept, ready } = await storyOn(t, cluster);
      const [, , last] = cluster.masters;
      // the frozen one is the other's replica afterwards, so that it can take over again
      const [victim, heir] = how === "is frozen" ? [last, cluster.replica] : [cluster.replica, last];
      const bodies = standUp();
      await zoomSends(bodies.started());
      await shows("🟢  Stand-up  is live");
      const guests = guestsJoin(t, zoom, bodies);
      await guests.untilTaken(20);

      process.kill(victim.pid, how === "is killed" ? "SIGKILL" : "SIGSTOP");
      const lostAt = performance.now();
      await until("trouble is told", async () => (await ready()).status === 503);
      await guests.untilTaken(20);
      t.diagnostic(`taken again ${Math.round(performance.now() - lostAt)} ms after the master was lost`);
      equal(await says(heir.port, "role:master"), true);
      if (how === "is frozen") {
        process.kill(victim.pid, "SIGCONT");
        await until("the old master follows", () => says(victim.port, "master_link_status:up"));
        await guests.untilTaken(20);
      }
      await guests.stop();
      ok(guests.answers.every((status) => status === 200 || status === 503));
      const names = await kept(bodies.meeting.uuid);
      deepEqual(
        guests.taken.filter((name) => !names.has(name)),
        [],
      );
      await zoomSends(bodies.ended(Date.now()));
      await shows("⚪  Stand-up  ended after ");
      await until("ready", async () => (await ready()).status === 200);
    });
  }
});
