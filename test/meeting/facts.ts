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

/** `joined("Jo P1", "09:00")`: somebody with a Zoom account; `joined("Alex? P4", …)`: a guest of that name. */
export const joined = (who: string, time: string, extra: Extra & { leg?: string } = {}): AttendanceFact =>
  attendance("joined", who, time, extra);

export const left = (who: string, time: string, extra: Extra & { leg?: string } = {}): AttendanceFact =>
  attendance("left", who, time, extra);

function attendance(
  kind: AttendanceFact["kind"],
  who: string,
  time: string,
  { leg, ...extra }: Extra & { leg?: string },
): AttendanceFact {
  return { kind, ...told(time, extra), who: somebody(who, leg) };
}

export function somebody(who: string, leg?: string): Participant {
  const [name = "", connection = ""] = who.split(" ");
  const guest = name.endsWith("?");
  return {
    connection,
    userId: leg ?? `user of ${connection}`,
    name: name.replace("?", ""),
    ...(!guest && { zoomUserId: `id of ${name}` }),
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
