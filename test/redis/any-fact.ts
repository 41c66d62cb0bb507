import fc from "fast-check";
import type { Instant, MeetingFact, MeetingIdentity, Participant } from "../../src/meeting/fact.ts";

/** What people and attackers write: emoji, bidi, quotes, our own marks, halves of characters. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom("@", '@AAAAAAAA{"uuid":"other"}', '{"kind":"ended"}', "__proto__", "\u202Eevil", "\uD800", "0", "-"),
);
const anyInstant = fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2100, 0, 1) });

const perhaps = <T extends object>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) =>
  fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

/** Of Zoom's notations, and what looks as if. */
const anyId = fc.oneof(
  anyText,
  fc.uuid().map((id) => id.toUpperCase()),
  fc.uuid(),
  fc.uint8Array({ minLength: 15, maxLength: 17 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
  fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
  fc.integer({ min: 0, max: 2 ** 53 }).map(String),
  fc.stringMatching(/^0?[0-9]{1,17}$/),
);

const anyIdentity = (uuid: string, instant: fc.Arbitrary<Instant>): fc.Arbitrary<MeetingIdentity> =>
  perhaps<Required<Omit<MeetingIdentity, "uuid">>>({
    number: fc.stringMatching(/^\d{3,20}$/),
    topic: anyText,
    hostId: anyId,
    hostEmail: anyText,
    bookedMinutes: fc.integer({ min: 1, max: 2_880 }),
    startedAt: instant,
    isWebinar: fc.boolean(),
  }).map((about) => ({ ...about, uuid }));

const anybody = perhaps<Required<Participant>>({
  connection: anyId,
  userId: anyId,
  zoomUserId: anyId,
  email: anyText,
  registrantId: anyText,
  name: anyText,
});

const ABOUT_SOMEBODY = ["joined", "left", "waiting", "waitingOver", "awaitsHost", "awaitsHostNoMore"] as const;

/** Any fact that Zoom may tell about this meeting. A fact that only we timed is of the moment it was heard. */
export const anyFact = (uuid: string, instant = anyInstant, heard = instant): fc.Arbitrary<MeetingFact> =>
  fc
    .tuple(
      fc.record({ heardAt: heard, about: anyIdentity(uuid, instant) }),
      fc.oneof(
        fc.constant({ timeFrom: "arrival" as const }),
        fc.record({ at: instant, timeFrom: fc.constantFrom("payload" as const, "event_ts" as const) }),
      ),
      fc.oneof(
        fc.record({ kind: fc.constantFrom("started", "ended", "summarized") }),
        fc.record({ kind: fc.constantFrom(...ABOUT_SOMEBODY), who: anybody }),
        fc.record({ kind: fc.constant("roleChanged"), who: anybody, role: anyText }),
        fc.record({ kind: fc.constant("bound"), who: anybody, to: anybody }),
        fc.record({ kind: fc.constantFrom("enteredRoom", "leftRoom"), who: anybody, room: anyText }),
      ),
    )
    .map(([told, time, said]) => ({ at: told.heardAt, ...told, ...time, ...said }) as MeetingFact);
