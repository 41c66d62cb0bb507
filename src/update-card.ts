import { createHash } from "node:crypto";
import type { Card } from "./card/card.ts";
import { crashPoint } from "./crash-point.ts";
import type { Instant } from "./meeting/fact.ts";
import type { CardDesk, ChatPlatform, Claim, Outcome, PostedCard, Refusal } from "./ports.ts";

/** A platform's call takes no longer than this; see the lease in `courier.ts`. */
export const CALL_TIMEOUT_MS = 6_000;
/** A post whose answer was lost is looked for this often before it is posted again. */
const LOOKS = 3;
const LOOK_AGAIN_MS = 3_000;
/** Slack's clock and ours differ by less. */
const CLOCKS_DIFFER_MS = 5 * 60_000;
/** Writing down that a post begins takes no longer, or the post does not begin. */
const BEGIN_WITHIN_MS = 2_000;
const REFUSED_PAUSE_MS = 3_600_000;

export interface CardUpdate {
  desk: Pick<CardDesk, "beginPost" | "adopt" | "hold">;
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
  if (state.posting) return resumePost(work, claim, card);
  if (state.message === undefined) return firstPost(work, claim, card);
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
  const begunAt = performance.now();
  crashPoint("before-begin-post");
  // before the call: a crash in between must leave a trace
  if (!(await desk.beginPost(claim, now()))) return leaseLost(claim);
  if (performance.now() - begunAt > BEGIN_WITHIN_MS) return leaseLost(claim); // this process was frozen: its lease may be over
  crashPoint("after-begin-post");
  const posted = await platform.post(placeOf(claim), card, claim.card);
  crashPoint("after-post");
  if ("message" in posted) return sent(decision(undefined, card), posted.message, card);
  if (posted.kind === "unknown") return { kind: "tryAgain", because: posted.because, inMs: CALL_TIMEOUT_MS, looked: 0 };
  return refused(posted);
}

/**
 * Somebody began to post and it is not known whether it worked: look for the message, and post only if it is not there.
 * Where we may not look, a second message is better than none.
 */
async function resumePost(work: CardUpdate, claim: Claim, card: Card): Promise<Outcome> {
  const { message } = claim.state;
  const { sinceMs, at, looked } = claim.state.posting as NonNullable<PostedCard["posting"]>;
  const because = "a post is in doubt";
  if (sinceMs < CALL_TIMEOUT_MS) return { kind: "tryAgain", because, inMs: CALL_TIMEOUT_MS - sinceMs, looked };
  const found = await work.platform.find(placeOf(claim), claim.card, at - CLOCKS_DIFFER_MS);
  crashPoint("after-find");
  if (Array.isArray(found) && found[0] !== undefined) return adopted(work, claim, found, card);
  if (found !== "cannot look" && !Array.isArray(found)) return stillInDoubt(claim, refused(found));
  if (message !== undefined) return edit(work, claim, message, card, "adopted");
  if (found === "cannot look" || looked + 1 >= LOOKS) return firstPost(work, claim, card);
  return { kind: "tryAgain", because, inMs: LOOK_AGAIN_MS, looked: looked + 1 };
}

/** The oldest of the messages found is the card; its twins go, for nobody would ever bring them up to date. */
async function adopted(work: CardUpdate, claim: Claim, found: string[], card: Card): Promise<Outcome> {
  const [message = "", ...twins] = found;
  if (!(await work.desk.adopt(claim, message))) return leaseLost(claim);
  crashPoint("after-adopt");
  for (const twin of twins) {
    if (!(await work.desk.hold(claim))) return leaseLost(claim);
    const answer = await work.platform.remove(placeOf(claim), twin);
    crashPoint("after-remove");
    if (answer !== "done" && answer.kind !== "never") return stillInDoubt(claim, refused(answer));
  }
  return edit(work, claim, message, card, "adopted");
}

function stillInDoubt({ state }: Claim, outcome: Outcome): Outcome {
  if (outcome.kind !== "tryAgain" && outcome.kind !== "refused") return outcome;
  return state.posting ? { ...outcome, looked: state.posting.looked } : outcome;
}

async function edit(
  { desk, platform }: CardUpdate,
  claim: Claim,
  message: string,
  card: Card,
  because: string,
): Promise<Outcome> {
  if (!(await desk.hold(claim))) return leaseLost(claim);
  crashPoint("before-edit");
  const answer = await platform.update(placeOf(claim), message, card);
  crashPoint("after-edit");
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

function leaseLost(claim: Claim): Outcome {
  return stillInDoubt(claim, { kind: "tryAgain", because: "the lease was lost", inMs: 0 });
}

function placeOf({ channel }: Claim): string {
  return channel.slice(channel.indexOf(":") + 1);
}
