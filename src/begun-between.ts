import { turns } from "./in-turns.ts";
import type { Instant, MeetingFact } from "./meeting/fact.ts";
import { startOf } from "./meeting/meeting.ts";
import type { FactStore } from "./ports.ts";

const DAY_MS = 24 * 3_600_000;
const LONGEST_STEP_MS = 7 * DAY_MS;

/**
 * The facts of each meeting that began between two instants, the latest first. They are read some days at a time, so
 * that a year of them is never in memory at once, and who needs no more may stop. However long somebody takes with each,
 * others have their turn in between.
 */
export async function* begunBetween(
  facts: Pick<FactStore, "factsBetween">,
  from: Instant,
  until: Instant,
): AsyncGenerator<MeetingFact[]> {
  const othersTurn = turns();
  let stepMs = DAY_MS;
  for (let end = until; end > from; stepMs = Math.min(2 * stepMs, LONGEST_STEP_MS)) {
    const begin = Math.max(from, end - stepMs);
    const kept = (await facts.factsBetween(begin, end)).map((told) => ({ told, at: startOf(told).at }));
    const begun = kept.filter(({ at }) => at >= begin && at < end).toSorted((a, b) => b.at - a.at);
    for (const { told } of begun) {
      const turn = othersTurn();
      if (turn) await turn;
      yield told;
    }
    end = begin;
  }
}
