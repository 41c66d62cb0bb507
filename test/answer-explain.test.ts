import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import { answerExplain } from "../src/answer-explain.ts";
import { meetingQuestion } from "../src/card/report-question.ts";
import type { MeetingFact } from "../src/meeting/fact.ts";
import type { Decision, PostedCard } from "../src/ports.ts";
import { nextReply } from "../src/post-joins.ts";
import type { PeopleShown } from "../src/subscription/subscription.ts";
import { cardText } from "./card/text.ts";
import { at, ended, joined, left, room, started, startedAgain, summarized, waits } from "./meeting/facts.ts";
import { book } from "./subscriptions.ts";

const ROOM = "slack:C0ROOM";
const HALL = "slack:C0HALL";
const DAY_MS = 24 * 3_600_000;

interface Kept {
  decisions?: Decision[];
  states?: Record<string, PostedCard>;
  channels?: string[];
  shown?: PeopleShown;
  timeZone?: string;
  mayRead?: string[];
  now?: string;
}

const decided = (time: string, because: string, more: Partial<Decision> = {}): Decision => ({
  at: at(time),
  channel: ROOM,
  card: "A",
  outcome: "upToDate",
  because,
  ...more,
});

/** What somebody is answered to `/meetings explain …` at noon, on the clocks of UTC. */
async function explain(meetings: MeetingFact[][], words = "uuid A", kept: Kept = {}): Promise<string[]> {
  const { decisions = [], states = {}, channels = [ROOM], shown = "names", now = "12:00" } = kept;
  const { timeZone = "UTC", mayRead = [ROOM, HALL] } = kept;
  const card = await answerExplain(
    {
      facts: {
        factsOf: async (uuid) => meetings.find(([fact]) => fact?.about.uuid === uuid) ?? [],
        factsBetween: async () => meetings,
      },
      retentionMs: 30 * DAY_MS,
      decisions: { about: async (cards) => decisions.filter((one) => cards.includes(one.card)) },
      stateOf: async (channel) => states[channel] ?? {},
      book: book(channels),
      sight: () => shown,
    },
    meetingQuestion(words),
    { channel: "slack:D0ALICE", timeZone, isStranger: false, mayRead: async (channel) => mayRead.includes(channel) },
    at(now),
  );
  return cardText(card);
}

/** Of one meeting only what was heard and what it changed. */
async function heard(facts: MeetingFact[], kept: Kept = {}): Promise<string[]> {
  const lines = await explain([facts], "uuid A", kept);
  const [from, until] = ["What was heard, and what it changed", "What was posted where, and why"];
  return lines.slice(lines.indexOf(from) + 1, lines.indexOf(until)).map((line) => line.replace("• ", ""));
}

/** Of one meeting only what was posted. */
async function posted(facts: MeetingFact[], kept: Kept): Promise<string[]> {
  const lines = await explain([facts], "uuid A", kept);
  return lines.slice(lines.indexOf("What was posted where, and why") + 1, -2).map((line) => line.replace("• ", ""));
}

const sync = { topic: "Weekly sync", startedAt: at("10:02") };

