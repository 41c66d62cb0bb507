import type { Instant, MeetingFact } from "../meeting/fact.ts";
import { duration, shortened } from "./words.ts";

const LONGEST_NAME = 40;
const MINUTE_MS = 60_000;

export interface FactStyle {
  namesPeople: boolean;
  /** A time on the asker's clocks. */
  clock: (at: Instant) => string;
}

/** What Zoom said, whose clock told its time, and how late it came: "Alice Ng left at 10:21:03, 12 min late". */
export function factWords(fact: MeetingFact, { namesPeople, clock }: FactStyle): string {
  const what = whatWasSaid(fact, namesPeople);
  switch (fact.timeFrom) {
    case "payload":
      return `${what} at ${clock(fact.at)}${delay(fact)}`;
    case "event_ts":
      return `${what} at ${clock(fact.at)} by event_ts${delay(fact)}`;
    case "arrival":
      return `${what}, at a time that only our clock tells`;
  }
}

function whatWasSaid(fact: MeetingFact, namesPeople: boolean): string {
  const name = namesPeople && "who" in fact && fact.who.name;
  const somebody = name ? shortened(name, LONGEST_NAME) : "Somebody";
  switch (fact.kind) {
    case "started":
      return "Started";
    case "ended":
      return "Ended";
    case "summarized":
      return "The summary says that it ended";
    case "startedAgain":
      return "Its number was started again";
    case "fellSilent":
      return "Nothing more was heard";
    case "joined":
      return `${somebody} joined`;
    case "left":
      return `${somebody} left`;
    case "waiting":
      return `${somebody} came to the waiting room`;
    case "waitingOver":
      return `${somebody} left the waiting room`;
    case "awaitsHost":
      return `${somebody} began to wait for the host`;
    case "awaitsHostNoMore":
      return `${somebody} waited for the host no longer`;
    case "roleChanged":
      return namesPeople && fact.role !== "" ? `${somebody} became ${fact.role}` : `${somebody} got another role`;
    case "bound":
      return `${somebody} was found to be on the phone as well`;
    case "enteredRoom":
      return `${somebody} entered a breakout room`;
    case "leftRoom":
      return `${somebody} left a breakout room`;
  }
}

/** A summary is made hours after the end, and what we conclude comes when it comes. */
const NEVER_LATE = new Set<MeetingFact["kind"]>(["summarized", "startedAgain", "fellSilent"]);

function delay({ kind, at, heardAt }: MeetingFact): string {
  const minutes = Math.trunc((heardAt - at) / MINUTE_MS);
  if (minutes === 0 || NEVER_LATE.has(kind)) return "";
  const length = duration(Math.abs(minutes) * MINUTE_MS);
  return minutes > 0 ? `, ${length} late` : `, ${length} ahead of our clock`;
}
