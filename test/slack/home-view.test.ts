import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Line } from "../../src/card/card.ts";
import { timeSpan } from "../../src/card/words.ts";
import { channelAsked, channelAskText, unmuteAsked, unmuteText } from "../../src/slack/home-asks.ts";
import { type HomeChannel, type HomeData, homeView } from "../../src/slack/home-view.ts";
import { mutedModal } from "../../src/slack/muted-modal.ts";
import { FOR_EVER } from "../../src/subscription/subscription.ts";
import { at } from "../meeting/facts.ts";
import { subscription } from "../subscriptions.ts";
import { GENERAL, HOSTILE, mrkdwnIn, NOW, opened, shown } from "./views.ts";

const NOTHING: HomeData = {
  live: [],
  day: [],
  channels: [],
  mayAdd: true,
  choices: { whenLiveWithoutMe: false },
  audit: [],
  status: ["Zoom: connected  ·  Slack: fine"],
};
const home = (data: Partial<HomeData> = {}) => homeView({ ...NOTHING, ...data }, NOW);
const seen = (data: Partial<HomeData> = {}) => shown(home(data));
const live = (topic: string, index = 0) => ({
  uuid: `uuid-${index}==`,
  topic,
  number: `${86_400_000_000 + index}`,
  here: 5,
  startedAt: at("10:02"),
});
const channel = (index = 0, said: Partial<HomeChannel> = {}): HomeChannel => ({
  channelId: index === 0 ? GENERAL : `C${1_000 + index}`,
  subscription: subscription(),
  may: "all",
  ...said,
});
const REFUSAL = {
  sentence: ["I am not in this channel."],
  remedy: ["Type ", { code: "/invite @meetings" }, " there."],
} satisfies HomeChannel["refusal"];
const many = <T>(count: number, one: (index: number) => T) => Array.from({ length: count }, (_, index) => one(index));

