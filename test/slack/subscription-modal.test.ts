import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { plainLine } from "../../src/meeting/text.ts";
import {
  channelError,
  channelOf,
  modalFor,
  originOf,
  readSubmission,
  SAVE,
  subscriptionModal,
  WHICH,
} from "../../src/slack/subscription-modal.ts";
import type { Rule, Subscription } from "../../src/subscription/subscription.ts";
import { withApp } from "../stand-ins/slack/testing.ts";
import type { Entry } from "../stand-ins/slack/views/values.ts";
import { subscription } from "../subscriptions.ts";
import { GENERAL, HOSTILE, mrkdwnIn, NOW, opened } from "./views.ts";

const WORKDAYS = new Set([1, 2, 3, 4, 5]);
const usual = () => subscription({ digestDays: WORKDAYS, since: NOW });
const open = (said: Partial<Parameters<typeof subscriptionModal>[0]> = {}) =>
  opened(subscriptionModal({ subscription: usual(), isNew: true, timeZone: "UTC", ...said }));
const editing = (of: Subscription) => open({ subscription: of, isNew: false, channelId: GENERAL });
/** Chooses some meetings only, and gets the fields for that. */
const some = (modal: ReturnType<typeof open>, of = usual()) => {
  modal.fill("which", "some");
  modal.update(modalFor(modal.view(), of));
  return modal;
};
const read = (modal: ReturnType<typeof open>, before?: Subscription) => readSubmission(modal.view(), before, NOW);
const said = (modal: ReturnType<typeof open>, before?: Subscription) => {
  const submission = read(modal, before);
  if (submission.kind === "wrong") throw new Error(JSON.stringify(submission.errors));
  return submission;
};
const errors = (modal: ReturnType<typeof open>) => {
  const submission = read(modal);
  if (submission.kind === "said") throw new Error("nothing is wrong");
  for (const block of Object.keys(submission.errors)) equal(modal.blockIds().includes(block), true, block);
  return submission.errors;
};
const topic = (words: string): Rule => ({ of: "topic", words });

