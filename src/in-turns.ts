import { setImmediate as nextTurn } from "node:timers/promises";

const A_TURN_MS = 10;

/** What comes of each, one after another. However many there are, others have their turn in between. */
export async function inTurns<T, Result>(
  items: Iterable<T>,
  work: (item: T) => Result | Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let since = performance.now();
  for (const item of items) {
    if (performance.now() - since > A_TURN_MS) {
      await nextTurn();
      since = performance.now();
    }
    const result = work(item);
    results.push(result instanceof Promise ? await result : result);
  }
  return results;
}
