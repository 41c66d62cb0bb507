import type { Meeting } from "../meeting/meeting.ts";
import { tally } from "../meeting/tally.ts";
import type { Card } from "./card.ts";
import { clockTime, type Day, dayName } from "./day.ts";
import { lastedText } from "./meeting-card.ts";
import { totalFigure, totalWords } from "./total.ts";
import { counted, LONGEST_LISTED_TOPIC, people, topicOf } from "./words.ts";

const MOST_ROWS = 20;

/** A day in one message: totals first, then each meeting that began on that day. Undefined when there was none. */
export function digestCard(day: Day, meetings: readonly Meeting[]): Card | undefined {
  if (meetings.length === 0) return undefined;
  const byStart = meetings.toSorted((a, b) => a.start.at - b.start.at || (a.uuid < b.uuid ? -1 : 1));
  const all = tally(meetings);
  const { people: everybody, overran } = all;
  const meetingsCount = counted(byStart.length, "meeting", "meetings");
  return {
    stage: "digest",
    summary: `${dayName(day)}: ${meetingsCount}, ${totalWords(all)}, ${people(everybody)}`,
    parts: [
      { kind: "heading", text: `Meetings on ${dayName(day)}` },
      {
        kind: "figures",
        figures: [
          { value: String(byStart.length), label: byStart.length === 1 ? "meeting" : "meetings" },
          totalFigure(all),
          { value: String(everybody), label: everybody === 1 ? "person" : "different people" },
          { value: String(overran), label: "ran over" },
        ],
      },
      {
        kind: "table",
        columns: [
          { title: "Start", align: "left" },
          { title: "Meeting", align: "left" },
          { title: "Length", align: "right" },
          { title: "People", align: "right", unit: ["person", "people"] },
        ],
        rows: byStart.slice(0, MOST_ROWS).map((meeting) => row(meeting, day)),
      },
      ...(byStart.length > MOST_ROWS
        ? [
            {
              kind: "line" as const,
              line: [
                `+ ${counted(byStart.length - MOST_ROWS, "more meeting", "more meetings")}: `,
                { code: `/meetings ${day.date}` },
              ],
            },
          ]
        : []),
    ],
    buttons: [],
    note: [
      `Times of the table: ${day.timeZone}. Meetings that began on this day; what comes late is added here. `,
      { code: "/meetings settings" },
      " changes what is told here.",
    ],
  };
}

function row(meeting: Meeting, { timeZone }: Day): string[] {
  return [
    clockTime(meeting.start.at, timeZone),
    topicOf(meeting, LONGEST_LISTED_TOPIC),
    meeting.isLive ? "still live" : lastedText(meeting),
    String(meeting.people.length),
  ];
}