describe("the modal of a subscription", () => {
  test("begins with all meetings, here, as the operator set it", () => {
    const modal = open();
    equal(
      modal.plain(),
      [
        "Meeting updates",
        "Post in: general",
        "Which meetings: All meetings",
        "How much: One card per meeting, updated in place",
        "People: Show names",
        "At least this many people: ",
        "At least this many minutes: ",
        "Quiet from: ",
        "Quiet until: ",
        "Daily digest on: Monday, Tuesday, Wednesday, Thursday, Friday",
        "Weekly digest: ",
        "Digest time: 18:00",
        "Time zone: UTC",
        "[Cancel] [Save]",
      ].join("\n"),
    );
    deepEqual(said(modal), { kind: "said", channelId: GENERAL, subscription: usual(), userIds: [] });
  });

  test("proposes a channel, and shows one that is fixed", () => {
    equal(channelOf(open({ channelId: "C0OTHER" }).view()), "C0OTHER");
    equal(channelOf(open({ channelId: "D0ALICE" }).view()), GENERAL, "nobody subscribes in a direct message");
    const modal = editing(usual());
    match(modal.plain(), /^Meeting updates\nPosts in #general\nWhich/);
    equal(channelOf(modal.view()), GENERAL);
    equal(said(modal, usual()).channelId, GENERAL);
  });

  test("remembers where it was opened, and says first what there is to say", () => {
    const modal = open({ origin: "C0HERE", note: ["No channel hears of ", { code: "<!here>" }] });
    match(modal.plain(), /^Meeting updates\nNo channel hears of <!here>\n/);
    equal(originOf(modal.view()), "C0HERE");
    equal(originOf(some(modal).view()), "C0HERE");
  });

  test("says whose time zone it is, if not that of who asks", () => {
    const hint = (timeZone: string) => JSON.stringify(open({ timeZone }).view());
    match(hint("Europe/Vienna"), /Yours is Europe\/Vienna/);
    doesNotMatch(hint("UTC"), /Yours is/);
  });
});

describe("the meetings of a subscription", () => {
  test("are hosts, topics and numbers, one a line", () => {
    const modal = some(open());
    modal.fill("hosts", ["U0ALICE", "U0BOB"]);
    modal.fill(
      "match",
      [
        "  product   sync ",
        "",
        "864 1234 5678",
        "123-456-789",
        "https://example.zoom.us/j/99912345678?pwd=s3cret",
        "id: 111 222 3333",
        "host: Chris Park",
        "HOST: Dana@Example.com",
        "topic: 864 1234 5679",
        "Host training",
        "product sync",
        "\u202E",
      ].join("\n"),
    );
    const { subscription, userIds } = said(modal);
    deepEqual(userIds, ["U0ALICE", "U0BOB"]);
    deepEqual(subscription.rules, [
      { of: "host", host: { userId: "U0ALICE" } },
      { of: "host", host: { userId: "U0BOB" } },
      topic("product sync"),
      { of: "number", number: "86412345678" },
      { of: "number", number: "123456789" },
      { of: "number", number: "99912345678" },
      { of: "number", number: "1112223333" },
      { of: "host", host: { name: "Chris Park" } },
      { of: "host", host: { email: "dana@example.com" } },
      topic("864 1234 5679"),
      topic("Host training"),
    ]);
  });

  test("keep what is known of a host", () => {
    const alice: Rule = { of: "host", host: { userId: "U0ALICE", email: "alice@example.com", name: "Alice Ng" } };
    const before = { ...usual(), rules: [topic("sync"), alice] };
    const modal = editing(before);
    modal.fill("hosts", ["U0BOB", "U0ALICE"]);
    deepEqual(said(modal, before).subscription.rules, [
      topic("sync"),
      alice,
      { of: "host", host: { userId: "U0BOB" } },
    ]);
  });

  test("must be at least one", () => {
    const modal = some(open());
    deepEqual(errors(modal), { match: "Choose a host above, or say at least one topic or meeting ID." });
    modal.fill("match", " \n\u202E\n");
    deepEqual(Object.keys(errors(modal)), ["match"]);
  });

  test("must be few enough to look through, and short enough to be topics", () => {
    const modal = some(open());
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);
    modal.fill("match", lines(25).join("\n"));
    equal(said(modal).subscription.rules.length, 25);
    modal.fill("match", lines(500).join("\n"));
    deepEqual(errors(modal), { match: "At most 25 hosts, topics and meeting IDs together." });
    modal.fill("match", `fine\n${"W".repeat(201)}`);
    deepEqual(errors(modal), { match: `“${"W".repeat(30)}…” is too long: at most 200 characters.` });
    modal.fill("match", "W".repeat(200));
    deepEqual(said(modal).subscription.rules, [topic("W".repeat(200))]);
  });

  test("do not get lost when somebody chooses all and thinks again", () => {
    const modal = some(open());
    modal.fill("hosts", ["U0ALICE"]);
    modal.fill("match", "product sync");
    modal.fill("which", "all");
    modal.update(modalFor(modal.view(), usual()));
    equal(modal.blockIds().includes("match"), false);
    deepEqual(said(modal).subscription.rules, [{ of: "all" }]);
    some(modal);
    equal(said(modal).subscription.rules.length, 2);
  });

  test("may be a whole field of text, which is still there after all were chosen", () => {
    const modal = some(open());
    modal.fill("match", "W".repeat(2_400));
    modal.fill("which", "all");
    modal.update(modalFor(modal.view(), usual()));
    some(modal);
    match(modal.plain(), /\nTopics or meeting IDs: W{2400}\n/);
  });

  test("are forgotten where all are chosen, if they are too much for Slack to keep", () => {
    const modal = some(open());
    modal.fill("match", '"'.repeat(2_400));
    modal.fill("which", "all");
    modal.update(modalFor(modal.view(), usual()));
    some(modal);
    match(modal.plain(), /\nTopics or meeting IDs: \n/);
  });

  test("do not matter where all are chosen", () => {
    const modal = some(open());
    modal.fill("which", "all");
    const view = modal.view() as { state: { values: Record<string, unknown> } };
    const values = { ...view.state.values, hosts: { v: 7 }, match: { v: { value: "W".repeat(100_000) } } };
    equal(readSubmission({ ...view, state: { values } }, undefined, NOW).kind, "said");
  });

  test("wait for their fields, if somebody was quicker", () => {
    const modal = open();
    modal.fill("which", "some");
    deepEqual(errors(modal), { which: "Now choose the hosts, or say the topics or meeting IDs." });
    some(modal).fill("match", "sync");
    modal.fill("which", "all");
    deepEqual(said(modal).subscription.rules, [{ of: "all" }]);
  });

  test("that do not fit into a field stay as they are", () => {
    const rules = Array.from({ length: 25 }, (_, index) => topic(`${index} ${"W".repeat(190)}`));
    const before = { ...usual(), rules };
    const modal = editing(before);
    match(modal.plain(), /\n13 more do not fit here and stay as they are\.\n/);
    deepEqual(said(modal, before).subscription, before);
    modal.fill("match", "sync");
    deepEqual(said(modal, before).subscription.rules, [...rules.slice(12), topic("sync")]);
  });
});

