import { deepEqual, equal, throws } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Card } from "../src/card/card.ts";
import { type CourierWork, LEASE_MS, startCourier } from "../src/courier.ts";
import type { Claim, Messages, PostedCard, Refusal, Threading, Wish } from "../src/ports.ts";
import { MUTED_HERE } from "../src/subscription/subscription.ts";
import { BEGIN_WITHIN_MS, CALL_TIMEOUT_MS, type CardUpdate, digestOf, updateCard } from "../src/update-card.ts";

const CARD: Card = { stage: "live", summary: "Stand-up is live", parts: [], buttons: [] };
const SHOWN = digestOf(CARD);
const HALF_A_MINUTE = 30_000;

interface Scene {
  card?: string;
  unread?: string;
  readAgoMs?: number;
  shown?: Card;
  found?: string[] | "cannot look" | Refusal;
  recalled?: Messages | "cannot look" | Refusal;
  waitMs?: number;
  inDoubt?: CardUpdate["inDoubt"];
  answer?: Refusal;
  wish?: Wish;
  removed?: Refusal;
}

/** What becomes of a card in this state, and what was called meanwhile. */
async function updated(state: PostedCard, scene: Scene = {}) {
  const { card = "A", unread, readAgoMs, shown = CARD, waitMs, inDoubt = "post-again", answer } = scene;
  const { found = [], recalled = new Map() } = scene;
  const calls: string[] = [];
  const called = <T>(name: string, result: T) => {
    calls.push(name);
    return Promise.resolve(answer ?? result);
  };
  const work: CardUpdate = {
    desk: {
      begin: async () => (waitMs === undefined ? "go" : { waitMs }),
      adopt: async () => true,
      remember: async (_, standing) => {
        calls.push(
          `remember ${standing.map(({ card, message, gone }) => `${card} ${message}${gone ? " as it is" : ""}`)}`,
        );
        return true;
      },
      bringBack: (_, card, because) => called(`bring ${card} back that is ${because}`, undefined) as Promise<never>,
    },
    platform: {
      post: (_channel, _card, _key, options) => called(`post${thread(options)}`, { message: "9.0" }),
      update: (_, message) => called(`update ${message}`, "done" as const),
      remove: (_, message) => called(`remove ${message}`, scene.removed ?? ("done" as const)),
      find: (_channel, _key, _since, _until, options) => called(`find${thread(options)}`, found) as never,
      recall: () => called("recall", recalled) as never,
    },
    now: Date.now,
    inDoubt,
  };
  const read = { ...(unread && { unread }), ...(readAgoMs !== undefined && { readAgoMs }) };
  const claim: Claim = { channel: "slack:C0ROOM", card, token: "t", claimedAt: "0", state, ...read };
  return { outcome: await updateCard(work, claim, scene.wish ?? { kind: "show", card: shown }), calls };
}

const thread = ({ inThread }: Threading = {}) => (inThread === undefined ? "" : ` in ${inThread}`);

const posting = (sinceMs: number, looked = 0) => ({ sinceMs, looked, at: 0 });

describe("a channel that is read ahead", () => {
  const wish = { kind: "read" } as const;

  test("is remembered, and nothing is posted", async () => {
    const recalled: Messages = new Map([["A", ["1.0"]]]);
    const { outcome, calls } = await updated({}, { card: "read", unread: "run", recalled, wish });
    deepEqual([outcome, calls], [{ kind: "upToDate", because: "read ahead" }, ["recall", "remember A 1.0"]]);
  });

  test("is not read twice", async () => {
    const { outcome, calls } = await updated({}, { card: "read", wish });
    deepEqual([outcome, calls], [{ kind: "upToDate", because: "read before" }, []]);
  });

  test("waits for its turn like everything that is looked for", async () => {
    const { outcome } = await updated({}, { card: "read", unread: "run", waitMs: 700, wish });
    deepEqual(outcome, { kind: "tryAgain", because: "its turn comes later", inMs: 700, awaits: "find" });
  });

  test("counts as read where nobody may look", async () => {
    const { outcome, calls } = await updated({}, { card: "read", unread: "run", recalled: "cannot look", wish });
    deepEqual([outcome.because, calls], ["read ahead", ["recall", "remember "]]);
  });
});

