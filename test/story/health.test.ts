import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../free-port.ts";
import { openSocket, request } from "../socket.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { startStory } from "./notifier.ts";

type Story = Awaited<ReturnType<typeof startStory>>;

const ask = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, { headers });
  return { status: answer.status, text: await answer.text() };
};

/** Asks until the answer has this status; a balancer does the same. */
async function becomes(status: number, url: string) {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const answer = await ask(url);
    if (answer.status === status) return answer;
    ok(performance.now() < giveUpAt, `it is still ${answer.status}: ${answer.text}`);
    await sleep(50);
  }
}

describe("somebody who looks after the notifier", () => {
  let story: Story;
  const at = (path: string) => `${story.url}${path}`;
  before(async () => {
    story = await startStory();
  });
  after(() => story.stop());

  test("sees that it lives and is ready", async () => {
    deepEqual(await ask(at("/healthz")), { status: 200, text: "alive\n" });
    deepEqual(await ask(at("/readyz")), { status: 200, text: "ready\n" });
  });

  test("may ask as often as they like without troubling Slack", async () => {
    const asked = () => story.slack.calls.filter(({ method }) => method === "auth.test").length;
    const before = asked();
    await Promise.all(Array.from({ length: 200 }, () => ask(at("/readyz"))));
    ok(asked() - before <= 1, `${asked() - before} calls`);
  });

  test("sees at once that Redis hangs, and that it is back", async () => {
    process.kill(story.redis.pid, "SIGSTOP");
    try {
      const askedAt = performance.now();
      deepEqual(await ask(at("/readyz")), { status: 503, text: "redis: does not answer\n" });
      ok(performance.now() - askedAt < 10_000); // sooner, if the machine has nothing else to do
      equal((await ask(at("/healthz"))).status, 200);
    } finally {
      process.kill(story.redis.pid, "SIGCONT");
    }
    await becomes(200, at("/readyz"));
  });

  test("sees the numbers on the machine itself", async () => {
    await story.zoomSends(meetingBodies({ startedAt: Date.now(), topic: "Merger talks" }).started());
    const { status, text } = await ask(at("/metrics"));
    equal(status, 200);
    match(text, /^zoom_deliveries_total\{status="200",because="meeting\.started"\} 1$/m);
    match(text, /^meeting_facts_total\{event="meeting\.started",kept="new"\} 1$/m);
  });

  test("reads no secret and no topic anywhere", async () => {
    for (const path of ["/healthz", "/readyz", "/metrics"]) {
      const { text } = await ask(at(path));
      doesNotMatch(text, /Merger|xoxb|zm_test|signing-secret|example\.com|\.sock|C0MEETINGS/);
    }
  });
});

describe("the numbers", () => {
  let story: Story;
  before(async () => {
    story = await startStory({ HOST: "0.0.0.0" });
  });
  after(() => story.stop());

  test("are hidden from whoever comes through a proxy", async () => {
    for (const header of ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "X-Forwarded-Host"]) {
      deepEqual(await ask(`${story.url}/metrics`, { [header]: "127.0.0.1" }), {
        status: 404,
        text: "there is nothing here\n",
      });
    }
    const viaProxy = await openSocket(story.notifier.port);
    viaProxy.say(request("GET /metrics", { host: "meetings.example.com" }));
    match(await viaProxy.hears(/\r\n\r\n/), /^HTTP\/1\.1 404 /);
    viaProxy.hangUp();
  });

  test("are hidden from other machines", async (t) => {
    const [outer] = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).filter(({ internal, family }) => !internal && family === "IPv4"),
    );
    if (!outer) return t.skip("this machine has no address but its own");
    const machine = await openSocket(story.notifier.port, outer.address);
    machine.say(Buffer.concat([request("GET /healthz"), request("GET /metrics")]));
    match(await machine.hears(/nothing here/), /^HTTP\/1\.1 200 [\s\S]*alive\nHTTP\/1\.1 404 /);
    machine.hangUp();
  });

  test("have a port of their own where one is set, and are nowhere else", async () => {
    const port = await freePort();
    const own = await startStory({ redis: story.redis, METRICS_PORT: String(port) });
    equal((await ask(`http://127.0.0.1:${port}/metrics`, { "X-Forwarded-For": "192.0.2.1" })).status, 200);
    equal((await ask(`${own.url}/metrics`)).status, 404);
    deepEqual(await ask(`http://127.0.0.1:${port}/zoom/webhook`), { status: 404, text: "there is nothing here\n" });
    await own.stop();
    await ask(`http://127.0.0.1:${port}/metrics`).then(
      () => ok(false, "it still listens"),
      () => {},
    );
  });
});

describe("a notifier in trouble", () => {
  test("says so in one line for each trouble, and recovers by itself", async () => {
    const story = await startStory({ SLACK_CHANNEL: "" }); // a channel that is read meanwhile would be shut for a minute
    const forgive = story.slack.fail({
      method: "auth.test",
      times: Number.POSITIVE_INFINITY,
      how: { error: "token_revoked" },
    });
    const readyz = `${story.url}/readyz`;
    deepEqual(await ask(readyz), { status: 503, text: "slack: token_revoked\n" });
    process.kill(story.redis.pid, "SIGSTOP");
    try {
      const { status, text } = await ask(readyz);
      equal(status, 503);
      deepEqual(text.trimEnd().split("\n"), ["redis: does not answer", "slack: token_revoked"]);
    } finally {
      process.kill(story.redis.pid, "SIGCONT");
    }
    forgive();
    equal((await becomes(200, readyz)).text, "ready\n");
    await story.stop();
  });

  test("whose Redis is gone says so and lives on", async () => {
    const story = await startStory();
    await story.redis.stop();
    deepEqual(await ask(`${story.url}/readyz`), { status: 503, text: "redis: does not answer\n" });
    deepEqual(await ask(`${story.url}/healthz`), { status: 200, text: "alive\n" });
    equal((await story.zoom.send(meetingBodies({ startedAt: Date.now() }).started())).status, 503);
    await story.stop();
  });

  test("whose Slack does not answer says so", async () => {
    const story = await startStory();
    await story.slack.close();
    deepEqual(await ask(`${story.url}/readyz`), { status: 503, text: "slack: does not answer\n" });
    await story.notifier.stop();
    await story.redis.stop();
  });
});