describe("an explained meeting", () => {
  test("tells what was heard in the order in which it came, and what each thing changed", async () => {
    const facts = [
      ended("10:49", { ...sync, heard: "10:49:02" }),
      started("10:02", { ...sync, heard: "10:02:01" }),
      joined("Bob P2", "10:05", { ...sync, heard: "10:05:03" }),
      joined("Alice P1", "10:03", { ...sync, heard: "10:03:01" }),
      left("Bob P2", "10:21:30", { ...sync, heard: "10:21:31" }),
      left("Alice P1", "10:49", { ...sync, heard: "10:49:01" }),
    ];
    deepEqual(await explain([facts]), [
      "⚪  Weekly sync",
      "2 Mar 10:02 UTC to 10:49 UTC  ·  47 min  ·  2 people  ·  A",
      "What was heard, and what it changed",
      "• 10:02:01  Started at 10:02:00 → started 10:02:00",
      "• 10:03:01  Alice joined at 10:03:00 → 1 in now",
      "• 10:05:03  Bob joined at 10:05:00 → 2 in now",
      "• 10:21:31  Bob left at 10:21:30 → 1 in now",
      "• 10:49:01  Alice left at 10:49:00 → nobody in now",
      "• 10:49:02  Ended at 10:49:00 → ended after 47 min",
      "What was posted where, and why",
      "#C0ROOM: nothing posted so far",
      "[Refresh] [Report]",
      "Only you can see this. Times: UTC. First when it was heard, then, after “at”, when it was by Zoom.",
    ]);
  });

  test("tells what a left changed that came long after the end", async () => {
    const facts = [
      started("10:02", sync),
      joined("Alice P1", "10:02", sync),
      joined("Bob P2", "10:02", sync),
      ended("10:49", sync),
      left("Bob P2", "10:30", { ...sync, heard: "11:55:10" }),
    ];
    deepEqual((await heard(facts)).slice(-2), [
      "10:49:00  Ended at 10:49:00 → ended after 47 min",
      "11:55:10  Bob left at 10:30:00, 1 h 25 min late → people's time corrected from about 1 h 34 min to about 1 h 15 min",
    ]);
  });

  test("began also where the start itself was lost", async () => {
    deepEqual(await heard([joined("Alice P1", "10:05", { ...sync, heard: "10:05:01" })]), [
      "10:05:01  Alice joined at 10:05:00 → started 10:02:00, 1 in now",
    ]);
    const untold = [joined("Alice P1", "10:05"), started("10:02", { startedAt: at("10:02"), heard: "10:09" })];
    deepEqual(await heard(untold), [
      "10:05:00  Alice joined at 10:05:00 → started about 10:05:00, 1 in now",
      "10:09:00  Started at 10:02:00, 7 min late → start corrected from about 10:05:00 to 10:02:00",
    ]);
  });

  test("shows where its end was corrected, and whose clock told it before", async () => {
    const facts = [
      started("10:02", sync),
      joined("Alice P1", "10:02", sync),
      ended("10:50:05", { ...sync, timeFrom: "event_ts" }),
      ended("10:49:10", { ...sync, heard: "10:58:30" }),
    ];
    deepEqual((await heard(facts)).slice(2), [
      "10:50:05  Ended at 10:50:05 by event_ts → ended after about 48 min",
      "10:58:30  Ended at 10:49:10, 9 min late → end corrected from about 10:50:05 to 10:49:10",
    ]);
    equal(
      (await heard([started("10:02", sync), ended("10:50", { ...sync, timeFrom: "arrival" })])).at(-1),
      "10:50:00  Ended, at a time that only our clock tells → ended after about 48 min",
    );
  });

  test("was taken for over in the silence, and was not after all", async () => {
    const facts = [
      started("10:02", sync),
      joined("Alice P1", "10:02", sync),
      left("Alice P1", "10:20", sync),
      joined("Alice P3", "10:45", sync),
    ];
    deepEqual((await heard(facts, { now: "11:00" })).slice(2), [
      "10:20:00  Alice left at 10:20:00 → nobody in now",
      "10:30:00  Nothing was heard for long → ended after about 18 min",
      "10:45:00  Alice joined at 10:45:00 → not ended after all, 1 in now",
    ]);
    equal((await heard(facts.slice(0, 3), { now: "10:29" })).length, 3);
    equal((await heard(facts.slice(0, 3), { now: "10:31" })).length, 4);
  });

  test("ended when its number was started again, or when its summary says", async () => {
    const begun = [started("10:02", sync), joined("Alice P1", "10:02", sync)];
    equal(
      (await heard([...begun, startedAgain("11:00")])).at(-1),
      "11:00:00  Its number was started again at 11:00:00 → ended after about 58 min",
    );
    deepEqual(await heard([left("Alice P1", "10:30", { heard: "11:30" }), startedAgain("11:00")]), [
      "11:30:00  Alice left at 10:30:00, 1 h late → started about 10:30:00, 1 so far",
      "11:30:00  Its number was started again at 11:00:00 → ended after an unknown time",
    ]);
    equal(
      (await heard([...begun, summarized("10:49", { heard: "11:40" })])).at(-1),
      "11:40:00  The summary says that it ended at 10:49:00 → ended after 47 min",
    );
  });

  test("tells what changed nothing", async () => {
    const facts = [
      started("10:02", sync),
      joined("Alice P1", "10:02", sync),
      room("enteredRoom", "Alice P1", "10:10"),
      { ...room("leftRoom", "Alice P1", "10:12"), about: { uuid: "A", ...sync, topic: "Renamed" } },
    ];
    deepEqual((await heard(facts)).slice(2), [
      "10:10:00  Alice entered a breakout room at 10:10:00 → nothing",
      "10:12:00  Alice left a breakout room at 10:12:00 → topic changed",
    ]);
  });

  test("tells who waited before it began", async () => {
    deepEqual(await heard([waits("awaitsHost", "Bob P2", "10:00"), waits("waiting", "Eve P3", "10:01")]), [
      "10:00:00  Bob began to wait for the host at 10:00:00 → first heard of",
      "10:01:00  Eve came to the waiting room at 10:01:00 → 1 in the waiting room",
    ]);
  });

  test("of which much was heard shows the beginning and the end, and counts what is between", async () => {
    const crowd = Array.from({ length: 251 }, (_, index) => {
      const time = new Date(at("10:03") + index * 1_000).toISOString().slice(11, 19);
      return joined(`Guest${index}? P${index}`, time, sync);
    });
    const lines = await heard([started("10:02", sync), ...crowd]);
    deepEqual(
      [lines.length, lines[9], lines[10], lines[11], lines.at(-1)],
      [
        41,
        "10:03:08  Guest8 joined at 10:03:08 → 9 in now",
        "… 212 more",
        "10:06:41  Guest221 joined at 10:06:41 → 222 in now",
        "10:07:10  Guest250 joined at 10:07:10 → 251 in now",
      ],
    );
  });

  test("says the day of what was on another one", async () => {
    const lines = await heard([started("10:02", sync), ended("10:49", sync)], { timeZone: "Asia/Tokyo" });
    match(lines[0] ?? "", /^19:02:00 {2}Started at 19:02:00/);
    const late = { ...ended("10:49", sync), heardAt: at("10:49") + DAY_MS };
    const next = await heard([started("10:02", sync), late]);
    match(next[1] ?? "", /^3 Mar 10:49:00 {2}Ended at 10:49:00, 24 h late/);
  });
});

