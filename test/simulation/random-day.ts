import { seededRandom } from "../../scripts/replay/random.ts";
import { dayOf } from "../../src/card/day.ts";
import type { Instant, MeetingFact, MeetingIdentity, Participant } from "../../src/meeting/fact.ts";
import { digestId } from "../../src/post-digest.ts";
import { type Dice, dice } from "./dice.ts";
import type { DayPlan, Delivery, PlannedMeeting } from "./plan.ts";
import { deathOver, randomFaults, randomMoves } from "./random-faults.ts";
import { randomChanges, randomPeople, randomSubscription, randomWeek } from "./random-wishes.ts";
import { digestTime } from "./useful-minutes.ts";
import { weekTimes } from "./weeks.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** As they do where somebody keeps them in step. */
export const CLOCKS_DIFFER_MS = 500;

/** A day like any other: a few meetings, told as Zoom tells them, while this and that goes wrong. */
export function randomDay(seed: number): DayPlan {
  const roll = dice(seededRandom(seed));
  const rollMore = dice(seededRandom(~seed)); // what came later to a day leaves the rest of it as it was
  const week = randomWeek(dice(seededRandom(seed ^ 0x3ee4)));
  const day = roll.whole(0, 364);
  const midnight = Date.UTC(2026, 0, 5) + (week ? 7 * Math.floor(day / 7) + week.weekday : day) * DAY_MS;
  const from = midnight + roll.whole(0, 20) * HOUR_MS;
  const channels = ["slack:C1", "slack:C2", "slack:C3"].slice(0, roll.one([1, 1, 2, 2, 3]));
  const processes = roll.one([1, 2, 2, 3]);
  const isRush = roll.chance(0.03);
  const isFullHour = roll.chance(0.15);
  const isStarting = new Set<string>();
  const meetings = Array.from({ length: isRush ? 15 : roll.whole(1, 6) }, (_, index) => {
    const number = roll.chance(0.4) ? roll.one(["111", "222"]) : `33${index}`;
    let start = from + roll.about(isRush ? 20 * SECOND_MS : isFullHour ? SECOND_MS : 40 * MINUTE_MS);
    while (isStarting.has(`${number} ${Math.floor(start / SECOND_MS)}`)) start += SECOND_MS;
    isStarting.add(`${number} ${Math.floor(start / SECOND_MS)}`); // no number starts twice at once
    return randomMeeting(roll, { uuid: `M${index}`, number, start, processes });
  });
  const subscriptions = Object.fromEntries(
    channels.map((channel) => [channel, week ? week.asked(randomSubscription(roll)) : randomSubscription(roll)]),
  );
  const digests = Object.values(subscriptions).map(({ timeZone, digest }) => ({
    card: digestId(dayOf(from, timeZone).date),
    dueAt: digestTime({ timeZone, digestAt: digest.at }, from),
  }));
  const arrivals = meetings.flatMap(({ deliveries }) => deliveries.flatMap(({ at }) => at));
  const first = meetings.map(({ deliveries }) => Math.min(...deliveries.flatMap(({ at }) => at)));
  const people = randomPeople(dice(seededRandom(seed ^ 0x9e0)));
  const places = [...channels, ...Object.keys(people ?? {})];
  const weekDueAt = week ? Object.values(subscriptions).map((one) => weekTimes(one, from).dueAt) : [];
  const digest = roll.chance(0.3) ? first.flatMap(() => digests.map(({ dueAt }) => dueAt)) : [];
  // as often at a first post as at any other time
  const moments = [
    ...arrivals,
    ...first.filter(Number.isFinite).flatMap((at) => Array(5).fill(at)),
    ...digest,
    ...weekDueAt,
  ];
  const cards = [...meetings.map(({ uuid }) => uuid), ...digests.map(({ card }) => card)];
  const changes = randomChanges(roll, { channels, processes, meetings, moments })
    .map((one) => (rollMore.chance(0.4) ? { ...one, isAskedOnce: true } : one))
    .map((one) => week?.changed(one) ?? one);
  return {
    seed,
    channels,
    subscriptions,
    ...(people && { people }),
    changes,
    skewsMs: Array.from({ length: processes }, () => roll.whole(-CLOCKS_DIFFER_MS, CLOCKS_DIFFER_MS)),
    meetings,
    faults: [
      ...randomMoves(dice(seededRandom(seed ^ 0x40e)), { channels, moments, processes }),
      ...randomFaults(roll, {
        moments: [...moments, ...changes.map(({ at }) => at)],
        cards,
        channels: places,
        processes,
      }),
      ...changes.flatMap((one) => (one.isAskedOnce && rollMore.chance(0.3) ? [deathOver(rollMore, one)] : [])),
    ],
  };
}

