/**
 * The latest values that were kept, by their keys: as many as weigh no more than `heaviest` together, and the last one in
 * any case.
 */
export function recentOnes<K, V>({ heaviest, weight }: { heaviest: number; weight: (value: V) => number }) {
  const values = new Map<K, V>();
  let kept = 0;
  const forget = (key: K) => {
    const value = values.get(key);
    if (value !== undefined && values.delete(key)) kept -= weight(value);
  };
  return {
    of: (key: K) => values.get(key),
    keep(key: K, value: V): void {
      forget(key);
      values.set(key, value);
      kept += weight(value);
      for (const [oldest] of values) {
        if (kept <= heaviest || oldest === key) break;
        forget(oldest);
      }
    },
  };
}
