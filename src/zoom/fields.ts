import { z } from "zod";
import { type Instant, type Participant, PHONE_CALLER } from "../meeting/fact.ts";
import { plainLine } from "../meeting/text.ts";

// What Zoom leaves empty it has not said: "", null and a missing key are one thing.
const EARLIEST = Date.UTC(2011, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

const plausible = (at: number): Instant | undefined => (at >= EARLIEST && at < LATEST ? Math.round(at) : undefined);
export const Time = z.transform((said: unknown) =>
  typeof said === "string" && ISO.test(said) ? plausible(Date.parse(said)) : undefined,
);
/** Zoom counts milliseconds; a value too small for that counts seconds. */
export const Epoch = z.transform((said: unknown) => {
  const number = typeof said === "string" && /^\d{9,16}$/.test(said) ? Number(said) : said;
  return typeof number === "number" ? plausible(number < 1e11 ? number * 1000 : number) : undefined;
});
const LONGEST_TEXT = 10_000;
/** People paste join links into topics. */
const PASSCODE = /([?&](?:pwd|tk|passcode|password)=)[^\s&#]+/gi;
export const text = (most: number) => z.transform((said: unknown) => line(said, most));
export const Id = z.transform(id);
export const MeetingNumber = z.transform((said: unknown) => {
  const digits = id(said)?.replaceAll(/[ -]/g, "");
  return digits && /^\d{3,20}$/.test(digits) ? digits : undefined;
});
export const Email = z.transform((said: unknown) => {
  const address = line(said, 254);
  return address?.includes("@") ? address.toLowerCase() : undefined;
});
const LONGEST_BOOKING_MIN = 2 * 24 * 60;
export const Minutes = z.transform((said: unknown) =>
  typeof said === "number" && said > 0 && said <= LONGEST_BOOKING_MIN ? said : undefined,
);
/**
 * Zoom's are base64, 24 characters. A colon would make one look like the id of another kind of card, people's quotation
 * marks are left out of what they ask for, and the choices of a menu carry no more than 150 characters in Slack.
 */
export const Uuid = z
  .string()
  .regex(/^[!#-9;-~]{1,128}$/, "expected 1 to 128 visible ASCII characters without a colon or quotation mark");

const NAME_LENGTH = 80;
/** A phone number, also a masked one: seven or more digits or asterisks, with whatever people put between them. */
const PHONE_NUMBER = /(?<![\p{L}\d])[+(]*(?:[\d*][\s().\-/\u2010-\u2015]*){7,}/gu;
const NO_NAME = /^(tel|phone|mobile|call|caller|ext|x|nr|no)?[\s\d.:()-]*$/i;

/** Phone callers are often named by their number, which is nobody's business. */
const Name = z.transform((said: unknown) => {
  const name = line(said, NAME_LENGTH);
  const rest = name
    ?.replaceAll(PHONE_NUMBER, (run) => (/\d{2}/.test(run) ? " " : run))
    .replace(/\s+/g, " ")
    .trim();
  if (name === undefined || rest === name) return name;
  return NO_NAME.test(rest ?? "") ? PHONE_CALLER : rest;
});

export const Somebody = z.object({
  participant_uuid: Id.optional(),
  user_id: Id.optional(),
  participant_user_id: Id.optional(),
  id: Id.optional(),
  email: Email.optional(),
  registrant_id: Id.optional(),
  user_name: Name.optional(),
});

export function participant(somebody: z.output<typeof Somebody>): Participant {
  return said({
    connection: somebody.participant_uuid,
    email: somebody.email,
    name: somebody.user_name,
    registrantId: somebody.registrant_id,
    userId: somebody.user_id,
    zoomUserId: somebody.participant_user_id ?? somebody.id,
  });
}

/** Only what was said: keys without a value are left out. */
export function said<T extends object>(all: { [Key in keyof T]: T[Key] | undefined }): T {
  const kept: Partial<T> = {};
  for (const key in all) if (all[key] !== undefined) kept[key] = all[key];
  return kept as T;
}

function line(said: unknown, most: number): string | undefined {
  if (typeof said !== "string" || said === "") return undefined;
  return plainLine(said.slice(0, LONGEST_TEXT).replaceAll(PASSCODE, "$1…"), most) || undefined;
}

function id(said: unknown): string | undefined {
  if (typeof said === "number") return Number.isSafeInteger(said) && said > 0 ? String(said) : undefined;
  return typeof said === "string" && /^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(said) ? said : undefined;
}
