import { z } from "zod";
import type { Instant, MeetingFact, MeetingIdentity, Participant } from "../meeting/fact.ts";
import type { PlanFact } from "../meeting/plan.ts";
import { Email, Epoch, Id, MeetingNumber, Minutes, participant, Somebody, said, Time, text, Uuid } from "./fields.ts";
import { CONVERTED, PLAN_EVENTS } from "./plan-event.ts";

/** What a delivery says. `unreadable` never happens with real Zoom unless its format changed: look at it. */
export type Reading =
  | { kind: "fact"; event: string; fact: MeetingFact }
  | { kind: "plan"; event: string; fact: PlanFact }
  | { kind: "validation"; plainToken: string }
  | { kind: "ignored"; event: string }
  | { kind: "unreadable"; event: string; because: string };

/**
 * Reads one delivery. Any JSON gives a reading, never an exception. Phone numbers, addresses, passcodes and join links
 * are not read at all, so nothing behind this door can store or show them.
 */
export function readEvent(json: unknown, heardAt: Instant, { webinars }: { webinars: boolean }): Reading {
  const envelope = Envelope.safeParse(json);
  if (!envelope.success) return { kind: "unreadable", event: "", because: `no event name (${faults(envelope.error)})` };
  const { event, event_ts, payload } = envelope.data;
  if (event === "endpoint.url_validation") return readValidation(payload);
  const name = meetingEvent(event, webinars);
  const read = name === undefined ? undefined : EVENTS.get(name);
  if (!read) return readPlan(event, name === CONVERTED && webinars ? undefined : name, payload, event_ts, heardAt);
  const said = read.safeParse(payload);
  if (!said.success) return { kind: "unreadable", event, because: faults(said.error) };
  if (said.data === undefined) return { kind: "ignored", event };
  const { at: dated, ...fact } = said.data;
  if (event.startsWith("webinar.")) fact.about.isWebinar = true;
  const { about } = fact;
  if (!isPast(about.startedAt, heardAt)) delete about.startedAt;
  const at = isOfThisInstance(dated, about) ? dated : undefined;
  if (fact.kind === "summarized" && !isPast(at, heardAt)) return { kind: "ignored", event }; // its time is all it tells
  const time = timed(at, event_ts, heardAt);
  if (time.timeFrom !== "arrival" && !isOfThisInstance(time.at, about)) delete about.startedAt;
  return { kind: "fact", event, fact: { ...fact, ...time, heardAt } as MeetingFact };
}

/** The rest: what is planned, or of no use. */
function readPlan(
  event: string,
  name: string | undefined,
  payload: unknown,
  eventTs: Instant | undefined,
  heardAt: Instant,
): Reading {
  const read = name === undefined ? undefined : PLAN_EVENTS.get(name);
  if (!read) return { kind: "ignored", event: printable(event) };
  const said = read.safeParse(payload);
  if (!said.success) return { kind: "unreadable", event, because: faults(said.error) };
  if (said.data === undefined) return { kind: "ignored", event };
  const { at, ...fact } = said.data;
  const isWebinar = event.startsWith("webinar.") && { isWebinar: true };
  return { kind: "plan", event, fact: { ...fact, ...isWebinar, ...timed(at, eventTs, heardAt), heardAt } as PlanFact };
}

/** The meeting's event that an event of a webinar stands for. */
function meetingEvent(event: string, webinars: boolean): string | undefined {
  if (!event.startsWith("webinar.")) return event;
  return webinars ? event.replace("webinar.", "meeting.") : undefined;
}

function timed(at: Instant | undefined, eventTs: Instant | undefined, heardAt: Instant) {
  if (isPast(at, heardAt)) return { at, timeFrom: "payload" };
  if (isPast(eventTs, heardAt)) return { at: eventTs, timeFrom: "event_ts" };
  return { at: heardAt, timeFrom: "arrival" };
}

/** Clocks differ, but nobody reports what happens the day after tomorrow. */
const CLOCKS_DIFFER_MS = 24 * 3_600_000;

function isPast(time: Instant | undefined, heardAt: Instant): boolean {
  return time !== undefined && time <= heardAt + CLOCKS_DIFFER_MS;
}

/** Zoom ends every meeting after 30 hours. What it dates weeks from the start is dated wrongly, or the start is. */
const LONGEST_BELIEVED_MS = 7 * 24 * 3_600_000;

function isOfThisInstance(at: Instant | undefined, { startedAt }: MeetingIdentity): boolean {
  return at === undefined || startedAt === undefined || Math.abs(at - startedAt) <= LONGEST_BELIEVED_MS;
}

const Envelope = compiled(
  z.object({ event: z.string().min(1), event_ts: Epoch.optional(), payload: z.unknown().optional() }),
);

const Running = z.object({
  uuid: Uuid,
  id: MeetingNumber.optional(),
  topic: text(150).optional(),
  host_id: Id.optional(),
  host_email: Email.optional(),
  duration: Minutes.optional(),
  start_time: Time.optional(),
});

/** The shape of a fact before its time is settled. */
interface Said {
  kind: MeetingFact["kind"];
  at: Instant | undefined;
  about: MeetingIdentity;
  who?: Participant;
  to?: Participant;
  role?: string;
  room?: string;
}

const lifeOf = (kind: MeetingFact["kind"], time: "start_time" | "end_time") =>
  compiled(
    z
      .object({ object: Running.extend({ end_time: Time.optional(), practice_session: z.unknown().optional() }) })
      .transform(({ object }): Said | undefined =>
        object.practice_session === true ? undefined : { kind, at: object[time], about: identity(object) },
      ),
  );

