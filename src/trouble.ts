import { log } from "./log.ts";

export interface Trouble {
  /** It is there, or still there. */
  met(err: unknown): void;
  /** It is not there, or not any more. */
  over(): void;
}

/** Logs once that a trouble has begun and once that it is over, however often it is met in between. */
export function trouble(begins: string, ends: string): Trouble {
  let times = 0;
  let since = 0;
  return {
    met(err) {
      times += 1;
      if (times > 1) return;
      since = performance.now();
      log.error({ err }, begins);
    },
    over() {
      if (times === 0) return;
      log.info({ times, afterMs: Math.round(performance.now() - since) }, ends);
      times = 0;
    },
  };
}