describe("a card with a notice", () => {
  const NOTICE = { at: 1, by: "Alice Ng" };
  const withNotice: Card = { ...CARD, notice: NOTICE };
  const shows = async (state: PostedCard, scene: Scene) => {
    const { outcome } = await updated(state, { shown: withNotice, ...scene });
    return outcome.kind === "upToDate" && outcome.shows;
  };

  test("that is found standing, posted before Redis forgot it, stays without", async () => {
    equal(await shows({}, { unread: "run", recalled: new Map([["A", ["1.0"]]]) }), SHOWN);
    equal(await shows({}, { unread: "run" }), digestOf(withNotice));
  });

  test("that is found after its post was in doubt keeps it", async () => {
    const state = { posting: posting(12_000), notice: NOTICE };
    equal(await shows(state, { found: ["1.0"] }), digestOf(withNotice));
  });
});

describe("a post in doubt", () => {
  test("that is found nowhere is posted again, and looked for once more half a minute later", async () => {
    const { outcome, calls } = await updated({ posting: posting(12_000, 2) });
    deepEqual(calls, ["find", "post"]);
    const posted = { message: "9.0", shows: SHOWN, looked: 3, lookAgainInMs: HALF_A_MINUTE };
    deepEqual(outcome, { kind: "upToDate", because: "started", ...posted });
  });

  test("is edited meanwhile like any other, and still looked for", async () => {
    const state = { message: "9.0", shows: "live before", posting: posting(10_000, 3) };
    const { outcome, calls } = await updated(state);
    deepEqual(calls, ["update 9.0"]);
    const later = { looked: 3, lookAgainInMs: HALF_A_MINUTE - 10_000 };
    deepEqual(outcome, { kind: "upToDate", because: "more people", message: "9.0", shows: SHOWN, ...later });
  });

  test("that shows what it should is left alone until it is looked for", async () => {
    const { outcome, calls } = await updated({ message: "9.0", shows: SHOWN, posting: posting(10_000, 3) });
    deepEqual(calls, []);
    deepEqual(outcome, { kind: "upToDate", because: "nothing new", looked: 3, lookAgainInMs: HALF_A_MINUTE - 10_000 });
  });

  test("has the twin removed that turned up late, and the message stays that people know", async () => {
    const state = { message: "9.0", shows: SHOWN, posting: posting(HALF_A_MINUTE, 3) };
    const { outcome, calls } = await updated(state, { found: ["8.0", "9.0"] });
    deepEqual(calls, ["find", "remove 8.0"]);
    deepEqual(outcome, { kind: "upToDate", because: "nothing new", message: "9.0", shows: SHOWN });
  });

  test("is looked for again while the history does not show even the message that we know", async () => {
    const state = { message: "9.0", shows: SHOWN, overtaken: "t", posting: posting(CALL_TIMEOUT_MS) };
    const { outcome, calls } = await updated(state);
    deepEqual(calls, ["find"]);
    deepEqual(outcome, { kind: "tryAgain", because: "a post is in doubt", inMs: 3_000, looked: 1 });
    deepEqual((await updated(state, { found: ["8.0", "9.0"] })).calls, ["find", "remove 8.0", "update 9.0"]);
  });

  test("that two couriers may have made is looked for once more when one message is found", async () => {
    const twice = { overtaken: "t", posting: posting(12_000, 1) };
    const { outcome, calls } = await updated(twice, { found: ["8.0"] });
    deepEqual(calls, ["find", "update 8.0"]);
    const later = { looked: 3, lookAgainInMs: HALF_A_MINUTE - 12_000 };
    deepEqual(outcome, { kind: "upToDate", because: "adopted", message: "8.0", shows: SHOWN, ...later });
    const done = { kind: "upToDate", because: "adopted", message: "8.0", shows: SHOWN };
    deepEqual((await updated(twice, { found: ["8.0", "9.0"] })).outcome, done);
    const known = { ...twice, message: "8.0", posting: posting(HALF_A_MINUTE, 3) };
    deepEqual((await updated(known, { found: ["8.0"] })).outcome, done);
    deepEqual((await updated({ posting: posting(12_000, 1) }, { found: ["8.0"] })).outcome, done);
  });

  test("stays in doubt while what would settle it has to wait", async () => {
    const { outcome, calls } = await updated({ posting: posting(12_000, 1) }, { waitMs: 700 });
    deepEqual(calls, []);
    deepEqual(outcome, { kind: "tryAgain", because: "its turn comes later", inMs: 700, awaits: "find", looked: 1 });
  });

  test("is posted again where nobody may look for it", async () => {
    const { calls } = await updated({ posting: posting(CALL_TIMEOUT_MS) }, { found: "cannot look" });
    deepEqual(calls, ["find", "post"]);
  });

  test("is posted again later and later where nobody may look for it", async () => {
    const state = { posting: posting(20_000), reposts: 2 };
    const { outcome, calls } = await updated(state, { found: "cannot look" });
    deepEqual(calls, ["find"]);
    deepEqual(outcome, { kind: "tryAgain", because: "a post is in doubt", inMs: 4_000, looked: 0 });
    deepEqual((await updated({ ...state, posting: posting(24_000) }, { found: "cannot look" })).calls, [
      "find",
      "post",
    ]);
  });

  test("closes the history for all that are in doubt where that fails, so that they hold up no other card", async () => {
    const { outcome } = await updated({ posting: posting(12_000) }, { found: { kind: "unknown", because: "slow" } });
    const waits = { inMs: 10_000, isUnknown: true, closes: "find", looked: 0 };
    deepEqual(outcome, { kind: "tryAgain", because: "slow", ...waits });
  });

  test("is left out where nobody may look for it, if the operator chose so", async () => {
    const { outcome, calls } = await updated(
      { posting: posting(CALL_TIMEOUT_MS) },
      { found: "cannot look", inDoubt: "leave-out" },
    );
    deepEqual(calls, ["find"]);
    deepEqual(outcome, { kind: "givenUp", because: "it may have been posted, and we may not look" });
  });
});

