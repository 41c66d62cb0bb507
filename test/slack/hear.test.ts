import { deepEqual, rejects } from "node:assert/strict";
import { describe, test } from "node:test";
import type { App } from "@slack/bolt";
import { hear } from "../../src/slack/hear.ts";

describe("something that happened, which Bolt fails over", () => {
  test("is not taken for done: whoever brought it hears of the mistake", async () => {
    const broken = { processEvent: () => Promise.reject(new Error("a mistake")) } satisfies Pick<App, "processEvent">;
    const answers: unknown[] = [];
    const told = hear(
      broken as Partial<App> as App,
      { type: "event_callback", event: { type: "channel_archive" } },
      () => undefined,
      (said) => answers.push(said),
    );
    await rejects(told, /a mistake/);
    deepEqual(answers, []);
  });
});
