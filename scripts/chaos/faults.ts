import { LEASE_MS } from "../../src/courier.ts";
import { CRASH_POINTS, type CrashPoint } from "../../src/crash-point.ts";
import { CALL_TIMEOUT_MS } from "../../src/update-card.ts";
import type { How } from "../../test/stand-ins/slack.ts";
import { CHANNELS, type ChannelId } from "./deliveries.ts";
import type { Dice } from "./random.ts";

/** Notifiers on each channel; a process is named by its channel and its place there. */
export const PROCESSES_EACH = 2;
export interface ProcessName {
  channel: ChannelId;
  place: number;
}

export type Harm =
  /** kill -9, and some time until it is started again. */
  | { kind: "kill"; process: ProcessName; backAfterMs: number }
  /** SIGTERM, as at a deployment; it must end with 0. */
  | { kind: "stop"; process: ProcessName }
  /** SIGSTOP and SIGCONT: shorter or longer than a lease. */
  | { kind: "freeze"; process: ProcessName; forMs: number }
  /** Started anew so that it kills itself at this place; given up if it does not come there. */
  | { kind: "crash"; process: ProcessName; point: CrashPoint; withinMs: number }
  | { kind: "redis killed" | "redis frozen" | "redis full"; forMs: number }
  /** The process' connection breaks: before its next request reached Redis, or after, before the answer reached it. */
  | { kind: "cut before" | "cut after"; process: ProcessName }
  | { kind: "slow wire"; process: ProcessName; delayMs: number; forMs: number }
  | { kind: "silent wire"; process: ProcessName; forMs: number }
  /** The next so many calls of Slack. */
  | { kind: "slack"; method: string; channel?: ChannelId; how: How; times: number }
  /** All calls of a method during a time, for one channel or for the workspace. */
  | { kind: "slack storm"; method: string; channel?: ChannelId; how: How; forMs: number };

export type Fault = Harm & { atMs: number };

const LOST_OR_LATE: ((chance: Dice) => How)[] = [
  () => "dropBefore",
  () => "dropAfter",
  () => "dropAfter",
  () => "errorAfter",
  () => "errorAfter",
  () => "hangBefore",
  () => "hang",
  () => ({ error: "internal_error" }),
  ({ oneOf }) => ({ status: oneOf([500, 502, 503]) }),
  ({ oneOf }) => ({ statusAfter: oneOf([500, 502, 504]) }),
  () => ({ statusAfter: 500 }),
  ({ between }) => ({ delayMs: Math.round(between(200, CALL_TIMEOUT_MS - 200)) }),
  ({ between }) => ({ delayMs: Math.round(between(200, CALL_TIMEOUT_MS - 200)) }),
  // takes effect after nobody waits for it any more
  ({ between }) => ({ delayMs: Math.round(between(CALL_TIMEOUT_MS + 100, CALL_TIMEOUT_MS + 2_000)) }),
  ({ whole }) => ({ status: 429, retryAfterS: whole(1, 8) }),
];
const METHODS = ["chat.postMessage", "chat.postMessage", "chat.update", "chat.update", "conversations.history"];
const MORE_METHODS = [...METHODS, ...METHODS, "chat.delete", "*"];

/**
 * How often a minute each harm is done, to all processes together. A lost call holds up its channel for seconds, and a
 * process that dies with a card in hand for a lease: more than this, and the meetings come faster than cards can.
 */
const HARMS: { perMinute: number; harm: (chance: Dice) => Harm }[] = [
  {
    perMinute: 4,
    harm: (chance) => ({ kind: "kill", process: anyProcess(chance), backAfterMs: ms(chance, 0, 3_000) }),
  },
  { perMinute: 1.5, harm: (chance) => ({ kind: "stop", process: anyProcess(chance) }) },
  { perMinute: 2, harm: (chance) => ({ kind: "freeze", process: anyProcess(chance), forMs: ms(chance, 300, 7_000) }) },
  {
    perMinute: 0.8,
    harm: (chance) => ({
      kind: "freeze",
      process: anyProcess(chance),
      forMs: ms(chance, LEASE_MS + 200, LEASE_MS + 6_000),
    }),
  },
  {
    perMinute: 3,
    harm: (chance) => ({
      kind: "crash",
      process: anyProcess(chance),
      point: chance.oneOf(CRASH_POINTS),
      withinMs: 8_000,
    }),
  },
  { perMinute: 1.2, harm: (chance) => ({ kind: "redis killed", forMs: ms(chance, 100, 3_000) }) },
  { perMinute: 0.8, harm: (chance) => ({ kind: "redis frozen", forMs: ms(chance, 500, 5_000) }) },
  { perMinute: 0.8, harm: (chance) => ({ kind: "redis full", forMs: ms(chance, 500, 4_000) }) },
  { perMinute: 5, harm: (chance) => ({ kind: "cut before", process: anyProcess(chance) }) },
  { perMinute: 5, harm: (chance) => ({ kind: "cut after", process: anyProcess(chance) }) },
  {
    perMinute: 2,
    harm: (chance) => ({
      kind: "slow wire",
      process: anyProcess(chance),
      delayMs: ms(chance, 50, 900),
      forMs: ms(chance, 500, 3_000),
    }),
  },
  {
    perMinute: 1,
    harm: (chance) => ({ kind: "silent wire", process: anyProcess(chance), forMs: ms(chance, 500, 5_000) }),
  },
  {
    perMinute: 12,
    harm: (chance) => ({
      kind: "slack",
      method: chance.oneOf(MORE_METHODS),
      how: chance.oneOf(LOST_OR_LATE)(chance),
      times: chance.whole(1, 2),
    }),
  },
  { perMinute: 0.6, harm: (chance) => storm("chat.postMessage", chance, chance.oneOf(CHANNELS)) },
  { perMinute: 0.6, harm: (chance) => storm("chat.update", chance) },
  { perMinute: 0.3, harm: (chance) => storm("conversations.history", chance) },
  // without a Retry-After everybody waits long, and what comes meanwhile is shown at once: too calm
  {
    perMinute: 0.1,
    harm: (chance) => ({ kind: "slack", method: anyWrite(chance), how: { error: "ratelimited" }, times: 1 }),
  },
  { perMinute: 0.1, harm: (chance) => ({ kind: "slack", method: anyWrite(chance), how: { status: 429 }, times: 1 }) },
];

