import type { Instant } from "./meeting/fact.ts";

/** One thing the notifier cannot do without: resolves when it works, rejects with a sentence that says what does not. */
export interface Check {
  name: string;
  works: () => Promise<void>;
}

const GOOD_FOR_MS = 30_000;
const BAD_FOR_MS = 5_000;

/**
 * Lines of trouble, one for each check that fails; empty when all is well. Asked too often it answers from memory, so
 * that a probe every second is no load on anybody.
 */
export function health(checks: readonly Check[], now: () => Instant): () => Promise<string[]> {
  const last = new Map<string, { trouble: string | undefined; until: Instant }>();
  const ask = async ({ name, works }: Check): Promise<string | undefined> => {
    const before = last.get(name);
    if (before && before.until > now()) return before.trouble;
    const trouble = await works().then(
      () => undefined,
      (err: unknown) => `${name}: ${err instanceof Error ? err.message : "does not work"}`,
    );
    last.set(name, { trouble, until: now() + (trouble ? BAD_FOR_MS : GOOD_FOR_MS) });
    return trouble;
  };
  return async () => (await Promise.all(checks.map(ask))).filter((trouble) => trouble !== undefined);
}
