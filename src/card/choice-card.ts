import type { Meeting } from "../meeting/meeting.ts";
import type { Card } from "./card.ts";
import { clockTime, dayName, dayOf } from "./day.ts";
import { lastedText } from "./meeting-card.ts";
import { questionText } from "./report-question.ts";
import { LONGEST_LISTED_TOPIC, people, topicOf } from "./words.ts";

/** At most so many meetings are offered. */
export const MOST_CHOICES = 10;

/** Several meetings are meant, or may be: the asker picks one. Times are those of the asker's zone. */
export function choiceCard(found: readonly Meeting[], sentence: string, timeZone: string): Card {
  const text = (meeting: Meeting) => {
    const { at } = meeting.start;
    const length = meeting.isLive ? "still live" : lastedText(meeting);
    const came = meeting.people.length === 0 ? "nobody seen" : people(meeting.people.length);
    const when = `${dayName(dayOf(at, timeZone))} ${clockTime(at, timeZone)}`;
    return `${topicOf(meeting, LONGEST_LISTED_TOPIC)}\n${when}, ${length}, ${came}`;
  };
  return {
    stage: "answer",
    summary: sentence,
    parts: [
      { kind: "line", line: [sentence] },
      {
        kind: "choices",
        choices: found.slice(0, MOST_CHOICES).map((meeting) => ({
          text: text(meeting),
          button: {
            kind: "ask",
            label: "Report",
            ask: "report",
            about: questionText({ of: "meeting", uuid: meeting.uuid }),
          },
        })),
      },
    ],
    buttons: [],
    note: [`Only you can see this. Times: ${timeZone}.`],
  };
}
