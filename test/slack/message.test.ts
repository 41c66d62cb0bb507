import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { agendaCard } from "../../src/card/agenda-card.ts";
import type { Card, Chart } from "../../src/card/card.ts";
import { chartInWords } from "../../src/card/chart.ts";
import { choiceCard } from "../../src/card/choice-card.ts";
import { dayOf, dayOn } from "../../src/card/day.ts";
import { digestCard } from "../../src/card/digest-card.ts";
import { explainCard } from "../../src/card/explain-card.ts";
import { helpCard, unknownCard } from "../../src/card/help-card.ts";
import { type CardStyle, meetingCard } from "../../src/card/meeting-card.ts";
import { peopleCard } from "../../src/card/people-card.ts";
import { periodNames, periodOf } from "../../src/card/period.ts";
import { periodReportCard } from "../../src/card/period-report-card.ts";
import { type ReportView, reportCard } from "../../src/card/report-card.ts";
import { type PeriodQuestion, questionText, reportQuestion } from "../../src/card/report-question.ts";
import { type Status, statusCard } from "../../src/card/status-card.ts";
import { saidCard, subscriptionsCard } from "../../src/card/subscription-cards.ts";
import { weekCard } from "../../src/card/week-card.ts";
import { timeSpan } from "../../src/card/words.ts";
import { asHeard, stepsAt } from "../../src/meeting/as-heard.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { type Meeting, meetingFrom } from "../../src/meeting/meeting.ts";
import { plainLine } from "../../src/meeting/text.ts";
import { refusalCard } from "../../src/post-refusal.ts";
import { command } from "../../src/slack/command.ts";
import { unmuteAsked, unmuteText } from "../../src/slack/home-asks.ts";
import { plainMessage, type SlackMessage, slackMessage } from "../../src/slack/message.ts";
import { SUBSCRIBE_COMMANDS } from "../../src/slack/subscribe-words.ts";
import type { Subscription } from "../../src/subscription/subscription.ts";
import { Uuid } from "../../src/zoom/fields.ts";
import { at, ended, joined, started } from "../meeting/facts.ts";
import { checkBlocks, plain } from "../stand-ins/slack.ts";
import { subscription } from "../subscriptions.ts";

const NOW = at("12:02");
const READER = { timeZone: "UTC", now: NOW };
const DAY = dayOf(NOW, "UTC");
const TODAY = periodOf("today", NOW, "UTC");
const VIEW: ReportView = { people: "names", timeZone: "UTC", isPrivate: true };
const WEEK: PeriodQuestion = { of: "period", period: "week", by: "topic" };
/** Slack refuses from about 13,000 characters on; this leaves room for what it may count differently. */
const HEAVIEST = 10_000;

/** A message that Slack takes, as a reader sees it. */
function taken({ text, blocks }: SlackMessage): string {
  const verdict = checkBlocks(blocks);
  if (verdict.kind === "refused") throw new Error(`${verdict.error}: ${verdict.messages}\n${JSON.stringify(blocks)}`);
  ok(text.length > 0 && text.length <= 3_000, `a fallback of ${text.length} characters`);
  const ours = /<!date\^\d+\^[^<>|]+\|[^<>]+>|<#[CG][A-Z0-9]+>/g;
  doesNotMatch(text.replaceAll(ours, ""), /[<>]|&(?!amp;|lt;|gt;)/);
  ok(JSON.stringify(blocks).length <= HEAVIEST, `${JSON.stringify(blocks).length} characters of blocks`);
  return plain(verdict.blocks, READER);
}

const read = (card: Card) => {
  taken(plainMessage(card));
  taken(slackMessage(card, { tables: true }));
  return taken(slackMessage(card, { tables: false }));
};

/** As Zoom's door reads it. */
const topic = (text: string) => ({ topic: plainLine(text, 150) || "(no topic)" });
const named = (text: string, index: number, time: string): MeetingFact => {
  const fact = joined(`X P${index}`, time);
  return { ...fact, who: { ...fact.who, name: plainLine(text, 80), zoomUserId: `Z${index}` } };
};
const crowd = (count: number, name = (index: number) => `Person ${index}`) =>
  Array.from({ length: count }, (_, index) => named(name(index), index, "10:03"));

