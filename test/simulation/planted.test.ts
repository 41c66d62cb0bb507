import { match, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { dayOn, daysLater } from "../../src/card/day.ts";
import type { Refusal, SubscriptionStore, Threading } from "../../src/ports.ts";
import type { Chooser } from "../../src/subscription/chooser.ts";
import type { Sabotage } from "./process.ts";
import { randomDay } from "./random-day.ts";
import { type CounterExample, counterExample, shrunk } from "./shrink.ts";
import { story } from "./story.ts";

const MOST_DAYS = 500;
const NOWHERE = "0.0";

const planted = new Set<string>();
const changed = (line: string, to: string): Sabotage => ({
  script(lua) {
    if (lua.includes(line)) planted.add(line);
    return lua.replace(line, () => to);
  },
});
/** Leaves out a line, or what follows from a condition. */
const without = (line: string): Sabotage => changed(line, "");

const heedless = <T>(answer: T | Refusal): T | Refusal =>
  typeof answer === "object" && answer !== null && "kind" in answer && answer.kind === "later"
    ? { ...answer, inMs: 1, of: "message" }
    : answer;

const somewhere = ({ inThread }: Threading = {}): Threading =>
  inThread === undefined || inThread === NOWHERE ? {} : { inThread };

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
      async post(channel, card, key, options) {
        const answer = await platform.post(channel, card, key, options);
        if (!("kind" in answer) || answer.kind !== "unknown") return answer;
        return { kind: "later", because: answer.because, inMs: 1_000, of: "message" };
      },
    }),
  },
  "a 429 is not heeded": {
    platform: (platform) => ({
      ...platform,
      post: async (...call) => heedless(await platform.post(...call)),
      update: async (...call) => heedless(await platform.update(...call)),
    }),
  },
  "whoever settles need not hold the lease": changed("if held[1] ~= token then", "if false then"),
  "what changes a card in hand is forgotten when it settles": changed("elseif not isChanged then", "elseif true then"),
  "a card in hand is not due at the end of its lease": without("redis.call('ZADD', due, queueTaken + lease, taken)"),
  "a meeting told for the first time makes no card due": without("change(id, meeting, gapIn(budget), isUrgent)"),
  "a fact is kept for an audience that is another by now": changed("then return 'other audience' end", "then end"),
  "no reply is made due": without(
    "if reply ~= '' and not isLeftOut then makeDue(channels, due, gate, channel, reply, replyAt, POSTS) end",
  ),
  "whoever may hear of a card that stands somewhere is asked for one": changed(
    "local isLeftOut = meeting.isGone or isThereOnly and not (meeting.isBegun or isInHand(id))",
    "local isLeftOut = meeting.isGone",
  ),
  "nobody looks whether a card stands where its meeting is not asked for": without(
    "if #standing > 0 then return standing end",
  ),
  "a card that stands where its meeting is not asked for any more is forgotten": {
    facts: (facts) => ({
      ...facts,
      keep: (fact, audience) =>
        facts.keep(fact, {
          ...audience,
          listeners: audience.listeners.filter(({ onlyWhatIsThere }) => !onlyWhatIsThere),
        }),
    }),
  },
  "a reply is posted though nothing stands above it": {
    wishing: (wishing) => ({
      ...wishing,
      async stateOf(channel, meeting) {
        const { message = NOWHERE, ...state } = await wishing.stateOf(channel, meeting);
        return { ...state, message };
      },
    }),
    platform: (platform) => ({
      ...platform,
      post: (channel, card, key, options) => platform.post(channel, card, key, somewhere(options)),
      find: (channel, key, since, until, options) => platform.find(channel, key, since, until, somewhere(options)),
    }),
  },
  "a change is told by every new card": changed(
    "redis.call('SET', announced, notice,",
    "redis.call('SET', announced, '',",
  ),
  "a change is told by a post alone, and not by its edits": changed("card[14], card[15] }", "card[14] }"),
  "a change shows nothing of what is on": {
    subscribing: ({ facts, ...others }) => ({ ...others, facts: { ...facts, factsOfLive: async () => [] } }),
  },
  "a change counts as shown before it is": {
    subscribing: ({ subscriptions, ...others }) => ({
      ...others,
      subscriptions: {
        ...subscriptions,
        async unshown() {
          const unshown = await subscriptions.unshown();
          for (const one of unshown) await subscriptions.shown(one);
          return unshown;
        },
      },
    }),
  },
  "a card is made from what was asked for a moment ago": {
    wishing: ({ subscriptions, ...others }) => ({
      ...others,
      subscriptions: { fresh: () => (subscriptions as SubscriptionStore).book() },
    }),
  },
  "a week that was told is not looked at again": {
    weeks: ({ desk, book }) => ({
      book,
      desk: {
        ...desk,
        async makeDue(channel, card) {
          const { message } = await desk.stateOf(channel, card);
          if (message === undefined) await desk.makeDue(channel, card);
        },
      },
    }),
  },
  "a channel's cards stay under its old name": {
    following: ({ subscriptions, moves }) => ({ subscriptions, moves: { ...moves, move: async () => {} } }),
  },
  "hosts are taken for one another": {
    wishing: ({ choices, ...others }) => ({
      ...others,
      ...(choices && {
        choices: {
          async fresh() {
            const { people, ...version } = await choices.fresh();
            const choosers = [...people.values()].reverse();
            return { ...version, people: new Map([...people.keys()].map((one, at) => [one, choosers[at] as Chooser])) };
          },
        },
      }),
    }),
  },
  "a host who is known by an id alone is not waited for": {
    wishing: ({ hostIds: _, ...others }) => others,
  },
  "somebody's day tells of the day itself": {
    wishing: ({ myDays, ...others }) => ({
      ...others,
      ...(myDays && {
        myDays: {
          ...myDays,
          card: (chooser, date, now) => myDays.card(chooser, daysLater(dayOn(date, "UTC"), 1).date, now),
        },
      }),
    }),
  },
  "who subscribed a channel is told of each refusal": {
    notes: ({ subscriptions, desk }) => ({
      subscriptions,
      desk: { makeDue: (person, card) => desk.makeDue(person, `${card} at ${Date.now()}`) },
    }),
  },
  "another than who subscribed a channel is told of its refusal": {
    notes: ({ subscriptions, desk }) => ({
      subscriptions,
      desk: { makeDue: (_, card) => desk.makeDue("slack:U9", card) },
    }),
  },
  "what is hidden is told all the same": {
    wishing: ({ subscriptions, ...others }) => ({
      ...others,
      subscriptions: {
        async fresh() {
          const { channels, ...book } = await subscriptions.fresh();
          return { ...book, channels: new Map([...channels].map(([at, one]) => [at, { ...one, people: "names" }])) };
        },
      },
    }),
  },
};

