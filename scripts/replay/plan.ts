import { seededRandom, shuffled } from "./random.ts";
import type { Recorded } from "./recording.ts";
import { movedInTime } from "./shift.ts";
import { newRequestId } from "./sign.ts";

/** What to send, and in which order. */
export interface Plan {
  steps: Step[];
  doubled: number;
  dropped: number;
}

export interface Step {
  line: number;
  raw: string;
  requestId: string;
  /** How long after the step before it this one was recorded. */
  pauseMs: number;
}

export interface Wishes {
  seed: number;
  isShuffled: boolean;
  drop: number;
  twice: number;
  asIs: boolean;
}

/** Drops, doubles, moves and shuffles the deliveries; the same way for the same seed. */
export function planned(recording: readonly Recorded[], wishes: Wishes, now: number): Plan {
  const random = seededRandom(wishes.seed);
  const kept = recording.filter(() => random() >= wishes.drop);
  const sent = kept.flatMap((delivery) => {
    const first = { ...delivery, requestId: newRequestId() };
    if (random() >= wishes.twice) return [first];
    const isRetry = random() < 0.5; // else a second subscription: the same body with another request id
    return [first, isRetry ? first : { ...delivery, requestId: newRequestId() }];
  });
  const pauses = pausesBetween(sent);
  const seconds = wishes.asIs ? 0 : secondsToNow(recording, now);
  const inTheirOrder = wishes.isShuffled ? shuffled(sent, random) : sent;
  const steps = inTheirOrder.map(({ line, raw, requestId }, index) => ({
    line,
    requestId,
    raw: seconds === 0 ? raw : movedInTime(raw, seconds),
    pauseMs: pauses[index] ?? 0,
  }));
  return { steps, doubled: sent.length - kept.length, dropped: recording.length - kept.length };
}

/** A delivery that tells no time, or an earlier one than those before it, follows at once. */
function pausesBetween(sent: readonly Recorded[]): number[] {
  let latest = sent.find(({ at }) => at !== undefined)?.at ?? 0;
  return sent.map(({ at = latest }) => {
    const pauseMs = Math.max(0, at - latest);
    latest += pauseMs;
    return pauseMs;
  });
}

/** Whole seconds, for Zoom tells whole seconds; a recording without any time stays where it is. */
function secondsToNow(recording: readonly Recorded[], now: number): number {
  const ended = recording.reduce((latest, { at }) => Math.max(latest, at ?? latest), Number.NEGATIVE_INFINITY);
  return Number.isFinite(ended) ? Math.floor((now - ended) / 1000) : 0;
}