const HOSTILE: Record<string, string> = {
  markup: "*bold* _it_ ~no~ `code` ```block``` > quote",
  mentions: "<!channel> <!here> <@U0ALICE> <#C0MEETINGS> @channel",
  links: "<https://evil.example|zoom.us> https://evil.example",
  dates: "<!date^1^{time}|x> &lt;!channel&gt; &amp;",
  bidi: "safe\u202Eexe.gpj\u202C \u2066x\u2069",
  emoji: "👩‍👩‍👧‍👦".repeat(150),
  zalgo: `a${"\u0301".repeat(31)}`.repeat(150),
  long: "W".repeat(4_000),
  ampersands: "&".repeat(4_000),
  empty: "",
  "emoji name": ":tada: :skull:",
};

const styles: CardStyle["people"][] = ["names", "counts"];
const about = { number: "86412345678", hostId: "Z0", bookedMinutes: 30 };

describe("the card of a meeting in Slack", () => {
  for (const people of styles) {
    for (const count of [0, 1, 2, 60, 1_000]) {
      test(`is taken with ${count} who came, by ${people}`, () => {
        const facts = [started("10:02", { ...about, topic: "Sync" }), ...crowd(count)];
        for (const all of [facts, [...facts, ended("10:49")]]) {
          const card = meetingCard(meetingFrom(all), { people });
          doesNotMatch(read(card), /\b1 people\b|\b0 joined so far\b|undefined|null|NaN/);
          equal(slackMessage(card, { tables: true }).blocks[0]?.type, "rich_text");
          equal(plainMessage(card).blocks[0]?.type, "rich_text");
        }
      });
    }
  }

  test("reads as one line for what, one for how, one for who, and buttons", () => {
    const facts = [started("10:02", { ...about, topic: "Weekly product sync" }), ...crowd(3)];
    equal(
      read(meetingCard(meetingFrom(facts), { people: "names" })),
      [
        "🟢  Weekly product sync  is live",
        "3 in the meeting now  ·  started 10:02 (2 hours ago)  ·  host Person 0",
        "In: Person 0, Person 1, Person 2",
        "[Join] [Who is in] [⋮ Do not post this meeting here / Channel settings]",
      ].join("\n"),
    );
    equal(
      read(meetingCard(meetingFrom([...facts, ended("10:49")]), { people: "names" })),
      [
        "⚪  Weekly product sync  ended after 47 min",
        "today 10:02 to 10:49  ·  3 people  ·  host Person 0  ·  booked for 30 min, ran 17 min over",
        "[Attendance]",
      ].join("\n"),
    );
  });
});

