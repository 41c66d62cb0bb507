import { createHash } from "node:crypto";
import type { Card } from "./card/card.ts";
import { crashPoint } from "./crash-point.ts";
import { finalReplyId } from "./final-reply.ts";
import type { Instant } from "./meeting/fact.ts";
import type {
  Call,
  CardDesk,
  ChatPlatform,
  Claim,
  Messages,
  Outcome,
  PostedCard,
  Refusal,
  Request,
  Threading,
  Wish,
} from "./ports.ts";
import { digestDate } from "./post-digest.ts";
import { weekDate } from "./post-week.ts";
import { MUTED_HERE } from "./subscription/subscription.ts";

/** A platform's call takes no longer than this. */
export const CALL_TIMEOUT_MS = 6_000;
/** A call begins within this time after its lease was made to begin anew, or it does not begin. */
export const BEGIN_WITHIN_MS = 2_000;
/** A post whose answer was lost is looked for this often before it is posted again. */
const LOOKS = 3;
const LOOK_AGAIN_MS = 3_000;
const CLOSED_HISTORY_MS = 10_000;
/** Where nobody may look, each further post waits twice as long as the one before it, up to 64 times. */
const MOST_PATIENCE = 6;
/** After that the lost one may still turn up: it is looked for once more. */
const LATE_LOOK_MS = 30_000;
/** Slack's clock and ours differ by less. */
const CLOCKS_DIFFER_MS = 5 * 60_000;
const REFUSED_PAUSE_MS = 3_600_000;

/** What to do with a post in doubt where we may not look for it: perhaps a second message, or perhaps none. */
export type InDoubt = "post-again" | "leave-out";

export interface CardUpdate {
  desk: Pick<CardDesk, "begin" | "adopt" | "remember" | "bringBack">;
  platform: ChatPlatform;
  now: () => Instant;
  inDoubt: InDoubt;
}

/**
 * Brings one card up to date with what it should show now. Doing it once too often is harmless: nothing is sent twice,
 * also when a process died between the platform's doing and our knowing.
 */
export async function updateCard(work: CardUpdate, claim: Claim, wish: Wish): Promise<Outcome> {
  const { state } = claim;
  const { gone, followUp } = state;
  if (gone === MUTED_HERE && wish.kind === "show") return toldAgain(work, claim);
  if (gone) return { kind: "givenUp", because: gone, ...(followUp && { followUp }) };
  if (wish.kind === "nothing") return { kind: "upToDate", because: wish.because };
  if (wish.kind === "read") return readAhead(work, claim);
  if (wish.kind === "later") return stillInDoubt(claim, { kind: "tryAgain", because: wish.because, inMs: wish.inMs });
  const editedInMs = CALL_TIMEOUT_MS - (state.editing?.sinceMs ?? CALL_TIMEOUT_MS);
  // it may take effect until then, also over what is written meanwhile
  if (editedInMs > 0)
    return stillInDoubt(claim, { kind: "tryAgain", because: "an edit is in doubt", inMs: editedInMs });
  if (wish.kind === "remove") return removed(work, claim, wish.because);
  const { card } = wish;
  const lateLookInMs = lateLook(state);
  if (lateLookInMs > 0) return { ...(await broughtUpToDate(work, claim, card)), ...twinMayComeWithin(lateLookInMs) };
  return state.posting ? resumePost(work, claim, card) : broughtUpToDate(work, claim, card);
}

/** Somebody took a mute back while the message was being removed: from here on it is as if it never had been there. */
async function toldAgain({ desk }: CardUpdate, { channel, card }: Claim): Promise<Outcome> {
  await desk.bringBack(channel, card, MUTED_HERE);
  return { kind: "upToDate", because: "told of here again" };
}