describe("a card that is to go", () => {
  const wish: Wish = { kind: "remove", because: "muted here" };
  const gone = { kind: "givenUp", because: "muted here" };

  test("is removed, and never touched again", async () => {
    deepEqual(await updated({ message: "1.0" }, { wish }), { outcome: gone, calls: ["remove 1.0"] });
  });

  test("is looked for where its post is in doubt, and all of it goes that is found", async () => {
    const state = { posting: posting(CALL_TIMEOUT_MS) };
    const { outcome, calls } = await updated(state, { wish, found: ["1.0", "2.0"] });
    deepEqual([outcome, calls], [gone, ["find", "remove 1.0", "remove 2.0"]]);
    equal((await updated({ posting: posting(1_000) }, { wish })).outcome.kind, "tryAgain");
    equal((await updated({ posting: posting(CALL_TIMEOUT_MS, 1) }, { wish })).outcome.kind, "tryAgain");
    equal((await updated({ posting: posting(20_000, 2) }, { wish })).outcome.kind, "tryAgain");
    deepEqual((await updated({ posting: posting(HALF_A_MINUTE, 2) }, { wish })).outcome, gone);
  });

  test("goes when its channel takes calls again, also where it is a twin", async () => {
    const answer: Refusal = { kind: "never", because: "is_archived", of: "channel" };
    equal((await updated({ message: "1.0" }, { wish, answer })).outcome.kind, "refused");
    const twin = { message: "1.0", posting: posting(HALF_A_MINUTE, 3) };
    equal((await updated(twin, { found: ["1.0", "2.0"], removed: answer })).outcome.kind, "refused");
    equal((await updated({ message: "1.0" }, { wish, removed: { ...answer, of: "message" } })).outcome.kind, "givenUp");
  });

  test("goes at once, and later the twin that may still turn up", async () => {
    const state = { message: "1.0", posting: posting(10_000, 3) };
    const { outcome, calls } = await updated(state, { wish });
    deepEqual([outcome.kind, calls], ["tryAgain", ["remove 1.0"]]);
    const late = { ...state, posting: posting(HALF_A_MINUTE, 3) };
    deepEqual(await updated(late, { wish, found: ["2.0"] }), {
      outcome: gone,
      calls: ["find", "remove 1.0", "remove 2.0"],
    });
  });
});

