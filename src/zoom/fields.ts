import { z } from "zod";
import { type Instant, type Participant, PHONE_CALLER } from "../meeting/fact.ts";
import { plainLine } from "../meeting/text.ts";

// What Zoom leaves empty it has not said: "", null and a missing key are one thing.
const EARLIEST = Date.UTC(2011, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

const plausible = (at: number): Instant | undefined => (at >= EARLIEST && at < LATEST ? Math.round(at) : undefined);
export const Time = z
  .unknown()
  .transform((said) => (typeof said === "string" && ISO.test(said) ? plausible(Date.parse(said)) : undefined));
/** Zoom counts milliseconds; a value too small for that counts seconds. */
export const Epoch = z.unknown().transform((said) => {
  const number = typeof said === "string" && /^\d{9,16}$/.test(said) ? Number(said) : said;
  return typeof number === "number" ? plausible(number < 1e11 ? number * 1000 : number) : undefined;
});
const LONGEST_TEXT = 10_000;
/** People paste join links into topics. */
const PASSCODE = /([?&](?:pwd|tk|passcode|password)=)[^\s&#]+/gi;
export const text = (most: number) =>
  z
    .unknown()
    .transform((said) =>
      typeof said === "string"
        ? plainLine(said.slice(0, LONGEST_TEXT).replaceAll(PASSCODE, "$1…"), most) || undefined
        : undefined,
    );
export const Id = z.unknown().transform((said) => {
  if (typeof said === "number") return Number.isSafeInteger(said) && said > 0 ? String(said) : undefined;
  return typeof said === "string" && /^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(said) ? said : undefined;
});
export const MeetingNumber = Id.transform((id) => {
  const digits = id?.replaceAll(/[ -]/g, "");
  return digits && /^\d{3,20}$/.test(digits) ? digits : undefined;
});
export const Email = text(254).transform((said) => (said?.includes("@") ? said.toLowerCase() : undefined));
const LONGEST_BOOKING_MIN = 2 * 24 * 60;
export const Minutes = z
  .unknown()
  .transform((said) => (typeof said === "number" && said > 0 && said <= LONGEST_BOOKING_MIN ? said : undefined));
/** Zoom's are base64. A colon would make one look like the id of another kind of card. */
export const Uuid = z
  .string()
  .regex(/^[\x21-\x39\x3b-\x7e]{1,255}$/, "expected 1 to 255 visible ASCII characters without a colon");

const NAME_LENGTH = 80;
/** A phone number, also a masked one: seven or more digits or asterisks, with whatever people put between them. */
const PHONE_NUMBER = /(?<![\p{L}\d])[+(]*(?:[\d*][\s().\-/\u2010-\u2015]*){7,}/gu;
const NO_NAME = /^(tel|phone|mobile|call|caller|ext|x|nr|no)?[\s\d.:()-]*$/i;

/** Phone callers are often named by their number, which is nobody's business. */
const Name = text(NAME_LENGTH).transform((name) => {
  const rest = name
    ?.replaceAll(PHONE_NUMBER, (run) => (/\d{2}/.test(run) ? " " : run))
    .replace(/\s+/g, " ")
    .trim();
  if (name === undefined || rest === name) return name;
  return NO_NAME.test(rest ?? "") ? PHONE_CALLER : rest;
});

export const Somebody = z
  .object({
    participant_uuid: Id.optional(),
    user_id: Id.optional(),
    participant_user_id: Id.optional(),
    id: Id.optional(),
    email: Email.optional(),
    registrant_id: Id.optional(),
    user_name: Name.optional(),
  })
  .transform(
    (p): Participant =>
      said({
        connection: p.participant_uuid,
        userId: p.user_id,
        zoomUserId: p.participant_user_id ?? p.id,
        email: p.email,
        registrantId: p.registrant_id,
        name: p.user_name,
      }),
  );

/** Only what was said: keys without a value are left out. */
export function said<T extends object>(all: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as T;
}
