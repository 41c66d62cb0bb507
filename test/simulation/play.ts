import { seededRandom } from "../../scripts/replay/random.ts";
import { log } from "../../src/log.ts";
import type { Instant } from "../../src/meeting/fact.ts";
import { type Books, booksOf } from "./books.ts";
import { changesBy, type MadeChange } from "./changes.ts";
import { type Call, faultyChat, type Message, type Said, type TooEarly } from "./chat.ts";
import { type MemoryRedis, memoryRedis } from "./memory-redis.ts";
import {
  type ChatFault,
  type DayPlan,
  type Deletion,
  type Move,
  movedName,
  type ProcessFault,
  placeOf,
  type StoreFault,
} from "./plan.ts";
import { KEYS, type Notifier, type Sabotage, startNotifier } from "./process.ts";
import { usefulMinutes } from "./useful-minutes.ts";
import { virtualTime } from "./virtual-time.ts";
import { type HeardFact, zoomTells } from "./zoom.ts";

const MINUTE_MS = 60_000;
/** A day that needs more steps never comes to rest. */
const MOST_STEPS = 100_000;
/** What is due sooner is not settled yet. */
const SOON_MS = 130_000;
/** Shorter waits are not worth a jump. */
const JUMP_FROM_MS = 1_500;

/** What somebody saw happen, in the order in which it did. */
export interface Seen {
  at: Instant;
  process?: number;
  channel?: string;
  card?: string;
  what: string;
  /** More about it, for people to read. */
  details?: object | string;
}

export interface Deleted {
  channel: string;
  card: string;
  /** Whether the notifier knew how the message is called; else it may not know that there was one. */
  wasKnown: boolean;
}

/** All that is left of a day when nothing is to be done any more. */
export interface PlayedDay {
  endedAt: Instant;
  isAtRest: boolean;
  heard: readonly HeardFact[];
  /** Of so many of these, and of the changes in the books, it was seen before that they are shown. */
  checked: { heard: number; changes: number };
  /** What channels asked for, and since when. */
  books: Books;
  changes: readonly MadeChange[];
  messages: readonly Message[];
  said: readonly Said[];
  calls: readonly Call[];
  /** Of the job of every minute. */
  errors: readonly string[];
  tooEarly: readonly TooEarly[];
  deleted: readonly Deleted[];
  redis: MemoryRedis;
  seen: readonly Seen[];
}

export interface Playing {
  sabotage?: Sabotage | undefined;
  /** Asked at moments at which nobody has anything to do for a while: whether to stop here. */
  isWrong?: (sofar: PlayedDay) => Promise<boolean>;
}

/**
 * Plays a day from its first delivery until everything is at rest. The same plan is played the same way each time.
 * Meanwhile the clocks of this process are those of the day.
 */
export async function playDay(plan: DayPlan, playing: Playing = {}): Promise<PlayedDay> {
  log.level = "silent";
  const time = virtualTime(firstInstant(plan));
  try {
    return await played(stage(plan, time, playing.sabotage ?? {}), playing.isWrong);
  } finally {
    time.restore();
  }
}

function firstInstant({ meetings, changes }: DayPlan): Instant {
  const all = [
    ...meetings.flatMap(({ deliveries }) => deliveries.flatMap(({ at }) => at)),
    ...changes.map(({ at }) => at),
  ];
  return Math.min(...all, Date.UTC(2100, 0, 1)) - 5_000;
}

type Stage = ReturnType<typeof stage>;

