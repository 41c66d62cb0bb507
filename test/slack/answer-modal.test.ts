import { doesNotMatch, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import { agendaCard } from "../../src/card/agenda-card.ts";
import type { Card } from "../../src/card/card.ts";
import { helpCard } from "../../src/card/help-card.ts";
import { periodOf } from "../../src/card/period.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { plainLine } from "../../src/meeting/text.ts";
import { answerModal } from "../../src/slack/answer-modal.ts";
import { about, ended, joined, started } from "../meeting/facts.ts";
import { HOSTILE, mrkdwnIn, NOW, shown } from "./views.ts";

const meeting = (index: number, topic: string, ...more: Parameters<typeof meetingFrom>[0]) =>
  meetingFrom(
    about({ uuid: `m${index}`, number: `${86_400_000_000 + index}`, topic: plainLine(topic, 150) }, [
      started("10:02"),
      joined(`Jo P${index}`, "10:02"),
      ...more,
    ]),
  );
const agenda = (scope: string, meetings: Parameters<typeof agendaCard>[1]): Card =>
  agendaCard(periodOf(scope, NOW, "UTC"), meetings, { scope, isPrivate: true, people: "names" }, NOW);

describe("an answer as a modal", () => {
  test("has its heading as the title, its links, and no buttons that would change a message", () => {
    equal(
      shown(answerModal(agenda("today", [meeting(1, "Sync"), meeting(2, "Stand-up", ended("10:20"))]))),
      [
        "Meetings today",
        "Live now",
        "• 🟢 Sync  1 in, since 10:02",
        "Ended",
        "• 10:02  Stand-up, 18 min, 1 person",
        "Only you can see this. Times are in your time zone; the day is that of UTC. More: /meetings help",
        "[Close]",
      ].join("\n"),
    );
  });

  test("keeps a heading that is too long for a title", () => {
    const text = shown(answerModal(agenda("2026-02-24", [])));
    match(text, /^Meetings\nMeetings on Tuesday, 24 February\nI know of no meetings/);
  });

  test("keeps the buttons that are links", () => {
    const card: Card = {
      stage: "answer",
      summary: "Sync",
      parts: [],
      buttons: [
        { kind: "open", label: "Join", url: "https://zoom.us/j/86412345678" },
        { kind: "ask", label: "Who was there", ask: "people", about: "uuid" },
      ],
    };
    equal(shown(answerModal(card)), "Meetings\n[Join]\n[Close]");
    equal(shown(answerModal({ ...card, buttons: [] })), "Meetings\nSync\n[Close]");
  });

  test("has lists where a message has tables", () => {
    const columns = [{ title: "Who", align: "left" as const }];
    const card: Card = {
      stage: "answer",
      summary: "x",
      parts: [{ kind: "table", columns, rows: [["Alice"], ["Bob"]] }],
      buttons: [],
    };
    equal(shown(answerModal(card)), "Meetings\n• Alice\n• Bob\n[Close]");
  });

  test("is taken with any number of meetings, whatever they are called", () => {
    shown(answerModal(helpCard()));
    for (const topic of Object.values(HOSTILE)) {
      for (const count of [0, 1, 500]) {
        const meetings = Array.from({ length: count }, (_, index) => meeting(index, topic));
        const view = answerModal(agenda("today", meetings));
        equal(shown(view).includes("EVIL"), count > 0);
        doesNotMatch(mrkdwnIn(view), /EVIL/);
      }
    }
    const parts = Array.from({ length: 500 }, () => ({ kind: "line" as const, line: ["x"] }));
    equal(answerModal({ stage: "answer", summary: "x", parts, buttons: [] }).blocks.length, 100);
  });
});
