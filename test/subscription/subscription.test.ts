import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { FOR_EVER, hears, mayHear, quietEnd, type Rule, turnOf } from "../../src/subscription/subscription.ts";
import { peopleShown, veiled } from "../../src/subscription/veil.ts";
import { about, at, ended, joined, left, started } from "../meeting/facts.ts";
import { subscription } from "../subscriptions.ts";

const SYNC = { topic: "Weekly Product Sync", number: "86412345678", hostId: "zoom-alice" };
const sync = about(SYNC, [started("09:00"), joined("Jo P1", "09:00")]);
const hearsIt = (...rules: Rule[]) => hears({ rules }, meetingFrom(sync));

describe("a channel hears of a meeting", () => {
  test("when any of its rules means it", () => {
    equal(hearsIt({ of: "all" }), true);
    equal(hearsIt({ of: "topic", words: "sync product" }), true);
    equal(hearsIt({ of: "topic", words: "sync sales" }), false);
    equal(hearsIt({ of: "number", number: "111111111" }, { of: "number", number: "86412345678" }), true);
    equal(hearsIt(), false);
  });

  test("of a host by e-mail address, by a Zoom user known by it, or by name", () => {
    const alice: Rule = { of: "host", host: { email: "alice@example.com", name: "Somebody else" } };
    equal(hearsIt(alice), false);
    equal(hears({ rules: [alice] }, meetingFrom(about({ ...SYNC, hostEmail: "alice@example.com" }, sync))), true);
    equal(hears({ rules: [alice] }, meetingFrom(sync), new Map([["alice@example.com", "zoom-alice"]])), true);
    equal(hears({ rules: [alice] }, meetingFrom(sync), new Map([["alice@example.com", "zoom-ben"]])), false);
  });

  test("perhaps, where a single fact does not say enough", () => {
    const rules: Rule[] = [{ of: "topic", words: "sync" }];
    equal(mayHear({ rules }, {}), true);
    equal(mayHear({ rules }, { topic: "Stand-up" }), false);
    equal(mayHear({ rules: [{ of: "host", host: { email: "a@b.c" } }] }, { hostId: "x" }), true);
    equal(mayHear({ rules: [{ of: "host", host: { email: "a@b.c" } }] }, { hostEmail: "b@b.c" }), false);
  });
});