describe("the text of a message, which is all that a screen reader reads", () => {
  const text = (card: Card) => slackMessage(card, { tables: true }).text;
  const facts = [started("10:02", { ...about, topic: "Weekly product sync" }), ...crowd(3)];
  const instant = (time: string) => Math.floor(at(time) / 1_000);

  test("says what the card of a meeting says", () => {
    equal(
      text(meetingCard(meetingFrom(facts), { people: "names" })),
      [
        "Weekly product sync is live, 3 people in",
        `3 in the meeting now  ·  started <!date^${instant("10:02")}^{time}|10:02 UTC> (<!date^${instant("10:02")}^{ago}|at 10:02 UTC>)  ·  host Person 0`,
        "In: Person 0, Person 1, Person 2",
      ].join("\n"),
    );
  });

  test("says every line there is, its figures, its tables and its charts, as long as there is room", () => {
    const over = meetingFrom([...facts, ended("10:49")]);
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...over, uuid: String(index) }));
    const agenda = (count: number) =>
      text(agendaCard(TODAY, many(count), { scope: "today", isPrivate: true, people: "names" }, NOW));
    equal(agenda(3).match(/Weekly product sync/g)?.length, 3);
    const report = text(reportCard(over, VIEW, NOW));
    match(report, /^Weekly product sync: 47 min, 3 people\n/);
    match(report, /\nWho · In meeting · When\nPerson 0, host · about 46 min · 10:03 to ~10:49\nPerson 1 · /);
    const crowded = meetingFrom([started("10:02", about), ...crowd(300), ended("10:49")]);
    const cut = text(reportCard(crowded, VIEW, NOW));
    ok(cut.length > 2_900 && cut.length <= 3_000, `${cut.length}`);
    const [, left] = /\n\+(\d+) more$/.exec(cut) ?? [];
    equal(Number(left) + (cut.match(/\nPerson /g)?.length ?? 0), 301, "with the small print");
  });

  test("names a channel as Slack does, not by its id, also where nothing but text is shown", () => {
    const paused = saidCard([
      "Nothing new is posted in ",
      { channel: "C0TEAM" },
      " until ",
      timeSpan(NOW, "time"),
      ".",
    ]);
    const words = new RegExp(`^Nothing new is posted in <#C0TEAM> until <!date\\^${NOW / 1_000}\\^{time}\\|[^>]+>\\.$`);
    match(slackMessage(paused, { tables: false }).text, words);
    match(plainMessage(paused).text, words);
    equal(read(paused), "Nothing new is posted in #C0TEAM until 12:02.");
    match(
      slackMessage(refusalCard("C0TEAM", "is_archived"), { tables: false }).text,
      /in <#C0TEAM>, which you subscribed/,
    );
  });

  test("names the channel that was asked about, everywhere", () => {
    const view = { scope: "today", people: "names", isPrivate: true, only: "channel", channelId: "C0SALES" } as const;
    const card = agendaCard(TODAY, [], view, NOW);
    match(
      read(card),
      /^Meetings today\nNo meetings today so far among those that #C0SALES hears of\.\n[\s\S]*\nWhat #C0SALES hears of\. Only you/,
    );
    match(
      text(card),
      /^No meetings today so far among those that <#C0SALES> hears of\.\nWhat <#C0SALES> hears of\. Only you/,
    );
  });

  test("makes no channel of what somebody wrote", () => {
    const { text } = slackMessage(saidCard(["<#C0TEAM> ", { channel: "!channel> <#C0TEAM" }]), { tables: false });
    equal(text, "&lt;#C0TEAM&gt; #!channel&gt; &lt;#C0TEAM");
  });

  test("says nothing twice", () => {
    const { text } = slackMessage(agendaCard(TODAY, [], { scope: "today", people: "names", isPrivate: true }, NOW), {
      tables: false,
    });
    equal(text.match(/No meetings today so far/g)?.length, 1);
  });
});

describe("what somebody wrote into a topic or a name", () => {
  for (const [kind, text] of Object.entries(HOSTILE)) {
    test(`is shown as it is and does nothing: ${kind}`, () => {
      const facts = [started("10:02", { ...about, ...topic(text) }), ...crowd(60, () => text)];
      const live = meetingFrom(facts);
      const over = meetingFrom([...facts, ended("10:49")]);
      const many = Array.from({ length: 40 }, (_, index) => ({ ...over, uuid: String(index) }));
      const planned = { ...about, ...topic(text), isWebinar: false, startsAt: at("14:00") };
      const cards = [
        agendaCard(TODAY, [], { scope: "today", isPrivate: true, people: "names" }, NOW, [planned]),
        meetingCard(live, { people: "names" }),
        meetingCard(over, { people: "names" }),
        peopleCard(live, { people: "names" }, NOW),
        agendaCard(TODAY, [live, live, ...many], { scope: "today", isPrivate: true, people: "names" }, NOW),
        digestCard(DAY, many) as Card,
        reportCard(over, VIEW, NOW),
        periodReportCard(TODAY, many, WEEK, VIEW, NOW),
        choiceCard(many, ["Which one?"]),
      ];
      for (const card of cards) {
        const shown = read(card);
        const beginning = plainLine(text, 150).slice(0, 20);
        if (kind !== "zalgo") ok(shown.includes(beginning || "(no topic)"), shown);
        doesNotMatch(
          JSON.stringify(slackMessage(card, { tables: true }).blocks),
          /"type":"(user|broadcast|channel|usergroup)"/,
        );
      }
    });
  }

  test("is escaped in the line for notifications", () => {
    const facts = [started("10:02", topic("<!channel> R&D"))];
    const { text } = slackMessage(meetingCard(meetingFrom(facts), { people: "names" }), { tables: true });
    equal(text.split("\n")[0], "&lt;!channel&gt; R&amp;D is live, nobody in");
  });

  test("is never what Slack refuses, whatever it is", () => {
    const anything = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.constantFrom(...Object.values(HOSTILE)),
    );
    fc.assert(
      fc.property(anything, anything, fc.boolean(), (text, name, isOver) => {
        const facts = [started("10:02", topic(text)), named(name, 0, "10:03"), ...(isOver ? [ended("10:49")] : [])];
        read(meetingCard(meetingFrom(facts), { people: "names" }));
        read(peopleCard(meetingFrom(facts), { people: "names" }, NOW));
        read(reportCard(meetingFrom(facts), VIEW, NOW));
        read(choiceCard([meetingFrom(facts)], ["Which one?"]));
      }),
      { numRuns: Number(process.env.LAW_RUNS ?? 300) },
    );
  });
});

