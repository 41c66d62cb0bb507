import { type Connection, connectionKey } from "./connection.ts";
import {
  compare,
  isAttendance,
  type MeetingFact,
  type MeetingIdentity,
  type Participant,
  PHONE_CALLER,
} from "./fact.ts";
import { endsAt, overlapMs, type Stay, union, unionOfConnections } from "./stay.ts";

export interface Person {
  /** The same in every meeting as far as Zoom lets us know: by user id, else e-mail, else registrant, else name. */
  key: string;
  /** Absent when Zoom gave none. */
  name?: string;
  /** Not signed in to this Zoom account. */
  isGuest: boolean;
  isHost: boolean;
  /** Several connections were taken for one person only because their names are the same. */
  matchedByName: boolean;
  zoomUserId?: string;
  email?: string;
  connections: number;
  stays: Stay[];
}

/** Longer than a crash stays unnoticed by Zoom (91 s seen): whoever overlaps more is somebody else. */
const SAME_NAME_OVERLAP_MS = 120_000;

/**
 * Who is one person, best evidence first: Zoom user id, e-mail, registrant id, and for guests the name. Guests of one
 * name who are in at the same time for more than two minutes are different people. Sorted by first arrival.
 */
export function peopleFrom(connections: readonly Connection[], facts: readonly MeetingFact[], about: About): Person[] {
  const { identified = [], guests = [] } = Object.groupBy(linked(connections, facts), (group) =>
    identityOf(group) === undefined ? "guests" : "identified",
  );
  return [...identified.map((group) => ({ group, nth: 1, matchedByName: false })), ...guestsByName(guests)]
    .map((somebody) => person(somebody, about))
    .toSorted(byArrival);
}

type About = Pick<MeetingIdentity, "uuid" | "hostId" | "hostEmail">;
type Group = readonly Connection[];

interface Somebody {
  group: Group;
  /** Of the guests with this name, the first, second, … to arrive. */
  nth: number;
  matchedByName: boolean;
}

/**
 * Connections that share a user id, an e-mail or a registrant id, or that Zoom bound to each other, best evidence
 * first: what is weaker never makes one person of two Zoom users.
 */
function linked(connections: readonly Connection[], facts: readonly MeetingFact[]): Group[] {
  const leader = new Map<string, string>();
  const users = new Map<string, string>();
  const find = (key: string): string => {
    let found = key;
    for (let next = leader.get(found); next !== undefined; next = leader.get(found)) found = next;
    if (found !== key) leader.set(key, found);
    return found;
  };
  const link = (a: string, b: string) => {
    const [some, others] = [find(a), find(b)];
    const [first, second] = some < others ? [some, others] : [others, some];
    const [one, other] = [users.get(first), users.get(second)];
    if (first === second || (one && other && one !== other)) return;
    leader.set(second, first);
    const user = one ?? other;
    if (user) users.set(first, user);
  };
  for (const { key, who } of connections) if (who.zoomUserId) users.set(`connection ${key}`, who.zoomUserId);
  const told = connections.map(({ key, who }) => ({ key, all: identities(who) }));
  for (const kind of KINDS_OF_IDENTITY) {
    for (const { key, all } of told) {
      const identity = all.find((one) => one.startsWith(kind));
      if (identity) link(`connection ${key}`, identity);
    }
  }
  const known = keysByUserId(connections, facts);
  for (const fact of facts) {
    if (fact.kind !== "bound") continue;
    const [phone, screen] = [fact.who, fact.to].map((who) => known(who));
    if (phone && screen) link(`connection ${phone}`, `connection ${screen}`);
  }
  return [...Map.groupBy(connections, ({ key }) => find(`connection ${key}`)).values()];
}

const KINDS_OF_IDENTITY = ["id ", "mail ", "registrant "];

/** A binding may name a connection by the `user_id` of one of its legs alone. */
function keysByUserId(connections: readonly Connection[], facts: readonly MeetingFact[]) {
  const keys = new Set(connections.map(({ key }) => key));
  const byUserId = new Map(facts.filter(isAttendance).map(({ who }) => [who.userId, connectionKey(who)]));
  return (who: Participant): string | undefined => {
    const key = connectionKey(who);
    return keys.has(key) ? key : who.userId === undefined ? undefined : byUserId.get(who.userId);
  };
}

function identities({ zoomUserId, email, registrantId }: Participant): string[] {
  const all = [
    zoomUserId && `id ${zoomUserId}`,
    email && `mail ${email}`,
    registrantId && `registrant ${registrantId}`,
  ];
  return all.filter((one) => one !== undefined && one !== "") as string[];
}