describe("the turn of a first card", () => {
  const live = meetingFrom(sync);
  const over = meetingFrom([...sync, ended("09:20")]);
  const turn = (said: Parameters<typeof subscription>[0], meeting = live, now = at("09:10")) =>
    turnOf(subscription(said), meeting, now);

  test("is now, if nothing else was asked for", () => {
    deepEqual(turn({}), { kind: "now" });
  });

  test("does not come where the meeting is muted, by number or this instance alone", () => {
    equal(turn({ muted: [{ number: SYNC.number }] }).kind, "no");
    equal(turn({ muted: [{ uuid: live.uuid }] }).kind, "no");
    equal(turn({ muted: [{ number: "1", uuid: live.uuid }] }).kind, "now");
  });

  test("waits for enough people, and for enough minutes", () => {
    deepEqual(turn({ atLeast: { people: 2, minutes: 0 } }), { kind: "no", because: "too few people" });
    deepEqual(turn({ atLeast: { people: 1, minutes: 15 } }), {
      kind: "later",
      at: at("09:15"),
      because: "too short so far",
    });
    deepEqual(turn({ atLeast: { people: 0, minutes: 30 } }, over, at("10:00")), { kind: "no", because: "too short" });
  });

  test("comes at the end where only that is wanted, and never where only the digest is", () => {
    equal(turn({ detail: "end" }).kind, "no");
    equal(turn({ detail: "end" }, over).kind, "now");
    equal(turn({ detail: "digest" }, over).kind, "no");
  });

  test("comes after a pause, if the meeting is still on then", () => {
    const pausedUntil = at("09:15");
    deepEqual(turn({ pausedUntil }), { kind: "later", at: pausedUntil, because: "paused here" });
    equal(turn({ pausedUntil }, live, at("09:15")).kind, "now");
    equal(turn({ pausedUntil: at("09:30") }, over, at("09:30")).kind, "no");
  });

  test("is waited for by nobody where the meeting is over, or the pause has no end", () => {
    deepEqual(turn({ pausedUntil: at("10:00") }, over, at("09:30")), { kind: "no", because: "it is quiet here" });
    deepEqual(turn({ quiet: { from: "09:00", until: "10:00" } }, over, at("09:30")).kind, "no");
    deepEqual(turn({ pausedUntil: FOR_EVER }), { kind: "no", because: "paused here" });
  });

  test("comes after quiet hours, also over midnight and over a change of clocks", () => {
    const quiet = { from: "22:00", until: "07:00" };
    const utc = (iso: string) => Date.parse(iso);
    equal(quietEnd({ quiet, timeZone: "UTC" }, utc("2026-03-02T23:00Z")), utc("2026-03-03T07:00Z"));
    equal(quietEnd({ quiet, timeZone: "UTC" }, utc("2026-03-03T06:59Z")), utc("2026-03-03T07:00Z"));
    equal(quietEnd({ quiet, timeZone: "UTC" }, utc("2026-03-03T07:00Z")), undefined);
    // the night of 29 March has 23 hours in Vienna: 07:00 is 05:00 UTC in summer
    equal(quietEnd({ quiet, timeZone: "Europe/Vienna" }, utc("2026-03-28T22:00Z")), utc("2026-03-29T05:00Z"));
    const dayTime = { from: "09:05", until: "09:30" };
    deepEqual(turn({ quiet: dayTime }), { kind: "later", at: at("09:30"), because: "quiet hours" });
    deepEqual(turn({ quiet: dayTime }, over, at("09:31")), { kind: "no", because: "it was quiet here then" });
  });

  test("does not come for what ended before somebody subscribed", () => {
    const because = "it was over before it was asked for here";
    deepEqual(turn({ since: at("09:21") }, over, at("09:22")), { kind: "no", because });
    equal(turn({ since: at("09:19") }, over, at("09:22")).kind, "now");
    equal(turn({ since: at("09:19") }, live, at("09:22")).kind, "now");
  });

  test("comes by the rule that asked first, whatever was asked for or changed since", () => {
    const sync: Rule = { of: "topic", words: "sync" };
    const late = (rule: Rule): Rule => ({ ...rule, since: at("09:21") });
    const first = (...rules: Rule[]) => turn({ rules, since: at("08:00") }, over, at("09:22")).kind;
    equal(first(sync, late({ of: "number", number: SYNC.number })), "now");
    equal(first({ of: "topic", words: "sales" }, late(sync)), "no");
    equal(turn({ rules: [late(sync)], since: at("09:25") }, over, at("09:26")).kind, "no", "it went on after a pause");
    const digest = { days: [1], isWeekly: false, at: "09:00", since: at("09:21") };
    equal(turn({ digest, since: at("08:00") }, over, at("09:22")).kind, "now");
  });
});

describe("what a channel may know", () => {
  test("is never more than the operator allows, and no names where another company reads", () => {
    equal(peopleShown({ people: "names" }, "names"), "names");
    equal(peopleShown({ people: "names" }, "counts"), "counts");
    equal(peopleShown({ people: "private" }, "names"), "private");
    equal(peopleShown({ people: "names", isShared: true }, "names"), "counts");
    equal(peopleShown({ people: "private", isShared: true }, "counts"), "private");
  });

  test("is without topic, number and names where it is private, but with all the times", () => {
    const whole = meetingFrom([...sync, left("Jo P1", "09:15"), ended("09:20")]);
    const hidden = veiled(whole, "private");
    const { people, ...rest } = hidden;
    equal(/Sync|864123|zoom-alice/.test(JSON.stringify(rest)), false);
    deepEqual(
      people.map(({ name, email, stays }) => [name, email, stays]),
      whole.people.map(({ stays }) => [undefined, undefined, stays]),
    );
    const counted = veiled(whole, "counts");
    deepEqual([counted.topic, counted.number, counted.people[0]?.name], [SYNC.topic, SYNC.number, undefined]);
    deepEqual(veiled(whole, "names"), whole);
  });
});
