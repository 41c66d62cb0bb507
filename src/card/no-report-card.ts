import { type Card, type Line, lineText } from "./card.ts";
import type { MeetingQuestion, ReportQuestion } from "./report-question.ts";
import { shortened } from "./words.ts";

const LONGEST_QUOTED = 80;
const EXAMPLES: [string, string][] = [
  ["/meetings report", "the latest meetings to choose from"],
  ["/meetings report last", "the latest one that is over"],
  ["/meetings report product sync", "by words of its topic"],
  ["/meetings report 864 1234 5678", "by its number"],
  ["/meetings report week", "also yesterday, month, 2026-11-24, 2026-11; by host; host Alice; topic sync"],
];

/** There is no such meeting, or nothing may be told of it; how to ask for others. */
export function noReportCard(question: ReportQuestion): Card {
  return nothingFound(question, EXAMPLES);
}

/** There is no such meeting that could be explained; how to ask for others. */
export function nothingToExplainCard(question: MeetingQuestion): Card {
  const ofMeetings = EXAMPLES.slice(0, 4);
  return nothingFound(
    question,
    ofMeetings.map(([asked, does]) => [asked.replace("report", "explain"), does]),
  );
}

function nothingFound(question: ReportQuestion, examples: readonly [string, string][]): Card {
  return {
    stage: "answer",
    isNothing: true,
    summary: lineText(sentence(question)),
    parts: [
      { kind: "line", line: sentence(question) },
      {
        kind: "list",
        title: "What you can ask",
        lines: examples.map(([asked, does]) => [{ code: asked }, `  ${does}`]),
      },
    ],
    buttons: [],
  };
}

function sentence(question: ReportQuestion): Line {
  switch (question.of) {
    case "topic":
      return ["I know of no meeting with ", { strong: shortened(question.topic, LONGEST_QUOTED) }, " in its topic."];
    case "number":
      return ["I know of no meeting with the number ", { strong: question.number }, "."];
    case "last":
      return ["I know of no meeting that is over."];
    case "latest":
      return ["I know of no meeting yet."];
    case "period":
      return ["Names are switched off here, so I cannot tell by host."];
    case "meeting":
      return ["I know nothing about this meeting any more."];
  }
}
