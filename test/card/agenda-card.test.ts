import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { type AgendaView, agendaAsked, agendaCard, askedText } from "../../src/card/agenda-card.ts";
import { lineText } from "../../src/card/card.ts";
import { periodOf } from "../../src/card/period.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import type { Planned } from "../../src/meeting/plan.ts";
import { at, ended, joined, left, started } from "../meeting/facts.ts";
import { cardText } from "./text.ts";

const NOW = at("12:00");
const mine: AgendaView = { scope: "today", isPrivate: true, people: "names" };
const NOTE = "Only you can see this. Times are in your time zone; the day is that of UTC. More: /meetings help";

const agenda = (meetings: MeetingFact[][], view: Partial<AgendaView> = {}, planned: Planned[] = []) =>
  agendaCard(
    periodOf(view.scope && view.scope !== "live" ? view.scope : "today", NOW, "UTC"),
    meetings.map(meetingFrom),
    { ...mine, ...view },
    NOW,
    planned,
  );

const planned = (time: string, more: Partial<Planned> = {}): Planned => ({
  number: "777",
  topic: "Design review",
  isWebinar: false,
  startsAt: at(time),
  bookedMinutes: 45,
  ...more,
});

const standUp = [
  started("08:02", { uuid: "B", topic: "Stand-up" }),
  joined("Jo P1", "08:02", { uuid: "B" }),
  joined("Al P2", "08:03", { uuid: "B" }),
  ended("08:16", { uuid: "B" }),
];
const sync = [
  started("10:02", { topic: "Product sync", number: "86412345678", hostId: "id of Alice" }),
  joined("Alice P1", "10:02"),
];

describe("an answer that leaves out what was not asked about", () => {
  const times = "Times are in your time zone; the day is that of UTC.";

  test("says so, and how to ask for all", () => {
    const { note } = agenda([standUp], { only: "here and own" });
    const whose = "What this channel hears of, and your own.";
    equal(lineText(note ?? []), `${whose} Only you can see this. ${times} All: /meetings today all`);
  });

  test("does not say that nothing is on where it cannot know", () => {
    const [, said] = cardText(agenda([], { scope: "live", only: "here and own" }));
    equal(said, "No meeting is live now among those that this channel hears of and your own.");
    equal(
      agenda([], { only: "channel", channelId: "C0SALES" }).summary,
      "No meetings today so far among those that #C0SALES hears of.",
    );
  });

  test("says so to everybody where it is shared", () => {
    const { note } = agenda([standUp], { only: "here", isPrivate: false });
    match(lineText(note ?? []), /^What this channel hears of\. Times are in the time zone of each reader;/);
  });
});

