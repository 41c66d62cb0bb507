import type { Instant } from "../../src/meeting/fact.ts";
import type { DayPlan, PlannedChange } from "./plan.ts";
import type { Seen } from "./play.ts";
import type { Notifier } from "./process.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** A change that somebody was told is made. */
export interface MadeChange {
  /** When it was answered. */
  at: Instant;
  channel: string;
}

export interface PeopleSide {
  time: VirtualTime;
  slots: readonly Notifier[];
  tell: (what: string, more: Partial<Seen>) => void;
}

/** People wait so long for an answer, and then try once more. */
const WAITS_MS = 10_000;
const TRIES = 40;

/** People change what channels hear of, as planned; gives back what was answered, as it is. */
export function changesBy({ changes }: DayPlan, { time, slots, tell }: PeopleSide): readonly MadeChange[] {
  const made: MadeChange[] = [];
  const make = (planned: PlannedChange, triesLeft: number) => {
    const { channel, change } = planned;
    const index = planned.to % slots.length;
    let isAnswered = false;
    const answer = (isMade: boolean) => {
      if (isAnswered) return;
      isAnswered = true;
      tell(`${change.kind} ${isMade ? "answered" : "not answered"}`, { process: index, channel });
      if (isMade) made.push({ at: time.now(), channel });
      else if (triesLeft > 0 && !planned.isAskedOnce) {
        const again = { ...planned, to: planned.to + 1 };
        time.at(time.now() + 2_000, "plan", () => make(again, triesLeft - 1));
      }
    };
    const by = slots[index];
    tell(`${planned.by} asks to ${change.kind}`, { process: index, channel, details: change });
    if (!by?.owner.isAlive) return answer(false);
    const asks = () =>
      by.changes(planned).then(
        () => answer(true),
        () => answer(false),
      );
    time.at(time.now(), "wire", () => void asks(), by.owner);
    time.at(time.now() + WAITS_MS, "wire", () => answer(false));
  };
  for (const change of changes) time.at(change.at, "plan", () => make(change, TRIES));
  return made;
}