/** Some show on few days only: the test begins shortly before one of them. */
const RARE: Record<string, number> = {
  "a lost answer counts as a refusal": 40,
  "a 429 is not heeded": 400,
  "whoever settles need not hold the lease": 125,
  "a fact is kept for an audience that is another by now": 260,
  "a reply is posted though nothing stands above it": 80,
  "a change counts as shown before it is": 50,
  "a week that was told is not looked at again": 236,
  "somebody's day tells of the day itself": 18,
  "a channel's cards stay under its old name": 75,
  "a card is made from what was asked for a moment ago": 215,
};

describe("a mistake planted in the notifier is found by simulating days", () => {
  for (const [mistake, sabotage] of Object.entries(PLANTED)) {
    test(mistake, async (t) => {
      planted.clear();
      const found = await firstFound(sabotage, RARE[mistake]);
      ok(!sabotage.script || planted.size > 0, "no script has this line");
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
    ok(deliveries.length <= 5, story(least));
    match(story(least), /: stale: M\d+ in slack:C\d\n[\s\S]*Zoom tells [\s\S]*post done/);
  });
});

async function firstFound(sabotage: Sabotage, from = 1): Promise<CounterExample | undefined> {
  for (let seed = from; seed < from + MOST_DAYS; seed += 1) {
    const found = await counterExample(randomDay(seed), sabotage);
    if (found) return found;
  }
  return undefined;
}