describe("what else a subscription says", () => {
  test("is read from its fields", () => {
    const modal = open();
    modal.fill("detail", "thread");
    modal.fill("people", "counts");
    modal.fill("leastPeople", "2");
    modal.fill("leastMinutes", "5");
    modal.fill("quietFrom", "22:00");
    modal.fill("quietUntil", "07:00");
    modal.fill("days", ["5", "1"]);
    modal.fill("weekly", ["weekly"]);
    modal.fill("at", "09:30");
    modal.fill("zone", "new york");
    deepEqual(said(modal).subscription, {
      ...usual(),
      detail: "thread",
      people: "counts",
      atLeast: { people: 2, minutes: 5 },
      quiet: { from: "22:00", until: "07:00" },
      digest: { days: [1, 5], isWeekly: true, at: "09:30" },
      timeZone: "America/New_York",
    });
  });

  test("has quiet hours with both ends or none", () => {
    const modal = open();
    modal.fill("quietFrom", "22:00");
    deepEqual(Object.keys(errors(modal)), ["quietUntil"]);
    modal.fill("quietUntil", "22:00");
    equal(said(modal).subscription.quiet, undefined);
    modal.fill("quietFrom", null);
    deepEqual(Object.keys(errors(modal)), ["quietFrom"]);
  });

  test("has a digest at least, if nothing else", () => {
    const modal = open();
    modal.fill("detail", "digest");
    modal.fill("days", []);
    deepEqual(errors(modal), { days: "Only the digest, but on no day: choose when it comes." });
    modal.fill("weekly", ["weekly"]);
    deepEqual(said(modal).subscription.digest, { days: [], isWeekly: true, at: "18:00" });
  });

  test("has a time zone that there is", () => {
    const modal = open();
    modal.fill("zone", "Europe/Viena");
    deepEqual(errors(modal), { zone: "I do not know this time zone. Did you mean Europe/Vienna?" });
    modal.fill("zone", "the moon");
    match(errors(modal).zone ?? "", /Say a name like Europe\/Vienna/);
  });

  test("stays as it was where the modal does not show it", () => {
    const unseen = { muted: [{ number: "1" }], pausedUntil: 5, since: 7, by: "U0BOB", isShared: true };
    const before = subscription({ ...unseen, quiet: { from: "01:00", until: "02:00" } });
    const modal = editing(before);
    match(JSON.stringify(modal.view()), /another company/);
    modal.fill("quietFrom", null);
    modal.fill("quietUntil", null);
    const { quiet: _, ...rest } = before;
    deepEqual(said(modal, before).subscription, rest);
  });

  test("begins now where the channel heard of nothing", () => {
    equal(said(open(), { ...usual(), since: 7 }).subscription.since, 7);
    equal(said(open(), { ...usual(), since: 7, rules: [] }).subscription.since, NOW);
    equal(said(open()).subscription.since, NOW);
  });
});

