import { setTimeout as sleep } from "node:timers/promises";
import type { ZoomSender } from "../test/stand-ins/zoom.ts";
import { isSent, type Letter } from "./day.ts";

export interface Play {
  letters: readonly Letter[];
  zoom: Pick<ZoomSender, "deliver">;
  /** Resolves when the demo's clock shows that instant. */
  until: (at: number) => Promise<void>;
  /** Told of each delivery when its time has come, also of those that get lost. */
  onLetter: (letter: Letter) => void;
  /** Ends the day early: nothing more is sent, and `playDay` rejects. */
  signal: AbortSignal;
}

/**
 * Sends the day's deliveries at their times, each in its own good time: a delivery that is retried holds up no other.
 * Resolves when the last one is taken or given up; tells how many were.
 */
export async function playDay({
  letters,
  zoom,
  until,
  onLetter,
  signal,
}: Play): Promise<{ taken: number; notTaken: number }> {
  const deliveries: Promise<string>[] = [];
  for (const letter of letters) {
    await until(letter.at);
    signal.throwIfAborted();
    onLetter(letter);
    if (isSent(letter)) {
      const delivery = zoom.deliver(letter.body, { requestId: letter.requestId });
      deliveries.push(delivery.then(({ kind }) => kind).catch(() => "brokenOff")); // only an aborted day does that
    }
    await sleep(0);
  }
  const kinds = await Promise.all(deliveries);
  const taken = kinds.filter((kind) => kind === "taken").length;
  return { taken, notTaken: kinds.length - taken };
}
