import { hash } from "node:crypto";
import { canonical, type MeetingFact, type MeetingIdentity, type Participant } from "../meeting/fact.ts";

/** What a list says at each place; `null` where nothing is said. */
export const WHO = ["connection", "userId", "zoomUserId", "name", "email", "registrantId"] as const;
export const ABOUT = ["number", "topic", "hostId", "hostEmail", "bookedMinutes", "startedAt", "isWebinar"] as const;

const IDENTITY = "@";

/**
 * What a fact says, and apart from it what it says about its meeting: that part is the same in most facts, so it is
 * kept once. Both are JSON, as lists because there are many. A fact with Zoom's own time contains none of ours: a
 * repetition of it must be the same string.
 */
export function encoded({ kind, about, at, timeFrom, heardAt: _, ...said }: MeetingFact): string[] {
  const { uuid: __, ...rest } = about;
  const identity = JSON.stringify(listed(ABOUT, rest));
  const name = hash("sha256", identity, "base64url").slice(0, 8);
  const { who, ...more } = { who: undefined, ...said };
  const time = timeFrom === "arrival" ? null : at;
  const told = { ...more, ...(timeFrom !== "payload" && { timeFrom }) };
  const fact = [kind, name, time, who ? listed(WHO, who) : null, Object.keys(told).length > 0 ? told : null];
  return [canonical(trimmed(fact)), `["${IDENTITY}","${name}",${identity}]`];
}

type Kept = [kind: string, about: string, at: number | null, who?: List | null, more?: object];
type List = unknown[];

/** The facts of one meeting from `[field, heardAt, field, heardAt, …]`, in this version's words or the last one's. */
export function decoded(uuid: string, text: string): MeetingFact[] {
  if (text === "") return [];
  const parts = JSON.parse(text) as (Kept | OldKept | number)[];
  const identities = new Map<string, MeetingIdentity>();
  const told: [Kept | OldKept, number][] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const field = parts[index] as Kept | OldKept;
    if (Array.isArray(field) && field[0] === IDENTITY) {
      identities.set(field[1] as string, { ...named<MeetingIdentity>(ABOUT, field[2] as unknown as List), uuid });
    } else if (Array.isArray(field) && field[0].startsWith(IDENTITY)) {
      identities.set(field[0].slice(1), field[1] as unknown as MeetingIdentity);
    } else told.push([field, parts[index + 1] as number]);
  }
  const about = (name: string) => identities.get(name) ?? { uuid };
  return told.map(([field, heardAt]) => {
    if (!Array.isArray(field)) {
      const { about: name, ...fact } = field;
      return { timeFrom: "payload", at: heardAt, ...fact, heardAt, about: about(name) } as MeetingFact;
    }
    const [kind, name, at, who, more] = field;
    return factFrom({ kind, at: at ?? heardAt, heardAt, who: who && named(WHO, who), more, about: about(name) });
  });
}

/** As the version before this one kept it. */
interface OldKept {
  about: string;
}

interface Parts {
  kind: string;
  at: number;
  heardAt: number;
  about: MeetingIdentity;
  who?: Participant | null | undefined;
  more?: object | null | undefined;
}

export function factFrom({ kind, at, heardAt, about, who, more }: Parts): MeetingFact {
  const fact: Record<string, unknown> = { kind, at, timeFrom: "payload", heardAt, about };
  if (who) fact.who = who;
  if (more) Object.assign(fact, more);
  return fact as unknown as MeetingFact;
}

/** What an object says, by place; what has no place comes last, as it is. */
export function listed(places: readonly string[], value: object): List {
  const more = Object.fromEntries(Object.entries(value).filter(([key]) => !places.includes(key)));
  const said = value as Record<string, unknown>;
  return trimmed([...places.map((key) => said[key] ?? null), Object.keys(more).length > 0 ? more : null]);
}

export function named<T extends object>(places: readonly string[], list: List): T {
  const value: Record<string, unknown> = {};
  for (const [index, key] of places.entries()) {
    if (list[index] !== undefined && list[index] !== null) value[key] = list[index];
  }
  return Object.assign(value, list[places.length]) as T;
}

function trimmed(list: List): List {
  return list.slice(0, list.findLastIndex((part) => part !== null) + 1);
}