/** Many meetings of a day, each a minute after the other. */
function meetings(count: number, isLive: (index: number) => boolean): Meeting[] {
  const [live, over] = [[], [ended("10:49")]].map((end) =>
    meetingFrom([started("10:02", { ...about, topic: "Weekly product sync" }), ...crowd(3), ...end]),
  );
  return Array.from({ length: count }, (_, index) => {
    const one = (isLive(index) ? live : over) as Meeting;
    return {
      ...one,
      uuid: String(index),
      topic: `Meeting ${index}`,
      start: { ...one.start, at: at("00:00") + index * 20_000 },
    };
  });
}

describe("the answer to /meetings today in Slack", () => {
  const agenda = (some: Meeting[], first?: number) =>
    agendaCard(
      TODAY,
      some,
      { scope: "today", ...(first !== undefined && { first }), isPrivate: true, people: "names" },
      NOW,
    );

  for (const count of [0, 1, 25, 2_000]) {
    test(`is taken with ${count} meetings`, () => {
      doesNotMatch(read(agenda(meetings(count, () => true))), /undefined|null/);
      doesNotMatch(read(agenda(meetings(count, () => false))), /undefined|null/);
      doesNotMatch(read(agenda(meetings(count, (index) => index % 2 === 0))), /undefined|null/);
    });
  }

  test("is taken with as much to come as was, whatever the topics", () => {
    for (const text of ["W".repeat(150), "👩‍👩‍👧‍👦".repeat(150), "&".repeat(150)]) {
      const planned = Array.from({ length: 60 }, (_, index) => ({
        number: String(index),
        topic: plainLine(text, 150),
        isWebinar: false,
        startsAt: at("14:00") + index * 60_000,
        bookedMinutes: 45,
      }));
      const many = meetings(60, (index) => index >= 50).map((one) => ({ ...one, topic: plainLine(text, 150) }));
      const card = agendaCard(TODAY, many, { scope: "week", isPrivate: true, people: "names" }, NOW, planned);
      const shown = read(card);
      equal(shown.match(/^• /gm)?.length, 25);
      match(shown, /^• \+51 more planned$/m);
    }
  });

  test("shows every one of a busy day", () => {
    const shown = read(agenda(meetings(25, (index) => index >= 21)));
    for (let index = 0; index < 25; index += 1) match(shown, new RegExp(`Meeting ${index}\\b`));
    doesNotMatch(shown, /not shown/);
  });

  test("shows the latest of too many, says which, and pages to all others", () => {
    const many = meetings(120, (index) => index >= 110);
    const latest = read(agenda(many));
    match(latest, /Ended: 96 to 110 of 110/);
    for (let index = 95; index < 120; index += 1) match(latest, new RegExp(`Meeting ${index}\\b`));
    const seen = [0, 25, 50, 75].flatMap((first) => read(agenda(many, first)).match(/Meeting \d+/g) ?? []);
    deepEqual(
      seen,
      Array.from({ length: 100 }, (_, index) => `Meeting ${index}`),
    );
  });
});

