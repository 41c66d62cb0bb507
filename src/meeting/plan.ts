import { canonical, compare, type Instant, type TimeSource } from "./fact.ts";

/** One time at which a meeting is to begin. */
export interface Occurrence {
  startsAt: Instant;
  bookedMinutes?: number;
  /** Zoom's name of it. It may stay when the occurrence is moved, and need not. */
  occurrenceId?: string;
  /** Only where it is another one than that of the whole series. */
  topic?: string;
}

/** An occurrence as a change refers to it: by either. */
export type OccurrenceName = Partial<Pick<Occurrence, "startsAt" | "occurrenceId">>;

/** One thing Zoom told us about what is planned under a number, in our words. A set per number; absent is not said. */
export interface PlanFact {
  kind: "planned" | "changed" | "cancelled" | "restored";
  at: Instant;
  timeFrom: TimeSource;
  heardAt: Instant;
  number: string;
  topic?: string;
  hostId?: string;
  hostEmail?: string;
  isWebinar?: boolean;
  /** It begins whenever somebody starts it: a personal room, a series without times. */
  isTimeless?: boolean;
  /** Of a series the first time. */
  startsAt?: Instant;
  bookedMinutes?: number;
  /** Those that Zoom lists: all there are, or with `isOfSome` all that are meant. */
  occurrences?: Occurrence[];
  isOfSome?: boolean;
  /** What those were before. */
  insteadOf?: OccurrenceName[];
}

/** A meeting that is planned, once. */
export interface Planned extends Occurrence {
  number: string;
  hostId?: string;
  hostEmail?: string;
  isWebinar: boolean;
}

/**
 * What is planned under a number, in the order of time: the same for any order and any repetition of its facts. What
 * was over when something was changed or cancelled stays as it had been planned, for that is when it counted.
 */
export function planFrom(facts: readonly PlanFact[]): Planned[] {
  const { topic, hostId, hostEmail, isWebinar = false, occurrences } = inOrder(facts).reduce(changedBy, NOTHING);
  const about = { ...(hostId !== undefined && { hostId }), ...(hostEmail !== undefined && { hostEmail }), isWebinar };
  const number = facts[0]?.number ?? "";
  return occurrences
    .toSorted((a, b) => a.startsAt - b.startsAt)
    .map((occurrence) => ({ number, ...(topic !== undefined && { topic }), ...about, ...occurrence }));
}

const UNSAID_MINUTES = 60;

/** When it is over as planned. Where nobody says how long it is to take, Zoom books an hour. */
export function overAt({ startsAt, bookedMinutes = UNSAID_MINUTES }: Occurrence): Instant {
  return startsAt + bookedMinutes * 60_000;
}

/** All that is known up to some fact. */
interface Plan extends Pick<PlanFact, "topic" | "hostId" | "hostEmail" | "isWebinar"> {
  isTimeless: boolean;
  occurrences: readonly Occurrence[];
  /** What `restored` brings back. */
  cancelled: readonly Occurrence[];
}

const NOTHING: Plan = { isTimeless: false, occurrences: [], cancelled: [] };

function changedBy(plan: Plan, fact: PlanFact): Plan {
  const over = plan.occurrences.filter((one) => overAt(one) <= fact.at);
  const open = plan.occurrences.filter((one) => overAt(one) > fact.at);
  const changed = STEPS[fact.kind]({ ...plan, occurrences: open }, fact, over);
  const ahead = changed.isTimeless ? [] : changed.occurrences.filter((one) => overAt(one) > fact.at);
  return { ...changed, occurrences: onePerStart([...ahead, ...over]) };
}