describe("the answer to /meetings today", () => {
  test("lists what is on and what was on", () => {
    deepEqual(cardText(agenda([standUp, sync])), [
      "Meetings today",
      "Live now",
      "• 🟢 Product sync  1 in, since 10:02 UTC, host Alice",
      "Ended",
      "• 08:02 UTC  Stand-up, 14 min, 2 people",
      "[Share in this channel] [Refresh]",
      NOTE,
    ]);
    equal(agenda([standUp, sync]).summary, "Meetings today: 1 live, 1 ended");
  });

  test("lists what is still to come between them", () => {
    const { topic: _, bookedMinutes: __, ...bare } = planned("13:30");
    const card = agenda([standUp, sync], {}, [planned("12:02"), bare]);
    deepEqual(cardText(card).slice(1, 8), [
      "Live now",
      "• 🟢 Product sync  1 in, since 10:02 UTC, host Alice",
      "Still to come",
      "• 12:02 UTC  Design review, 45 min",
      "• 13:30 UTC  (no topic)",
      "Ended",
      "• 08:02 UTC  Stand-up, 14 min, 2 people",
    ]);
    equal(card.summary, "Meetings today: 1 live, 2 to come, 1 ended");
  });

  test("of a day on which nothing was yet begins with what is to come", () => {
    deepEqual(cardText(agenda([], {}, [planned("12:02")])).slice(0, 4), [
      "Meetings today",
      "Still to come",
      "• 12:02 UTC  Design review, 45 min",
      "[Share in this channel] [Refresh]",
    ]);
  });

  test("tells what is to come by counts, too, and without its topic where topics are private", () => {
    const shown = (people: string) =>
      cardText(agenda([], { people: people as AgendaView["people"] }, [planned("12:02")]))[2];
    equal(shown("counts"), "• 12:02 UTC  Design review, 45 min");
    equal(shown("private"), "• 12:02 UTC  A meeting, 45 min");
  });

  test("has 25 lines at most, with what is to come, of which all that do not fit are counted", () => {
    const clocks = Array.from({ length: 60 }, (_, minute) => `10:${String(minute).padStart(2, "0")}`);
    const many = clocks.map((clock) => [
      started(clock, { uuid: clock, topic: clock }),
      ended("11:30", { uuid: clock }),
    ]);
    const plans = Array.from({ length: 40 }, (_, minute) => planned(`15:${minute + 10}`));
    const bullets = (card: ReturnType<typeof agenda>) => cardText(card).filter((line) => line.startsWith("•"));
    for (const [meetings, toCome, more] of [
      [60, 40, "• +31 more planned"],
      [60, 3, undefined],
      [5, 40, "• +21 more planned"],
      [0, 40, "• +16 more planned"],
      [0, 25, undefined],
    ] as const) {
      const lines = bullets(agenda(many.slice(0, meetings), {}, plans.slice(0, toCome)));
      equal(lines.length, 25);
      equal(
        lines.find((line) => line.includes("more planned")),
        more,
      );
    }
    const seen = new Set<string>();
    for (const first of [0, 15, 30, 45]) {
      for (const line of bullets(agenda(many, { scope: "week", first }, plans))) seen.add(line);
    }
    ok(clocks.every((clock) => [...seen].some((line) => line.includes(`${clock},`))));
  });

  test("without a meeting says so", () => {
    deepEqual(cardText(agenda([])), [
      "Meetings today",
      "No meetings today so far.",
      "[Share in this channel] [Refresh]",
      NOTE,
    ]);
  });

  test("counts one person as one, and nobody as nobody", () => {
    const alone = [started("09:00", { topic: "Alone" }), joined("Jo P1", "09:00"), ended("09:01")];
    const empty = [started("09:30", { topic: "Empty" }), ended("09:31")];
    const deserted = [started("10:00", { topic: "Deserted" }), joined("Jo P1", "10:00"), left("Jo P1", "10:01")];
    const lines = cardText(agenda([alone, empty, deserted])).join("\n");
    match(lines, /Alone, 1 min, 1 person$/m);
    match(lines, /Empty, 1 min, nobody seen$/m);
    match(lines, /Deserted {2}nobody in, since 10:00 UTC$/m);
  });

  test("says the day too of what began on an earlier one", () => {
    const overnight = [started("09:00", { startedAt: at("00:00") - 60_000, topic: "Night shift" }), ended("09:31")];
    match(cardText(agenda([overnight])).join("\n"), /• 1 Mar 23:59 UTC {2}Night shift, 9 h 32 min/);
  });

  test("says that a length is not sure", () => {
    const silent: MeetingFact = { ...ended("09:31:20"), kind: "fellSilent" };
    match(cardText(agenda([[started("09:00"), silent]])).join("\n"), /\(no topic\), about 31 min, nobody seen/);
  });

  test("shared with a channel has no buttons and is not called private", () => {
    const shared = cardText(agenda([standUp], { isPrivate: false }));
    equal(shared.at(-1), "Times are in the time zone of each reader; the day is that of UTC.");
    doesNotMatch(shared.join("\n"), /\[|Only you/);
  });

  test("names nobody where names are switched off", () => {
    doesNotMatch(JSON.stringify(agenda([standUp, sync], { people: "counts" })), /Alice|host/);
  });
});

describe("the answer to /meetings live", () => {
  test("leaves out what ended", () => {
    const lines = cardText(agenda([standUp, sync], { scope: "live" }));
    deepEqual(lines.slice(0, 2), ["Live now", "• 🟢 Product sync  1 in, since 10:02 UTC, host Alice"]);
    equal(agenda([standUp, sync], { scope: "live" }).summary, "1 meeting is live now");
    equal(agenda([standUp], { scope: "live" }).summary, "No meeting is live now.");
  });
});

describe("the answer about other days", () => {
  test("says which days, and of each meeting its own", () => {
    deepEqual(cardText(agenda([standUp], { scope: "week" })), [
      "Meetings this week, 2 to 8 March",
      "Ended",
      "• 2 Mar 08:02 UTC  Stand-up, 14 min, 2 people",
      "[Share in this channel] [Refresh]",
      NOTE.replace("the day is that", "the days are those"),
    ]);
    equal(cardText(agenda([standUp], { scope: "2026-03-02" }))[0], "Meetings on Monday, 2 March");
  });

  test("claims nothing for sure about what is planned or was", () => {
    equal(agenda([], { scope: "2026-03-04" }).summary, "I know of no meetings planned on Wednesday, 4 March.");
    equal(agenda([], { scope: "yesterday" }).summary, "I know of no meetings yesterday.");
    equal(agenda([], { scope: "2026-03" }).summary, "No meetings in March 2026 so far.");
    equal(agenda([], { scope: "week" }).summary, "No meetings this week, 2 to 8 March, so far.");
    equal(agenda([], { scope: "last week" }).summary, "I know of no meetings last week, 23 February to 1 March.");
    equal(
      agenda([], { scope: "last week", only: "here" }).summary,
      "I know of no meetings last week, 23 February to 1 March, among those that this channel hears of.",
    );
  });

  test("comes in pages, in the order of time, from the first", () => {
    const many = Array.from({ length: 60 }, (_, minute) => {
      const clock = `10:${String(minute).padStart(2, "0")}`;
      return [started(clock, { uuid: clock, topic: `No. ${minute + 1}` }), ended("11:30", { uuid: clock })];
    });
    const page = (first?: number) => cardText(agenda(many, { scope: "week", ...(first !== undefined && { first }) }));
    equal(page()[1], "Ended: 1 to 25 of 60");
    equal(page().at(-2), "[Later] [Share in this channel] [Refresh]");
    equal(page(25)[1], "Ended: 26 to 50 of 60");
    equal(page(25).at(-2), "[Earlier] [Later] [Share in this channel] [Refresh]");
    equal(page(50)[1], "Ended: 36 to 60 of 60");
    equal(page(999_999)[1], "Ended: 36 to 60 of 60");
    const [later] = agenda(many, { scope: "week" }).buttons;
    deepEqual(later?.kind === "ask" && agendaAsked(later.about), { scope: "week", first: 25 });
  });

  test("is asked by a button as it was asked in words", () => {
    for (const asked of [{ scope: "live" }, { scope: "last week", first: 0 }, { scope: "2026-11-24", first: 75 }])
      deepEqual(agendaAsked(askedText(asked)), asked);
  });
});
