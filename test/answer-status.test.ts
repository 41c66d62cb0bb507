import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { answerStatus, type StatusSources } from "../src/answer-status.ts";
import { refusalWords } from "../src/card/refusal-words.ts";
import type { Instant } from "../src/meeting/fact.ts";
import type { Refused, ZoomSign } from "../src/ports.ts";
import { VERSION } from "../src/version.ts";
import { cardText } from "./card/text.ts";
import { at } from "./meeting/facts.ts";
import { book } from "./subscriptions.ts";

const ROOM = "slack:C0ROOM";
const DAY_MS = 24 * 3_600_000;

interface Seen extends Partial<Record<ZoomSign, Instant>> {
  refusals?: Refused[];
  troubles?: string[];
  unreadable?: number;
}

/** The sources of a status at noon. */
function sources({ refusals = [], troubles = [], unreadable = 0, ...seen }: Seen): StatusSources {
  return {
    signs: { lastSeen: async (sign) => seen[sign] },
    decisions: { refusals: async () => refusals },
    unreadableSince: async (since) => (since === at("12:00") - DAY_MS ? unreadable : 0),
    troubles: async () => troubles,
    book: async () => book([ROOM, "slack:C0HALL", "slack:C0SECRET"]),
    version: "1.2.3",
  };
}

const asker = { channel: "slack:C0HALL", isStranger: false, mayRead: async (channel: string) => channel === ROOM };

const status = async (seen: Seen) => cardText(await answerStatus(sources(seen), asker, at("12:00")));

describe("the status", () => {
  test("is short when all is well", async () => {
    deepEqual(await status({ delivery: at("11:58") }), [
      "Status",
      "• Zoom: last heard at 11:58 UTC",
      "• Slack: fine",
      "• Redis: fine",
      "• Channels: 2 hear of meetings, and 1 more that you may not read",
      "Only you can see this. Version 1.2.3.",
    ]);
  });

  test("says so where all channels that hear of meetings are hidden from who asks", async () => {
    const stranger = { ...asker, channel: "slack:D0EVE", mayRead: async () => false };
    const [, , , , channels] = cardText(await answerStatus(sources({}), stranger, at("12:00")));
    equal(channels, "• Channels: none that you may read hears of meetings, 3 others do");
  });

  test("says where to look when nothing was ever heard of Zoom", async () => {
    const lines = await status({});
    equal(lines[1], "• Zoom: nothing heard yet");
    equal(lines[5], "What needs a look");
    match(lines[6] ?? "", /is the event subscription active, and does its URL end with \/zoom\/webhook\?/);
  });

  test("names each channel that refuses, why, and what helps", async () => {
    const refusals = [
      { channel: ROOM, because: "not_in_channel", at: at("11:00") },
      { channel: "slack:C0SECRET", because: "is_archived", at: at("11:00") },
      { channel: "slack:C0GONE", because: "is_archived", at: at("11:00") },
    ];
    const lines = await status({ delivery: at("11:58"), refusals });
    deepEqual(lines.slice(4), [
      "• Channels: 2 hear of meetings, and 1 more that you may not read, 1 refuses",
      "What needs a look",
      "• #C0ROOM: I am not in this channel. Type /invite @meetings there. Last tried at 11:00 UTC.",
      "Only you can see this. Version 1.2.3.",
    ]);
  });

  test("says in words what is wrong with Slack and Redis", async () => {
    const lines = await status({ delivery: at("11:58"), troubles: ["redis: is full", "slack: token_revoked"] });
    deepEqual(lines.slice(2, 4), ["• Slack: in trouble", "• Redis: in trouble"]);
    match(lines[6] ?? "", /^• Slack: Slack does not accept our token any more\. Install the app again/);
    equal(lines[7], "• Redis is full. Zoom sends again later what cannot be kept now.");
  });

  test("tells what could not be read, and of a wrong clock, within the last day", async () => {
    const lines = await status({ delivery: at("11:58"), unreadable: 1, stale: at("09:00") });
    match(lines[6] ?? "", /^• 1 delivery of the last day could not be read/);
    match(lines[7] ?? "", /set this machine's clock\. That was last at 09:00 UTC\.$/);
    equal((await status({ delivery: at("11:58"), stale: at("11:59") - DAY_MS })).length, 6);
  });

  test("is given also while Redis answers nothing", async () => {
    const away = async () => {
      throw new Error("Connection is closed.");
    };
    const card = await answerStatus(
      {
        ...sources({ troubles: ["redis: does not answer"] }),
        signs: { lastSeen: away },
        decisions: { refusals: away },
        unreadableSince: away,
        book: away,
      },
      asker,
      at("12:00"),
    );
    deepEqual(cardText(card).slice(1, 5), [
      "• Zoom: what was heard last is not known now",
      "• Slack: fine",
      "• Redis: in trouble",
      "• Channels: not known now",
    ]);
  });

  test("knows the version of the package", () => match(VERSION, /^\d+\.\d+\.\d+/));
});

describe("why a channel refuses", () => {
  const known = [
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "is_inactive",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel",
    "its platform is not set up",
    "token_revoked",
    "missing_scope",
    "team_access_not_granted",
  ];

  test("is told in plain words, with what helps", () => {
    for (const because of known) {
      const { sentence, remedy } = refusalWords(because);
      match(`${sentence} ${remedy}`, /^[A-Z][^_]*\.( [A-Z].*\.)+$/, because);
      notEqual(sentence, refusalWords("something new").sentence);
    }
    equal(new Set(known.map((because) => refusalWords(because).sentence)).size, known.length);
  });

  test("is quoted where nobody has words for it yet", () => {
    deepEqual(refusalWords("something_new"), {
      sentence: "It does not work: something_new.",
      remedy: "It is tried again by itself.",
      isPassing: true,
    });
    equal(refusalWords("constructor").sentence, "It does not work: constructor.");
    deepEqual(refusalWords("restricted_action_new_one"), refusalWords("restricted_action"));
  });
});
