import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { cardFor } from "../src/card-for.ts";
import type { Instant, MeetingFact } from "../src/meeting/fact.ts";
import type { Claim, Shared } from "../src/ports.ts";
import { digestId } from "../src/post-digest.ts";
import { weekId } from "../src/post-week.ts";
import type { Subscription } from "../src/subscription/subscription.ts";
import { CHANNEL, meeting } from "./digest/office.ts";
import { subscription } from "./subscriptions.ts";

/** What is shown there, or why there is nothing. */
async function wish(
  { card, ...claim }: Pick<Claim, "card" | "state" | "announced">,
  wanted: Partial<Subscription>,
  now: Instant,
) {
  const told = [23, 24, 25].map((day) => meeting(`m${day}`, at(`2026-11-${day}T10:00`), at(`2026-11-${day}T11:00`)));
  const book = { channels: new Map([[CHANNEL, subscription(wanted)]]) };
  const facts = {
    factsOf: async () => [],
    factsBetween: async (from: Instant, until: Instant) =>
      told.filter(([first]) => first && first.at >= from && first.at < until),
  };
  const subscriptions = { book: async () => book, fresh: async () => book };
  const wishing = { facts, subscriptions, people: "names" as const, stateOf: async () => ({}) };
  return cardFor(wishing, { channel: CHANNEL, card, ...claim }, now);
}

/** Of what is shown there, what it says; else why there is nothing. */
async function wished(card: string, wanted: Partial<Subscription>, now: Instant, message?: string): Promise<string> {
  const shown = await wish({ card, state: message ? { message } : {} }, wanted, now);
  if (shown.kind === "read") throw new Error("a digest was wanted");
  return shown.kind === "show" ? shown.card.summary : shown.because;
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

describe("a change of what a channel hears of", () => {
  const evening = at("2026-11-25T19:00");
  const DIGEST = digestId("2026-11-25");
  const notice = { at: evening - 3_600_000, by: "Alice Ng" };
  const noticeOf = async (claim: Omit<Claim, "channel" | "card" | "token" | "claimedAt">, wanted = {}) => {
    const shown = await wish({ card: DIGEST, ...claim }, { notice, ...wanted }, evening);
    return shown.kind === "show" ? shown.card.notice : shown.kind;
  };

  test("is told by a new card, unless another told it", async () => {
    deepEqual(await noticeOf({ state: {} }), notice);
    deepEqual(await noticeOf({ state: {}, announced: notice.at - 1 }), notice);
    equal(await noticeOf({ state: {}, announced: notice.at }), undefined);
  });

  test("is not told by a card that is there, or in doubt, but by the one that was posted with it", async () => {
    equal(await noticeOf({ state: { message: "1.2" } }), undefined);
    equal(await noticeOf({ state: { posting: { sinceMs: 1, at: evening, looked: 0 } } }), undefined);
    const state = { message: "1.2", notice };
    deepEqual(await noticeOf({ state, announced: notice.at }), notice);
    deepEqual(await noticeOf({ state }, { notice: { at: evening, by: "Ben Ito" } }), notice);
  });

  test("is told without the name where no names are told", async () => {
    deepEqual(await noticeOf({ state: {} }, { people: "counts" }), { at: notice.at });
    deepEqual(await noticeOf({ state: {} }, { people: "private" }), { at: notice.at });
    deepEqual(await noticeOf({ state: {} }, { isShared: true }), { at: notice.at });
    deepEqual(await noticeOf({ state: { message: "1.2", notice } }, { people: "counts" }), { at: notice.at });
  });

  test("is no news after a week", async () => {
    equal(await noticeOf({ state: {} }, { notice: { at: evening - 8 * 24 * 3_600_000 } }), undefined);
  });
});

describe("a channel of the settings, of which nobody told whether another company reads it", () => {
  const evening = at("2026-11-25T19:00");
  const started = { startedAt: evening - 600_000 };
  const facts = [
    { kind: "started", at: started.startedAt, timeFrom: "payload", heardAt: evening, about: { uuid: "A", ...started } },
    {
      ...{ kind: "joined", at: started.startedAt, timeFrom: "payload", heardAt: evening },
      ...{ about: { uuid: "A", ...started }, who: { name: "Mara Lind", connection: "P1" } },
    },
  ] as MeetingFact[];
  const shows = async (found: Shared | undefined, wanted: Partial<Subscription> = {}, message?: string) => {
    const wishing = {
      facts: { factsOf: async () => facts, factsBetween: async () => [facts] },
      subscriptions: { fresh: async () => ({ channels: new Map([[CHANNEL, subscription(wanted)]]) }) },
      people: "names" as const,
      stateOf: async () => ({}),
      ...(found && { sharing: async () => found }),
    };
    const claim = { channel: CHANNEL, card: "A", state: message ? { message } : {} };
    return JSON.stringify(await cardFor(wishing, claim, evening)).includes("Mara Lind") ? "names" : "counts";
  };

  test("is told no names while that cannot be found out, neither by a new card nor by one that is there", async () => {
    equal(await shows("not told now"), "counts");
    equal(await shows("not told now", {}, "1.2"), "counts");
    equal(await shows("shared"), "counts");
  });

  test("is told them as soon as it is known that only colleagues read them, or that nobody ever tells", async () => {
    equal(await shows("not shared"), "names");
    equal(await shows("never told"), "names");
    equal(await shows(undefined), "names");
  });

  test("is not asked about where it was found out when somebody subscribed it", async () => {
    equal(await shows("not told now", { by: "U0ALICE" }), "names");
    equal(await shows("not shared", { isShared: true }), "counts");
  });
});
