import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Instant, MeetingFact, MeetingIdentity, Participant } from "../meeting/fact.ts";
import type { Channel } from "../ports.ts";
import { ABOUT, factFrom, listed, named, WHO } from "./encoding.ts";

/** All that is kept of a meeting that is over. */
export interface Pack {
  facts: readonly MeetingFact[];
  /** Its cards' states, as their hashes say them. */
  cards: readonly (readonly [Channel, Record<string, string>])[];
}

/** Each column says one thing of every fact, person or identity; 0 instead of a column that says nothing. */
type Columns = [
  kinds: (number | string)[],
  times: number[],
  lags: number[],
  /** Which person, identity, and whatever else is said. */
  places: [number[], number[], number[]],
  people: (unknown[] | 0)[],
  identities: (unknown[] | 0)[],
  more: (object | 0)[],
  cards: Pack["cards"],
];

const NOBODY = -1;
const SECOND_MS = 1_000;
const HEAD_BYTES = 5;
/** Most packs are smaller: the default would make a hundred times the garbage. */
const CHUNK_BYTES = 4_096;

/**
 * A meeting in as few bytes as can still be read quickly: when it was over, readable without the rest; then ids, for
 * chance cannot be compressed; then all else as JSON by columns, so that what is alike stands together, deflated.
 */
export function packed({ facts, cards }: Pack): Buffer {
  const told = facts.toSorted((a, b) => a.at - b.at || a.heardAt - b.heardAt);
  const [people, identities, more] = [distinct(), distinct(), distinct()];
  const columns: Columns = [[], [], [], [[], [], []], [], [], [], cards];
  const [kinds, times, lags, places] = columns;
  let before = 0;
  for (const { kind, at, timeFrom, heardAt, about, ...rest } of told) {
    const { uuid: _, ...identity } = about;
    const { who, ...said } = { who: undefined, ...rest };
    const place = KINDS.indexOf(kind);
    kinds.push(place < 0 ? kind : place);
    times.push((at - before) / SECOND_MS);
    lags.push(heardAt - at);
    places[0].push(who ? people.placeOf(listed(WHO, who)) : NOBODY);
    places[1].push(identities.placeOf(listed(ABOUT, identity)));
    places[2].push(more.placeOf(timeFrom === "payload" ? said : { ...said, timeFrom }));
    before = at;
  }
  const ids: Buffer[] = [];
  columns[4] = columnsOf(WHO, people.values as unknown[][], ids);
  columns[5] = columnsOf(ABOUT, identities.values as unknown[][], ids);
  columns[6] = more.values as object[];
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(overBy(facts));
  head.writeUInt8(ids.length, HEAD_BYTES - 1);
  return Buffer.concat([head, ...ids, deflateRawSync(JSON.stringify(columns), { level: 9, dictionary: DICTIONARY })]);
}

/** What was packed; its facts in another order. */
export function unpacked(uuid: string, bytes: Buffer): Pack {
  const ids = { bytes, next: HEAD_BYTES };
  const json = bytes.subarray(HEAD_BYTES + bytes.readUInt8(HEAD_BYTES - 1) * ID_BYTES);
  const columns = JSON.parse(
    inflateRawSync(json, { dictionary: DICTIONARY, chunkSize: CHUNK_BYTES }).toString(),
  ) as Columns;
  const [kinds, times, lags, [whose, whichs, mores], whoColumns, aboutColumns, more, cards] = columns;
  const people = rowsOf(WHO, whoColumns, ids).map((row) => named<Participant>(WHO, row));
  const identities = rowsOf(ABOUT, aboutColumns, ids).map((row) => ({ ...named<MeetingIdentity>(ABOUT, row), uuid }));
  let at = 0;
  const facts = kinds.map((kind, index) => {
    at += Math.round((times[index] as number) * SECOND_MS);
    return factFrom({
      kind: typeof kind === "number" ? (KINDS[kind] as string) : kind,
      at,
      heardAt: at + (lags[index] as number),
      about: identities[whichs[index] as number] ?? { uuid },
      who: whose[index] === NOBODY ? null : (people[whose[index] as number] ?? {}),
      more: more[mores[index] as number] || null,
    });
  });
  return { facts, cards };
}

/** Whether something of a packed meeting may have been after this instant, as far as can be told without unpacking it. */
export function goesOnAfter(bytes: Buffer, instant: Instant): boolean {
  return bytes.readUInt32LE() * SECOND_MS >= instant;
}