/** The message goes, and with it all that we would say of this here; also one of which we do not know whether it stands. */
async function removed(work: CardUpdate, claim: Claim, because: string): Promise<Outcome> {
  const { posting } = claim.state;
  const standing = await whatStands(work, claim);
  if (!Array.isArray(standing)) return standing;
  for (const one of standing) {
    const notNow = await refusedLeave(work, claim, "remove");
    if (notNow) return notNow;
    const answer = await work.platform.remove(placeOf(claim), one);
    if (isStanding(answer)) return stillInDoubt(claim, refused("remove", answer));
  }
  const mayComeInMs = lateLook(claim.state);
  if (mayComeInMs > 0) return stillInDoubt(claim, { kind: "tryAgain", because, inMs: mayComeInMs });
  if (posting && standing.length === 0 && posting.sinceMs < LATE_LOOK_MS) {
    const looked = Math.min(posting.looked + 1, LOOKS - 1);
    const inMs = posting.looked + 1 < LOOKS ? LOOK_AGAIN_MS : LATE_LOOK_MS - posting.sinceMs;
    return { kind: "tryAgain", because, inMs, looked };
  }
  return { kind: "givenUp", because };
}

/** A message that cannot be removed is as good as gone, but one in a channel that refuses may be removed when that is mended. */
function isStanding(answer: "done" | Refusal): answer is Refusal {
  return answer !== "done" && (answer.kind !== "never" || answer.of === "channel");
}

/** The message that we know, and those that are found where a post is in doubt. */
async function whatStands(work: CardUpdate, claim: Claim): Promise<string[] | Outcome> {
  const { message, posting } = claim.state;
  const known = message === undefined ? [] : [message];
  if (!posting || lateLook(claim.state) > 0) return known;
  const { sinceMs, at, looked } = posting;
  if (sinceMs < CALL_TIMEOUT_MS) {
    return { kind: "tryAgain", because: "a post is in doubt", inMs: CALL_TIMEOUT_MS - sinceMs, looked };
  }
  const notNow = await refusedLeave(work, claim, "find");
  if (notNow) return notNow;
  const found = await work.platform.find(placeOf(claim), claim.card, ...mayStandIn(at));
  if (found === "cannot look") return known;
  if (!Array.isArray(found)) return stillInDoubt(claim, historyFails(found));
  return [...new Set([...known, ...found])];
}

/** When a post that was begun at an instant may have come to stand in its channel. */
function mayStandIn(at: Instant): [since: Instant, until: Instant] {
  return [at - CLOCKS_DIFFER_MS, at + CALL_TIMEOUT_MS + LATE_LOOK_MS + CLOCKS_DIFFER_MS];
}

async function broughtUpToDate(work: CardUpdate, claim: Claim, card: Card): Promise<Outcome> {
  const { message } = claim.state;
  if (message === undefined) return newToUs(work, claim, card);
  if (isShown(claim, card)) return { kind: "upToDate", because: "nothing new" };
  return edit(work, claim, message, card, decision(claim.state.shows, card));
}

/** What a courier wrote whose lease was over may stand over it, and so may an edit of which we heard nothing. */
function isShown({ state }: Claim, card: Card): boolean {
  return state.shows === digestOf(card) && state.overtaken === undefined && state.editing === undefined;
}

/** What happened to a card, as people would say it. */
function decision(shown: string | undefined, { stage }: Card): string {
  const before = shown?.split(" ")[0];
  if (stage === "digest") return before ? "digest corrected" : "digest";
  if (stage === "joins") return before ? "joins corrected" : "joins";
  if (stage === "note") return before ? "note corrected" : "note";
  if (stage === "live")
    return before === "live" ? "more people" : before === "ended" ? "not ended after all" : "started";
  return before === "ended" ? "end corrected" : "ended";
}

/** What a card shows, short enough to remember. */
export function digestOf(card: Card): string {
  return `${card.stage} ${createHash("sha256").update(JSON.stringify(card)).digest("base64url").slice(0, 22)}`;
}

/** Leave to call, under the lease; undefined when it is given, else what becomes of the card. */
async function refusedLeave(
  { desk, now }: CardUpdate,
  claim: Claim,
  call: Request,
  { notice }: Pick<Card, "notice"> = {},
): Promise<Outcome | undefined> {
  const askedAt = performance.now();
  const answer = await desk.begin(claim, call, now(), notice);
  // this process was frozen meanwhile: its lease may be over
  if (answer === "lost" || performance.now() - askedAt > BEGIN_WITHIN_MS) return leaseLost(claim);
  if (answer === "go") return undefined;
  const { waitMs: inMs } = answer;
  const awaits = call === "read" ? "find" : call;
  return stillInDoubt(claim, { kind: "tryAgain", because: "its turn comes later", inMs, awaits });
}