describe("an explained card", () => {
  const facts = [started("10:02", sync), ended("10:49", sync)];

  test("tells in each channel what was decided, and how it stands", async () => {
    const decisions = [
      decided("10:02:01", "started"),
      decided("10:02:02", "is_archived", { channel: HALL, outcome: "refused" }),
      decided("10:03", "more people"),
      decided("10:08", "more people"),
      decided("10:20", "ratelimited", { outcome: "tryAgain" }),
      decided("10:49:03", "ended"),
    ];
    deepEqual(await posted(facts, { decisions, states: { [ROOM]: { message: "1.0" } } }), [
      "#C0ROOM: its message is there",
      "10:02:01  started",
      "10:03:00  more people, 2 times until 10:08:00",
      "10:20:00  later: ratelimited",
      "10:49:03  ended",
      "#C0HALL: This channel is archived. Unarchive it, or choose another channel.",
      "10:02:02  channel refused: is_archived",
    ]);
  });

  test("tells why there is none", async () => {
    const state = async (facts: MeetingFact[], states: PostedCard = {}) =>
      (await posted(facts, { states: { [ROOM]: states } }))[0];
    equal(
      await state(facts, { message: "1.0", gone: "message_not_found" }),
      "#C0ROOM: its message was deleted there, so it is not posted again",
    );
    equal(
      await state(facts, { posting: { sinceMs: 1, at: 1, looked: 1 } }),
      "#C0ROOM: a post is in doubt: it is looked for before anything is posted again",
    );
    const old = [ended("02:00", { startedAt: at("01:00"), heard: "11:00" })];
    equal(await state(old), "#C0ROOM: nothing posted: it was over for hours when it was first heard of");
    equal(
      await state([waits("awaitsHost", "Bob P2", "10:00")]),
      "#C0ROOM: nothing posted: people only wait for it to begin",
    );
    deepEqual(await posted(facts, { channels: [] }), ["No channel that you may read hears of it."]);
  });

  test("is not told of where the asker may not read it", async () => {
    const decisions = [decided("10:02:01", "started"), decided("10:02:02", "started", { channel: "slack:U0BEN" })];
    deepEqual(await posted(facts, { decisions, mayRead: [] }), ["No channel that you may read hears of it."]);
    deepEqual(await posted(facts, { decisions, channels: [ROOM, HALL], mayRead: [ROOM] }), [
      "#C0ROOM: nothing posted so far",
      "10:02:01  started",
    ]);
  });

  test("says what a channel asked for that keeps it silent", async () => {
    deepEqual(await posted(facts, { decisions: [decided("10:02:01", "too few people", { outcome: "nothing" })] }), [
      "#C0ROOM: nothing posted: too few people",
      "10:02:01  nothing to say: too few people",
    ]);
  });

  test("whose end is told in a reply has the decisions about that, too", async () => {
    const because = "told in a reply: cant_update_message";
    const decisions = [
      decided("10:49:03", because, { outcome: "givenUp" }),
      decided("10:49:05", "ended", { card: "final:A" }),
    ];
    deepEqual(await posted(facts, { decisions, states: { [ROOM]: { message: "1.0", gone: because } } }), [
      "#C0ROOM: its message may not be edited any more, so its end is told in a reply",
      "10:49:03  given up: told in a reply: cant_update_message",
      "10:49:05  in its thread: ended",
    ]);
  });

  test("has below it what was told in its thread and why, or why not", async () => {
    const joins = [joined("Jo P1", "10:03", sync), joined("Al P2", "10:07", sync), left("Al P2", "10:11", sync)];
    const [first = "", second = "", third = ""] = joins.map((fact) => nextReply(fact).card);
    const decisions = [
      decided("10:02:01", "started"),
      decided("10:05:01", "joins", { card: first }),
      decided("10:07:02", "more people"),
      decided("10:10:01", "joins", { card: second }),
      decided("10:15:00", "quiet here", { card: third, outcome: "nothing" }),
      decided("10:49:03", "ended"),
      decided("10:49:03", "joins", { card: "joins:1:B" }),
    ];
    deepEqual(await posted([...facts, ...joins], { decisions, states: { [ROOM]: { message: "1.0" } } }), [
      "#C0ROOM: its message is there",
      "10:02:01  started",
      "10:05:01  in its thread: joins, 2 times until 10:10:01",
      "10:07:02  more people",
      "10:15:00  in its thread: nothing to say: quiet here",
      "10:49:03  ended",
    ]);
  });

  test("is not called silent because of its thread", async () => {
    const reply = nextReply(joined("Jo P1", "10:03", sync)).card;
    const decisions = [decided("10:05:01", "no joins are wanted here", { card: reply, outcome: "nothing" })];
    equal(
      (await posted([...facts, joined("Jo P1", "10:03", sync)], { decisions }))[0],
      "#C0ROOM: nothing posted so far",
    );
  });

  test("shows the newest decisions where there are many", async () => {
    const decisions = Array.from({ length: 50 }, (_, index) =>
      decided(`10:${String(index).padStart(2, "0")}`, index % 2 === 0 ? "more people" : "adopted"),
    );
    const lines = await posted(facts, { decisions });
    deepEqual(
      [lines.length, lines[1], lines[20], lines[21]],
      [22, "10:30:00  more people", "10:49:00  adopted", "30 earlier decisions are not shown"],
    );
  });
});