/** The second by which all of it was over. */
function overBy(facts: readonly MeetingFact[]): number {
  const last = facts.reduce((last, { at, about }) => Math.max(last, at, about.startedAt ?? 0), 0);
  return Math.ceil(last / SECOND_MS);
}

/** Only ever add to the end of it: what was packed counts on the places. */
const KINDS: readonly string[] = [
  "started",
  "joined",
  "left",
  "ended",
  "waiting",
  "waitingOver",
  "awaitsHost",
  "awaitsHostNoMore",
  "summarized",
  "roleChanged",
  "bound",
  "enteredRoom",
  "leftRoom",
];

/** Never change it: what was packed cannot be read without. */
const DICTIONARY = Buffer.from(
  '"timeFrom":"event_ts"},{"timeFrom":"arrival"},"to":{"room":"gone":"shows":"live ended","message":"1",' +
    '"Meeting@gmail.com@example.com",null,null],0,[60,30],0,0],[0,1,1,1,1,2,2,2,2,3],[0,0,0,0],[1,1,1,1],[2,2,2,2],0,[[0]],{}],[["slack:C0',
);

function distinct() {
  const places = new Map<string, number>();
  const values: unknown[] = [];
  return {
    values,
    placeOf(value: object): number {
      const key = JSON.stringify(value);
      const place = places.get(key) ?? values.push(value) - 1;
      places.set(key, place);
      return place;
    },
  };
}

const ID_BYTES = 16;
const MOST_IDS = 255;
/** These are taken out of their columns; a number says in which notation. */
const IDS = new Set(["connection", "zoomUserId", "hostId"]);
/** Handed out in steps: a number says by how much it is more than the one before. */
const STEPS = new Set(["userId"]);
const NOTATIONS = [
  {
    read: (id: string) => Buffer.from(id.replaceAll("-", ""), "hex"),
    write: (bytes: Buffer) =>
      bytes
        .toString("hex")
        .toUpperCase()
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
  },
  {
    read: (id: string) => Buffer.from(id, "base64url"),
    write: (bytes: Buffer) => bytes.toString("base64url"),
  },
];

function columnsOf(keys: readonly string[], rows: readonly unknown[][], ids: Buffer[]): (unknown[] | 0)[] {
  return [...keys, "more"].map((key, place) => {
    const column = rows.map((row) => row[place] ?? null);
    if (column.every((value) => value === null)) return 0;
    if (STEPS.has(key)) return inSteps(column);
    return IDS.has(key) ? column.map((value) => withoutId(value, ids)) : column;
  });
}

function inSteps(column: unknown[]): unknown[] {
  let before = 0;
  return column.map((value) => {
    if (typeof value !== "string" || !/^[1-9]\d{0,14}$/.test(value)) return value;
    const step = Number(value) - before;
    before = Number(value);
    return step;
  });
}

function withoutId(value: unknown, ids: Buffer[]): unknown {
  if (typeof value !== "string" || ids.length === MOST_IDS) return value;
  for (const [notation, { read, write }] of NOTATIONS.entries()) {
    const bytes = read(value);
    if (bytes.length !== ID_BYTES || write(bytes) !== value) continue;
    ids.push(bytes);
    return notation;
  }
  return value;
}

interface IdsAhead {
  bytes: Buffer;
  next: number;
}

function rowsOf(keys: readonly string[], columns: (unknown[] | 0)[], ids: IdsAhead): unknown[][] {
  const rows: unknown[][] = [];
  for (const [place, column] of columns.entries()) {
    if (column === 0) continue;
    const key = keys[place] ?? "";
    const values = IDS.has(key) ? withIds(column, ids) : STEPS.has(key) ? summedUp(column) : column;
    for (let index = 0; index < values.length; index += 1) {
      rows[index] ??= [];
      (rows[index] as unknown[])[place] = values[index];
    }
  }
  return rows;
}

function withIds(column: unknown[], ids: IdsAhead): unknown[] {
  return column.map((value) => {
    if (typeof value !== "number") return value;
    const id = ids.bytes.subarray(ids.next, ids.next + ID_BYTES);
    ids.next += ID_BYTES;
    return NOTATIONS[value]?.write(id);
  });
}

function summedUp(column: unknown[]): unknown[] {
  let sum = 0;
  return column.map((value) => {
    if (typeof value !== "number") return value;
    sum += value;
    return String(sum);
  });
}