describe("what Redis may have forgotten", () => {
  test("is remembered from the channel, all of it at once, and edited instead of posted", async () => {
    const recalled = new Map([
      ["A", ["1.0"]],
      ["B", ["2.0", "3.0"]],
    ]);
    const { outcome, calls } = await updated({}, { unread: "run", recalled });
    deepEqual(calls, ["recall", "remember A 1.0,B 2.0", "update 1.0"]);
    deepEqual(outcome, { kind: "upToDate", because: "adopted", message: "1.0", shows: SHOWN });
  });

  test("is asked for three times where the channel cannot be read, and then counts as new", async () => {
    const recalled: Refusal = { kind: "unknown", because: "HTTP 500" };
    const { outcome, calls } = await updated({ recalls: 1 }, { unread: "run", recalled });
    deepEqual(calls, ["recall"]);
    deepEqual(outcome, { kind: "tryAgain", because: "HTTP 500", inMs: 3_000, isUnknown: true, looked: 2 });
    deepEqual((await updated({ recalls: 2 }, { unread: "run", recalled })).calls, ["recall", "remember ", "post"]);
  });

  test("is posted when it does not stand there", async () => {
    const { calls } = await updated({}, { unread: "run", recalled: new Map([["B", ["2.0"]]]) });
    deepEqual(calls, ["recall", "remember B 2.0", "post"]);
  });

  test("counts as new where nobody may look", async () => {
    for (const inDoubt of ["post-again", "leave-out"] as const) {
      const { calls } = await updated({}, { unread: "run", recalled: "cannot look", inDoubt });
      deepEqual(calls, ["recall", "remember ", "post"]);
    }
  });

  for (const card of ["digest:2026-03-02", "week:2026-03-02"]) {
    test(`and was a digest is left as it stands, for it told more than is known now: ${card}`, async () => {
      const { outcome, calls } = await updated({}, { unread: "run", card, recalled: new Map([[card, ["1.0"]]]) });
      deepEqual(calls, ["recall", `remember ${card} 1.0 as it is`]);
      deepEqual(outcome, { kind: "givenUp", because: "it was posted before Redis forgot it" });
    });
  }
});