/** What the events about a participant say, each some of it: read in one pass, for most deliveries are of this kind. */
const Appearance = z.object({
  object: Running.extend({
    breakout_room_uuid: Id.optional(),
    participant: Somebody.extend({
      join_time: Time.optional(),
      leave_time: Time.optional(),
      date_time: Time.optional(),
      new_role: text(40).optional(),
      bind_participant_uuid: Id.optional(),
      bind_user_id: Id.optional(),
      parent_user_id: Id.optional(),
    }),
  }),
});
type Appearance = z.output<typeof Appearance>["object"];

/** An event about a participant, and `more` that only this one says. */
const participantEvent = (
  kind: MeetingFact["kind"],
  time: "join_time" | "leave_time" | "date_time",
  more?: (appearance: Appearance) => Partial<Said>,
) =>
  compiled(
    Appearance.transform(({ object }): Said => {
      const { participant: somebody } = object;
      const said = { kind, at: somebody[time], about: identity(object), who: participant(somebody) };
      return more ? { ...said, ...more(object) } : said;
    }),
  );

/** Before a meeting runs, Zoom's `start_time` may be the booked one: it is not taken for the actual start. */
const beforeItRuns = (kind: MeetingFact["kind"]) =>
  participantEvent(kind, "date_time", (object) => ({ about: identity({ ...object, start_time: undefined }) }));

const roleChanged = participantEvent("roleChanged", "date_time", ({ participant }) => ({
  role: participant.new_role ?? "",
}));

const bound = participantEvent("bound", "date_time", ({ participant }) => ({
  to: said({ connection: participant.bind_participant_uuid, userId: participant.bind_user_id }),
}));

/** In a room `user_id` is of another kind; `parent_user_id` is the one of the meeting (seen in real deliveries). */
const inRoom = (kind: MeetingFact["kind"], time: "join_time" | "leave_time") =>
  participantEvent(kind, time, (object) => ({
    who: participant({ ...object.participant, user_id: object.participant.parent_user_id }),
    room: object.breakout_room_uuid ?? "",
  }));

const summary = compiled(
  z
    .object({
      object: z.object({
        meeting_uuid: Uuid,
        meeting_id: MeetingNumber.optional(),
        meeting_topic: text(150).optional(),
        meeting_host_id: Id.optional(),
        meeting_host_email: Email.optional(),
        meeting_start_time: Time.optional(),
        meeting_end_time: Time.optional(),
      }),
    })
    .transform(({ object }): Said | undefined =>
      object.meeting_end_time === undefined
        ? undefined
        : {
            kind: "summarized",
            at: object.meeting_end_time,
            about: said({
              uuid: object.meeting_uuid,
              number: object.meeting_id,
              topic: object.meeting_topic,
              hostId: object.meeting_host_id,
              hostEmail: object.meeting_host_email,
              startedAt: object.meeting_start_time,
            }),
          },
    ),
);

/** Every event that bears on a running meeting. What is not here is of no use to us. */
const EVENTS = new Map<string, z.ZodType<Said | undefined>>([
  ["meeting.started", lifeOf("started", "start_time")],
  ["meeting.ended", lifeOf("ended", "end_time")],
  ["meeting.participant_joined", participantEvent("joined", "join_time")],
  ["meeting.participant_left", participantEvent("left", "leave_time")],
  ["meeting.participant_role_changed", roleChanged],
  ["meeting.participant_bind", bound],
  ["meeting.participant_joined_waiting_room", beforeItRuns("waiting")],
  ["meeting.participant_put_in_waiting_room", beforeItRuns("waiting")],
  ["meeting.participant_left_waiting_room", beforeItRuns("waitingOver")],
  ["meeting.participant_admitted", beforeItRuns("waitingOver")],
  ["meeting.participant_jbh_waiting", beforeItRuns("awaitsHost")],
  ["meeting.participant_jbh_waiting_left", beforeItRuns("awaitsHostNoMore")],
  ["meeting.participant_jbh_joined", beforeItRuns("awaitsHostNoMore")],
  ["meeting.participant_joined_breakout_room", inRoom("enteredRoom", "join_time")],
  ["meeting.participant_left_breakout_room", inRoom("leftRoom", "leave_time")],
  ["meeting.summary_completed", summary],
]);

const Validation = z.object({ plainToken: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) });

function readValidation(payload: unknown): Reading {
  const validation = Validation.safeParse(payload);
  if (validation.success) return { kind: "validation", plainToken: validation.data.plainToken };
  return { kind: "unreadable", event: "endpoint.url_validation", because: faults(validation.error) };
}

/**
 * A schema with a parser of its own. The general one makes two objects for each field, and V8 came to keep those as if
 * they lived long: collecting them cost as much as all else that is done for a delivery.
 */
function compiled<Schema extends z.ZodType>(schema: Schema): Schema {
  return z.compile(schema, { strict: true });
}

function identity(object: z.output<typeof Running>): MeetingIdentity {
  return said({
    bookedMinutes: object.duration,
    hostEmail: object.host_email,
    hostId: object.host_id,
    number: object.id,
    startedAt: object.start_time,
    topic: object.topic,
    uuid: object.uuid,
  });
}

/** Where the JSON is not as expected, by the names of keys; never a value. */
function faults(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join(".") || "body"}: ${message}`)
    .join("; ");
}

/** An event's name as it may be logged and counted: a stranger's text only if it looks like Zoom's. */
function printable(event: string): string {
  return /^[a-z_]{1,40}\.[a-z_.]{1,60}$/.test(event) ? event : "other";
}