describe("the digest in Slack", () => {
  for (const count of [1, 20, 100]) {
    test(`is taken with ${count} meetings, also where there are no tables`, () => {
      const card = digestCard(
        DAY,
        meetings(count, () => false),
      ) as Card;
      const shown = read(card);
      equal(shown.match(/Meeting \d+/g)?.length, Math.min(count, 20));
      equal(slackMessage(card, { tables: true }).blocks.filter(({ type }) => type === "table").length, 1);
      if (count > 20) match(shown, /^\+ 80 more meetings: \/meetings 2026-03-02$/m);
    });
  }
});

describe("the digest of a week in Slack", () => {
  const MONDAY = dayOn("2026-03-02", "UTC");
  const held = (facts: MeetingFact[]) => weekCard(MONDAY, [meetingFrom(facts)], [], { people: "names" }) as Card;
  const card = held([started("10:02", { topic: "Sync" }), ended("11:02")]);
  const chart = card.parts.find((part) => part.kind === "chart") as Chart;
  const typesOf = ({ blocks }: SlackMessage) => blocks.map(({ type }) => type);

  test("has Slack's own chart where the workspace has them", () => {
    const message = slackMessage(card, { tables: true, charts: true });
    match(taken(message), /Longest meeting: Sync, 1 h\n.*\n\[chart: Meeting minutes per day\]\nThe week is/);
    deepEqual(typesOf(message), ["header", "section", "rich_text", "rich_text", "data_visualization", "context"]);
  });

  test("shows a picture that was uploaded, with what it shows in words", () => {
    const message = slackMessage(card, { tables: true, pictures: new Map([[chart, "F0123456"]]) });
    match(taken(message), /\[image: Bar chart of meeting minutes per day: Mon 60, Tue 0, /);
    deepEqual(message.blocks[4], {
      type: "image",
      slack_file: { id: "F0123456" },
      alt_text: chartInWords(chart),
    });
  });

  test("has bars of text everywhere else, also in private answers", () => {
    match(read(card), /Meeting minutes per day\n█ This week {2}\(minutes\)\nMon █{20} 60\nTue 0\n/);
  });

  test("always has a line that an edit may keep, whatever its chart is", () => {
    for (const style of [{ charts: true }, { pictures: new Map([[chart, "F0123456"]]) }, {}]) {
      ok(typesOf(slackMessage(card, { tables: true, ...style })).includes("rich_text"));
    }
  });

  for (const [kind, text] of Object.entries(HOSTILE)) {
    test(`shows a topic as it is: ${kind}`, () => {
      const topical = held([started("10:02", topic(text)), ended("11:02")]);
      for (const charts of [true, false]) {
        const { blocks } = slackMessage(topical, { tables: true, charts });
        const line = blocks.find(({ type }) => type === "rich_text");
        match(JSON.stringify(line), /"type":"text"/);
        doesNotMatch(JSON.stringify(blocks), /"type":"(user|broadcast|channel|usergroup|link)"/);
        taken(slackMessage(topical, { tables: true, charts }));
      }
    });
  }

  test("has as much of a large chart as Slack takes", () => {
    const numbers = Array.from({ length: 30 }, (_, index) => index * 1_000);
    const large: Chart = {
      kind: "chart",
      title: "W".repeat(80),
      unit: "minutes of all meetings together",
      categories: numbers.map((number) => `${number} and then some more`),
      series: Array.from({ length: 9 }, (_, index) => ({
        name: `Series ${index} with a long name`,
        numbers: numbers.slice(index),
      })),
    };
    taken(slackMessage({ ...card, parts: [large] }, { tables: true, charts: true }));
    taken(slackMessage({ ...card, parts: [large] }, { tables: true, pictures: new Map([[large, "F0123456"]]) }));
  });
});

describe("the answer to a button in Slack", () => {
  for (const count of [0, 1, 100, 1_000]) {
    test(`is taken with ${count} who came`, () => {
      const shown = read(peopleCard(meetingFrom([started("10:02"), ...crowd(count)]), { people: "names" }, NOW));
      const listed = shown.match(/• Person \d+/g)?.length ?? 0;
      const hidden = Number(/• \+(\d+) more/.exec(shown)?.[1] ?? 0);
      equal(listed + hidden, count);
      ok(listed >= Math.min(count, 25), `only ${listed} are shown`);
    });
  }
});

test("a button that is about nothing in particular carries no empty value", () => {
  const { blocks } = slackMessage(subscriptionsCard([], NOW), { tables: false });
  ok(JSON.stringify(blocks).includes('"action_id":"mtg_subscribe"'));
  doesNotMatch(JSON.stringify(blocks), /"value":""/);
});

describe("the list of channels that hear of meetings", () => {
  const hosts = Array.from({ length: 8 }, (_, index) => ({
    of: "host" as const,
    host: { name: `${index} ${"W".repeat(90)}` },
  }));
  const topics = hosts.map(({ host }) => ({ of: "topic" as const, words: host.name }));
  const numbers = hosts.map((_, index) => ({ of: "number" as const, number: `8640000000${index}` }));
  const channels = Array.from({ length: 47 }, (_, index): [string, Subscription] => [
    `C0ROOM${index}`,
    subscription({ rules: [...hosts, ...topics, ...numbers], pausedUntil: NOW + 1 }),
  ]);
  const about = (card: Card, label: string) => {
    const found = card.buttons.find((button) => button.label === label);
    return found?.kind === "ask" ? Number(found.about) : undefined;
  };

  test("has each of them on one of its pages, whatever they hear of", () => {
    const seen: string[] = [];
    let first: number | undefined = 0;
    let back: number | undefined;
    while (first !== undefined) {
      const card: Card = subscriptionsCard(channels, NOW, first);
      seen.push(...(read(card).match(/#C0ROOM\d+/g) ?? []));
      [first, back] = [about(card, "Later"), about(card, "Earlier")];
    }
    deepEqual(
      seen,
      channels.map(([id]) => `#${id}`),
    );
    equal(back, 32, "from the last page back to the one before");
    match(read(subscriptionsCard(channels, NOW, 999)), /^Channels that hear of meetings\n47 to 47 of 47\n• #C0ROOM46/);
  });

  test("needs no pages for a few", () => {
    const card = subscriptionsCard(channels.slice(0, 8), NOW);
    deepEqual(
      card.buttons.map(({ label }) => label),
      ["Add a channel"],
    );
    doesNotMatch(read(card), /1 to 8/);
  });
});

describe("a report in Slack", () => {
  for (const count of [0, 1, 60, 1_000]) {
    test(`is taken with ${count} who came, and counts those it leaves out`, () => {
      const report = reportCard(meetingFrom([started("10:02"), ...crowd(count), ended("10:49")]), VIEW, NOW);
      for (const tables of [true, false]) {
        const shown = taken(slackMessage(report, { tables }));
        const listed = shown.match(/Person \d+/g)?.length ?? 0;
        const hidden = Number(/\+(\d+) more/.exec(shown)?.[1] ?? 0);
        equal(listed + hidden, count);
        ok(listed >= Math.min(count, 40), `only ${listed} are shown`);
      }
    });
  }

  test("counts in words where no table says what is counted", () => {
    const facts = [started("10:02", { topic: "Sync" }), joined("Jo P1", "10:02"), ended("10:32")];
    const report = periodReportCard(TODAY, [meetingFrom(facts)], WEEK, VIEW, NOW);
    match(read(report), /Sync {2}· {2}1 meeting {2}· {2}30 min {2}· {2}1 person {2}· {2}–/);
    match(taken(slackMessage(report, { tables: true })), /Sync.*\b1\b.*30 min.*\b1\b.*–/s);
    doesNotMatch(JSON.stringify(slackMessage(report, { tables: true }).blocks), /1 person"/);
  });

  test("of many meetings is taken", () => {
    const all = meetings(500, () => false);
    match(read(periodReportCard(TODAY, all, WEEK, VIEW, NOW)), /\+ 480 more, all of them in the CSV/);
    match(read(choiceCard(all, ["Which one?"])), /10\. Meeting 9 /);
  });
});

describe("an explained meeting in Slack", () => {
  const channels = (count: number, of = 1) =>
    Array.from({ length: count }, (_, index) => ({
      channel: `slack:C0ROOM${index}`,
      message: "1.0",
      isInDoubt: false,
      decisions: Array.from({ length: of }, (_, nth) => ({
        at: at("10:03") + nth * 1_000,
        outcome: "upToDate" as const,
        because: nth % 2 === 0 ? "more people" : "restricted_action_non_threadable_channel",
        isInThread: false,
      })),
    }));
  const explained = (facts: MeetingFact[], some = channels(1)) => {
    const heard = asHeard(facts);
    const left = Math.max(0, heard.length - 40);
    const steps = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => stepsAt(heard, from + index, NOW)).flat();
    const explanation = {
      meeting: meetingFrom(facts),
      first: steps(0, left > 0 ? 10 : heard.length),
      left,
      last: left > 0 ? steps(left + 10, heard.length) : [],
      channels: some,
    };
    return read(explainCard(explanation, { people: "names", timeZone: "America/Argentina/ComodRivadavia" }));
  };

  test("shows every line of what was heard and decided, and channels by their names", () => {
    const shown = explained([started("10:02", topic("Sync")), ...crowd(60)], channels(1, 20));
    equal(shown.match(/ → /g)?.length, 40);
    equal(shown.match(/^• \d\d:\d\d:\d\d {2}(more people|restricted)/gm)?.length, 20);
    match(shown, /^… 21 more$/m);
    match(shown, /^#C0ROOM0: its message is there$/m);
    doesNotMatch(shown, /undefined|null|not shown/);
  });

  test("is taken with many channels, each with what was decided there below it", () => {
    const each = channels(30).map((one, index) => ({ ...one, decisions: index < 15 ? one.decisions : [] }));
    const shown = explained([started("10:02", topic("Sync")), ...crowd(60), ended("10:49")], each);
    equal(shown.match(/^#C0ROOM\d+: its message is there\n• \d\d:\d\d:\d\d {2}more people$/gm)?.length, 15);
    match(shown, /^\+15 channels$/m);
  });

  for (const [kind, text] of Object.entries(HOSTILE)) {
    test(`is taken with ${kind} in topic and names, and keeps what was last`, () => {
      const named = crowd(60, () => text).map((fact) => ({ ...fact, about: { ...fact.about, ...topic(text) } }));
      const shown = explained([started("10:02", topic(text)), ...named, ended("10:49")], channels(30, 20));
      match(shown, /Ended at .*→ ended after 47 min/);
      match(shown, /… 22 more/);
    });
  }
});

describe("the status in Slack", () => {
  const status: Status = {
    lastHeardAt: NOW,
    channels: [],
    otherChannels: 0,
    refusals: [],
    unreadable: 0,
    version: "1.0.0",
  };

  test("is taken when all is well and when nothing is", () => {
    match(read(statusCard(status)), /^Status\n• Zoom: last heard/);
    const refusals = Array.from({ length: 300 }, (_, index) => ({
      channel: `slack:C0ROOM${index}`,
      because: "restricted_action_thread_only_channel",
      at: NOW,
    }));
    const shown = read(
      statusCard({
        ...status,
        lastHeardAt: "never",
        slack: "token_revoked",
        redis: "does not answer",
        channels: refusals.map(({ channel }) => channel),
        refusals,
        unreadable: 100,
        staleAt: NOW,
      }),
    );
    match(shown, /#C0ROOM0: In this channel only replies/);
    match(shown, /• \+\d+ more/);
  });
});

describe("the answer to what nobody understands", () => {
  const typed = ["tody", "*_~`", "<!channel>", "🎉", "x".repeat(4_000), "שלום", "&lt;b&gt;"];
  for (const words of typed) {
    test(`is taken for ${words.slice(0, 20)}`, () => {
      const asked = command(words);
      if (asked.kind !== "unknown") throw new Error(`understood as ${asked.kind}`);
      match(read(unknownCard(asked.problem)), /^I do not know .*\n• \/meetings {2}/);
    });
  }

  test("has the three commands that most people need, and a way to all others", () => {
    const asked = command("tody");
    if (asked.kind !== "unknown") throw new Error(`understood as ${asked.kind}`);
    equal(
      read(unknownCard(asked.problem)),
      [
        "I do not know tody. Did you mean /meetings today?",
        "• /meetings  what is on, still to come and over today",
        "• /meetings report product sync  who was there and for how long, with a picture and a CSV",
        "• /meetings subscribe  which meetings this channel hears of",
        "[Help]",
        "Only you can see this. All commands: /meetings help",
      ].join("\n"),
    );
    const { text } = slackMessage(unknownCard(asked.problem), { tables: false });
    match(text, /^I do not know tody\. Did you mean \/meetings today\?\n\/meetings {2}/);
  });

  test("and help itself are taken", () => {
    match(read(helpCard()), /^I tell about the Zoom meetings of this company[\s\S]*Only you can see this\.$/);
    ok(read(helpCard()).split("\n").length < 30, "nobody reads more");
  });

  const typable = helpCard()
    .parts.flatMap((part) => (part.kind === "list" ? part.lines : []))
    .flat()
    .flatMap((span) => (typeof span === "object" && "code" in span ? [span.code.replace(/^\/meetings ?/, "")] : []));

  test("help has only what is understood", () => {
    for (const words of typable) {
      const { kind } = command(words.replace("#channel", "<#C0ROOM|room>"));
      ok(kind !== "unknown" && kind !== "wrong", words);
    }
  });

  test("help has every word that is understood", () => {
    const words = typable.join(" ");
    for (const word of ["live", "report", "explain", "status", "help", "all", ...SUBSCRIBE_COMMANDS]) {
      ok(words.includes(word), word);
    }
    ok(periodNames().filter((name) => words.includes(name)).length >= 4, "most names of days");
  });
});

describe("a card that tells of a change of what its channel hears of", () => {
  const card = (by?: string): Card => ({
    ...meetingCard(meetingFrom([started("09:00")]), { people: "names" }),
    notice: { at: NOW, ...(by !== undefined && { by }) },
  });

  test("says so in small print, last of all", () => {
    match(read(card("Alice Ng")), /\nAlice Ng changed what this channel hears of · \/meetings list$/);
    match(read(card()), /\nSomebody changed what this channel hears of · \/meetings list$/);
    match(slackMessage(card("Alice Ng"), { tables: true }).text, /\nAlice Ng changed what this channel hears of/);
  });

  test("has the name as plain text, whatever it is", () => {
    const hostile = "<!channel> *Bob* <@U0BEN> :fire:\u202e\nnew line";
    const { blocks, text } = slackMessage(card(hostile), { tables: true });
    deepEqual(blocks.at(-1), {
      type: "context",
      elements: [
        {
          type: "plain_text",
          text: "<!channel> *Bob* <@U0BEN> :fire: new line changed what this channel hears of · /meetings list",
          emoji: false,
        },
      ],
    });
    doesNotMatch(text, /<!channel|<@/);
    match(read(card(" \u200b ")), /\nSomebody changed/);
  });
});

describe("whatever Zoom calls a meeting", () => {
  const longest = Array.from({ length: 300 }, (_, length) => "~".repeat(length)).findLast(
    (uuid) => Uuid.safeParse(uuid).success,
  );

  test("its card is one that Slack takes, and so is every question about it", () => {
    const uuid = longest ?? "";
    ok(uuid.length >= 100, "Zoom's own have 24 characters");
    const facts = [started("09:00", { uuid }), joined("Jo P1", "09:01", { uuid })];
    const live = meetingFrom(facts);
    match(read(meetingCard(live, { people: "names" })), /is live[\s\S]*Do not post this meeting here/);
    read(meetingCard(meetingFrom([...facts, ended("09:30", { uuid })]), { people: "names" }));
    read(choiceCard([live, live], ["Which one?"]));
    read(reportCard(live, VIEW, NOW));
    deepEqual(unmuteAsked(unmuteText("C0GENERAL", { uuid })), { channelId: "C0GENERAL", muted: { uuid } });
  });

  test("asking for it by that name finds it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 40 }), (uuid) => {
        if (!Uuid.safeParse(uuid).success) return;
        deepEqual(reportQuestion(questionText({ of: "meeting", uuid })), { of: "meeting", uuid });
      }),
      { numRuns: Number(process.env.LAW_RUNS ?? 100) },
    );
  });
});
