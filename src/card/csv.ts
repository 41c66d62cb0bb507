import { stringify } from "csv-stringify/sync";
import { type Booking, type Punctuality, punctualityOf } from "../meeting/booking.ts";
import type { Instant } from "../meeting/fact.ts";
import { hasSureLength, lastedMs, type Meeting, overranMs } from "../meeting/meeting.ts";
import { isTold, presentMs } from "../meeting/stay.ts";
import { isPersonTimeSure, personMs } from "../meeting/tally.ts";
import type { CardStyle } from "./meeting-card.ts";
import { hostOf } from "./words.ts";

type Cell = string | number | undefined;

/** One meeting for a spreadsheet: a row for each stay of each person. */
export function meetingCsv(meeting: Meeting, now: Instant): string {
  return csv(
    meeting.people.flatMap((person) =>
      person.stays.map((stay, index) => ({
        ...identity(meeting),
        person: person.name,
        guest: yes(person.isGuest),
        host: yes(person.isHost),
        matched_by_name_only: yes(person.matchedByName),
        stay: index + 1,
        joined: iso(stay.from.at),
        left: stay.to && iso(stay.to.at),
        stay_seconds: seconds(presentMs([stay], now)),
        stay_is_sure: yes(isTold(stay)),
        person_seconds: seconds(presentMs(person.stays, now)),
      })),
    ),
    [
      ...IDENTITY,
      "person",
      "guest",
      "host",
      "matched_by_name_only",
      "stay",
      "joined",
      "left",
      "stay_seconds",
      "stay_is_sure",
      "person_seconds",
    ],
  );
}

const ROWS_AT_ONCE = 200;

/**
 * Several meetings for a spreadsheet, in their order of time: a row for each. It comes in parts, one after another, for
 * there may be very many.
 */
export function* meetingsCsv(
  meetings: readonly Meeting[],
  style: CardStyle,
  now: Instant,
  bookings: readonly Booking[] = [],
): Generator<string> {
  const punctuality = punctualityOf(bookings);
  const sorted = meetings.toSorted((a, b) => a.start.at - b.start.at);
  for (let first = 0; first === 0 || first < sorted.length; first += ROWS_AT_ONCE) {
    yield meetingRows(sorted.slice(first, first + ROWS_AT_ONCE), { style, punctuality, isFirst: first === 0 }, now);
  }
}

interface Rows {
  style: CardStyle;
  punctuality: ReadonlyMap<string, Punctuality>;
  isFirst: boolean;
}

function meetingRows(
  meetings: readonly Meeting[],
  { style: { people: style }, punctuality, isFirst }: Rows,
  now: Instant,
): string {
  return csv(
    meetings.map((meeting) => ({
      ...identity(meeting),
      ...(style === "names" && { host: hostOf(meeting) }),
      start: iso(meeting.start.at),
      end: meeting.end && iso(meeting.end.at),
      ...planned(punctuality.get(meeting.uuid)),
      live: yes(meeting.isLive),
      seconds: seconds(lastedMs(meeting, now)),
      seconds_are_sure: yes(hasSureLength(meeting)),
      booked_seconds: meeting.bookedMinutes && meeting.bookedMinutes * 60,
      over_seconds: meeting.bookedMinutes && seconds(overranMs(meeting, now)),
      people: meeting.people.length,
      most_at_once: meeting.mostAtOnce,
      person_seconds: seconds(personMs(meeting, now)),
      person_seconds_are_sure: yes(isPersonTimeSure(meeting)),
    })),
    [
      ...IDENTITY,
      ...(style === "names" ? ["host"] : []),
      "start",
      "end",
      "planned_start",
      "start_delay_seconds",
      "live",
      "seconds",
      "seconds_are_sure",
      "booked_seconds",
      "over_seconds",
      "people",
      "most_at_once",
      "person_seconds",
      "person_seconds_are_sure",
    ],
    { isFirst },
  );
}

/** A delay is never negative: what began before it was to, began in time. */
function planned(punctuality: Punctuality | undefined): Record<string, Cell> {
  const { plannedFor, delayMs } = punctuality ?? {};
  return {
    planned_start: plannedFor && iso(plannedFor),
    start_delay_seconds: delayMs === undefined ? undefined : seconds(Math.max(0, delayMs)),
  };
}

const IDENTITY = ["topic", "meeting_number", "meeting_uuid"];

function identity({ topic, number, uuid }: Meeting): Record<string, Cell> {
  return { topic, meeting_number: number && grouped(number), meeting_uuid: uuid };
}

/** Where decimals have a comma, Excel begins a new cell at each semicolon, whatever the quotes say. */
const FORMULA_AFTER_SEMICOLON = /;(?=["\s]*[=+\-@＝＋－＠])/g;

/**
 * UTF-8 with a BOM and CRLF, which is what Excel needs. Foreign text that a spreadsheet would run as a formula gets an
 * apostrophe in front; our own numbers are never negative and stay numbers.
 */
function csv(
  rows: readonly Record<string, Cell>[],
  columns: readonly string[],
  { isFirst }: { isFirst: boolean } = { isFirst: true },
): string {
  return stringify([...rows], {
    header: isFirst,
    columns: [...columns],
    bom: isFirst,
    record_delimiter: "windows",
    escape_formulas: true,
    cast: { string: (text) => text.replaceAll(FORMULA_AFTER_SEMICOLON, ";'") },
  });
}

/** As Zoom shows it; in one piece a spreadsheet would make it 8.64E+10. */
function grouped(number: string): string {
  const [, first = "", second = "", rest = ""] = /^(\d{3})(\d{3,4})(\d{4})$/.exec(number) ?? [];
  return rest ? `${first} ${second} ${rest}` : number;
}

const iso = (at: Instant): string => new Date(at).toISOString();
const seconds = (ms: number): number => Math.round(ms / 1_000);
const yes = (is: boolean): string => (is ? "yes" : "no");
