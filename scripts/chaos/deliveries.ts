import { meetingBodies, type Somebody, type ZoomBody } from "../../test/stand-ins/zoom.ts";
import type { Dice } from "./random.ts";

/** Each is heard by notifiers of its own, with a prefix of their own in the Redis that all share. */
export const CHANNELS = ["C0NORTH", "C0SOUTH"] as const;
export type ChannelId = (typeof CHANNELS)[number];

/** One body that Zoom sends, and sends again until it is taken. */
export interface Delivery {
  atMs: number;
  channel: ChannelId;
  uuid: string;
  body: ZoomBody;
  /** Decides to which process each try goes. */
  seed: number;
  /** Not signed by Zoom: it must be refused and leave no trace. */
  isForged: boolean;
}

/** A meeting that was heard of before the notifiers began, and of which Zoom said no more. */
export interface Silent {
  channel: ChannelId;
  uuid: string;
  heard: { body: ZoomBody; at: number }[];
}

/** No word of these may ever stand in a log. */
export const TOPICS = ["Harvest <!channel>", "Garden & pond", "*Bees* review", "Quince ‮ sorting", "Apple tally"];
export const NAMES = [
  "Ann Perch",
  "Bo Lindqvist",
  "Chi Okafor",
  "Dee <b>Moss</b>",
  "Eli Vance",
  "Fay Orr",
  "Gus Thiel",
];

const MINUTE_MS = 60_000;
const ENDS_TOLD = 0.85;
const DOUBLED = 0.12;
const LATE = 0.05;
const STAYS_TO_THE_END = 0.5;
const DROPPED = 0.04;
/** Told so quickly that its end comes while its first post is under way. */
const BRIEF = 0.4;
const USUAL_DELAY_MS = 1_500;
/** Who ends a meeting ends it for all: everything comes at once. */
const BURST_MS = 400;
const SAME_NUMBER_AGAIN = 0.25;
const FORGED = 0.1;

interface Meetings {
  chance: Dice;
  channel: ChannelId;
  count: number;
  untilMs: number;
  beginsAt: number;
}

/** All deliveries about a channel's meetings, spread over the time. */
export function deliveriesOf({ chance, channel, count, untilMs, beginsAt }: Meetings): Delivery[] {
  const earlier: Instance[] = [];
  const deliveries = Array.from({ length: count }, (_, index) => {
    const one = chance.another();
    const fromMs = Math.round(((index + one.random() / 2) * untilMs) / count);
    const isBrief = one.happens(BRIEF);
    const lastsMs = isBrief
      ? one.between(100, 1_000)
      : one.between(Math.min(4_000, untilMs / 3), Math.min(40_000, untilMs / 2));
    const isOver = (instance: Instance) => instance.fromMs + instance.lastsMs < fromMs;
    const again = one.happens(SAME_NUMBER_AGAIN) ? earlier.findIndex(isOver) : -1;
    const [before] = again < 0 ? [] : earlier.splice(again, 1); // a number runs once at a time
    const instance = instanceOf(one, {
      fromMs,
      lastsMs,
      mostGuests: isBrief ? 1 : 24,
      beginsAt,
      index,
      channel,
      ...(before && { number: before.number }),
    });
    earlier.push(instance);
    return instance.deliveries;
  });
  return deliveries.flat();
}

interface Instance {
  fromMs: number;
  lastsMs: number;
  number: string;
  deliveries: Delivery[];
}

interface Given {
  fromMs: number;
  lastsMs: number;
  mostGuests: number;
  beginsAt: number;
  index: number;
  channel: ChannelId;
  number?: string;
}

