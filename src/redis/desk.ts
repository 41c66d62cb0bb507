import { randomUUID } from "node:crypto";
import type { CardDesk, CardId, Channel, Claim, Door, Outcome, PostedCard, Request } from "../ports.ts";
import type { Notice } from "../subscription/subscription.ts";
import type { RedisClient } from "./connect.ts";
import {
  beginCall,
  bringCardBack,
  claimChannel,
  lookAround,
  makeCardDue,
  notRead,
  readCard,
  rememberStanding,
  settleCard,
  whyShut,
} from "./desk-scripts.ts";
import type { Keys } from "./keys.ts";
import { type PastOptions, redisPast } from "./past.ts";
import { persistently } from "./script.ts";

/** Cards that are due, in Redis, for any number of couriers. */
export function redisDesk(
  redis: RedisClient,
  keys: Keys,
  { leaseMs, ...kept }: { leaseMs: number } & PastOptions,
): CardDesk {
  const { retentionMs } = kept;
  const past = redisPast(redis, keys, kept);
  const claim = async (channel: Channel, lookedAt: string): Promise<Claim | undefined> => {
    const token = randomUUID();
    const taken = await claimChannel(
      redis,
      [keys.channels, keys.due(channel), keys.gate(channel), keys.budget(channel), keys.hands, keys.moved],
      [channel, token, leaseMs, lookedAt, retentionMs],
    );
    if (!taken) return undefined;
    const [card, claimedAt] = taken as [CardId, string];
    return { channel, card, token, claimedAt, ...(await known(channel, card)) };
  };
  const known = async (channel: Channel, card: CardId) => {
    const found = await read(channel, card);
    if (found.state.message !== undefined || found.state.gone) return found;
    await past.unpack(card); // what looks like a first card may be that of a meeting that was packed
    return read(channel, card);
  };
  const read = async (channel: Channel, card: CardId) => {
    const about = [keys.card(channel, card), keys.learnt(channel), keys.announced(channel)];
    const [unread, readAgoMs, announced, ...state] = (await readCard(redis, about, [])) as (string | null)[];
    return {
      state: posted(state),
      ...(unread && { unread }),
      ...(readAgoMs && { readAgoMs: Number(readAgoMs) }),
      ...(announced && { announced: noticeFrom(announced).at }),
    };
  };
  const keysOf = ({ channel, card }: { channel: Channel; card: CardId }) => [
    keys.channels,
    keys.due(channel),
    keys.gate(channel),
    keys.card(channel, card),
    keys.budget(channel),
    keys.hands,
    keys.announced(channel),
    keys.moved,
  ];
  const begin = async (claimed: Claim, call: Request | "adopt", value: string | number, notice?: Notice) => {
    const { channel, card, token } = claimed;
    const told = notice === undefined ? "" : JSON.stringify(notice);
    return beginCall(redis, keysOf(claimed), [channel, card, token, leaseMs, retentionMs, call, value, told]);
  };

  return {
    async claim(most) {
      const looked = await lookAround(redis, [keys.channels], [most]);
      const [ready, wait, lookedAt] = looked as [Channel[], string, string];
      const claims = await Promise.all(ready.map((channel) => claim(channel, lookedAt)));
      return {
        claims: claims.filter((one) => one !== undefined),
        nextInMs: wait === "" ? Number.POSITIVE_INFINITY : Number(wait),
      };
    },
    async begin(claimed, call, now, notice) {
      const answer = await begin(claimed, call, now, notice);
      return answer === "go" || answer === "lost" ? answer : { waitMs: Number(answer) };
    },
    adopt: async (claimed, message) => (await begin(claimed, "adopt", message)) === "go",
    async remember({ channel, token, unread = "" }, standing) {
      const cards = standing.map(({ card }) => keys.card(channel, card));
      const args = [token, unread, retentionMs];
      const known = standing.flatMap(({ message, gone = "" }) => [message, gone]);
      const all = [keys.gate(channel), keys.learnt(channel), ...cards];
      return (await rememberStanding(redis, all, [...args, ...known])) === 1;
    },
    async settle(claimed, outcome) {
      const { channel, card, token, claimedAt, state } = claimed;
      const { againInMs = "", door = "", pauseMs = 0, fields } = settlement(outcome, state);
      const late = [mayHavePosted(claimed, outcome), mayHaveEdited(outcome) ? "1" : "", claimedAt];
      const mended = hasMended(outcome) ? (state.overtaken ?? "") : "";
      const args = [channel, card, token, retentionMs, againInMs, door, pauseMs, ...late, mended, outcome.because];
      // what was sent must be remembered, also if Redis is away for a while; settling twice is settling once
      await persistently(leaseMs, () =>
        settleCard(redis, keysOf(claimed), [...args, ...Object.entries(fields).flat()]),
      );
    },
    async makeDue(channel, card) {
      await makeCardDue(redis, keysOf({ channel, card }), [channel, card]);
    },
    async bringBack(channel, card, because) {
      await bringCardBack(redis, keysOf({ channel, card }), [channel, card, because]);
    },
    stateOf: async (channel, card) => (await known(channel, card)).state,
    async unread(channels) {
      if (channels.length === 0) return [];
      const places = (await notRead(redis, channels.map(keys.learnt), [])) as number[];
      return places.flatMap((place) => channels[place] ?? []);
    },
    shutOut: async (address) => ((await whyShut(redis, [keys.budget(address)], [])) as string) || undefined,
  };
}

