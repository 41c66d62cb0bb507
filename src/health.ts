import type { Instant } from "./meeting/fact.ts";

/** One thing the notifier cannot do without: resolves when it works, rejects with a sentence that says what does not. */
export interface Check {
  name: string;
  /** For how long nobody asks again after it worked. */
  goodForMs: number;
  works: () => Promise<void>;
}

const BAD_FOR_MS = 2_000;

/**
 * Lines of trouble, one for each check that fails; empty when all is well. Asked too often it answers from memory, and
 * those who ask at the same time share one answer, so that no flood of probes reaches anybody.
 */
export function health(checks: readonly Check[], now: () => Instant): () => Promise<string[]> {
  const last = new Map<string, { trouble: Promise<string | undefined>; until: Instant }>();
  const ask = ({ name, goodForMs, works }: Check): Promise<string | undefined> => {
    const before = last.get(name);
    if (before && before.until > now()) return before.trouble;
    const answer = { trouble: troubleOf(name, works), until: Number.POSITIVE_INFINITY };
    last.set(name, answer);
    answer.trouble.then((trouble) => {
      answer.until = now() + (trouble ? BAD_FOR_MS : goodForMs);
    });
    return answer.trouble;
  };
  return async () => (await Promise.all(checks.map(ask))).filter((trouble) => trouble !== undefined);
}

async function troubleOf(name: string, works: () => Promise<void>): Promise<string | undefined> {
  try {
    await works();
    return undefined;
  } catch (err) {
    return `${name}: ${err instanceof Error ? err.message : "does not work"}`;
  }
}