/** What each kind makes of a plan whose occurrences are those that were still ahead; `over` are the others. */
const STEPS: Record<PlanFact["kind"], (plan: Plan, fact: PlanFact, over: readonly Occurrence[]) => Plan> = {
  planned: (plan, fact) => ({
    ...identity(plan, fact),
    isTimeless: fact.isTimeless ?? false,
    occurrences: told(fact),
    cancelled: [],
  }),
  changed(plan, fact, over) {
    if (isOfSome(plan, fact)) {
      const topic = fact.topic === undefined ? {} : { topic: fact.topic };
      const now = (fact.occurrences ?? []).map((one) => ({ ...one, ...topic }));
      return { ...plan, occurrences: [...without(plan.occurrences, [...(fact.insteadOf ?? []), ...now]), ...now] };
    }
    const isTimeless = fact.isTimeless ?? plan.isTimeless;
    return { ...identity(plan, fact), isTimeless, occurrences: changedWhole(plan, fact, over) };
  },
  cancelled(plan, fact) {
    const left = isOfSome(plan, fact) ? without(plan.occurrences, fact.occurrences ?? []) : [];
    const gone = plan.occurrences.filter((one) => !left.includes(one));
    return { ...plan, occurrences: left, cancelled: [...plan.cancelled, ...gone] };
  },
  restored(plan, fact) {
    const left = isOfSome(plan, fact) ? without(plan.cancelled, fact.occurrences ?? []) : [];
    const back = plan.cancelled.filter((one) => !left.includes(one));
    const known = [...plan.occurrences, ...back];
    const unknown = known.length === 0 || fact.occurrences ? without(told(fact), known) : [];
    return { ...identity(plan, fact), occurrences: [...known, ...unknown], cancelled: left };
  },
};

/** One change of a whole series, of which Zoom may name no more than what is new. */
function changedWhole({ occurrences }: Plan, fact: PlanFact, over: readonly Occurrence[]): readonly Occurrence[] {
  if (fact.occurrences) return fact.occurrences;
  const { startsAt, bookedMinutes, insteadOf = [] } = fact;
  const repeated = occurrences.length > 0 ? insteadOf : [];
  const isNewStart =
    startsAt !== undefined && ![...occurrences, ...over, ...repeated].some((one) => one.startsAt === startsAt);
  const changed = isNewStart ? [{ ...booked(occurrences[0]?.bookedMinutes), startsAt }] : occurrences;
  const asAll = changed.map(({ topic, ...one }) =>
    topic !== undefined && fact.topic === undefined ? { ...one, topic } : one,
  );
  return asAll.map((one) => ({ ...one, ...booked(bookedMinutes) }));
}

/** Of a series of one, one is all, also where it is not said which one. */
function isOfSome({ occurrences, cancelled }: Plan, fact: PlanFact): boolean {
  return fact.isOfSome === true && (fact.occurrences !== undefined || occurrences.length + cancelled.length > 1);
}

function told({ occurrences, startsAt, bookedMinutes }: PlanFact): Occurrence[] {
  return occurrences ?? (startsAt === undefined ? [] : [{ startsAt, ...booked(bookedMinutes) }]);
}

const booked = (bookedMinutes?: number) => (bookedMinutes === undefined ? {} : { bookedMinutes });

/** Of each thing the latest that was said. */
function identity(plan: Plan, { topic, hostId, hostEmail, isWebinar }: PlanFact): Plan {
  return {
    ...plan,
    ...(topic !== undefined && { topic }),
    ...(hostId !== undefined && { hostId }),
    ...(hostEmail !== undefined && { hostEmail }),
    ...(isWebinar !== undefined && { isWebinar }),
  };
}

function without(some: readonly Occurrence[], names: readonly OccurrenceName[]): Occurrence[] {
  const starts = new Set(names.map(({ startsAt }) => startsAt));
  const ids = new Set(names.flatMap(({ occurrenceId }) => occurrenceId ?? []));
  return some.filter(({ startsAt, occurrenceId = "" }) => !starts.has(startsAt) && !ids.has(occurrenceId));
}

function onePerStart(some: readonly Occurrence[]): Occurrence[] {
  return [...new Map(some.map((one) => [one.startsAt, one])).values()];
}

/** A creation is dated when Zoom sent it, a change when it was made: the one comes first although the other is earlier. */
const SENT_LATER_MS = 60_000;
const KINDS = ["planned", "changed", "cancelled", "restored"];

/** Each once, in an order that depends on nothing but what they say. */
function inOrder(facts: readonly PlanFact[]): PlanFact[] {
  const bySaying = new Map(facts.map((fact) => [says(fact), fact]));
  const time = ({ kind, at }: PlanFact) => (kind === "planned" ? at - SENT_LATER_MS : at);
  return [...bySaying]
    .toSorted(
      ([a, one], [b, other]) =>
        time(one) - time(other) || KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || compare(a, b),
    )
    .map(([, fact]) => fact);
}

function says({ heardAt: _, ...told }: PlanFact): string {
  return canonical(told);
}