interface Settlement {
  againInMs?: number;
  /** What the card waits for, and for how long that is closed from now on. */
  door?: Door | "refusal";
  pauseMs?: number;
  /** "" deletes a field, "now" is Redis' time. */
  fields: Record<string, string | number>;
}

const NO_POST_OPEN = { posting: "", postingAt: "", looked: "", reposts: "" };
const NO_EDIT_OPEN = { editing: "" };
const NOT_REFUSED = { frozen: "", unsaid: "" };
const NOT_OVERTAKEN = { overtaken: "", twin: "", twinAt: "" };

function settlement(outcome: Outcome, state: PostedCard): Settlement {
  switch (outcome.kind) {
    case "upToDate": {
      const { message, shows, lookAgainInMs } = outcome;
      const sent = { message: message ?? "", shows: shows ?? "", sentAt: "now" };
      const nothing = state.posting ? {} : { looked: "" };
      return {
        ...(lookAgainInMs !== undefined && { againInMs: lookAgainInMs }),
        fields:
          message === undefined ? nothing : { ...sent, ...NO_EDIT_OPEN, ...NOT_REFUSED, ...postStillOpen(outcome) },
      };
    }
    case "tryAgain": {
      const { inMs, closes, awaits = closes } = outcome;
      return {
        againInMs: inMs,
        ...(awaits && { door: awaits }),
        ...(closes && { pauseMs: inMs }),
        fields: { ...postStillOpen(outcome), ...(!mayHaveEdited(outcome) && !state.editing && NO_EDIT_OPEN) },
      };
    }
    case "waits": {
      const { frozen, unsaid, lookAgainInMs } = outcome;
      return {
        ...(lookAgainInMs !== undefined && { againInMs: lookAgainInMs }),
        fields: { ...(frozen && { frozen }), ...(unsaid && { unsaid }), ...NO_EDIT_OPEN, ...postStillOpen(outcome) },
      };
    }
    case "givenUp": {
      const { because: gone, followUp } = outcome;
      return {
        fields: { gone, followUp: followUp ?? "", ...NO_EDIT_OPEN, ...NOT_REFUSED, ...NO_POST_OPEN, ...NOT_OVERTAKEN },
      };
    }
    case "refused":
      return { againInMs: outcome.pauseMs, door: "refusal", pauseMs: outcome.pauseMs, fields: postStillOpen(outcome) };
  }
}

const postStillOpen = ({ looked }: { looked?: number }) => (looked === undefined ? NO_POST_OPEN : { looked });

/** The message that this courier may have posted: its name, "unknown", or "" when it certainly has not posted. */
function mayHavePosted({ state }: Claim, outcome: Outcome): string {
  if (state.message !== undefined) return "";
  if (outcome.kind === "upToDate") return outcome.message ?? "";
  return outcome.kind === "tryAgain" && outcome.isUnknown && outcome.looked === 0 ? "unknown" : "";
}

/** It looked for twins, if there was a doubt, and wrote what the message should show. */
function hasMended(outcome: Outcome): boolean {
  return outcome.kind === "upToDate" && outcome.message !== undefined && outcome.lookAgainInMs === undefined;
}

function mayHaveEdited(outcome: Outcome): boolean {
  return outcome.kind === "upToDate"
    ? outcome.message !== undefined
    : outcome.kind === "tryAgain" && !!outcome.isUnknown;
}

function posted(said: (string | null)[]): PostedCard {
  const [message, shows, sinceMs, at, looked, gone, overtaken, editingMs, reposts, frozen, unsaid, followUp, notice] =
    said;
  return {
    ...(message && { message }),
    ...(shows && { shows }),
    ...(sinceMs && { posting: { sinceMs: Number(sinceMs), at: Number(at ?? 0), looked: Number(looked ?? 0) } }),
    ...(looked && !sinceMs && { recalls: Number(looked) }),
    ...(gone && { gone }),
    ...(overtaken && { overtaken }),
    ...(editingMs && { editing: { sinceMs: Number(editingMs) } }),
    ...(reposts && { reposts: Number(reposts) }),
    ...(frozen && { frozen }),
    ...(unsaid && { unsaid }),
    ...(followUp && { followUp }),
    ...(notice && { notice: noticeFrom(notice) }),
  };
}

const noticeFrom = (json: string): Notice => JSON.parse(json);
