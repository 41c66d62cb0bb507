import { isDeepStrictEqual } from "node:util";
import type { Instant } from "../meeting/fact.ts";
import type { Muted, Rule, Subscription } from "./subscription.ts";

/** What somebody does to a channel's subscription. */
export type Change =
  /** All that a form shows; the rest stays as it is by then. */
  | { kind: "save"; subscription: Subscription }
  | { kind: "add"; rules: readonly Rule[]; isShared?: boolean }
  /** These rules; without any, all. */
  | { kind: "remove"; rules: readonly Rule[] }
  | { kind: "pause"; until: Instant }
  | { kind: "resume" }
  | { kind: "mute"; meeting: Muted }
  | { kind: "unmute"; meeting: Muted }
  | { kind: "digest"; digest: Partial<Subscription["digest"]> }
  /** The channel is shared with another company, or not any more. */
  | { kind: "share"; isShared: boolean };

export interface Changing {
  /** What a channel has that nobody chose anything for. */
  otherwise: Subscription;
  /** Who does it; absent where nobody does. */
  by?: string;
  /** How people call that person. */
  name?: string;
}

const MOST_RULES = 25;
const MOST_MUTED = 100;

/**
 * A subscription after a change; undefined when the change leaves it as it is, or needs one where there is none. Doing
 * the same twice is doing it once. Who hears something else because somebody wanted it is to be told so.
 */
export function changed(
  before: Subscription | undefined,
  change: Change,
  changing: Changing,
  now: Instant,
): Subscription | undefined {
  const after = done(before, change, changing, now);
  if (!after) return undefined;
  const { notice: _, ...rest } = after;
  const { by, name } = changing;
  const isToBeTold = by !== undefined && !CONCERNS_ONE_MEETING.has(change.kind) && hearsOtherwise(before, after);
  const notice = isToBeTold ? { at: now, ...(name && { by: name }) } : before?.notice;
  return { ...rest, ...(notice && { notice }) };
}

const CONCERNS_ONE_MEETING = new Set<Change["kind"]>(["mute", "unmute"]);

/** Since when and by whose wish makes no difference to who reads the channel. */
function hearsOtherwise(before: Subscription | undefined, after: Subscription): boolean {
  const [was, is] = [before, after].map((one) => {
    if (!one) return undefined;
    const { since: _, by: __, notice: ___, rules, digest, ...rest } = one;
    return { ...rest, rules: from({}, rules), digest: { ...digest, since: 0 } };
  });
  return !isDeepStrictEqual(was, is);
}

function done(
  before: Subscription | undefined,
  change: Change,
  { otherwise, by }: Changing,
  now: Instant,
): Subscription | undefined {
  switch (change.kind) {
    case "save":
      return { ...saved(before, change.subscription, now), ...(by && { by }) };
    case "add": {
      const { pausedUntil, isShared: _, ...base } = before ?? { ...otherwise, rules: [] };
      const isGoingOn = base.rules.length > 0;
      return {
        ...base,
        ...(pausedUntil !== undefined && isGoingOn && { pausedUntil }),
        ...(change.isShared && { isShared: true }),
        rules: united(base.rules, isGoingOn ? from({ since: now }, change.rules) : change.rules),
        since: isGoingOn ? base.since : now,
        ...(by && { by }),
      };
    }
    case "remove": {
      if (!before || before.rules.length === 0) return undefined;
      const rules =
        change.rules.length === 0 ? [] : before.rules.filter((rule) => !change.rules.some((one) => isSame(one, rule)));
      return rules.length === before.rules.length ? undefined : { ...before, rules };
    }
    case "pause":
      return before && { ...before, pausedUntil: change.until };
    case "resume": {
      if (!before) return undefined;
      const { pausedUntil, ...rest } = before;
      return pausedUntil === undefined ? before : { ...rest, since: Math.max(rest.since, Math.min(now, pausedUntil)) };
    }
    case "mute": {
      if (!before) return undefined;
      const { topic, ...rest } = change.meeting;
      // whoever muted it may know more than the channel may
      const meeting: Muted = { ...rest, ...(topic !== undefined && before.people !== "private" && { topic }) };
      const others = before.muted.filter((one) => !isSameMeeting(one, meeting));
      return { ...before, muted: [...others, meeting].slice(-MOST_MUTED) };
    }
    case "unmute": {
      const muted = before?.muted.filter((one) => !isSameMeeting(one, change.meeting));
      return before && muted && muted.length < before.muted.length ? { ...before, muted } : undefined;
    }
    case "digest":
      return before && { ...before, digest: askedFor(before.digest, { ...before.digest, ...change.digest }, now) };
    case "share": {
      if (!before || (before.isShared ?? false) === change.isShared) return undefined;
      const { isShared: _, ...rest } = before;
      return { ...rest, ...(change.isShared && { isShared: true }) };
    }
  }
}

/** What a form does not show is not what it was when it was read: somebody may have muted or paused since. */
function saved(before: Subscription | undefined, form: Subscription, now: Instant): Subscription {
  const { pausedUntil: _, ...shown } = form;
  const isGoingOn = before !== undefined && before.rules.length > 0;
  if (!isGoingOn) return { ...shown, muted: before?.muted ?? [], since: now };
  const { muted, rules, since, pausedUntil, digest } = before;
  return {
    ...shown,
    rules: shown.rules.flatMap((rule) => from(rules.find((one) => isSame(one, rule)) ?? { since: now }, [rule])),
    digest: askedFor(digest, shown.digest, now),
    muted,
    since,
    ...(pausedUntil !== undefined && { pausedUntil }),
  };
}

/** Rules as somebody asks for them now, but since then: with the whole subscription where that is absent. */
function from({ since }: Pick<Rule, "since">, rules: readonly Rule[]): Rule[] {
  return rules.map(({ since: _, ...rule }) => ({ ...rule, ...(since !== undefined && { since }) }));
}

type Digest = Subscription["digest"];

/** Of a day or a week that was over before somebody asked for its digest there is none. */
function askedFor(before: Digest, { since: _, ...wanted }: Digest, now: Instant): Digest {
  const { since, ...was } = before;
  return isDeepStrictEqual(was, wanted) ? before : { ...wanted, since: now };
}

/** Everything is more than anything: beside it no other rule says anything. */
function united(before: readonly Rule[], added: readonly Rule[]): Rule[] {
  const all = [...before, ...added];
  const everything = all.find(({ of }) => of === "all");
  if (everything) return [everything];
  return all.filter((rule, index) => all.findIndex((one) => isSame(one, rule)) === index).slice(0, MOST_RULES);
}

function isSame(one: Rule, other: Rule): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf(rule: Rule): string {
  switch (rule.of) {
    case "all":
      return "all";
    case "number":
      return `number ${rule.number}`;
    case "topic":
      return `topic ${rule.words.toLowerCase()}`;
    case "host":
      return `host ${rule.host.userId ?? rule.host.email ?? rule.host.name?.toLowerCase() ?? ""}`;
  }
}

export function isSameMeeting(one: Muted, other: Muted): boolean {
  return one.number === undefined ? one.uuid === other.uuid : one.number === other.number;
}
