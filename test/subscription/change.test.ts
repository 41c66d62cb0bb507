import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { type Change, changed } from "../../src/subscription/change.ts";
import { FOR_EVER, type Rule, type Subscription } from "../../src/subscription/subscription.ts";
import { subscription } from "../subscriptions.ts";

const NOW = 1_000;
const SYNC: Rule = { of: "topic", words: "sync" };
const SALES: Rule = { of: "topic", words: "Sales" };
const by = "U0ALICE";
const after = (before: Subscription | undefined, change: Change) =>
  changed(before, change, { otherwise: subscription({ since: NOW }), by, name: "Alice Ng" }, NOW);

describe("a channel that subscribes", () => {
  test("hears of what it asks for from then on, and nothing else", () => {
    const first = after(undefined, { kind: "add", rules: [SYNC] });
    deepEqual([first?.rules, first?.since, first?.by], [[SYNC], NOW, by]);
  });

  test("adds to what it hears of, each once, whatever the case", () => {
    const both = after(subscription({ rules: [SYNC] }), {
      kind: "add",
      rules: [SALES, { of: "topic", words: "SYNC" }],
    });
    deepEqual(both?.rules, [SYNC, { ...SALES, since: NOW }]);
  });

  test("asked for what it had earlier than for what it adds, in words and in a form", () => {
    const before = subscription({ rules: [SYNC], since: 5 });
    const added = after(before, { kind: "add", rules: [SALES] });
    const SHOUTED: Rule = { of: "topic", words: "SYNC" };
    const saved = after(before, { kind: "save", subscription: { ...before, rules: [SHOUTED, SALES], since: 7 } });
    deepEqual([added?.since, added?.rules], [5, [SYNC, { ...SALES, since: NOW }]]);
    deepEqual([saved?.since, saved?.rules], [5, [SHOUTED, { ...SALES, since: NOW }]]);
    const again = after(added, { kind: "save", subscription: { ...before, rules: [SALES] } });
    deepEqual([again?.since, again?.rules], [5, [{ ...SALES, since: NOW }]]);
  });

  test("to all meetings needs no other rule", () => {
    const all = after(subscription({ rules: [SYNC] }), { kind: "add", rules: [{ of: "all" }] });
    deepEqual(all?.rules, [{ of: "all", since: NOW }]);
    const stillAll = after(subscription({ rules: [{ of: "all" }] }), { kind: "add", rules: [SYNC, { of: "all" }] });
    deepEqual(stillAll?.rules, [{ of: "all" }]);
  });

  test("again goes on as it was set, but not paused", () => {
    const before = subscription({ rules: [], detail: "thread", pausedUntil: FOR_EVER });
    const again = after(before, { kind: "add", rules: [SYNC] });
    deepEqual([again?.detail, again?.pausedUntil, again?.since], ["thread", undefined, NOW]);
    const paused = subscription({ rules: [SALES], pausedUntil: FOR_EVER });
    equal(after(paused, { kind: "add", rules: [SYNC] })?.pausedUntil, FOR_EVER);
  });
});

describe("a channel that unsubscribes", () => {
  test("from everything hears of nothing, and keeps its settings", () => {
    const gone = after(subscription({ detail: "end" }), { kind: "remove", rules: [] });
    deepEqual([gone?.rules, gone?.detail], [[], "end"]);
  });

  test("from one rule keeps the others; from one that it has not changes nothing", () => {
    const before = subscription({ rules: [SYNC, SALES] });
    deepEqual(after(before, { kind: "remove", rules: [{ of: "topic", words: "sales" }] })?.rules, [SYNC]);
    equal(after(before, { kind: "remove", rules: [{ of: "all" }] }), undefined);
    equal(after(undefined, { kind: "remove", rules: [] }), undefined);
    equal(after(subscription({ rules: [] }), { kind: "remove", rules: [] }), undefined);
  });
});

