import { inMeeting, type Meeting } from "../meeting/meeting.ts";
import type { Person } from "../meeting/person.ts";
import type { Card, Line } from "./card.ts";
import { joinButton, lastedText } from "./meeting-card.ts";
import { people, timeSpan, topicOf } from "./words.ts";

/** What the host of a meeting is told that went live without them; `host` is how they came at last. */
export function aloneCard(meeting: Meeting, host?: Person): Card {
  if (host) return joinedCard(meeting, host);
  return meeting.isLive ? liveCard(meeting) : endedCard(meeting);
}

function liveCard(meeting: Meeting): Card {
  const topic = topicOf(meeting);
  const here = inMeeting(meeting).length;
  const since = timeSpan(meeting.start.at, "time");
  return said(
    "live",
    `${topic} is live without you, ${here === 0 ? "nobody" : people(here)} in`,
    [
      { dot: "live" },
      "  ",
      { strong: topic },
      `  is live without you · ${here === 0 ? "nobody" : here} in, since `,
      since,
    ],
    joinButton(meeting),
  );
}

/** What it says stays true, so it is the last word. */
function joinedCard(meeting: Meeting, { stays }: Person): Card {
  const topic = topicOf(meeting);
  const at = stays[0]?.from.at ?? meeting.start.at;
  return said("ended", `You joined ${topic}`, ["You joined  ", { strong: topic }, "  at ", timeSpan(at, "time")]);
}

function endedCard(meeting: Meeting): Card {
  const topic = topicOf(meeting);
  const lasted = lastedText(meeting);
  const came = people(meeting.people.length);
  return said("ended", `${topic} ended after ${lasted}, without you`, [
    { dot: "ended" },
    "  ",
    { strong: topic },
    "  ended after ",
    { strong: lasted },
    ` without you · ${came}`,
  ]);
}

/** For its host it is over with their coming as well: that is what has to be told, and no more. */
function said(stage: "live" | "ended", summary: string, line: Line, buttons: Card["buttons"] = []): Card {
  return { stage, summary, parts: [{ kind: "line", line }], buttons };
}