const anyText = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom(
      ...Object.values(HOSTILE),
      "864 1234 5678",
      "topic: x",
      "host: y",
      "id: 123 456 789",
      "a@b.c",
      "TOPIC:",
    ),
  )
  .map((text) => plainLine(text, 200))
  .filter((text) => text !== "");
const anyNumber = fc.stringMatching(/^\d{9,11}$/);
const anyUser = fc.stringMatching(/^[UW][A-Z0-9]{5,10}$/);
const anyEmail = fc.emailAddress().map((address) => address.toLowerCase());
const perhaps = <T extends object>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) =>
  fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
const anyRule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ of: fc.constant("topic" as const), words: anyText }),
  fc.record({ of: fc.constant("number" as const), number: anyNumber }),
  fc.record({
    of: fc.constant("host" as const),
    host: fc.oneof(
      fc.record({ userId: anyUser, email: anyEmail, name: anyText }),
      fc.record({ userId: anyUser }),
      fc.record({ email: anyEmail }),
      fc.record({ name: anyText.filter((name) => !name.includes("@")) }),
    ),
  }),
);
/** What people see of two rules is not the same. */
const appearance = (rule: Rule) =>
  JSON.stringify(rule.of === "host" ? (rule.host.userId ?? rule.host.email ?? rule.host.name) : rule);
const anyRules = fc.oneof(
  fc.constant<Rule[]>([{ of: "all" }]),
  fc.uniqueArray(anyRule, { minLength: 1, maxLength: 25, selector: appearance }),
);
const anyTime = fc.stringMatching(/^([01]\d|2[0-3]):[0-5]\d$/);
const anySubscription: fc.Arbitrary<Subscription> = fc
  .record({
    rules: anyRules,
    detail: fc.constantFrom("card", "thread", "end", "digest"),
    people: fc.constantFrom("names", "counts", "private"),
    atLeast: fc.record({ people: fc.nat(1_000), minutes: fc.nat(1_440) }),
    digest: fc.record({ days: fc.subarray([1, 2, 3, 4, 5, 6, 7]), isWeekly: fc.boolean(), at: anyTime }),
    timeZone: fc.constantFrom("UTC", "Asia/Kolkata", ...Intl.supportedValuesOf("timeZone")),
    muted: fc.array(perhaps({ number: anyNumber, uuid: fc.base64String(), topic: anyText }), { maxLength: 3 }),
    since: fc.nat(),
    more: perhaps({
      quiet: fc.record({ from: anyTime, until: anyTime }).filter(({ from, until }) => from !== until),
      pausedUntil: fc.nat(),
      by: anyUser,
      isShared: fc.boolean(),
    }),
  })
  .map(({ more, ...subscription }) => structuredClone({ ...subscription, ...more }) as Subscription)
  .filter(({ detail, digest }) => detail !== "digest" || digest.isWeekly || digest.days.length > 0);

describe("any subscription", () => {
  test("comes back from its modal as it was", () => {
    fc.assert(
      fc.property(anySubscription, (before) => {
        const modal = editing(before);
        deepEqual(said(modal, before).subscription, before);
        modal.update(modalFor(modal.view(), before));
        deepEqual(said(modal, before).subscription, before);
      }),
      { numRuns: Number(process.env.LAW_RUNS ?? 300) },
    );
  });

  test("comes out of an empty modal into which somebody types and chooses the same", () => {
    fc.assert(
      fc.property(anySubscription, (wanted) => {
        const filled = editing(wanted);
        fc.pre(!filled.plain().includes("more do not fit here"));
        const modal = wanted.rules[0]?.of === "all" ? open() : some(open());
        for (const [block, entry] of entriesOf(filled.view())) modal.fill(block, entry);
        const { rules, muted: _, since: __, by: ___, isShared: ____, pausedUntil: _____, ...manner } = wanted;
        const { subscription } = said(modal);
        deepEqual({ ...subscription, rules }, { ...manner, rules, muted: [], since: NOW });
        deepEqual(new Set(subscription.rules.map(appearance)), new Set(rules.map(appearance)));
      }),
      { numRuns: Number(process.env.LAW_RUNS ?? 200) },
    );
  });
});

