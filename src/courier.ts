import { crashPoint } from "./crash-point.ts";
import { log } from "./log.ts";
import type { Instant } from "./meeting/fact.ts";
import type { CardDesk, ChatPlatform, Claim, Outcome, Wish } from "./ports.ts";
import { type Trouble, trouble } from "./trouble.ts";
import { BEGIN_WITHIN_MS, CALL_TIMEOUT_MS, type InDoubt, updateCard } from "./update-card.ts";

const GRACE_MS = 2_000;
/**
 * A lease outlasts one call: the wait until it begins, its timeout, and a grace for clocks and for what lies on the
 * wire. Before each further call it begins anew. So a courier that dies holds up its channel for no longer than this.
 */
export const LEASE_MS = BEGIN_WITHIN_MS + CALL_TIMEOUT_MS + GRACE_MS;

const CHANNELS_AT_ONCE = 32;
const LOOK_EVERY_MS = 1_000;
/** In a burst every delivery calls for a look; what all of them made due is found by one. */
const LOOKS_APART_MS = 25;
const UNKNOWN_PLATFORM_PAUSE_MS = 3_600_000;
/** One card that cannot be made must not hold up the others of its channel. */
const NOT_COMPUTED_PAUSE_MS = 60_000;

export interface Courier {
  /** Something became due: look now. */
  wake(): void;
  /** Takes no more cards, finishes those in hand, then resolves. */
  stop(): Promise<void>;
}

export interface CourierWork {
  desk: CardDesk;
  /** By the part of a channel before the colon; undefined where there is none, or none any more. */
  platforms: { get(address: string): ChatPlatform | undefined | Promise<ChatPlatform | undefined> };
  /** What a channel should show now of what its card is about. */
  cardFor: (claim: Claim) => Promise<Wish>;
  now: () => Instant;
  /** For how long a claim of the desk's is ours. */
  leaseMs: number;
  inDoubt: InDoubt;
  /** For the metrics. */
  onOutcome?: (claim: Claim, outcome: Outcome) => void;
}

/**
 * Takes due cards and brings them up to date, until stopped. Any number of couriers may run. Throws when the lease could
 * end while its courier still waits for an answer: then two of them would post the same card.
 */
export function startCourier(work: CourierWork): Courier {
  if (work.leaseMs <= BEGIN_WITHIN_MS + CALL_TIMEOUT_MS) {
    throw new Error(
      `a lease of ${work.leaseMs} ms does not outlast a call: ${BEGIN_WITHIN_MS} + ${CALL_TIMEOUT_MS} ms`,
    );
  }
  let isStopping = false;
  let isWoken = false;
  let rouse: (() => void) | undefined;
  const inHand = new Set<Promise<void>>();
  const blindness = trouble("what is due cannot be looked at: no card is sent", "what is due can be looked at again");
  const wake = () => {
    isWoken = true;
    rouse?.();
  };
  const rest = async (ms: number) => {
    if (isWoken || isStopping || ms <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    rouse = undefined;
  };
  const run = async () => {
    while (!isStopping) {
      isWoken = false;
      const lookedAt = performance.now();
      const nextInMs = await round(work, inHand, wake, blindness);
      await rest(Math.min(nextInMs, LOOK_EVERY_MS));
      const tooSoonMs = lookedAt + LOOKS_APART_MS - performance.now();
      if (tooSoonMs > 0 && !isStopping) await new Promise((resolve) => setTimeout(resolve, tooSoonMs));
    }
    await Promise.all(inHand);
  };
  const ended = run();
  return {
    wake,
    async stop() {
      isStopping = true;
      wake();
      await ended;
    },
  };
}

/** Takes what is due, without waiting until it is delivered; tells when to look again. */
async function round(
  work: CourierWork,
  inHand: Set<Promise<void>>,
  wake: () => void,
  blindness: Trouble,
): Promise<number> {
  try {
    const free = CHANNELS_AT_ONCE - inHand.size;
    if (free <= 0) return LOOK_EVERY_MS;
    const { claims, nextInMs } = await work.desk.claim(free);
    blindness.over();
    for (const claim of claims) {
      const delivery = deliver(work, claim).finally(() => {
        inHand.delete(delivery);
        wake();
      });
      inHand.add(delivery);
    }
    return nextInMs;
  } catch (err) {
    blindness.met(err);
    return LOOK_EVERY_MS;
  }
}

/** One claimed card. Whatever fails here leaves the card due: the lease ends and somebody takes it again. */
async function deliver(work: CourierWork, claim: Claim): Promise<void> {
  const told = { channel: claim.channel, card: claim.card };
  crashPoint("after-claim");
  try {
    const outcome = await outcomeOf(work, claim);
    work.onOutcome?.(claim, outcome);
    // before the card is given up: a crash in between must not leave its end untold
    if (outcome.kind === "givenUp" && outcome.followUp) {
      await work.desk.makeDue(claim.channel, outcome.followUp);
      crashPoint("after-follow-up");
    }
    await work.desk.settle(claim, outcome);
    crashPoint("after-settle");
    const isNormal = outcome.kind === "upToDate" || (outcome.kind === "waits" && isWaiting(claim));
    log[isNormal ? "info" : "warn"]({ ...told, outcome: outcome.kind, because: outcome.because }, saying(outcome));
  } catch (err) {
    log.error({ ...told, err }, "a card could not be brought up to date: it is tried again when its lease ends");
  }
}

async function outcomeOf({ desk, platforms, cardFor, now, inDoubt }: CourierWork, claim: Claim): Promise<Outcome> {
  const platform = await platforms.get(claim.channel.split(":", 1)[0] ?? "");
  if (!platform) return { kind: "refused", because: "its platform is not set up", pauseMs: UNKNOWN_PLATFORM_PAUSE_MS };
  let wish: Wish;
  try {
    wish = await cardFor(claim);
  } catch (err) {
    log.error({ channel: claim.channel, card: claim.card, err }, "what a card should show could not be found out");
    const looked = claim.state.posting?.looked;
    return {
      kind: "tryAgain",
      because: "not computed",
      inMs: NOT_COMPUTED_PAUSE_MS,
      ...(looked !== undefined && { looked }),
    };
  }
  return updateCard({ desk, platform, now, inDoubt }, claim, wish);
}

/** Whoever reads the log knows of it. */
function isWaiting({ state: { frozen, unsaid } }: Claim): boolean {
  return frozen !== undefined || unsaid !== undefined;
}

function saying({ kind, because }: Outcome): string {
  switch (kind) {
    case "upToDate":
      return `card: ${because}`;
    case "tryAgain":
      return `card later: ${because}`;
    case "waits":
      return `card waits for other content: ${because}`;
    case "givenUp":
      return `card given up: ${because}`;
    case "refused":
      return `channel refused: ${because}`;
  }
}