/** One meeting. Its deliveries come within seconds although it took minutes, unless its number was used before. */
function instanceOf(chance: Dice, given: Given): Instance {
  const { fromMs, lastsMs, mostGuests, beginsAt, index, channel, number } = given;
  const endedAt = beginsAt + fromMs + lastsMs;
  const tookMs = number === undefined ? chance.between(5, 55) * MINUTE_MS : lastsMs;
  const startedAt = endedAt - tookMs;
  const bodies = meetingBodies({
    startedAt,
    topic: `${chance.oneOf(TOPICS)} ${channel} ${index}`,
    bookedMinutes: chance.oneOf([0, 30, 45, 60]),
    random: chance.random,
    ...(number !== undefined && { number }),
  });
  const { uuid } = bodies.meeting;
  /** When a thing that happened then is told. */
  const told = (at: number) => fromMs + ((at - startedAt) / tookMs) * lastsMs;
  const isEndTold = chance.happens(ENDS_TOLD);
  const happened: { at: number; body: ZoomBody; isKept?: boolean }[] = [{ at: startedAt, body: bodies.started() }];
  const host = bodies.connection({ name: chance.oneOf(NAMES), id: bodies.meeting.hostId });
  // without an end somebody stays: else it would fall silent just when all is compared
  happened.push({ at: startedAt, body: host.joined(startedAt), isKept: !isEndTold });
  if (isEndTold) {
    happened.push(
      { at: endedAt, body: host.left(endedAt) },
      { at: endedAt, body: bodies.ended(endedAt), isKept: true },
    );
  }
  for (let guest = chance.whole(0, mostGuests); guest > 0; guest -= 1) {
    happened.push(...visit(chance, bodies, startedAt, endedAt));
  }
  const deliveries = happened.flatMap(({ at, body, isKept }) => {
    if (!isKept && chance.happens(DROPPED)) return [];
    const usualMs = at === endedAt ? BURST_MS : USUAL_DELAY_MS;
    const times = [told(at) + delay(chance, usualMs)];
    if (chance.happens(DOUBLED)) times.push(told(at) + delay(chance, usualMs) + chance.between(0, 3_000));
    return times.map((atMs) => sent(chance, { atMs, channel, uuid, body }));
  });
  if (chance.happens(FORGED)) deliveries.push(forged(chance, { atMs: fromMs, channel, startedAt, index }));
  return { fromMs, lastsMs, number: bodies.meeting.number, deliveries };
}

/** Somebody comes and goes, sometimes through a breakout room, sometimes twice. */
function visit(chance: Dice, bodies: ReturnType<typeof meetingBodies>, startedAt: number, endedAt: number) {
  const name = chance.oneOf(NAMES);
  const somebody: Somebody = chance.happens(0.5) ? { name } : { name, email: `${name.split(" ")[0]}@example.com` };
  const from = chance.between(startedAt, endedAt); // also shortly before the end: then it comes after the end is told
  const later = Array.from({ length: 3 }, () => chance.between(from, endedAt)).sort((a, b) => a - b);
  const [joins = 0, moves = 0, leaves = 0, returns = 0] = [from, ...later].map((at) => Math.floor(at / 1_000) * 1_000);
  const connection = bodies.connection(somebody);
  const happened = [{ at: joins, body: connection.joined(joins) }];
  if (chance.happens(0.2)) {
    const { left, joined } = connection.moved(moves);
    happened.push({ at: moves, body: left }, { at: moves, body: joined });
  }
  if (chance.happens(STAYS_TO_THE_END)) return [...happened, { at: endedAt, body: connection.left(endedAt) }];
  happened.push({ at: leaves, body: connection.left(leaves) });
  if (chance.happens(0.2)) happened.push({ at: returns, body: bodies.connection(somebody).joined(returns) });
  return happened;
}

/** By how much a delivery is late: most hardly, some by so much that others overtake it. */
function delay(chance: Dice, usualMs: number): number {
  return chance.happens(LATE) ? chance.between(2_000, 12_000) : chance.between(0, usualMs);
}

function sent(chance: Dice, told: Pick<Delivery, "atMs" | "channel" | "uuid" | "body">): Delivery {
  return { ...told, atMs: Math.max(0, Math.round(told.atMs)), seed: chance.whole(0, 2 ** 31), isForged: false };
}

function forged(chance: Dice, told: { atMs: number; channel: ChannelId; startedAt: number; index: number }): Delivery {
  const { startedAt, channel, index, atMs } = told;
  const bodies = meetingBodies({ startedAt, topic: `Forged ${index}`, random: chance.random });
  return { ...sent(chance, { atMs, channel, uuid: bodies.meeting.uuid, body: bodies.started() }), isForged: true };
}

/** A meeting of an hour ago that everybody left. */
export function silentMeeting(given: { chance: Dice; channel: ChannelId; index: number; beginsAt: number }): Silent {
  const { chance, channel, index, beginsAt } = given;
  const startedAt = Math.floor(beginsAt / 1_000) * 1_000 - chance.whole(70, 110) * MINUTE_MS;
  const leftAt = startedAt + chance.whole(5, 50) * MINUTE_MS;
  const bodies = meetingBodies({ startedAt, topic: `Silent ${channel} ${index}`, random: chance.random });
  const guest = bodies.connection({ name: chance.oneOf(NAMES) });
  const heard = [bodies.started(), guest.joined(startedAt)].map((body) => ({ body, at: startedAt + 1_000 }));
  return {
    channel,
    uuid: bodies.meeting.uuid,
    heard: [...heard, { body: guest.left(leftAt), at: leftAt + 1_000 }],
  };
}
