/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** What Zoom says about the instance in every delivery: the same words each time, so it is kept once. */
export interface MeetingIdentity {
  /** One instance: every start of a meeting has a new one. Case-sensitive, may contain `/`. */
  uuid: string;
  /** What people dial. A series and a personal room use the same one again and again. */
  number?: string;
  topic?: string;
  hostId?: string;
  hostEmail?: string;
  /** Zoom's `duration`: what was booked, in minutes. Says nothing about how long it took. */
  bookedMinutes?: number;
  /** Zoom's `start_time` in running events: when this instance really began. */
  startedAt?: Instant;
  isWebinar?: boolean;
}

/** What the door calls somebody of whom Zoom says only a phone number. Not a name: two of them are two people. */
export const PHONE_CALLER = "Phone caller";

/** One appearance of somebody, as Zoom described it. Absent means that Zoom did not say. */
export interface Participant {
  /** `participant_uuid`: one connection of one device; survives breakout moves, new after a rejoin. */
  connection?: string;
  /** `user_id`: handed out inside the meeting, new at every breakout move and rejoin. */
  userId?: string;
  /** Zoom's user id; only for people signed in to this account. */
  zoomUserId?: string;
  /** In lower case. */
  email?: string;
  registrantId?: string;
  name?: string;
}

/** Who told the time of a fact, best first: a field of the payload, `event_ts`, or only our own clock. */
export type TimeSource = "payload" | "event_ts" | "arrival";

/** Zoom rounds to whole seconds, each delivery by itself: what differs by less may be one instant. */
export const ROUNDING_MS = 2_000;

interface Told {
  at: Instant;
  timeFrom: TimeSource;
  /** When a process of ours first heard it. Says nothing about the meeting unless `timeFrom` is "arrival". */
  heardAt: Instant;
  about: MeetingIdentity;
}

type ToldOf<Kind extends string> = Kind extends string ? Told & { kind: Kind; who: Participant } : never;

export type AttendanceFact = ToldOf<"joined" | "left">;

/** One thing Zoom told us, in our words. Facts of one `uuid` are a set: never changed, in no order. */
export type MeetingFact =
  | AttendanceFact
  | ToldOf<"waiting" | "waitingOver" | "awaitsHost" | "awaitsHostNoMore">
  | (Told & { kind: "started" | "ended" })
  /** The meeting summary names the end (`meeting_end_time`), hours later. */
  | (Told & { kind: "summarized" })
  | (ToldOf<"roleChanged"> & { role: string })
  /** A phone call belongs to somebody who is also there with a screen. */
  | (ToldOf<"bound"> & { to: Participant })
  /** Breakout rooms are labels only: joined and left tell the attendance. */
  | (ToldOf<"enteredRoom" | "leftRoom"> & { room: string })
  /** Not told by Zoom but concluded: the number was started again at this instant. */
  | (Told & { kind: "startedAgain" })
  /** Not told by Zoom but concluded: nothing more came after this instant. */
  | (Told & { kind: "fellSilent" });

const BEFORE_IT_RUNS = new Set<MeetingFact["kind"]>(["waiting", "waitingOver", "awaitsHost", "awaitsHostNoMore"]);

/** Whether a fact shows that the meeting ran. Waiting for it to begin does not. */
export function showsRunning({ kind }: MeetingFact): boolean {
  return !BEFORE_IT_RUNS.has(kind);
}

export function isAttendance(fact: MeetingFact): fact is AttendanceFact {
  return fact.kind === "joined" || fact.kind === "left";
}

/** Facts by their time, each once; those of one instant in an order that depends on nothing but what they say. */
export function inOrder<Fact extends MeetingFact>(facts: readonly Fact[]): Fact[] {
  const order = (a: Fact, b: Fact) => a.at - b.at || compare(says(a), says(b));
  const sorted = facts.toSorted((a, b) => order(a, b) || a.heardAt - b.heardAt);
  return sorted.filter((fact, index) => {
    const before = sorted[index - 1];
    return before === undefined || order(before, fact) !== 0;
  });
}

/** All that a fact says, as one string: the same for two facts exactly when they say the same. */
function says(fact: MeetingFact): string {
  const { heardAt: _, ...told } = fact;
  return canonical(told);
}

/** JSON that is the same for equal values, whatever the order of their keys. */
export function canonical(value: object): string {
  return JSON.stringify(isInOrder(value) ? value : inOrderOfKeys(value));
}

/** What comes with its keys in order needs no copy; the deliveries are read that way. */
function isInOrder(value: object): boolean {
  let before = "";
  for (const key in value) {
    const part = (value as Record<string, unknown>)[key];
    if (key < before || (isObject(part) && !isInOrder(part))) return false;
    before = key;
  }
  return true;
}

/** A copy, because a replacer makes `JSON.stringify` many times slower. */
function inOrderOfKeys(value: object): object {
  if (Array.isArray(value)) return value.map((part) => (isObject(part) ? inOrderOfKeys(part) : part));
  const ordered: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const part = (value as Record<string, unknown>)[key];
    ordered[key] = isObject(part) ? inOrderOfKeys(part) : part;
  }
  return ordered;
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === "object";
}

/** By code units: the same on every machine, unlike `localeCompare`. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
