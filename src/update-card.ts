import { createHash } from "node:crypto";
import type { Card } from "./card/card.ts";
import type { Instant } from "./meeting/fact.ts";
import type { CardDesk, ChatPlatform, Claim, Outcome, PostedCard, Refusal } from "./ports.ts";

/** A platform's call takes no longer than this; see the lease in `courier.ts`. */
export const CALL_TIMEOUT_MS = 6_000;
/** A post whose answer was lost is looked for this often before it is posted again. */
const LOOKS = 3;
const LOOK_AGAIN_MS = 3_000;
/** Slack's clock and ours differ by less. */
const CLOCKS_DIFFER_MS = 5 * 60_000;
const REFUSED_PAUSE_MS = 3_600_000;

export interface CardUpdate {
  desk: Pick<CardDesk, "beginPost" | "adopt">;
  platform: ChatPlatform;
  now: () => Instant;
}

/**
 * Brings one card up to date with what it should show now. Doing it once too often is harmless: nothing is sent twice,
 * also when a process died between the platform's doing and our knowing. `card` is undefined when there is nothing to
 * say (yet).
 */
export async function updateCard(work: CardUpdate, claim: Claim, card: Card | undefined): Promise<Outcome> {
  const { state } = claim;
  if (state.gone) return { kind: "givenUp", because: state.gone };
  if (!card) return { kind: "upToDate", because: "nothing to say" };
  const shows = digestOf(card);
  if (state.message === undefined) return state.posting ? resumePost(work, claim, card) : firstPost(work, claim, card);
  if (state.shows === shows) return { kind: "upToDate", because: "nothing new" };
  return edit(work, claim, state.message, card, decision(state.shows, card));
}

/** What happened to a card, as people would say it. */
function decision(shown: string | undefined, { stage }: Card): string {
  const before = shown?.split(" ")[0];
  if (stage === "digest") return before ? "digest corrected" : "digest";
  if (stage === "live")
    return before === "live" ? "more people" : before === "ended" ? "not ended after all" : "started";
  return before === "ended" ? "end corrected" : "ended";
}

/** What a card shows, short enough to remember. */
export function digestOf(card: Card): string {
  return `${card.stage} ${createHash("sha256").update(JSON.stringify(card)).digest("base64url").slice(0, 22)}`;
}

async function firstPost({ desk, platform, now }: CardUpdate, claim: Claim, card: Card): Promise<Outcome> {
  // before the call: a crash in between must leave a trace
  if (!(await desk.beginPost(claim, now()))) return leaseLost;
  const posted = await platform.post(placeOf(claim), card, claim.card);
  if ("message" in posted) return sent(decision(undefined, card), posted.message, card);
  if (posted.kind === "unknown") return { kind: "tryAgain", because: posted.because, inMs: CALL_TIMEOUT_MS, looked: 0 };
  return refused(posted);
}

/** Somebody began to post and it is not known whether it worked: look for the message, and post only if it is not there. */
async function resumePost(work: CardUpdate, claim: Claim, card: Card): Promise<Outcome> {
  const { sinceMs, at, looked } = claim.state.posting as NonNullable<PostedCard["posting"]>;
  const because = "a post is in doubt";
  if (sinceMs < CALL_TIMEOUT_MS) return { kind: "tryAgain", because, inMs: CALL_TIMEOUT_MS - sinceMs, looked };
  const found = await work.platform.find(placeOf(claim), claim.card, at - CLOCKS_DIFFER_MS);
  if (found === "cannot look") return firstPost(work, claim, card);
  if (!Array.isArray(found)) return { ...refused(found), ...(found.kind !== "never" && { looked }) } as Outcome;
  const [message, ...twins] = found;
  if (message !== undefined) return adopted(work, claim, message, twins, card);
  if (looked + 1 < LOOKS) return { kind: "tryAgain", because, inMs: LOOK_AGAIN_MS, looked: looked + 1 };
  return firstPost(work, claim, card);
}

async function adopted(work: CardUpdate, claim: Claim, message: string, twins: string[], card: Card): Promise<Outcome> {
  if (!(await work.desk.adopt(claim, message))) return leaseLost;
  for (const twin of twins) await work.platform.remove(placeOf(claim), twin);
  return edit(work, claim, message, card, "adopted");
}

async function edit(
  { platform }: CardUpdate,
  claim: Claim,
  message: string,
  card: Card,
  because: string,
): Promise<Outcome> {
  const answer = await platform.update(placeOf(claim), message, card);
  if (answer === "done") return sent(because, message, card);
  if (answer.kind === "unknown") return { kind: "tryAgain", because: answer.because, inMs: LOOK_AGAIN_MS };
  return refused(answer);
}

function sent(because: string, message: string, card: Card): Outcome {
  return { kind: "upToDate", because, message, shows: digestOf(card) };
}

function refused(refusal: Refusal): Outcome {
  const { because } = refusal;
  if (refusal.kind === "unknown") return { kind: "tryAgain", because, inMs: LOOK_AGAIN_MS };
  if (refusal.kind === "later") {
    return { kind: "tryAgain", because, inMs: refusal.inMs, pauseChannel: refusal.of !== "message" };
  }
  if (refusal.of === "channel") return { kind: "refused", because, pauseMs: REFUSED_PAUSE_MS };
  return { kind: "givenUp", because };
}

const leaseLost: Outcome = { kind: "tryAgain", because: "the lease was lost", inMs: 0 };

function placeOf({ channel }: Claim): string {
  return channel.slice(channel.indexOf(":") + 1);
}
