/** Slack waits for three seconds for what becomes of a form; what takes longer is an error that the form shows. */
const SAVE_WITHIN_MS = 2_300;

/**
 * What is done in time; else it rejects with `TookTooLong`. `work` asks `stillInTime` before it does what cannot be taken
 * back: it throws where whoever waits was told by then that it took too long.
 */
export async function inTime<T>(work: (stillInTime: () => void) => Promise<T>, withinMs = SAVE_WITHIN_MS): Promise<T> {
  const giveUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const tooLate = new TookTooLong("Slack or Redis took too long");
      giveUp.abort(tooLate);
      reject(tooLate);
    }, withinMs);
  });
  return Promise.race([work(() => giveUp.signal.throwIfAborted()), late]).finally(() => clearTimeout(timer));
}

export class TookTooLong extends Error {
  override name = "TookTooLong";
}