describe("a channel", () => {
  test("is paused and goes on; what ended meanwhile is history then", () => {
    const paused = after(subscription(), { kind: "pause", until: 5_000 });
    equal(paused?.pausedUntil, 5_000);
    const back = after(paused, { kind: "resume" });
    deepEqual([back?.pausedUntil, back?.since], [undefined, NOW]);
    const late = after(subscription({ pausedUntil: 600, since: 5 }), { kind: "resume" });
    deepEqual([late?.pausedUntil, late?.since], [undefined, 600], "it went on by itself then");
    equal(after(subscription({ since: 5 }), { kind: "resume" })?.since, 5, "it was not paused");
    equal(after(subscription({ pausedUntil: 3, since: 5 }), { kind: "resume" })?.since, 5, "it subscribed after that");
  });

  test("mutes a meeting once, by its number or this instance, and tells of it again", () => {
    const once = after(subscription(), { kind: "mute", meeting: { number: "1", topic: "a" } });
    const twice = after(once, { kind: "mute", meeting: { number: "1", topic: "b" } });
    deepEqual(twice?.muted, [{ number: "1", topic: "b" }]);
    const both = after(twice, { kind: "mute", meeting: { uuid: "X" } });
    deepEqual(after(both, { kind: "unmute", meeting: { uuid: "X" } })?.muted, [{ number: "1", topic: "b" }]);
    equal(after(both, { kind: "unmute", meeting: { uuid: "Y" } }), undefined);
  });

  test("keeps what was muted, paused and resumed while its form was filled in", () => {
    const opened = subscription({ since: 1, pausedUntil: 9_000 });
    const muted = subscription({ since: 500, muted: [{ number: "1" }] });
    const both = after(muted, { kind: "save", subscription: { ...opened, detail: "end" } });
    deepEqual([both?.detail, both?.muted, both?.since, both?.pausedUntil], ["end", muted.muted, 500, undefined]);
    const paused = after({ ...muted, pausedUntil: 5_000 }, { kind: "save", subscription: subscription() });
    equal(paused?.pausedUntil, 5_000);
    const back = after({ ...muted, rules: [], pausedUntil: 5_000 }, { kind: "save", subscription: opened });
    deepEqual([back?.muted, back?.since, back?.pausedUntil], [muted.muted, NOW, undefined]);
  });

  test("keeps no topic of what was muted where topics are hidden", () => {
    const muted = after(subscription({ people: "private" }), {
      kind: "mute",
      meeting: { number: "1", topic: "Merger" },
    });
    deepEqual(muted?.muted, [{ number: "1" }]);
  });

  test("that another company joins is told no names from then on", () => {
    const shared = after(subscription(), { kind: "share", isShared: true });
    equal(shared?.isShared, true);
    equal(after(shared, { kind: "share", isShared: true }), undefined);
    equal(after(shared, { kind: "share", isShared: false })?.isShared, undefined);
  });

  test("that wants digests from now on is told of no day that was over before", () => {
    const wanted = after(subscription({ since: 0 }), { kind: "digest", digest: { at: "09:00" } });
    deepEqual([wanted?.digest.at, wanted?.digest.since, wanted?.since], ["09:00", NOW, 0]);
    const weekly = subscription({ digest: { days: [], isWeekly: true, at: "18:00" }, detail: "end" });
    const saved = after(subscription({ since: 0 }), { kind: "save", subscription: weekly });
    deepEqual([saved?.digest.since, saved?.since], [NOW, 0]);
    const kept = { ...weekly, since: 0, digest: { ...weekly.digest, since: 7 } };
    const same = after(kept, { kind: "save", subscription: { ...weekly, detail: "card" } });
    deepEqual([same?.digest, same?.since], [kept.digest, 0]);
  });

  test("that never subscribed has nothing to be changed", () => {
    const changes: Change[] = [
      { kind: "pause", until: 1 },
      { kind: "resume" },
      { kind: "mute", meeting: { uuid: "X" } },
      { kind: "digest", digest: { at: "09:00" } },
      { kind: "share", isShared: true },
    ];
    for (const change of changes) equal(after(undefined, change), undefined);
  });
});

describe("whoever reads a channel is to be told of a change of what it hears of", () => {
  const told = { at: NOW, by: "Alice Ng" };

  test("by whoever makes it, and of the latest only", () => {
    deepEqual(after(undefined, { kind: "add", rules: [SYNC] })?.notice, told);
    const before = subscription({ notice: { at: 1, by: "Ben Ito" }, pausedUntil: 5_000 });
    const changes: Change[] = [
      { kind: "save", subscription: { ...before, detail: "end" } },
      { kind: "remove", rules: [] },
      { kind: "pause", until: 6_000 },
      { kind: "resume" },
      { kind: "digest", digest: { at: "09:00" } },
    ];
    for (const change of changes) deepEqual(after(before, change)?.notice, told, change.kind);
  });

  test("not where it changes nothing, concerns one meeting, or nobody wanted it", () => {
    const before = subscription({ rules: [SYNC], notice: { at: 1, by: "Ben Ito" }, since: 1, by: "U0BEN" });
    const changes: Change[] = [
      { kind: "save", subscription: { ...before, since: 5 } },
      { kind: "add", rules: [{ of: "topic", words: "SYNC" }] },
      { kind: "digest", digest: { at: before.digest.at } },
      { kind: "mute", meeting: { number: "1" } },
    ];
    for (const change of changes) deepEqual(after(before, change)?.notice, before.notice, change.kind);
    const shared = changed(before, { kind: "share", isShared: true }, { otherwise: before }, NOW);
    deepEqual(shared?.notice, before.notice);
  });
});