/** What somebody would have to type and choose to get what stands in a view. */
function entriesOf(view: Record<string, unknown>): [string, Entry][] {
  const { values } = view.state as { values: Record<string, Record<string, Record<string, unknown>>> };
  const code = (one: unknown) => (typeof one === "string" ? one : (one as { value: string }).value);
  return Object.entries(values).flatMap(([block, controls]) =>
    Object.values(controls).map(({ type: _, ...told }): [string, Entry] => {
      const [value] = Object.values(told);
      if (value === null) return [block, null];
      return [block, Array.isArray(value) ? value.map(code) : code(value)];
    }),
  );
}

describe("foreign text in the modal of a subscription", () => {
  for (const [kind, text] of Object.entries(HOSTILE)) {
    test(`is taken, and never is markup: ${kind}`, () => {
      const words = plainLine(text, 200);
      const rules: Rule[] = [topic(words), { of: "host", host: { name: words } }];
      const view = subscriptionModal({
        subscription: subscription({ rules }),
        isNew: true,
        timeZone: "UTC",
        note: [words],
      });
      match(opened(view).plain(), /EVIL/);
      doesNotMatch(mrkdwnIn(view), /EVIL/);
      const modal = some(open());
      modal.fill("match", text.slice(0, 2_400));
      match(JSON.stringify(read(modal)), /EVIL/);
    });
  }
});

describe("a client that sends what no client of Slack's sends", () => {
  const HUGE = "x".repeat(100_000);
  const JUNK = [undefined, null, 7, HUGE, [], {}, { v: null }, { v: [] }, { v: 7 }];
  const CONTROLS = [
    7,
    null,
    HUGE,
    ["x"],
    { value: "x" },
    { value: HUGE },
    "23:59",
    "24:00",
    "C0GENERAL",
    { value: null },
  ];
  const KEYS = [
    "value",
    "selected_option",
    "selected_options",
    "selected_time",
    "selected_users",
    "selected_conversation",
  ];
  const blocks = open().blockIds();

  test("is told what is wrong, whatever stands in a block", () => {
    const controls = [...JUNK, ...CONTROLS.map((value) => Object.fromEntries(KEYS.map((key) => [key, value])))];
    for (const block of [...blocks, "hosts", "match"]) {
      for (const control of controls) {
        const modal = some(open());
        modal.fill("match", "sync");
        const view = modal.view() as { state: { values: Record<string, unknown> } };
        for (const values of [control, { v: control, [WHICH]: control }]) {
          const hostile = { ...view, state: { values: { ...view.state.values, [block]: values } } };
          const submission = readSubmission(hostile, undefined, NOW);
          if (submission.kind === "wrong") {
            equal(
              Object.values(submission.errors).every((error) => error !== "" && error.length < 150),
              true,
            );
          } else {
            const { subscription: read } = submission;
            equal(JSON.stringify(read).length < 5_000, true);
            deepEqual(said(editing(read), read).subscription, read, "what was taken can be shown");
          }
          opened(modalFor(hostile, usual()));
        }
      }
    }
  });

  test("gets no further with a view that is none", () => {
    for (const view of [
      undefined,
      null,
      7,
      HUGE,
      {},
      { state: null },
      { state: { values: [] } },
      { private_metadata: "{" },
    ]) {
      equal(readSubmission(view, undefined, NOW).kind, "wrong");
      equal(channelOf(view), undefined);
      equal(originOf(view), undefined);
      opened(modalFor(view, usual()));
    }
  });

  test("chooses no person, no direct message and no thousand hosts", () => {
    const modal = some(open());
    const view = modal.view() as { state: { values: Record<string, Record<string, unknown>> } };
    const submit = (block: string, v: unknown) =>
      readSubmission({ ...view, state: { values: { ...view.state.values, [block]: { v } } } }, undefined, NOW);
    const wrong = (submission: ReturnType<typeof submit>) =>
      submission.kind === "wrong" ? Object.keys(submission.errors) : [];
    modal.fill("match", "sync");
    deepEqual(wrong(submit("channel", { selected_conversation: "U0ALICE" })), ["channel", "match"]);
    deepEqual(wrong(submit("channel", { selected_conversation: "D0ALICE" })), ["channel", "match"]);
    deepEqual(wrong(submit("hosts", { selected_users: ["C0GENERAL"] })), ["match", "hosts"]);
    const crowd = Array.from({ length: 26 }, (_, index) => `U${1_000 + index}`);
    deepEqual(wrong(submit("hosts", { selected_users: crowd })), ["hosts"]);
    deepEqual(wrong(submit("leastPeople", { value: "1e3" })), ["match", "leastPeople"]);
    deepEqual(wrong(submit("leastPeople", { value: "1001" })), ["match", "leastPeople"]);
  });
});

