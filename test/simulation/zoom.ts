import type { Instant, MeetingFact } from "../../src/meeting/fact.ts";
import type { DayPlan, Delivery } from "./plan.ts";
import type { Notifier } from "./process.ts";
import type { VirtualTime } from "./virtual-time.ts";

const MINUTE_MS = 60_000;
/** Zoom asks again after 5, 20 and 60 minutes more, and gives up an answer after 3 s. */
const RETRIES_MS = [5, 20, 60].map((minutes) => minutes * MINUTE_MS);
const WAITS_MS = 3_000;

/** A fact as a process heard it, and whether Zoom was answered that it is kept. */
export interface HeardFact {
  fact: MeetingFact;
  /** By the right clock. */
  at: Instant;
  isAcknowledged: boolean;
}

export interface ZoomSide {
  time: VirtualTime;
  slots: readonly Notifier[];
  tell: (what: string, process: number, card: string) => void;
}

/** Zoom tells what is planned, and again what was not answered with 200. Gives back what is heard, as it comes in. */
export function zoomTells({ meetings }: DayPlan, { time, slots, tell }: ZoomSide): readonly HeardFact[] {
  const heard: HeardFact[] = [];
  const deliver = ({ fact, to }: Delivery, retriesMs: readonly number[]) => {
    const index = to % slots.length;
    const { uuid } = fact.about;
    let isAnswered = false;
    const answer = (isKept: boolean, entry?: HeardFact) => {
      if (isAnswered) return;
      isAnswered = true;
      if (entry) entry.isAcknowledged = isKept;
      tell(`${fact.kind} answered ${isKept ? 200 : 503}`, index, uuid);
      const [nextInMs, ...later] = retriesMs;
      if (isKept || nextInMs === undefined) return;
      time.at(time.now() + nextInMs, "plan", () => deliver({ fact, at: [], to: to + 1 }, later));
    };
    const hear = async (by: Notifier) => {
      const entry = { fact: by.heard(fact), at: time.now(), isAcknowledged: false };
      heard.push(entry);
      answer(await by.keeps(entry.fact), entry);
    };
    tell(`Zoom tells ${fact.kind} of ${new Date(fact.at).toISOString().slice(11, 23)}`, index, uuid);
    const by = slots[index];
    if (!by?.owner.isAlive) return answer(false);
    time.at(time.now(), "wire", () => void hear(by), by.owner);
    time.at(time.now() + WAITS_MS, "wire", () => answer(false));
  };
  for (const delivery of meetings.flatMap(({ deliveries }) => deliveries)) {
    const [first = 0, ...again] = delivery.at;
    time.at(first, "plan", () => deliver(delivery, RETRIES_MS));
    for (const at of again) time.at(at, "plan", () => deliver(delivery, []));
  }
  return heard;
}