/** What a platform refused is not asked for again: the same content, or an edit before there is an end to tell. */
function refusedBefore({ state: { unsaid, frozen } }: Claim, card: Card): Outcome | undefined {
  if (unsaid === digestOf(card)) return { kind: "waits", because: "its content is not taken", unsaid };
  if (frozen && card.stage === "live") return { kind: "waits", because: frozen, frozen };
  return undefined;
}

async function firstPost(work: CardUpdate, claim: Claim, card: Card): Promise<Outcome> {
  const before = refusedBefore(claim, card);
  if (before) return before;
  crashPoint("before-begin-post");
  // written down before the call: a crash in between must leave a trace
  const notNow = await refusedLeave(work, claim, "post", card);
  if (notNow) return notNow;
  crashPoint("after-begin-post");
  const posted = await work.platform.post(placeOf(claim), card, claim.card, threadOf(card));
  crashPoint("after-post");
  if ("message" in posted) return sent(decision(undefined, card), posted.message, card);
  if (isOfContent(posted)) return notTaken(posted, card);
  if (posted.kind !== "unknown") return refused("post", posted);
  return { kind: "tryAgain", because: posted.because, inMs: CALL_TIMEOUT_MS, isUnknown: true, looked: 0 };
}

/** Nothing is known of it: a first post, unless Redis may have forgotten it. */
async function newToUs(work: CardUpdate, claim: Claim, card: Card): Promise<Outcome> {
  if (claim.unread) return recallFirst(work, claim, card);
  const isThreadRead = card.replyTo === undefined || (claim.readAgoMs ?? RECALL_MS) >= RECALL_MS;
  return isThreadRead ? firstPost(work, claim, card) : lookInThread(work, claim, card);
}

/** No meeting runs longer, and no digest is made up for later. */
const RECALL_MS = 30 * 3_600_000;
const FORGOTTEN = "it was posted before Redis forgot it";

async function recallFirst(work: CardUpdate, claim: Claim, card: Card): Promise<Outcome> {
  const messages = await recall(work, claim, "find");
  if (!(messages instanceof Map)) return messages;
  const own = messages.get(claim.card);
  if (!own) return card.replyTo === undefined ? firstPost(work, claim, card) : lookInThread(work, claim, card);
  const { gone } = leftAsItStands(claim.card);
  return gone ? { kind: "givenUp", because: gone } : adopted(work, claim, own, card);
}

/** So that no first post has to wait for it. */
async function readAhead(work: CardUpdate, claim: Claim): Promise<Outcome> {
  if (!claim.unread) return { kind: "upToDate", because: "read before" };
  const messages = await recall(work, claim, "read");
  return messages instanceof Map ? { kind: "upToDate", because: "read ahead" } : messages;
}

/**
 * Redis may have forgotten what stands in this channel: all of it is remembered at once, before anything is posted
 * there. Where we may not look everything counts as new, and so it does where that fails again and again: most likely
 * nothing was forgotten.
 */
async function recall(work: CardUpdate, claim: Claim, call: "find" | "read"): Promise<Messages | Outcome> {
  const notNow = await refusedLeave(work, claim, call);
  if (notNow) return notNow;
  const found = await work.platform.recall(placeOf(claim), work.now() - RECALL_MS);
  const looked = (claim.state.recalls ?? 0) + 1;
  const isRefused = found !== "cannot look" && !(found instanceof Map);
  if (isRefused && looked < LOOKS) return lookedFor(looked, refused("find", found));
  const messages: Messages = found instanceof Map ? found : new Map();
  const standing = [...messages].map(([key, [message = ""]]) => ({ card: key, message, ...leftAsItStands(key) }));
  return (await work.desk.remember(claim, standing)) ? messages : leaseLost(claim);
}

/**
 * What was read of a channel holds no replies: a reply that is new to us is looked for in its thread, as long as threads
 * may go on in which Redis has forgotten one. Where we may not look it counts as new.
 */