describe("whoever may not be told who was there", () => {
  const facts = [
    started("10:02", sync),
    joined("Alice P1", "10:03", sync),
    { ...joined("Bob P2", "10:04", sync), kind: "roleChanged" as const, role: "Alice's deputy" },
  ];

  test("reads of somebody only", async () => {
    const lines = await explain([facts], "uuid A", { shown: "counts" });
    doesNotMatch(lines.join("\n"), /Alice|Bob/);
    match(lines.join("\n"), /10:03:00 {2}Somebody joined at 10:03:00 → 1 in now/);
    match(lines.join("\n"), /Weekly sync[\s\S]*Names are switched off here\./);
  });

  test("reads no topic of a private meeting, also where there are several", async () => {
    const shown = "private";
    const lines = await explain([facts], "uuid A", { shown });
    doesNotMatch(lines.join("\n"), /Alice|Bob|Weekly/);
    equal(lines[0], "🟢  A private meeting");
    doesNotMatch((await explain([facts, facts], "", { shown })).join("\n"), /Weekly/);
  });
});

describe("somebody who asks which meeting", () => {
  const other = [started("09:00", { uuid: "B", topic: "Sync of the board" }), ended("09:10", { uuid: "B" })];
  const facts = [started("10:02", sync), ended("10:49", sync)];

  test("is explained the one that is meant", async () => {
    equal((await explain([facts, other], "last"))[0], "⚪  Weekly sync");
    equal((await explain([facts, other], "board"))[0], "⚪  Sync of the board");
  });

  test("chooses from several, and the buttons explain", async () => {
    deepEqual(await explain([facts, other], "sync"), [
      "Several meetings have sync in their topic. Here are 2:",
      "1. Weekly sync  2 Mar 10:02 UTC, 47 min, nobody seen",
      "2. Sync of the board  2 Mar 09:00 UTC, 10 min, nobody seen",
      "[Explain 1] [Explain 2]",
      "Only you can see this. Times are in your time zone.",
    ]);
  });

  test("is told how to ask when there is none, also by a word that elsewhere means days", async () => {
    equal((await explain([facts], "today"))[0], "I know of no meeting with today in its topic.");
    const lines = await explain([facts], "frobnicate");
    equal(lines[0], "I know of no meeting with frobnicate in its topic.");
    match(lines.join("\n"), /\/meetings explain last/);
    doesNotMatch(lines.join("\n"), /report|by host/);
  });
});
