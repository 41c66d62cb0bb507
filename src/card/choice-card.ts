import type { Meeting } from "../meeting/meeting.ts";
import { type Button, type Card, type Line, lineText } from "./card.ts";
import { lastedText } from "./meeting-card.ts";
import { questionText } from "./report-question.ts";
import { LONGEST_LISTED_TOPIC, people, timeSpan, topicOf } from "./words.ts";

/** At most so many meetings are offered. */
export const MOST_CHOICES = 10;

/** Several meetings are meant, and the asker picks the one to report or to explain. */
export function choiceCard(found: readonly Meeting[], sentence: Line, ask: "report" | "explain" = "report"): Card {
  const offered = found.slice(0, MOST_CHOICES);
  return {
    stage: "answer",
    summary: lineText(sentence),
    parts: [
      { kind: "line", line: sentence },
      { kind: "list", isNumbered: true, lines: offered.map(line) },
    ],
    buttons: offered.map((meeting, index) => button(meeting, index, ask)),
    note: ["Only you can see this. Times are in your time zone."],
  };
}

function line(meeting: Meeting): Line {
  const length = meeting.isLive ? "still live" : lastedText(meeting);
  const came = meeting.people.length === 0 ? "nobody seen" : people(meeting.people.length);
  const topic = topicOf(meeting, LONGEST_LISTED_TOPIC);
  return [{ strong: topic }, "  ", timeSpan(meeting.start.at, "day and time"), `, ${length}, ${came}`];
}

function button({ uuid }: Meeting, index: number, ask: "report" | "explain"): Button {
  const about = questionText({ of: "meeting", uuid });
  const label = `${ask === "report" ? "Report" : "Explain"} ${index + 1}`;
  return { kind: "ask", label, ask, about, nth: index + 1 };
}