/** Faults at instants that only the seed decides. */
export function plannedFaults(chance: Dice, { fromMs, untilMs }: { fromMs: number; untilMs: number }): Fault[] {
  const faults = HARMS.flatMap(({ perMinute, harm }) => {
    const one = chance.another();
    const expected = (perMinute * (untilMs - fromMs)) / 60_000;
    const count = Math.floor(expected) + (one.happens(expected % 1) ? 1 : 0);
    return Array.from({ length: count }, () => ({ atMs: Math.round(one.between(fromMs, untilMs)), ...harm(one) }));
  });
  return faults.toSorted((a, b) => a.atMs - b.atMs);
}

/** What a fault is, in words that a count or a timeline may use. */
export function inWords(fault: Harm): string {
  switch (fault.kind) {
    case "kill":
      return `kill -9 of ${nameOf(fault.process)}`;
    case "stop":
      return `SIGTERM to ${nameOf(fault.process)}`;
    case "freeze":
      return `SIGSTOP of ${nameOf(fault.process)} for ${fault.forMs} ms`;
    case "crash":
      return `${nameOf(fault.process)} is to die at ${fault.point}`;
    case "redis killed":
    case "redis frozen":
    case "redis full":
      return `${fault.kind} for ${fault.forMs} ms`;
    case "cut before":
    case "cut after":
      return `Redis connection of ${nameOf(fault.process)} ${fault.kind} its next request arrives`;
    case "slow wire":
      return `Redis connection of ${nameOf(fault.process)} slow by ${fault.delayMs} ms for ${fault.forMs} ms`;
    case "silent wire":
      return `Redis connection of ${nameOf(fault.process)} silent for ${fault.forMs} ms`;
    case "slack":
      return `Slack: next ${fault.times} × ${fault.method} ${howInWords(fault.how)}`;
    case "slack storm":
      return `Slack: every ${fault.method} ${howInWords(fault.how)} for ${fault.forMs} ms`;
  }
}

export function nameOf({ channel, place }: ProcessName): string {
  return `${channel.slice(2).toLowerCase()}-${place + 1}`;
}

export function howInWords(how: How): string {
  if (typeof how === "string") return WORDS[how];
  if ("error" in how) return `answers ${how.error}`;
  if ("statusAfter" in how) return `answers ${how.statusAfter} after it took effect`;
  if ("after" in how) return "is held up";
  if ("delayMs" in how) return how.delayMs > CALL_TIMEOUT_MS ? "takes effect after its caller gave up" : "is slow";
  return `answers ${how.status}${how.retryAfterS === undefined ? "" : " with Retry-After"}`;
}

const WORDS: Record<How & string, string> = {
  dropBefore: "breaks off before it took effect",
  dropAfter: "breaks off after it took effect",
  errorAfter: "answers internal_error after it took effect",
  hangBefore: "never answers and takes no effect",
  hang: "never answers after it took effect",
};

const anyProcess = (chance: Dice): ProcessName => ({
  channel: chance.oneOf(CHANNELS),
  place: chance.whole(0, PROCESSES_EACH - 1),
});
const anyWrite = (chance: Dice) => chance.oneOf(["chat.postMessage", "chat.update"]);
const ms = (chance: Dice, least: number, most: number) => chance.whole(least, most);

/** Slack tells everybody to wait, for as long as it said. */
function storm(method: string, chance: Dice, channel?: ChannelId): Harm {
  const retryAfterS = chance.whole(1, 10);
  const how = { status: 429, retryAfterS };
  return { kind: "slack storm", method, how, forMs: retryAfterS * 1_000, ...(channel && { channel }) };
}
