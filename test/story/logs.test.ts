import { deepEqual, equal, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { startRedis } from "../../scripts/redis.mjs";
import { signed } from "../stand-ins/slack/people.ts";
import { startSlack } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, PEOPLE, SECRET, settings, zoomAt } from "./notifier.ts";
import { startProcess } from "./process.ts";

/** What stands for all that people write and nobody may find in a log. */
const WORDS = "Xylophone";

const FIXTURES = new URL("../fixtures/zoom/", import.meta.url);
const fixtures = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".json"))
  .map((file) => readFileSync(new URL(file, FIXTURES), "utf8"));

const PERSONAL =
  /^(topic|agenda|user_name|.*email|phone_number|.*_ip|pass(word|code)|.*url|plainToken|display_name|presenter|content|operator)$/;

/** Every value in a JSON that is somebody's own, by the name of its key. */
function personal(json: unknown): string[] {
  if (json === null || typeof json !== "object") return [];
  return Object.entries(json).flatMap(([key, value]) =>
    typeof value === "string" ? (PERSONAL.test(key) && value.length > 3 ? [value] : []) : personal(value),
  );
}

describe("the log of a bad day", () => {
  let lines: readonly string[] = [];

  before(async () => {
    const redis = await startRedis();
    const slack = await startSlack({ users: PEOPLE, channels: [{ id: CHANNEL, name: "meetings" }] });
    const extra = { LOG_LEVEL: "trace", RETENTION_DAYS: "3650" };
    const notifier = await startProcess(settings({ redisUrl: redis.url, slackApi: slack.apiUrl, extra }));
    slack.commandUrl = `${notifier.url}/slack/events`;
    const zoom = zoomAt(notifier.url);
    const stranger = (path: string, body: string, headers: Record<string, string> = {}) =>
      fetch(`${notifier.url}${path}`, { method: "POST", body, headers }).then((answer) => answer.text());

    for (const raw of fixtures) equal((await zoom.send(raw)).status, 200);
    const stale = Math.floor(Date.now() / 1_000) - 3_600;
    for (const raw of [
      WORDS,
      `{"event":"${WORDS}"}`,
      `{"event":"meeting.${WORDS.toLowerCase()}","payload":{}}`,
      `{"event":"meeting.started","payload":{"object":{"uuid":"","topic":"${WORDS}","${WORDS}":1}}}`,
      `{"event":"endpoint.url_validation","payload":{"plainToken":"${WORDS}!"}}`,
      `"${WORDS}\\n{\\"level\\":\\"info\\"}"`,
    ]) {
      await zoom.send(raw);
      await zoom.send(raw, { signature: "v0=00" });
      await zoom.send(raw, { timestampS: stale });
      await stranger("/zoom/webhook", raw, { [`x-${WORDS}`]: WORDS });
      await stranger(`/${WORDS}?${WORDS}`, raw);
      await stranger("/slack/events", raw);
      await stranger("/slack/events", raw, {
        ...signed(raw, "stand-in-signing-secret"),
        "Content-Type": "application/json",
      });
    }

    const bodies = meetingBodies({ startedAt: Date.now() - 60_000, topic: WORDS, hostEmail: `${WORDS}@example.com` });
    const somebody = bodies.connection({ name: WORDS, email: `${WORDS}@example.com`, phone: "+4315550100" });
    slack.fail({ method: "chat.postMessage", how: { error: "invalid_blocks" } });
    slack.fail({ method: "chat.update", how: "dropBefore" });
    slack.fail({ method: "users.info", how: { error: "user_not_found" } });
    await zoom.send(bodies.started());
    await zoom.send(somebody.joined(Date.now()));
    await slack.until(() => slack.visible(CHANNEL).find(({ plain }) => plain.includes(WORDS)));
    const asks = async (text: string) => {
      const asked = await slack.command({ userId: "U0ALICE", channelId: CHANNEL, text: `/meetings ${text}` });
      await slack.until(() => asked.answers().at(-1));
    };
    for (const words of ["today", WORDS, `today ${WORDS}`]) await asks(words);

    process.kill(redis.pid, "SIGSTOP");
    equal((await zoom.send(bodies.ended(Date.now()))).status, 503);
    await asks("today");
    process.kill(redis.pid, "SIGCONT");
    slack.fail({ method: "chat.update", how: { error: "token_revoked" } });
    equal((await zoom.deliver(bodies.ended(Date.now()))).kind, "taken");
    await slack.until(() =>
      slack.calls.find(({ method, error }) => method === "chat.update" && error === "token_revoked"),
    );
    notifier.signal("SIGTERM");
    deepEqual(await notifier.exited, { code: 0, signal: null });
    lines = notifier.lines;
    await slack.close();
    await redis.stop();
  });
  after(() => {
    lines = [];
  });

  test("has one JSON object in each line, with its level, its time and a sentence", () => {
    ok(lines.length > 50, `only ${lines.length} lines`);
    for (const line of lines) {
      const { level, time, msg } = JSON.parse(line);
      ok(/^(trace|debug|info|warn|error)$/.test(level), line);
      ok(Date.parse(time) > 0 && typeof msg === "string" && msg.length > 3, line);
    }
  });

  test("tells of each thing that went wrong", () => {
    const all = lines.join("\n");
    for (const told of [
      "could not be read",
      "check the clock of this machine",
      "could not be kept",
      "does not let us in",
      "refuses the form of a card",
      "does not tell who somebody is",
      "could not be answered",
      "stopped",
    ]) {
      ok(all.includes(told), `nothing of "${told}"`);
    }
  });

  test("has no word of what anybody wrote", () => {
    for (const line of lines) ok(!line.toLowerCase().includes(WORDS.toLowerCase()), line);
  });

  test("has no topic, name, address, number or link of Zoom's deliveries", () => {
    const values = new Set(fixtures.flatMap((raw) => personal(JSON.parse(raw))));
    ok(values.size > 20);
    for (const value of values) for (const line of lines) ok(!line.includes(value), `${value} in ${line}`);
  });

  test("has no secret, token or signature", () => {
    const secrets = [
      SECRET,
      "xoxb-",
      "stand-in-signing-secret",
      "InventedVerificationToken",
      "legacy-verification-token",
    ];
    for (const secret of [...secrets, "v0=", "/commands/", "5550100"]) {
      for (const line of lines) ok(!line.includes(secret), `${secret} in ${line}`);
    }
  });
});
