import type { Instant } from "./meeting/fact.ts";
import type { Claim, Decision, DecisionLog, Outcome } from "./ports.ts";

/** Nothing came of these: the card was looked at, and that was all. */
const NOT_WORTH_A_WORD = new Set([
  "nothing new",
  "nothing is asked for here",
  "nothing is known of it",
  "not asked for here",
  "its turn comes later",
  "the lease was lost",
  "read ahead",
  "read before",
]);
/** What changes nothing where it is said again; each refusal tells when the channel was asked last. */
const SAID_ONCE = new Set<Decision["outcome"]>(["nothing", "tryAgain", "waits"]);
const MOST_REMEMBERED = 2_000;

/**
 * Keeps what couriers decide about cards, for whoever asks why. What comes out again and again without effect is kept
 * once, and what nobody would miss is not kept. Never waits and never throws.
 */
export function decisionKeeper({
  decisions,
  now,
}: {
  decisions: Pick<DecisionLog, "keep">;
  now: () => Instant;
}): (claim: Pick<Claim, "channel" | "card">, outcome: Outcome) => void {
  const latest = new Map<string, string>();
  return ({ channel, card }, decided) => {
    const { because } = decided;
    if (NOT_WORTH_A_WORD.has(because)) return;
    const isSent = decided.kind !== "upToDate" || decided.message !== undefined;
    const outcome = isSent ? decided.kind : "nothing";
    const [about, said] = [`${channel} ${card}`, `${outcome} ${because}`];
    if (SAID_ONCE.has(outcome) && latest.get(about) === said) return;
    if (latest.size >= MOST_REMEMBERED) latest.clear();
    latest.set(about, said);
    decisions.keep({ at: now(), channel, card, outcome, because });
  };
}
