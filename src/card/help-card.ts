import { type Card, type Line, lineText, type Span } from "./card.ts";

/** Of the commands after the first one `/meetings` is left out. */
type Entry = [commands: string[], does: string];

/** What most people need. */
const MOST_USED: Entry[] = [
  [["/meetings"], "what is on, still to come and over today"],
  [["/meetings report product sync"], "who was there and for how long, with a picture and a CSV"],
  [["/meetings subscribe"], "which meetings this channel hears of"],
];

const GROUPS: [title: string, entries: Entry[]][] = [
  [
    "Ask",
    [
      [["/meetings live"], "what is on right now"],
      [
        ["/meetings yesterday", "week", "last week", "month", "2026-11-24", "2026-11"],
        "what was on then or is planned",
      ],
      [["/meetings week all", "today #channel"], "all that you may see, or only what that channel hears of"],
    ],
  ],
  [
    "Report",
    [
      [["/meetings report", "report last", "report 864 1234 5678"], "of one meeting; just report offers the latest"],
      [
        ["/meetings report week", "report 2026-11 by host", "report last week topic sync"],
        "what all meetings add up to",
      ],
      [["/meetings explain last"], "what Zoom said of a meeting, when, and what was posted why"],
    ],
  ],
  [
    "This channel",
    [
      [
        [
          '/meetings subscribe topic "product sync"',
          "subscribe host @alice",
          "subscribe id 864 1234 5678",
          "subscribe all",
        ],
        "without the form",
      ],
      [["/meetings settings", "unsubscribe", "list"], "change it, end it, see what channels hear of"],
      [["/meetings pause 2h", "pause today", "resume"], "nothing new is posted meanwhile"],
      [["/meetings mute weekly sync", "unmute weekly sync"], "one meeting is not told of here, or is again"],
      [["/meetings digest daily weekly 18:00", "digest off"], "sums up the day, and the week on Friday"],
      [["/meetings test"], "a message here, to see that it works"],
    ],
  ],
  [
    "Me",
    [
      [["/meetings status"], "whether Zoom, Slack, Redis and the channels are well"],
      [["/meetings help"], "this list; what I tell you yourself is chosen in my Home tab"],
    ],
  ],
];

/** What `/meetings` understands. */
export function helpCard(): Card {
  return {
    stage: "answer",
    summary: `What /meetings understands: ${MOST_USED.map(([[command]]) => command).join(", ")}, and more`,
    parts: [
      { kind: "line", line: ["I tell about the Zoom meetings of this company. Most used:"] },
      { kind: "list", lines: MOST_USED.map(entryLine) },
      ...GROUPS.map(([title, entries]) => ({ kind: "list" as const, title, lines: entries.map(entryLine) })),
    ],
    buttons: [],
    note: ["Only you can see this."],
  };
}

/** The answer to what is not understood; `problem` says what that was, and what may have been meant. */
export function unknownCard(problem: Line): Card {
  return {
    stage: "answer",
    summary: lineText(problem),
    parts: [
      { kind: "line", line: problem },
      { kind: "list", lines: MOST_USED.map(entryLine) },
    ],
    buttons: [{ kind: "ask", label: "Help", ask: "help", about: "" }],
    note: ["Only you can see this. All commands: ", { code: "/meetings help" }],
  };
}

function entryLine([commands, does]: Entry): Line {
  const said = commands.flatMap((code, index): Span[] => (index === 0 ? [{ code }] : [", ", { code }]));
  return [...said, `  ${does}`];
}