describe("a channel that cannot be posted in", () => {
  test("is told of where the person can mend it", () => {
    const fresh = open().view();
    deepEqual(channelError("channel_not_found", fresh), {
      channel: "I am not in this channel. Type /invite @meetings there, then save again.",
    });
    match(channelError("is_archived", fresh).channel ?? "", /archived/);
    match(channelError("not_a_member", fresh).channel ?? "", /Only members/);
    match(channelError("only_admins", fresh).channel ?? "", /Only admins/);
    match(channelError("some_new_word", fresh).channel ?? "", /try again/);
    deepEqual(Object.keys(channelError("is_archived", editing(usual()).view())), ["which"]);
  });
});

test("a person gets through the modal of a subscription in Slack", async (t) => {
  let taken: unknown;
  const { slack } = await withApp(t, (app) => {
    app.command("/meetings", async ({ ack, body, client }) => {
      await ack();
      const view = subscriptionModal({ subscription: usual(), isNew: true, timeZone: "UTC", origin: body.channel_id });
      await client.views.open({ trigger_id: body.trigger_id, view });
    });
    app.action(WHICH, async ({ ack, body, client }) => {
      await ack();
      if (body.type !== "block_actions" || !body.view) throw new Error("it was chosen in a modal");
      const { id, hash } = body.view;
      await client.views.update({ view_id: id, hash, view: modalFor(body.view, usual()) });
    });
    app.view(SAVE, async ({ ack, view }) => {
      const submission = readSubmission(view, undefined, NOW);
      if (submission.kind === "wrong") return ack({ response_action: "errors", errors: submission.errors });
      if (submission.channelId === "C0LOBBY") {
        return ack({ response_action: "errors", errors: channelError("not_in_channel", view) });
      }
      taken = submission;
      await ack();
    });
  });
  const fill = (blockId: string, entry: Entry, actionId = "v") =>
    slack.fill({ userId: "U0ALICE", blockId, actionId }, entry);
  const modal = () => slack.modal("U0ALICE");
  await slack.command({ userId: "U0ALICE", channelId: GENERAL, text: "/meetings subscribe" });
  await slack.until(() => modal());
  await fill("channel", "C0LOBBY");
  await fill("leastPeople", "3");
  await fill("which", "some", WHICH);
  await slack.until(() => modal()?.plain.includes("Hosts"));
  match(modal()?.plain ?? "", /Post in: lobby\n.*\nHosts: \nTopics or meeting IDs: \n/);
  await slack.submit("U0ALICE");
  deepEqual(Object.keys(modal()?.errors ?? {}), ["match"]);
  await fill("hosts", ["U0BOB"]);
  await slack.submit("U0ALICE");
  match(modal()?.errors.channel ?? "", /^I am not in this channel/);
  await fill("channel", GENERAL);
  await slack.submit("U0ALICE");
  equal(modal(), undefined);
  deepEqual(taken, {
    kind: "said",
    channelId: GENERAL,
    subscription: {
      ...usual(),
      rules: [{ of: "host", host: { userId: "U0BOB" } }],
      atLeast: { people: 3, minutes: 0 },
    },
    userIds: ["U0BOB"],
  });
});
