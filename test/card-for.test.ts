import { equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { cardFor } from "../src/card-for.ts";
import type { Instant } from "../src/meeting/fact.ts";
import { digestId } from "../src/post-digest.ts";
import { weekId } from "../src/post-week.ts";
import type { Subscription } from "../src/subscription/subscription.ts";
import { CHANNEL, meeting } from "./digest/office.ts";
import { subscription } from "./subscriptions.ts";

/** Of what is shown there, what it says; else why there is nothing. */
async function wished(card: string, wanted: Partial<Subscription>, now: Instant, message?: string): Promise<string> {
  const told = [23, 24, 25].map((day) => meeting(`m${day}`, at(`2026-11-${day}T10:00`), at(`2026-11-${day}T11:00`)));
  const book = { channels: new Map([[CHANNEL, subscription(wanted)]]) };
  const facts = {
    factsOf: async () => [],
    factsBetween: async (from: Instant, until: Instant) =>
      told.filter(([first]) => first && first.at >= from && first.at < until),
  };
  const subscriptions = { book: async () => book, fresh: async () => book };
  const wishing = { facts, subscriptions, people: "names" as const, stateOf: async () => ({}) };
  const wish = await cardFor(wishing, { channel: CHANNEL, card, state: message ? { message } : {} }, now);
  if (wish.kind === "read") throw new Error("a digest was wanted");
  return wish.kind === "show" ? wish.card.summary : wish.because;
}

const at = (time: string): Instant => Date.parse(`${time}Z`);

describe("a digest that had to wait", () => {
  const afterPause = at("2026-11-25T19:00");
  const paused = { pausedUntil: afterPause - 1 };

  test("is made up for within a day", async () => {
    equal(await wished(digestId("2026-11-25"), paused, afterPause), "Wednesday, 25 November: 1 meeting, 1 h, 0 people");
  });

  test("is history after a day", async () => {
    equal(await wished(digestId("2026-11-23"), paused, afterPause), "history by now");
    equal(await wished(weekId("2026-11-16"), { ...paused, digest: weekly }, afterPause), "history by now");
  });

  test("is not posted where it is not wanted any more", async () => {
    const off = { digest: { days: [], isWeekly: false, at: "18:00" } };
    equal(await wished(digestId("2026-11-25"), off, afterPause), "history by now");
  });

  test("is kept up to date once it is there", async () => {
    equal(
      await wished(digestId("2026-11-23"), paused, afterPause, "1.2"),
      "Monday, 23 November: 1 meeting, 1 h, 0 people",
    );
  });
});

const weekly = { days: [1, 2, 3, 4, 5], isWeekly: true, at: "18:00" };