describe("a reply", () => {
  const shown: Card = { ...CARD, replyTo: "7.0" };
  const HOUR = 3_600_000;

  test("is posted in the thread of its message, and edited like any other", async () => {
    deepEqual((await updated({}, { shown })).calls, ["post in 7.0"]);
    deepEqual((await updated({ message: "8.0" }, { shown })).calls, ["update 8.0"]);
  });

  test("that is in doubt is looked for in its thread, adopted, and rid of its twins", async () => {
    const { outcome, calls } = await updated({ posting: posting(12_000) }, { shown, found: ["8.0", "9.0"] });
    deepEqual(calls, ["find in 7.0", "remove 9.0", "update 8.0"]);
    equal(outcome.kind === "upToDate" && outcome.message, "8.0");
    deepEqual((await updated({ posting: posting(12_000, 2) }, { shown })).calls, ["find in 7.0", "post in 7.0"]);
  });

  test("that Redis may have forgotten is looked for in its thread, which the channel's history does not show", async () => {
    const unread = { shown, unread: "run" };
    deepEqual((await updated({}, unread)).calls, ["recall", "remember ", "find in 7.0", "post in 7.0"]);
    const { calls } = await updated({}, { ...unread, found: ["8.0"] });
    deepEqual(calls, ["recall", "remember ", "find in 7.0", "update 8.0"]);
  });

  test("is looked for as long as its thread may be older than what Redis remembers", async () => {
    const calls = async (readAgoMs: number) => (await updated({}, { shown, readAgoMs })).calls;
    deepEqual(await calls(29 * HOUR), ["find in 7.0", "post in 7.0"]);
    deepEqual(await calls(30 * HOUR), ["post in 7.0"]);
    deepEqual((await updated({}, { readAgoMs: HOUR })).calls, ["post"]);
  });

  test("is looked for three times where its thread cannot be read, and then counts as new", async () => {
    const scene = { shown, readAgoMs: 0, found: { kind: "unknown", because: "HTTP 500" } as const };
    const { outcome, calls } = await updated({}, scene);
    deepEqual(calls, ["find in 7.0"]);
    equal(outcome.kind === "tryAgain" && outcome.looked, 1);
    deepEqual((await updated({ recalls: 2 }, scene)).calls, ["find in 7.0", "post in 7.0"]);
    deepEqual((await updated({}, { ...scene, found: "cannot look" })).calls, ["find in 7.0", "post in 7.0"]);
  });

  test("is given up alone when its thread is gone", async () => {
    const answer = { kind: "never", because: "thread_not_found", of: "message" } as const;
    deepEqual((await updated({}, { shown, answer })).outcome, { kind: "givenUp", because: "thread_not_found" });
  });
});

describe("a card", () => {
  test("that shows what it should is not sent again", async () => {
    deepEqual((await updated({ message: "9.0", shows: SHOWN })).calls, []);
  });

  test("is sent again where something older may have been written over it", async () => {
    deepEqual((await updated({ message: "9.0", shows: SHOWN, overtaken: "t" })).calls, ["update 9.0"]);
  });

  test("whose edit is in doubt is left alone until that must be over, and then written whatever it showed", async () => {
    const { outcome, calls } = await updated({ message: "9.0", shows: SHOWN, editing: { sinceMs: 2_000 } });
    deepEqual(calls, []);
    deepEqual(outcome, { kind: "tryAgain", because: "an edit is in doubt", inMs: CALL_TIMEOUT_MS - 2_000 });
    const after = await updated({ message: "9.0", shows: SHOWN, editing: { sinceMs: CALL_TIMEOUT_MS } });
    deepEqual(after.calls, ["update 9.0"]);
  });

  test("whose edit may have been done is written again when that must be over", async () => {
    const answer: Refusal = { kind: "unknown", because: "HTTP 500" };
    const { outcome } = await updated({ message: "9.0" }, { answer });
    deepEqual(outcome, { kind: "tryAgain", because: "HTTP 500", inMs: CALL_TIMEOUT_MS, isUnknown: true });
  });

  for (const [of, closes] of [
    ["calls", "edit"],
    ["channel", "channel"],
    ["platform", "platform"],
    ["message", undefined],
  ] as const) {
    test(`whose edit is refused for now closes what that concerns: ${closes ?? "nothing"}`, async () => {
      const answer: Refusal = { kind: "later", because: "ratelimited", inMs: 5_000, of };
      const { outcome } = await updated({ message: "9.0" }, { answer });
      equal(outcome.kind === "tryAgain" && outcome.closes, closes);
    });
  }
});

