import { setImmediate as nextTurn } from "node:timers/promises";

const A_TURN_MS = 10;

/** To be asked between two pieces of work: waits for the others' turn when this one was long enough. */
export function turns(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since <= A_TURN_MS) return undefined;
    return nextTurn().then(() => {
      since = performance.now();
    });
  };
}

/** What comes of each, one after another. However many there are, others have their turn in between. */
export async function inTurns<T, Result>(
  items: Iterable<T>,
  work: (item: T) => Result | Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const othersTurn = turns();
  for (const item of items) {
    const turn = othersTurn();
    if (turn) await turn;
    const result = work(item);
    results.push(result instanceof Promise ? await result : result);
  }
  return results;
}
