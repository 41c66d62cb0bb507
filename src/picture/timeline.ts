import { clockTime, dayOf, shortDayName } from "../card/day.ts";
import { lastedText } from "../card/meeting-card.ts";
import { durationSure, nameOf, people, shortened, topicOf } from "../card/words.ts";
import type { Instant } from "../meeting/fact.ts";
import type { Meeting } from "../meeting/meeting.ts";
import type { Person } from "../meeting/person.ts";
import { isTold, presentMs, type Stay } from "../meeting/stay.ts";

/** Who was in a meeting and when, ready to be drawn: places along the time are shares of it, from 0 to 1. */
export interface Timeline {
  title: string;
  subtitle: string;
  ticks: { place: number; label: string }[];
  rows: Row[];
  /** People who are left out because there are too many. */
  hidden: number;
}

export interface Row {
  name: string;
  total: string;
  role: "host" | "member" | "guest";
  bars: { from: number; to: number; isSure: boolean }[];
}

const MOST_ROWS = 100;

/** A row for each person, in the order in which they came, over the whole time of the meeting. */
export function timelineOf(meeting: Meeting, timeZone: string, now: Instant): Timeline {
  const from = meeting.start.at;
  const until = Math.max(meeting.end?.at ?? now, from + SHORTEST_MS);
  const place = (at: Instant) => Math.min(1, Math.max(0, (at - from) / (until - from)));
  const shown = meeting.people.slice(0, MOST_ROWS);
  return {
    title: topicOf(meeting),
    subtitle: subtitle(meeting, timeZone, now),
    ticks: ticks(from, until, timeZone).map(({ at, label }) => ({ place: place(at), label })),
    rows: shown.map((person) => ({
      name: nameOf(person),
      total: total(person, now),
      role: person.isHost ? "host" : person.isGuest ? "guest" : "member",
      bars: person.stays.map((stay) => ({
        from: place(stay.from.at),
        to: place(stay.to?.at ?? now),
        isSure: isTold(stay),
      })),
    })),
    hidden: meeting.people.length - shown.length,
  };
}

/** An image's description for who does not see it; Slack takes no more. */
const LONGEST_ALT = 1_000;

/** What the picture says, in words: of more people than fit the first, and how many there are. */
export function altText(meeting: Meeting, timeZone: string, now: Instant): string {
  const clock = (at: Instant) => clockTime(at, timeZone);
  const when = ({ from, to }: Stay) => `${clock(from.at)} to ${to ? clock(to.at) : "now"}`;
  const one = (person: Person) =>
    `${nameOf(person)}${person.isHost ? ", host" : ""}: ${total(person, now)}, ${person.stays.map(when).join(" and ")}`;
  const intro = `Attendance of ${topicOf(meeting, LONGEST_ALT / 4)}. ${subtitle(meeting, timeZone, now)}. One bar per person. `;
  let text = intro;
  for (const [index, person] of meeting.people.entries()) {
    const more = `And ${people(meeting.people.length - index)} more.`;
    const sentence = `${one(person)}. `;
    if (text.length + sentence.length + more.length > LONGEST_ALT) return shortened(text + more, LONGEST_ALT);
    text += sentence;
  }
  return text.trim();
}

function subtitle(meeting: Meeting, timeZone: string, now: Instant): string {
  const { start, end, isLive, mostAtOnce } = meeting;
  const clock = (at: Instant) => clockTime(at, timeZone);
  const day = shortDayName(dayOf(start.at, timeZone));
  const time = `${day}, ${clock(start.at)} to ${clock(end?.at ?? now)} (${timeZone})`;
  const length = isLive ? "still live" : lastedText(meeting);
  return `${time} · ${length} · ${people(meeting.people.length)}, most at once ${mostAtOnce}`;
}

function total({ stays }: Person, now: Instant): string {
  return durationSure(presentMs(stays, now), stays.every(isTold));
}

/** Anything shorter is drawn as long as this. */
const SHORTEST_MS = 60_000;
const MINUTE_MS = 60_000;
const STEPS_MIN = [0.25, 1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720];
const MOST_TICKS = 6;

/** Round times of the clock, so many that their labels have room. The first of another day names it. */
function ticks(from: Instant, until: Instant, timeZone: string): { at: Instant; label: string }[] {
  const step =
    STEPS_MIN.map((minutes) => minutes * MINUTE_MS).find((ms) => (until - from) / ms <= MOST_TICKS) ??
    24 * 60 * MINUTE_MS;
  const midnight = dayOf(from, timeZone).from;
  const first = midnight + Math.ceil((from - midnight) / step) * step;
  const found: { at: Instant; label: string }[] = [];
  let date = dayOf(from, timeZone).date;
  for (let at = first; at <= until; at += step) {
    const day = dayOf(at, timeZone);
    const seconds = step < MINUTE_MS ? `:${String(Math.round(at / 1_000) % 60).padStart(2, "0")}` : "";
    const clock = `${clockTime(at, timeZone)}${seconds}`;
    found.push({ at, label: day.date === date ? clock : `${shortDayName(day)} ${clock}` });
    date = day.date;
  }
  return found;
}