describe("a message that may not be edited", () => {
  const answer: Refusal = { kind: "never", because: "edit_window_closed", of: "edits" };
  const more: Card = { ...CARD, summary: "Stand-up is live, two in" };
  const ended: Card = { ...CARD, stage: "ended", summary: "Stand-up ended" };
  const closed = { message: "9.0", shows: SHOWN, frozen: "edit_window_closed" };
  const IN_REPLY = "told in a reply: edit_window_closed";

  test("waits for its end, and Slack is not asked again before", async () => {
    const { outcome, calls } = await updated({ message: "9.0", shows: SHOWN }, { shown: more, answer });
    deepEqual(calls, ["update 9.0"]);
    deepEqual(outcome, { kind: "waits", because: "edit_window_closed", frozen: "edit_window_closed" });
    const later = await updated(closed, { shown: more });
    deepEqual(later.calls, []);
    deepEqual(later.outcome, outcome);
  });

  test("is tried once more when there is an end to tell", async () => {
    const { outcome, calls } = await updated(closed, { shown: ended });
    deepEqual(calls, ["update 9.0"]);
    deepEqual(outcome, { kind: "upToDate", because: "ended", message: "9.0", shows: digestOf(ended) });
  });

  test("has its end told in a reply, and is given up", async () => {
    for (const state of [closed, { message: "9.0", shows: SHOWN }, { message: "9.0" }]) {
      const { outcome } = await updated(state, { shown: ended, answer });
      deepEqual(outcome, { kind: "givenUp", because: IN_REPLY, followUp: "final:A" });
    }
  });

  test("brings that reply up to date whenever it would be itself", async () => {
    const { outcome, calls } = await updated({ message: "9.0", gone: IN_REPLY, followUp: "final:A" }, { shown: ended });
    deepEqual(calls, []);
    deepEqual(outcome, { kind: "givenUp", because: IN_REPLY, followUp: "final:A" });
  });

  test("and says its end already, or is a reply or a digest, is given up without a word", async () => {
    const givenUp = { kind: "givenUp", because: "edit_window_closed" };
    const saysSo = { message: "9.0", shows: "ended before" };
    deepEqual((await updated(saysSo, { shown: ended, answer })).outcome, givenUp);
    const unlike = { message: "9.0", shows: SHOWN };
    deepEqual((await updated(unlike, { shown: { ...ended, replyTo: "7.0" }, answer })).outcome, givenUp);
    deepEqual((await updated(unlike, { shown: { ...CARD, stage: "digest" }, answer })).outcome, givenUp);
  });

  test("is still looked at for a twin", async () => {
    const { outcome } = await updated({ ...closed, posting: posting(10_000, 3) }, { shown: more });
    const late = { looked: 3, lookAgainInMs: HALF_A_MINUTE - 10_000 };
    deepEqual(outcome, { kind: "waits", because: "edit_window_closed", frozen: "edit_window_closed", ...late });
  });
});

describe("content that is taken in no form", () => {
  const answer: Refusal = { kind: "never", because: "no form is taken", of: "content" };
  const other: Card = { ...CARD, summary: "Stand-up is live, two in" };

  for (const [state, call] of [
    [{}, "post"],
    [{ message: "9.0", shows: "live before" }, "update 9.0"],
  ] as const) {
    test(`is never sent again, but other content is: ${call}`, async () => {
      const { outcome, calls } = await updated(state, { answer });
      deepEqual(calls, [call]);
      deepEqual(outcome, { kind: "waits", because: "no form is taken", unsaid: SHOWN });
      const again = await updated({ ...state, unsaid: SHOWN });
      deepEqual(again.calls, []);
      deepEqual(again.outcome, { kind: "waits", because: "its content is not taken", unsaid: SHOWN });
      deepEqual((await updated({ ...state, unsaid: SHOWN }, { shown: other })).calls, [call]);
    });
  }
});

describe("a lease", () => {
  test("outlasts the wait for leave, the call and a grace", () => {
    equal(LEASE_MS - CALL_TIMEOUT_MS - BEGIN_WITHIN_MS, 2_000);
  });

  test("that would end while its courier still waits for an answer lets no courier start", () => {
    const leaseMs = CALL_TIMEOUT_MS + BEGIN_WITHIN_MS;
    throws(() => startCourier({ leaseMs } as CourierWork), /does not outlast a call/);
  });
});

describe("a card that was muted", () => {
  test("comes back where its mute was taken back while the message was being removed", async () => {
    const { outcome, calls } = await updated({ message: "9.0", gone: MUTED_HERE });
    deepEqual(outcome, { kind: "upToDate", because: "told of here again" });
    deepEqual(calls, [`bring A back that is ${MUTED_HERE}`]);
  });
});