/** Of topics. */
export const WORDS = ["stand-up", "review", "planning"];

interface Meant {
  uuid: string;
  number: string;
  start: Instant;
  processes: number;
}

function randomMeeting(roll: Dice, { uuid, number, start, processes }: Meant): PlannedMeeting {
  const startedAt = start - (start % SECOND_MS);
  const length = roll.one([20 * SECOND_MS, 3 * MINUTE_MS, roll.about(20 * MINUTE_MS), roll.about(2 * HOUR_MS)]);
  const end = startedAt + length - (length % SECOND_MS);
  const about: MeetingIdentity = {
    uuid,
    number,
    topic: `Topic ${roll.one(WORDS)} of ${uuid}`,
    hostId: roll.one(["host", "id 0", "id 1"]),
    bookedMinutes: 30,
    startedAt,
  };
  const renamedAt = roll.chance(0.15) ? startedAt + length * roll.one([0.3, 0.6, 1]) : Number.POSITIVE_INFINITY;
  const renamed = { ...about, topic: `Topic ${roll.one(WORDS)} of ${uuid} anew` };
  const facts: MeetingFact[] = [];
  const says = (kind: MeetingFact["kind"], at: Instant, more: object = {}) => {
    const identity = at < renamedAt ? about : renamed;
    facts.push({ kind, at, timeFrom: "payload", heardAt: at, about: identity, ...more } as MeetingFact);
  };
  if (roll.chance(0.1)) {
    const { startedAt: _, ...notBegun } = about;
    const who = { name: "Early", connection: `${uuid}early` };
    says("waiting", startedAt - MINUTE_MS, { who, about: notBegun });
  }
  says("started", startedAt);
  const people = roll.whole(0, 5);
  for (let person = 0; person < people; person += 1) attends(roll, says, uuid, person, startedAt, end);
  says("ended", end);
  if (roll.chance(0.1)) says("summarized", end);
  const deliveries = facts.filter(() => !roll.chance(0.04)).map((fact) => delivered(roll, fact, processes));
  return { uuid, deliveries };
}

type Says = (kind: MeetingFact["kind"], at: Instant, more: { who: Participant; room?: string }) => void;

/** Somebody comes and goes, perhaps more than once, perhaps to a breakout room. */
function attends(roll: Dice, says: Says, uuid: string, person: number, from: Instant, until: Instant): void {
  const isGuest = roll.chance(0.3);
  const seconds = (ms: number) => ms - (ms % SECOND_MS);
  let at = from + seconds(roll.whole(0, Math.max(until - from, 1)));
  const visits = roll.one([1, 1, 2]);
  for (let visit = 0; visit < visits && at < until; visit += 1) {
    const connection = `${uuid}-${person}-${visit}`;
    const name = `Person ${person}`;
    const who = { connection, userId: `${person}${visit}`, name, ...(!isGuest && { zoomUserId: `id ${person}` }) };
    const leaves = Math.min(at + seconds(roll.about((until - from) / 2)), until);
    says("joined", at, { who });
    if (leaves - at > 10 * SECOND_MS && roll.chance(0.15)) {
      const moves = at + seconds((leaves - at) / 2);
      says("left", moves, { who });
      says("joined", moves, { who: { ...who, userId: `${who.userId}b` } });
      says("enteredRoom", moves, { who, room: "blue" });
      says("left", leaves, { who: { ...who, userId: `${who.userId}b` } });
    } else says("left", leaves, { who });
    at = leaves + seconds(roll.about(5 * MINUTE_MS)) + SECOND_MS;
  }
}

/** When it comes: mostly at once, sometimes much later, sometimes twice. */
function delivered(roll: Dice, fact: MeetingFact, processes: number): Delivery {
  const lateMs = () => {
    const chance = roll.whole(1, 100);
    if (chance <= 80) return roll.whole(50, 1_500);
    if (chance <= 92) return roll.whole(1_000, MINUTE_MS);
    if (chance <= 94) return roll.whole(HOUR_MS, 5 * HOUR_MS);
    return roll.whole(MINUTE_MS, 85 * MINUTE_MS);
  };
  const kinds: MeetingFact["timeFrom"][] = ["event_ts", "arrival"];
  const timeFrom = roll.chance(0.04) ? roll.one(kinds) : fact.timeFrom;
  const later = fact.kind === "summarized" ? roll.about(2 * HOUR_MS) : 0;
  const first = fact.at + later + lateMs();
  const again = roll.chance(0.08) ? [first + roll.about(10 * MINUTE_MS)] : [];
  return { fact: { ...fact, timeFrom }, at: [first, ...again], to: roll.whole(0, processes - 1) };
}
