import type { Instant } from "../../src/meeting/fact.ts";
import type { Occurrence, PlanFact, Planned } from "../../src/meeting/plan.ts";

/** `16 10:00`: a time of one of the days of March 2026, UTC. */
export function on(time: string): Instant {
  const [day = "", clock = ""] = time.split(" ");
  return Date.parse(`2026-03-${day.padStart(2, "0")}T${clock}:00Z`);
}

/** `at("16 10:00")` as people write it. */
export const written = (instant: Instant): string =>
  `${new Date(instant).getUTCDate()} ${new Date(instant).toISOString().slice(11, 16)}`;

export const once = (time: string, more: Partial<Occurrence> = {}): Occurrence => ({
  startsAt: on(time),
  bookedMinutes: 30,
  ...more,
});

/** What Zoom says on a day of March about the number 777. */
export function says(kind: PlanFact["kind"], time: string, more: Partial<PlanFact> = {}): PlanFact {
  return { kind, at: on(time), timeFrom: "event_ts", heardAt: on(time), number: "777", ...more };
}

/** `16 10:00 30 Garden`: when, for how many minutes, what. */
export const lines = (planned: readonly Planned[]): string[] =>
  planned.map(({ startsAt, bookedMinutes, topic }) =>
    [written(startsAt), bookedMinutes, topic].filter(Boolean).join(" "),
  );
