import type { AttendanceFact, Instant, MeetingFact, MeetingIdentity, Participant } from "../../src/meeting/fact.ts";
import type { Person } from "../../src/meeting/person.ts";
import { presentMs } from "../../src/meeting/stay.ts";

/** `09:00`, `09:00:41` or `09:00:05.4` on the day of the examples, UTC. */
export function at(time: string): Instant {
  const [clock = "", fraction = ""] = time.split(".");
  const full = clock.length === 5 ? `${clock}:00` : clock;
  return Date.parse(`2026-03-02T${full}.${fraction.padEnd(3, "0")}Z`);
}

export function clock(instant: Instant | undefined): string {
  return instant === undefined ? "" : new Date(instant).toISOString().slice(11, 19);
}

type Extra = Partial<MeetingIdentity> & { heard?: string; timeFrom?: MeetingFact["timeFrom"] };

/** Of one part of a connection, and what else Zoom says about who it is. */
type Appearance = Extra & { leg?: string; as?: Participant };

const told = (time: string, { heard, timeFrom = "payload", ...about }: Extra) => ({
  at: at(time),
  timeFrom,
  heardAt: at(heard ?? time),
  about: { uuid: "A", ...about },
});

export const started = (time: string, extra: Extra = {}): MeetingFact => ({
  kind: "started",
  ...told(time, { startedAt: at(time), ...extra }),
});

export const ended = (time: string, extra: Extra = {}): MeetingFact => ({ kind: "ended", ...told(time, extra) });

/** The meeting's summary, which names its end. */
export const summarized = (time: string, extra: Extra = {}): MeetingFact => ({
  kind: "summarized",
  ...told(time, extra),
});

/** The number of the meeting was started again. */
export const startedAgain = (time: string): MeetingFact => ({ kind: "startedAgain", ...told(time, {}) });

/**
 * `joined("Jo P1", "09:00")`: somebody with a Zoom account; `joined("Alex? P4", …)`: a guest of that name;
 * `joined("? P4", …)`: a guest without a name; `joined("Jo", "09:00", { leg: "1" })`: as in 2020, without a connection.
 */
export const joined = (who: string, time: string, extra: Appearance = {}): AttendanceFact =>
  appearance("joined", who, time, extra);

export const left = (who: string, time: string, extra: Appearance = {}): AttendanceFact =>
  appearance("left", who, time, extra);

/** Somebody waits to be let in, or for the host. */
export const waits = (
  kind: "waiting" | "waitingOver" | "awaitsHost" | "awaitsHostNoMore",
  who: string,
  time: string,
): MeetingFact => appearance(kind, who, time, {});

/** A label that comes in addition to a breakout move. */
export const room = (kind: "enteredRoom" | "leftRoom", who: string, time: string, leg?: string): MeetingFact => ({
  ...appearance(kind, who, time, leg === undefined ? {} : { leg }),
  room: "blue",
});

/** Zoom ties one connection to another, of which it may say the connection, the `user_id` or both. */
export const bound = (who: string, to: Participant, time: string): MeetingFact => ({
  ...appearance("bound", who, time, {}),
  to,
});

function appearance<Kind extends string>(kind: Kind, who: string, time: string, { leg, as, ...extra }: Appearance) {
  return { kind, ...told(time, extra), who: { ...somebody(who, leg), ...as } };
}

export function somebody(who: string, leg?: string): Participant {
  const [said = "", connection] = who.split(" ");
  const isGuest = said.endsWith("?");
  const name = said.replace("?", "");
  const userId = leg ?? (connection && `user of ${connection}`);
  return {
    ...(connection && { connection }),
    ...(userId && { userId }),
    ...(name && { name }),
    ...(!isGuest && { zoomUserId: `id of ${name}` }),
  };
}

/** Minutes that each person was there, up to `now` for those who still are. */
export function minutes(people: readonly Person[], now = "12:00"): Record<string, number> {
  return Object.fromEntries(people.map(({ name, stays }) => [name ?? "", presentMs(stays, at(now)) / 60_000]));
}

/** `09:00:00–09:30:00`, with `~` before what is not sure and nothing after the dash while it goes on. */
export function stays({ stays }: Person): string[] {
  const mark = (known?: { at: Instant; sure: boolean }) => (known ? `${known.sure ? "" : "~"}${clock(known.at)}` : "");
  return stays.map(({ from, to }) => `${mark(from)}–${mark(to)}`);
}

/** The same facts, about a meeting of which this is said. */
export function about(said: Partial<MeetingIdentity>, facts: readonly MeetingFact[]): MeetingFact[] {
  return facts.map((fact) => ({ ...fact, about: { ...fact.about, ...said } }));
}
