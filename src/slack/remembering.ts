import type { Instant } from "../meeting/fact.ts";

const MOST_KEPT = 10_000;

/** Looks things up by name, and not again for a while. Who asks at the same time shares one answer; a failure is not kept. */
export function remembering<T>(
  now: () => Instant,
  keptMs: number,
  look: (name: string) => Promise<T>,
): ((name: string) => Promise<T>) & { forget(name: string): void } {
  const known = new Map<string, { answer: Promise<T>; until: Instant }>();
  const ask = (name: string): Promise<T> => {
    const before = known.get(name);
    if (before && before.until > now()) return before.answer;
    if (known.size >= MOST_KEPT) known.clear();
    const answer = look(name);
    known.set(name, { answer, until: now() + keptMs });
    answer.catch(() => known.get(name)?.answer === answer && known.delete(name));
    return answer;
  };
  return Object.assign(ask, { forget: (name: string) => void known.delete(name) });
}