/** Everybody in their places, and everything that is planned. */
function stage(plan: DayPlan, time: ReturnType<typeof virtualTime>, sabotage: Sabotage) {
  const random = seededRandom(plan.seed);
  const redis = memoryRedis(time.now, sabotage.script);
  for (const [person, chooser] of Object.entries(plan.people ?? {})) {
    redis.run("HSET", [KEYS.choices, person, JSON.stringify(chooser)]);
    redis.run("INCR", [KEYS.version]);
  }
  const books = booksOf(plan, redis, time.now);
  const seen: Seen[] = [];
  const calls: Call[] = [];
  const errors: string[] = [];
  const tell = (what: string, more: Partial<Seen> = {}) => seen.push({ at: time.now(), what, ...more });
  const chat = faultyChat({
    time,
    random,
    faults: plan.faults.filter((fault): fault is ChatFault => fault.kind === "chat"),
    onCall(call) {
      calls.push(call);
      seen.push(call);
    },
  });
  const store = { redis, random, faults: plan.faults.filter((fault): fault is StoreFault => fault.kind === "store") };
  const start = (index: number): Notifier => {
    const notifier = startNotifier(
      {
        plan,
        sabotage,
        time,
        store,
        platformOf: chat.platformOf,
        onOutcome: (process, { channel, card }, outcome) =>
          tell("outcome", { process, channel: placeOf(channel), card, details: outcome }),
        onFault: (process, what) => tell(what, { process }),
        onError: (err) => errors.push(`${err}`),
      },
      index,
    );
    time.goOnAs(notifier.owner, () => notifier.start());
    return notifier;
  };
  const slots = plan.skewsMs.map((_, index) => start(index));
  const deleted: Deleted[] = [];

  const deletes = ({ channel, card }: Deletion) => {
    const states = [movedName(channel), channel].map((name) => redis.data.read(KEYS.card(name, card), "hash"));
    const known = states.find((state) => state?.has("message"))?.get("message");
    for (const { id } of chat.deleteByPerson(channel, card)) {
      tell(`a person deletes ${id}`, { channel, card });
      deleted.push({ channel, card, wasKnown: id === known });
    }
  };
  const strikes = (fault: ProcessFault) => {
    const { kind, forMs } = fault;
    const index = fault.process % slots.length;
    const struck = slots[index];
    if (!struck?.owner.isAlive) return;
    if (kind === "stop") time.goOnAs(struck.owner, () => void struck.stop());
    else struck.meets(fault);
    if (kind === "freeze") return;
    time.at(time.now() + forMs, "plan", () => {
      slots[index]?.die();
      tell("starts anew", { process: index });
      slots[index] = start(index);
    });
  };
  const moves = ({ channel, process: index }: Pick<Move, "channel" | "process">) => {
    const by = slots[index % slots.length];
    if (!by?.owner.isAlive) {
      time.at(time.now() + 3_000, "plan", () => moves({ channel, process: index + 1 }));
      return;
    }
    tell("another id", { process: by.owner.index, channel });
    time.at(time.now(), "wire", () => void by.follows(channel, movedName(channel)), by.owner);
  };
  for (const fault of plan.faults) {
    if (fault.kind === "move") time.at(fault.at, "plan", () => moves(fault));
    else if (fault.kind === "deletion") time.at(fault.at, "plan", () => deletes(fault));
    else if (fault.kind === "store") {
      time.at(fault.at, "plan", () => tell("the store fails", { details: fault }));
      if (fault.restarts) time.at(fault.at + fault.forMs, "plan", redis.restart);
    } else if (fault.kind !== "chat") time.at(fault.at, "plan", () => strikes(fault));
  }
  const heard = zoomTells(plan, { time, slots, tell: (what, process, card) => tell(what, { process, card }) });
  const changes = changesBy(plan, { time, slots, tell: (what, more) => tell(what, more) });
  return { plan, time, random, redis, books, chat, slots, heard, changes, seen, calls, errors, deleted };
}

async function played(on: Stage, isWrong: Playing["isWrong"] = async () => false): Promise<PlayedDay> {
  const { plan, time, random, redis, books, chat, slots, heard, changes, seen, calls, errors, deleted } = on;
  const usefulFrom = usefulMinutes(plan, redis.data);
  let minute = Math.floor(time.now() / MINUTE_MS);
  const lookAfter = (by: readonly Notifier[]) => {
    minute = Math.floor(time.now() / MINUTE_MS);
    for (const { owner, looksAfter } of by) {
      time.at(time.now() + random() * 100, "wire", () => void looksAfter(), owner);
    }
  };
  const anybody = () => slots[Math.floor(random() * slots.length)] as Notifier;
  /** Nothing is on its way, and everybody waits to look around again. */
  const isQuiet = () => {
    const { wire, timer } = time.open();
    return wire === 0 && timer <= slots.filter(({ owner }) => owner.isAlive).length;
  };
  const dueAt = () => Math.min(...(redis.data.read(KEYS.channels, "zset")?.values() ?? []));

  let isAtRest = false;
  let checked = { heard: 0, changes: 0 };
  const sofar = (): PlayedDay => {
    const { messages, said, tooEarly } = chat;
    return {
      ...{ endedAt: time.now(), isAtRest, heard, books, changes, checked, messages, said, calls, errors, tooEarly },
      ...{ deleted, redis, seen },
    };
  };
  for (let steps = 0; steps < MOST_STEPS && !isAtRest; steps += 1) {
    if (time.now() >= (minute + 1) * MINUTE_MS) lookAfter([anybody()]);
    const soonest = isQuiet() ? Math.min(time.nextPlanned(), dueAt()) : 0;
    if (soonest - time.now() > JUMP_FROM_MS) {
      const isNew = heard.length > checked.heard || books.count() > checked.changes;
      if (isNew && (await isWrong(sofar()))) break;
      if (dueAt() - time.now() > SOON_MS) checked = { heard: heard.length, changes: books.count() };
      const usefulMinute = usefulFrom((minute + 1) * MINUTE_MS);
      const next = Math.min(soonest, usefulMinute);
      isAtRest = next === Number.POSITIVE_INFINITY;
      if (!isAtRest && next - time.now() > JUMP_FROM_MS) {
        time.sleepUntil(next);
        minute = Math.floor(next / MINUTE_MS);
        if (next === usefulMinute) lookAfter(random() < 0.3 ? slots : [anybody()]);
      }
    }
    if (!isAtRest) await time.step();
    books.look();
  }
  for (const { die } of slots) die();
  return sofar();
}
