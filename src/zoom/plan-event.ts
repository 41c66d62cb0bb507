import { z } from "zod";
import type { Instant } from "../meeting/fact.ts";
import type { Occurrence, OccurrenceName, PlanFact } from "../meeting/plan.ts";
import { Email, Epoch, Id, MeetingNumber, Minutes, said, Time, text } from "./fields.ts";

/** The shape of a plan fact before its time is settled. */
export type SaidPlan = Omit<PlanFact, "at" | "timeFrom" | "heardAt"> & { at: Instant | undefined };

/** What an event about a plan says; join links, passwords, settings and who is invited are not read at all. */
const Plan = z.object({
  id: MeetingNumber.optional(),
  topic: text(150).optional(),
  type: z.transform((said: unknown) => (typeof said === "number" ? said : undefined)).optional(),
  host_id: Id.optional(),
  host_email: Email.optional(),
  start_time: Time.optional(),
  duration: Minutes.optional(),
  occurrences: z.transform(occurrences).optional(),
});
type Plan = z.output<typeof Plan>;

const Listed = z.object({
  occurrence_id: Id.optional(),
  start_time: Time.optional(),
  duration: Minutes.optional(),
  status: z.unknown().optional(),
});
type Listed = z.output<typeof Listed>;

/** Zoom lets a series have 60. */
const MOST_OCCURRENCES = 120;

/** What is not as expected is left out: the rest is as true as before. An empty list says nothing. */
function occurrences(said: unknown): Listed[] | undefined {
  if (!Array.isArray(said)) return undefined;
  const listed = said.slice(0, MOST_OCCURRENCES).flatMap((one) => Listed.safeParse(one).data ?? []);
  return listed.length > 0 ? listed : undefined;
}

const INSTANT = 1;
/** Recurring without times, personal room, personal audio conference, webinar without times. */
const TIMELESS = new Set([3, 4, 6, 7]);

const planEvent = (kind: PlanFact["kind"]) =>
  z
    .object({
      object: Plan.extend({ id: z.unknown().transform((id, context) => numberOf(id, context)) }),
      old_object: z.unknown().optional(),
      operation: z.unknown().optional(),
      scope: z.unknown().optional(),
      time_stamp: Epoch.optional(),
    })
    .transform(({ object, old_object, operation, scope, time_stamp }): SaidPlan | undefined => {
      if (object.type === INSTANT) return undefined;
      const isOfSome = scope === "single" || operation === "single";
      const isTimeless = object.type === undefined ? undefined : TIMELESS.has(object.type);
      return {
        kind,
        at: time_stamp,
        ...said({
          number: object.id,
          topic: object.topic,
          hostId: object.host_id,
          hostEmail: object.host_email,
          isTimeless,
          bookedMinutes: object.duration,
        }),
        ...(isOfSome && { isOfSome }),
        ...(!isTimeless && times(kind, isOfSome, object, Plan.safeParse(old_object).data)),
      };
    });

/** Without its number nobody could say what is planned. */
function numberOf(id: unknown, context: z.RefinementCtx): string {
  const number = MeetingNumber.parse(id);
  if (number !== undefined) return number;
  context.addIssue({ code: "custom", message: "expected a meeting number" });
  return z.NEVER;
}

type Times = Pick<PlanFact, "startsAt" | "occurrences" | "insteadOf">;

/** When it is to begin, and what that replaces. One occurrence may be moved by a list, or by its time before and after. */
function times(kind: PlanFact["kind"], isOfSome: boolean, now: Plan, before: Plan | undefined): Times {
  const { start_time: startsAt, occurrences: listed } = now;
  const first = before?.start_time === undefined ? [] : [{ start_time: before.start_time }];
  const replaced = isOfSome ? (before?.occurrences ?? (listed ? [] : first)) : first;
  if (kind === "changed" && isOfSome && !listed) {
    if (startsAt === undefined || replaced.length !== 1) return {};
    return { occurrences: [occurrence(startsAt, now)], insteadOf: replaced.map(nameOf) };
  }
  const [available, deleted] = [false, true].map((is) => listed?.filter((one) => isDeleted(one) === is));
  const meant = kind === "cancelled" ? listed : available;
  const insteadOf = kind === "changed" ? [...replaced, ...(isOfSome ? (deleted ?? []) : [])] : [];
  return said<Times>({
    startsAt,
    occurrences: meant?.flatMap((one) =>
      one.start_time === undefined
        ? []
        : occurrence(one.start_time, { ...one, duration: one.duration ?? now.duration }),
    ),
    insteadOf: insteadOf.length > 0 ? insteadOf.map(nameOf) : undefined,
  });
}

const isDeleted = ({ status }: Listed) => status === "deleted";

function occurrence(startsAt: Instant, { duration, occurrence_id }: Partial<Listed>): Occurrence {
  return said({ startsAt, bookedMinutes: duration, occurrenceId: occurrence_id });
}

function nameOf({ start_time, occurrence_id }: Pick<Listed, "start_time" | "occurrence_id">): OccurrenceName {
  return said({ startsAt: start_time, occurrenceId: occurrence_id });
}

/** It goes on as a webinar, under the same number: where webinars do not count it is planned no more. */
export const CONVERTED = "meeting.converted_to_webinar";

/** Every event that bears on what is planned. Undefined comes of what plans nothing. */
export const PLAN_EVENTS = new Map<string, z.ZodType<SaidPlan | undefined>>([
  ["meeting.created", planEvent("planned")],
  ["meeting.updated", planEvent("changed")],
  ["meeting.deleted", planEvent("cancelled")],
  ["meeting.permanently_deleted", planEvent("cancelled")],
  ["meeting.recovered", planEvent("restored")],
  [CONVERTED, planEvent("cancelled")],
]);
