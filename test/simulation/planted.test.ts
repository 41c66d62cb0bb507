import { match, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Sabotage } from "./process.ts";
import { randomDay } from "./random-day.ts";
import { type CounterExample, counterExample, shrunk } from "./shrink.ts";
import { story } from "./story.ts";

const MOST_DAYS = 500;

const changed = (line: string, to: string): Sabotage => ({ script: (lua) => lua.replace(line, () => to) });
const without = (line: string): Sabotage => changed(line, "");

/** Mistakes that somebody could make, each in one place. */
const PLANTED: Record<string, Sabotage> = {
  "a post begins without a word in the store": {
    desk: (desk) => ({
      ...desk,
      begin: async (claim, call, now) => (call === "post" ? "go" : desk.begin(claim, call, now)),
    }),
  },
  "a post in doubt is posted again without looking for it": {
    platform: (platform) => ({ ...platform, find: async () => [] }),
  },
  "a lost answer counts as a refusal": {
    platform: (platform) => ({
      ...platform,
      async post(channel, card, key) {
        const answer = await platform.post(channel, card, key);
        if (!("kind" in answer) || answer.kind !== "unknown") return answer;
        return { kind: "later", because: answer.because, inMs: 1_000, of: "message" };
      },
    }),
  },
  "a 429 is not heeded": {
    platform: (platform) => ({
      ...platform,
      async post(channel, card, key) {
        const answer = await platform.post(channel, card, key);
        return "kind" in answer && answer.kind === "later" ? { ...answer, inMs: 1, of: "message" } : answer;
      },
    }),
  },
  "whoever settles need not hold the lease": changed("if held[1] ~= token then", "if false then"),
  "what changes a card in hand is forgotten when it settles": changed("elseif not isChanged then", "elseif true then"),
  "a card in hand is not due at the end of its lease": without("redis.call('ZADD', due, queueTaken + lease, taken)"),
  "a meeting told for the first time makes no card due": without(
    "if not meeting.isGone then change(uuid, meeting, gap, isUrgent) end",
  ),
};

describe("a mistake planted in the notifier is found by simulating days", () => {
  for (const [mistake, sabotage] of Object.entries(PLANTED)) {
    test(mistake, async (t) => {
      const found = await firstFound(sabotage);
      ok(found, `${MOST_DAYS} days do not show it`);
      t.diagnostic(`found on day ${found.plan.seed}: ${found.violation.kind}`);
    });
  }

  test("and told with as little as shows it", async () => {
    const sabotage = PLANTED["what changes a card in hand is forgotten when it settles"] as Sabotage;
    const found = await firstFound(sabotage);
    ok(found);
    const least = await shrunk(found, sabotage);
    const deliveries = least.plan.meetings.flatMap(({ deliveries }) => deliveries);
    ok(deliveries.length <= 3, story(least));
    match(story(least), /: stale: M\d+ in slack:C\d\n[\s\S]*Zoom tells [\s\S]*post done/);
  });
});

async function firstFound(sabotage: Sabotage): Promise<CounterExample | undefined> {
  for (let seed = 1; seed <= MOST_DAYS; seed += 1) {
    const found = await counterExample(randomDay(seed), sabotage);
    if (found) return found;
  }
  return undefined;
}
