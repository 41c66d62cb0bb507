import { deepEqual, doesNotMatch, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startRedis } from "../../scripts/redis.mjs";
import { connected } from "../redis/store.ts";
import { type SlackStandIn, startSlack } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, PEOPLE, SECRET, settings, zoomAt } from "../story/notifier.ts";
import { type NotifierProcess, startProcess } from "../story/process.ts";
import { ask } from "./ask.ts";
import { CHAPTERS, corpus } from "./corpus.ts";
import { type Entry, type Target, WORDS } from "./entry.ts";

const SLACK_SECRET = "stand-in-signing-secret";
const AT_ONCE = 16;

const target = (): Target => ({ zoomSecret: SECRET, slackSecret: SLACK_SECRET, nowMs: Date.now() });

describe("the notifier, asked everything that an attacker might ask", () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let client: Awaited<ReturnType<typeof connected>>;
  let slack: SlackStandIn;
  let notifier: NotifierProcess;
  let prefix: string;
  let port: number;
  const answers: string[] = [];

  before(async () => {
    redis = await startRedis();
    client = await connected(redis.url);
    slack = await startSlack({ users: PEOPLE, channels: [{ id: CHANNEL, name: "meetings" }], limits: false });
    const env = settings({ redisUrl: redis.url, slackApi: slack.apiUrl, extra: { LOG_LEVEL: "trace" } });
    prefix = env.REDIS_PREFIX;
    notifier = await startProcess(env);
    port = Number(new URL(notifier.url).port);
    while (!(await client.exists(`${prefix}:learnt:slack:${CHANNEL}`))) await sleep(20); // what it begins with is done
    while ((await client.zcard(`${prefix}:channels`)) > 0) await sleep(20);
  });
  after(async () => {
    await notifier.kill();
    client.disconnect();
    await slack.close();
    await redis.stop();
  });

  /** Sends all of them, some at once, and tells which were not answered as they should be. */
  async function wrongAnswers(entries: readonly Entry[]): Promise<string[]> {
    const wrong: string[] = [];
    const left = entries.values();
    const lane = async () => {
      for (const { name, bytes, status } of left) {
        try {
          const answer = await ask(port, bytes);
          answers.push(answer.text);
          if (!status.includes(answer.status))
            wrong.push(`${name}: ${answer.status} instead of ${status.join(" or ")}`);
        } catch (err) {
          wrong.push(`${name}: ${err}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return wrong;
  }

  /** All that there is in Redis, byte by byte, but for when Zoom was last heard. */
  async function kept(): Promise<Record<string, string | undefined>> {
    const keys = (await client.keys(`${prefix}:*`)).filter((key) => key !== `${prefix}:seen`).sort();
    const dumps = await Promise.all(keys.map((key) => client.dumpBuffer(key)));
    return Object.fromEntries(keys.map((key, index) => [key, dumps[index]?.toString("hex")]));
  }

  const honest = async () => {
    const zoom = zoomAt(notifier.url);
    const bodies = meetingBodies({ startedAt: Date.now() - 60_000, topic: "Honest" });
    const statuses: number[] = [(await zoom.send(bodies.started())).status];
    let isOver = false;
    const sending = (async () => {
      while (!isOver) {
        statuses.push((await zoom.send(bodies.connection({ name: `P${statuses.length}` }).joined(Date.now()))).status);
        await sleep(5);
      }
    })();
    return {
      uuid: bodies.meeting.uuid,
      async stop() {
        isOver = true;
        await sending;
        return statuses;
      },
    };
  };

  test("has more than 300 questions, each its own", () => {
    const names = corpus(target()).map(({ name }) => name);
    ok(names.length > 300);
    deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });

  test("keeps nothing at all of what is not Zoom's or of no use", async () => {
    const before = await kept();
    deepEqual(await wrongAnswers(corpus(target()).filter(({ effect }) => effect === "nothing")), []);
    deepEqual(await kept(), before);
  });

  for (const [what, chapter] of Object.entries(CHAPTERS)) {
    test(`answers as it should, and Zoom meanwhile: ${what}`, async () => {
      const entries = chapter(target());
      const zoom = await honest();
      const lettersBefore = await unreadable();
      const wrong = await wrongAnswers(entries);
      const statuses = await zoom.stop();
      deepEqual(wrong, []);
      ok(statuses.length > 1);
      deepEqual([...new Set(statuses)], [200]);

      const missing: string[] = [];
      for (const { name, effect } of entries) {
        if (typeof effect === "string") continue;
        const key = "fact" in effect ? `facts:${effect.fact}` : `plan:${effect.plan}`;
        if (!(await client.exists(`${prefix}:${key}`))) missing.push(name);
      }
      deepEqual(missing, []);
      equal((await unreadable()) - lettersBefore, entries.filter(({ effect }) => effect === "letter").length);
      ok((await client.llen(`${prefix}:dead`)) <= 100);
    });
  }

  /** How many deliveries Zoom signed and nobody could read. */
  async function unreadable(): Promise<number> {
    const metrics = await (await fetch(`${notifier.url}/metrics`)).text();
    return Number(/zoom_deliveries_total\{status="200",because="unreadable"\} (\d+)/.exec(metrics)?.[1] ?? 0);
  }

  test("tells nobody what it is made of, or what anybody wrote", () => {
    ok(answers.length > 600);
    for (const answer of answers) {
      doesNotMatch(answer, /^HTTP\/1\.1 5/);
      doesNotMatch(answer, /\n\s+at |node_modules|\.[jt]s:\d|\/src\/|x-powered-by|express|etc\/passwd:/i);
      ok(!answer.includes(SECRET) && !answer.includes(SLACK_SECRET) && !answer.includes("xoxb-"));
    }
    const toStrangers = answers.filter((answer) => /^HTTP\/1\.1 4/.test(answer));
    for (const answer of toStrangers) {
      ok(!answer.includes(WORDS), answer);
      doesNotMatch(answer, /[0-9a-f]{32}/, answer);
    }
  });

  test("says in the channel only what Slack takes, and still lives", async () => {
    equal((await fetch(`${notifier.url}/healthz`)).status, 200);
    await slack.until(() => slack.calls.filter(({ method }) => method === "chat.postMessage").length > 3, {
      timeoutMs: 30_000,
    });
    deepEqual(
      slack.calls.filter(({ error }) => error),
      [],
    );
    notifier.signal("SIGTERM");
    deepEqual(await notifier.exited, { code: 0, signal: null });
  });

  test("logs one JSON object a line, without a secret or a word of what anybody wrote", () => {
    ok(notifier.lines.length > 300);
    for (const line of notifier.lines) {
      const { level, msg } = JSON.parse(line);
      ok(typeof level === "string" && typeof msg === "string", line);
      doesNotMatch(line, /@example|v0=|xoxb-|5550100|203\.0\.113|evil\.example|pwd=hush/);
      for (const word of [WORDS, SECRET, SLACK_SECRET]) ok(!line.toLowerCase().includes(word.toLowerCase()), line);
      ok(line.length < 4_000, `${line.length} characters: ${line.slice(0, 200)}`);
    }
  });
});