function identityOf(group: Group): string | undefined {
  const all = group.flatMap(({ who }) => identities(who));
  if (group.length === 1) return all[0];
  all.sort();
  return KINDS_OF_IDENTITY.map((kind) => all.find((one) => one.startsWith(kind))).find(Boolean);
}

function guestsByName(groups: readonly Group[]): Somebody[] {
  const byName = Map.groupBy(groups, ownName);
  return [...byName].flatMap(([name, same]) =>
    name === undefined ? same.map((group) => ({ group, nth: 1, matchedByName: false })) : sameNameApart(same),
  );
}

/** Of more people than that a name is nobody's: it tells none of them apart. */
const MOST_OF_ONE_NAME = 200;

/** Each group in order of arrival goes to the one who left last before, else is somebody new. */
function sameNameApart(groups: readonly Group[]): Somebody[] {
  const arrivals = groups
    .map((group) => ({ group, key: keyOf(group), stays: staysOf(group) }))
    .sort((a, b) => byFirst(a.stays, b.stays) || compare(a.key, b.key));
  const people: { group: Group; stays: Stay[]; togetherMs: number }[] = [];
  for (const { group, stays } of arrivals) {
    const told = stays.map(toldPart);
    let fitting: { person: (typeof people)[number]; togetherMs: number; leftAt: number } | undefined;
    for (const person of people.length < MOST_OF_ONE_NAME ? people : []) {
      const togetherMs = person.togetherMs + overlapMs(person.stays.map(toldPart), told);
      const leftAt = lastEnd(person.stays);
      const isFitting = togetherMs <= SAME_NAME_OVERLAP_MS && (!fitting || leftAt > fitting.leftAt);
      if (isFitting) fitting = { person, togetherMs, leftAt };
    }
    if (!fitting) people.push({ group, stays, togetherMs: 0 });
    else {
      const { person, togetherMs } = fitting;
      Object.assign(person, {
        group: [...person.group, ...group],
        stays: union([...person.stays, ...stays]),
        togetherMs,
      });
    }
  }
  return people.map(({ group }, index) => ({ group, nth: index + 1, matchedByName: group.length > 1 }));
}

/** Only what Zoom told proves that two were there together; of a stay with one told border that is an instant. */
function toldPart({ from, to }: Stay): Stay {
  if (!to || (from.sure && to.sure)) return { from, ...(to && { to }) };
  const told = from.sure ? from : to;
  return { from: told, to: told };
}

function person({ group, nth, matchedByName }: Somebody, { uuid, hostId, hostEmail }: About): Person {
  const who: Participant = Object.assign({}, ...byLastSeen(group).map((connection) => connection.who));
  const called = ownName(group);
  const name = called ?? group.find((connection) => connection.who.name)?.who.name;
  const isHost =
    (who.zoomUserId !== undefined && who.zoomUserId === hostId) || (who.email !== undefined && who.email === hostEmail);
  return {
    key: identityOf(group) ?? (called ? `guest ${nth} ${called}` : `connection ${uuid} ${keyOf(group)}`),
    ...(name && { name }),
    isGuest: who.zoomUserId === undefined,
    isHost,
    matchedByName,
    ...(who.zoomUserId && { zoomUserId: who.zoomUserId }),
    ...(who.email && { email: who.email }),
    connections: group.length,
    stays: staysOf(group),
  };
}

/** The name they came with last; a phone bound to somebody does not rename them. */
function ownName(group: Group): string | undefined {
  const named = byLastSeen(group).filter(({ who: { name } }) => name && name !== PHONE_CALLER);
  return (named.findLast(({ who }) => identities(who).length > 0) ?? named.at(-1))?.who.name;
}

function byLastSeen(group: Group): Connection[] {
  return group.toSorted((a, b) => byFirst(a.stays, b.stays) || compare(a.key, b.key));
}

function staysOf(group: Group): Stay[] {
  return unionOfConnections(group.flatMap(({ stays }) => stays));
}

function keyOf(group: Group): string {
  return group.map(({ key }) => key).sort()[0] ?? "";
}

function byFirst(a: readonly Stay[], b: readonly Stay[]): number {
  return (a[0]?.from.at ?? 0) - (b[0]?.from.at ?? 0);
}

function lastEnd(stays: readonly Stay[]): number {
  return stays.reduce((last, stay) => Math.max(last, endsAt(stay)), Number.NEGATIVE_INFINITY);
}

function byArrival(a: Person, b: Person): number {
  return byFirst(a.stays, b.stays) || compare(a.key, b.key);
}
