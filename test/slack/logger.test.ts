import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { WebClient } from "@slack/web-api";
import { log } from "../../src/log.ts";
import { slackLogger } from "../../src/slack/logger.ts";

describe("what Slack's libraries tell", () => {
  test("never has a token in it, also not one that cannot be sent", async (t) => {
    const told: unknown[] = [];
    const child = { warn: (said: string) => told.push(said), error: () => {}, info: () => {}, debug: () => {} };
    t.mock.method(log, "child", () => child);
    const how = { slackApiUrl: "http://127.0.0.1:9/api/", retryConfig: { retries: 0 }, logger: slackLogger("web-api") };
    await new WebClient("xoxb-1234\n5678", how).auth.test().catch(() => {});
    deepEqual(told, ['http request failed Headers.append: "Bearer …" is an invalid header value.']);
  });
});