async function lookInThread(work: CardUpdate, claim: Claim, card: Card): Promise<Outcome> {
  const notNow = await refusedLeave(work, claim, "find");
  if (notNow) return notNow;
  const now = work.now();
  const found = await find(work, claim, card, now - RECALL_MS, now + CLOCKS_DIFFER_MS);
  const looked = (claim.state.recalls ?? 0) + 1;
  const isRefused = found !== "cannot look" && !Array.isArray(found);
  if (isRefused && looked < LOOKS) return lookedFor(looked, refused("find", found));
  const isThere = Array.isArray(found) && found.length > 0;
  return isThere ? adopted(work, claim, found, card) : firstPost(work, claim, card);
}

/** A digest tells of whole days: Redis knows less of them now than when it was posted. */
function leftAsItStands(card: string): { gone?: string } {
  const isDigest = digestDate(card) !== undefined || weekDate(card) !== undefined;
  return isDigest ? { gone: FORGOTTEN } : {};
}

/**
 * Somebody began to post and it is not known whether it worked: look for the message, and post only if it is not there.
 * Where we may not look it is a choice of the operator's: a second message, or perhaps none.
 */
async function resumePost(work: CardUpdate, claim: Claim, card: Card): Promise<Outcome> {
  const { message } = claim.state;
  const { sinceMs, at, looked } = claim.state.posting as NonNullable<PostedCard["posting"]>;
  const because = "a post is in doubt";
  if (sinceMs < CALL_TIMEOUT_MS) return { kind: "tryAgain", because, inMs: CALL_TIMEOUT_MS - sinceMs, looked };
  const notNow = await refusedLeave(work, claim, "find");
  if (notNow) return notNow;
  const found = await find(work, claim, card, ...mayStandIn(at));
  crashPoint("after-find");
  const isSeen = Array.isArray(found) && (message === undefined ? found.length > 0 : found.includes(message));
  if (isSeen) return lookingOut(claim, found, await adopted(work, claim, found, card));
  if (found !== "cannot look" && !Array.isArray(found)) return stillInDoubt(claim, historyFails(found));
  const mayLook = found !== "cannot look";
  if (mayLook && looked + 1 < LOOKS) return { kind: "tryAgain", because, inMs: LOOK_AGAIN_MS, looked: looked + 1 };
  if (message !== undefined) return adopted(work, claim, mayLook ? found : [], card);
  if (!mayLook && work.inDoubt === "leave-out") {
    return { kind: "givenUp", because: "it may have been posted, and we may not look" };
  }
  const patienceMs = CALL_TIMEOUT_MS * 2 ** Math.min(claim.state.reposts ?? 0, MOST_PATIENCE);
  if (!mayLook && sinceMs < patienceMs) return { kind: "tryAgain", because, inMs: patienceMs - sinceMs, looked };
  const outcome = await firstPost(work, claim, card);
  return !mayLook ? outcome : { ...outcome, ...(outcome.kind === "upToDate" && twinMayComeWithin(LATE_LOOK_MS)) };
}

/** Whoever asks next would be kept waiting as well, and with them all other cards of their channel. */
function historyFails(refusal: Refusal): Outcome {
  const outcome = refused("find", refusal);
  if (refusal.kind !== "unknown" || outcome.kind !== "tryAgain") return outcome;
  return { ...outcome, inMs: CLOSED_HISTORY_MS, closes: "find" };
}

/** Two couriers may have posted it, and one of both messages is there: the other one may still turn up. */
function lookingOut({ state: { overtaken, posting } }: Claim, found: readonly string[], outcome: Outcome): Outcome {
  const lookAgainInMs = LATE_LOOK_MS - (posting?.sinceMs ?? LATE_LOOK_MS);
  const mayCome = overtaken !== undefined && found.length === 1 && lookAgainInMs > 0;
  return mayCome && outcome.kind === "upToDate" ? { ...outcome, ...twinMayComeWithin(lookAgainInMs) } : outcome;
}

/** It was posted again after looking for it in vain. */
const twinMayComeWithin = (lookAgainInMs: number) => ({ looked: LOOKS, lookAgainInMs });

/** For how long yet a twin may turn up; 0 when it is not expected, or when it is time to look. */
function lateLook({ message, posting }: PostedCard): number {
  if (message === undefined || !posting || posting.looked < LOOKS) return 0;
  return Math.max(0, LATE_LOOK_MS - posting.sinceMs);
}

/**
 * The message that we know, else the oldest of those found, is the card; its twins go, for nobody would ever bring them
 * up to date.
 */