describe("our Home tab", () => {
  test("helps who sees it first", () => {
    equal(
      seen(),
      [
        "Meetings",
        "[Add a channel] [Refresh] [Help]",
        "Live now",
        "No meeting is live now.",
        "Your day",
        "None of your meetings has ended today, and I know of none that you still host.",
        "———",
        "Channels that get updates",
        "No channel hears of meetings yet. Add one above, or type /meetings subscribe in a channel.",
        "———",
        "For you [My settings]",
        "Direct message when a meeting that you host goes live without you: off",
        "Direct message with your day, each morning: off",
        "Zoom: connected  ·  Slack: fine",
      ].join("\n"),
    );
  });

  test("shows what is on, what is told where, and who changed that", () => {
    const text = seen({
      live: [live("Weekly product sync"), { uuid: "u", topic: "", here: 0 }],
      day: [[timeSpan(at("08:02"), "time"), "  Stand-up, ", { strong: "14 min" }]],
      channels: [channel(), channel(1, { refusal: REFUSAL })],
      choices: { whenLiveWithoutMe: true, myDayAt: "08:00" },
      audit: [{ by: "U0ALICE", at: at("09:00"), channelId: GENERAL, what: ["changed which meetings"] }],
    });
    equal(
      text,
      [
        "Meetings",
        "[Add a channel] [Refresh] [Help]",
        "Live now",
        "🟢 Weekly product sync, 5 in now [Join]",
        "🟢 (no topic), nobody in now",
        "Your day",
        "• 08:02  Stand-up, 14 min",
        "———",
        "Channels that get updates",
        "#C1001 [⋮ Edit / Pause for a day / Remove]",
        "all meetings",
        "one card per meeting  ·  daily digest 18:00  ·  UTC",
        "⚠️ Cannot post: I am not in this channel. Type /invite @meetings there. [Check again]",
        "#general [⋮ Edit / Pause for a day / Remove]",
        "all meetings",
        "one card per meeting  ·  daily digest 18:00  ·  UTC",
        "———",
        "For you [My settings]",
        "Direct message when a meeting that you host goes live without you: on",
        "Direct message with your day, each morning: 08:00",
        "Recent changes",
        "• @Alice Ng in #general: changed which meetings  ·  today 09:00",
        "Zoom: connected  ·  Slack: fine",
      ].join("\n"),
    );
  });

  test("offers to go on with a channel that is paused, and to tell of what is muted", () => {
    const muted = [
      { number: "86412345678", topic: "Stand-up" },
      { number: "123456789" },
      { uuid: "a/b==" },
      { uuid: "c" },
    ];
    const text = seen({ channels: [channel(0, { subscription: subscription({ pausedUntil: FOR_EVER, muted }) })] });
    match(text, /#general \[⋮ Edit \/ Resume \/ Muted meetings… \/ Remove\]/);
    match(
      text,
      /paused until you resume it\n🔕 Stand-up \[Post again\]\n🔕 123 456 789 \[Post again\]\n🔕 \(no topic\) \[/,
    );
    equal(text.split("Post again").length - 1, 3);
    match(seen({ channels: [channel(0, { subscription: subscription({ pausedUntil: NOW }) })] }), /Pause for a day/);
  });

  test("offers nothing to who may not change a channel", () => {
    const said = subscription({ muted: [{ number: "1" }] });
    const text = seen({ channels: [channel(0, { may: "nothing", refusal: REFUSAL, subscription: said })] });
    match(text, /\n#general\nall meetings\n.*1 meeting muted\n⚠️ Cannot post: .* there\.\n———/);
  });

  test("offers to who left a private channel only to end what they began", () => {
    const said = subscription({ muted: [{ number: "1" }] });
    const text = seen({ channels: [channel(0, { may: "removal", refusal: REFUSAL, subscription: said })] });
    match(text, /\n#general \[⋮ Remove\]\nall meetings\n.*1 meeting muted\n⚠️ Cannot post: .* there\.\n———/);
  });

  test("offers no channel to add to who may add none", () => {
    const text = seen({ mayAdd: false });
    match(text, /^Meetings\n\[Refresh\] \[Help\]\n/);
    match(text, /\nNo channel that you may read hears of meetings yet\.\n/);
  });

  test("shows strangers nothing of this company", () => {
    const text = seen({ isStranger: true, live: [live("Secret plans")], channels: [channel()] });
    equal(text, "Meetings\nI tell the people of this company about its meetings. You are here from another one.");
  });

  for (const meetings of [0, 1, 20, 21, 500]) {
    for (const channels of [0, 1, 25, 200]) {
      test(`is taken with ${meetings} live meetings and ${channels} channels`, () => {
        const text = seen({
          live: many(meetings, (index) => live(`Meeting ${index}`, index)),
          day: many(meetings, (index): Line => [`Meeting ${index}`]),
          channels: many(channels, (index) => channel(index)),
          audit: many(channels, (index) => ({ by: "U0ALICE", at: NOW - index, what: ["paused it"] })),
        });
        equal(text.includes("+1 more: /meetings live"), meetings === 21);
        equal(text.includes("+480 more: /meetings live"), meetings === 500);
        equal(text.includes("+485 more: /meetings today"), meetings === 500);
        equal(/\+\d+ more: \/meetings list/.test(text), channels === 200);
        equal(text.split("paused it").length - 1, Math.min(5, channels));
        if (channels === 200) match(text, /\+175 more: \/meetings list/);
      });
    }
  }

  test("counts the channels for which there is no room", () => {
    const muted = many(9, (index) => ({ number: `${123_456_789 + index}` }));
    const said = { refusal: REFUSAL, subscription: subscription({ muted }) };
    const view = home({
      live: many(500, (index) => live("Sync", index)),
      day: many(20, (): Line => ["Sync"]),
      channels: many(25, (index) => channel(index, said)),
      audit: [{ by: "U0ALICE", at: NOW, what: ["paused it"] }],
    });
    ok(view.blocks.length <= 100 && view.blocks.length > 90, `${view.blocks.length} blocks`);
    const [, hidden = 0] = /\+(\d+) more: \/meetings list/.exec(shown(view)) ?? [];
    equal(shown(view).split("Check again").length - 1 + Number(hidden), 25);
  });

  test("shows channels first that somebody has to look after", () => {
    const text = seen({ channels: [...many(199, (index) => channel(index)), channel(199, { refusal: REFUSAL })] });
    match(text, /Channels that get updates\n#C1199 .*\n.*\n.*\n⚠️/);
  });

  for (const [kind, topic] of Object.entries(HOSTILE)) {
    test(`never takes foreign text for markup: ${kind}`, () => {
      const rules = many(25, () => [
        { of: "topic" as const, words: topic },
        { of: "host" as const, host: { name: topic } },
      ]).flat();
      const said = subscription({ rules, muted: many(5, (index) => ({ number: `${index}`, topic })) });
      const data: Partial<HomeData> = {
        live: many(500, (index) => live(topic, index)),
        day: many(500, (): Line => [topic.slice(0, 80)]),
        channels: many(200, (index) => channel(index, { subscription: said })),
        audit: [{ by: "U0ALICE", at: NOW, what: ["muted “", topic.slice(0, 80), "”"] }],
      };
      match(seen(data), /EVIL/);
      doesNotMatch(mrkdwnIn(home(data)), /EVIL/);
      doesNotMatch(JSON.stringify(home(data)), /"emoji":true/);
    });
  }

  test("stands with ids that are none", () => {
    const text = seen({
      channels: [channel(0, { channelId: "<!channel>" })],
      audit: [
        { by: "<@U0ALICE>", at: NOW, channelId: "nowhere", what: ["did it"] },
        { by: "", at: NOW, what: ["did"] },
      ],
    });
    match(text, /\n<!channel> \[/);
    match(text, /\n• <@U0ALICE>: did it {2}· {2}today 12:00\n• somebody: did/);
  });
});

describe("the muted meetings of a channel", () => {
  test("are a modal with a button for each", () => {
    equal(
      shown(mutedModal(GENERAL, { muted: [{ number: "86412345678" }] })),
      "Muted meetings\n🔕 864 1234 5678 [Post again]\n[Close]",
    );
    match(shown(mutedModal(GENERAL, { muted: [] })), /No meeting is muted/);
    match(shown(mutedModal(GENERAL, { muted: many(200, (index) => ({ number: `${index}` })) })), /\n\+110 more\.\n/);
    for (const topic of Object.values(HOSTILE)) {
      const view = mutedModal(GENERAL, { muted: [{ number: "1", topic }] });
      match(opened(view).plain(), /EVIL/);
      doesNotMatch(mrkdwnIn(view), /EVIL/);
    }
  });
});

describe("what a menu or a button in the Home tab carries", () => {
  test("is read as it was written", () => {
    for (const ask of ["edit", "pause", "resume", "muted", "remove"] as const) {
      deepEqual(channelAsked(channelAskText(ask, GENERAL)), { ask, channelId: GENERAL });
    }
    for (const muted of [{ number: "86412345678" }, { uuid: "/a:number:b+==" }]) {
      deepEqual(unmuteAsked(unmuteText(GENERAL, { ...muted, topic: "Sync" })), { channelId: GENERAL, muted });
    }
  });

  test("is nothing if nobody of us wrote it", () => {
    for (const text of [
      "",
      "edit",
      "edit:",
      "edit:U0ALICE",
      "drop:C0GENERAL",
      "edit:C0GENERAL\n",
      "x".repeat(100_000),
    ]) {
      equal(channelAsked(text), undefined);
      equal(unmuteAsked(text), undefined);
    }
    equal(unmuteAsked(`${GENERAL}:number:`), undefined);
    equal(unmuteAsked(`${GENERAL}:who:1`), undefined);
  });
});
