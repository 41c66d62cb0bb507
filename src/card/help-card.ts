import type { Card, Line } from "./card.ts";

const COMMANDS: [string, string][] = [
  ["/meetings today", "what is on, still to come and over today (also just /meetings)"],
  ["/meetings live", "what is on right now"],
  ["/meetings yesterday", "also week, last week, month, 2026-11-24, 2026-11: what was on then or is planned"],
  ["/meetings report", "who was there and for how long, with a picture and a CSV"],
  [
    "/meetings report product sync",
    "of the meetings with these words in their topic; also last, or a meeting's number",
  ],
  ["/meetings report week", "what all meetings add up to; also by host, host Alice, topic sync; any days"],
  [
    "/meetings explain product sync",
    "what Zoom said of a meeting, when, and what was posted why; also last, or a number",
  ],
  ["/meetings status", "whether Zoom, Slack, Redis and the channels are well"],
  ["/meetings help", "this list"],
];

/** What `/meetings` understands; `problem` says first what was not understood. */
export function helpCard(problem?: Line): Card {
  const intro: Line = problem ?? ["I tell about the Zoom meetings of this company. Ask me:"];
  return {
    stage: "answer",
    summary: problem ? "I did not understand that. Try /meetings help" : "What /meetings understands",
    parts: [
      { kind: "line", line: intro },
      { kind: "list", lines: COMMANDS.map(([command, does]) => [{ code: command }, `  ${does}`]) },
    ],
    buttons: [],
    note: ["Only you can see this."],
  };
}