async function adopted(work: CardUpdate, claim: Claim, found: string[], wished: Card): Promise<Outcome> {
  const { message = found[0] as string, notice } = claim.state;
  const { notice: _, ...plain } = wished;
  const card = notice ? wished : plain; // what stands there was posted without one
  if (!(await work.desk.adopt(claim, message))) return leaseLost(claim);
  crashPoint("after-adopt");
  for (const twin of found.filter((one) => one !== message)) {
    const notNow = await refusedLeave(work, claim, "remove");
    if (notNow) return notNow;
    const answer = await work.platform.remove(placeOf(claim), twin);
    crashPoint("after-remove");
    if (isStanding(answer)) return stillInDoubt(claim, refused("remove", answer));
  }
  if (isShown(claim, card)) return sent("nothing new", message, card);
  return edit(work, claim, message, card, "adopted");
}

function stillInDoubt({ state }: Claim, outcome: Outcome): Outcome {
  return state.posting ? lookedFor(state.posting.looked, outcome) : outcome;
}

function lookedFor(looked: number, outcome: Outcome): Outcome {
  return outcome.kind === "tryAgain" || outcome.kind === "refused" ? { ...outcome, looked } : outcome;
}

async function edit(work: CardUpdate, claim: Claim, message: string, card: Card, because: string): Promise<Outcome> {
  const before = refusedBefore(claim, card);
  if (before) return before;
  const notNow = await refusedLeave(work, claim, "edit");
  if (notNow) return notNow;
  crashPoint("before-edit");
  const answer = await work.platform.update(placeOf(claim), message, card);
  crashPoint("after-edit");
  if (answer === "done") return sent(because, message, card);
  if (isOfContent(answer)) return notTaken(answer, card);
  if (answer.kind === "never" && answer.of === "edits") return frozen(claim, card, answer.because);
  if (answer.kind !== "unknown") return refused("edit", answer);
  return { kind: "tryAgain", because: answer.because, inMs: CALL_TIMEOUT_MS, isUnknown: true };
}

const isOfContent = (answer: Refusal) => answer.kind === "never" && answer.of === "content";

function notTaken({ because }: Refusal, card: Card): Outcome {
  return { kind: "waits", because, unsaid: digestOf(card) };
}

/**
 * A message that may not be edited waits for its end, and then tries once more: somebody may have allowed it. Else that
 * end is told in a reply, so that no message says for ever that its meeting is live.
 */
function frozen(claim: Claim, card: Card, because: string): Outcome {
  if (card.stage === "live") return { kind: "waits", because, frozen: because };
  const isEndUntold = card.stage === "ended" && !claim.state.shows?.startsWith("ended");
  if (!isEndUntold || card.replyTo !== undefined) return { kind: "givenUp", because };
  return { kind: "givenUp", because: `told in a reply: ${because}`, followUp: finalReplyId(claim.card) };
}

function sent(because: string, message: string, card: Card): Outcome {
  return { kind: "upToDate", because, message, shows: digestOf(card) };
}

function refused(call: Call, refusal: Refusal): Outcome {
  const { because } = refusal;
  if (refusal.kind === "unknown") return { kind: "tryAgain", because, inMs: LOOK_AGAIN_MS, isUnknown: true };
  if (refusal.kind === "later") {
    const { inMs, of } = refusal;
    return { kind: "tryAgain", because, inMs, ...(of !== "message" && { closes: of === "calls" ? call : of }) };
  }
  if (refusal.of === "channel") return { kind: "refused", because, pauseMs: REFUSED_PAUSE_MS };
  return { kind: "givenUp", because };
}

function leaseLost(claim: Claim): Outcome {
  return stillInDoubt(claim, { kind: "tryAgain", because: "the lease was lost", inMs: 0 });
}

function find({ platform }: CardUpdate, claim: Claim, card: Card, since: Instant, until: Instant) {
  return platform.find(placeOf(claim), claim.card, since, until, threadOf(card));
}

function placeOf({ channel }: Claim): string {
  return channel.slice(channel.indexOf(":") + 1);
}

function threadOf({ replyTo }: Card): Threading {
  return replyTo === undefined ? {} : { inThread: replyTo };
}
