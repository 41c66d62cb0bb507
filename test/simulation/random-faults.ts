import type { Instant } from "../../src/meeting/fact.ts";
import type { CardId, Channel } from "../../src/ports.ts";
import type { Dice } from "./dice.ts";
import type { ChatFault, Fault, Method, PlannedChange } from "./plan.ts";

export interface Scene {
  /** When something happens that a fault could disturb. */
  moments: readonly Instant[];
  cards: readonly CardId[];
  channels: readonly Channel[];
  processes: number;
}

/** What goes wrong on a day: nothing on some, and always near something that happens. */
export function randomFaults(roll: Dice, scene: Scene): Fault[] {
  const { moments } = scene;
  if (moments.length === 0) return [];
  return Array.from({ length: roll.chance(0.15) ? 0 : roll.whole(1, 8) }, () => {
    const at = roll.one(moments) + roll.one([roll.whole(-1_000, 0), roll.whole(-1_000, 0), roll.whole(0, 6_000)]);
    return roll.one(KINDS)(roll, at, scene);
  });
}

/** A channel gets another id, on few days; sometimes who is told of it dies over that, and sometimes hours later. */
export function randomMoves(
  roll: Dice,
  { channels, moments, processes }: Pick<Scene, "channels" | "moments" | "processes">,
): Fault[] {
  if (moments.length === 0 || !roll.chance(0.06)) return [];
  const at = roll.one(moments) + roll.one([roll.whole(-1_000, 1_000), roll.whole(0, 4 * 3_600_000)]);
  const process = roll.whole(0, processes - 1);
  const move: Fault = { kind: "move", at, forMs: 0, channel: roll.one(channels), process };
  return roll.chance(0.4) ? [move, deathOver(roll, { at, to: process })] : [move];
}

/** Whoever makes a change dies over it, before or after it is kept, shown, or answered. */
export function deathOver(roll: Dice, { at, to }: Pick<PlannedChange, "at" | "to">): Fault {
  const where = { call: "any" as const, but: roll.whole(0, 12), isSent: roll.chance(0.5) };
  return { kind: "crash", at: at - 1, forMs: roll.whole(2_000, 60_000), process: to, where };
}

type Draw = (roll: Dice, at: Instant, scene: Scene) => Fault;
type Range = [least: number, most: number];

const struck =
  (kind: "crash" | "freeze", ...forMs: Range): Draw =>
  (roll, at, { processes }) => ({
    kind,
    at,
    forMs: roll.whole(...forMs),
    process: roll.whole(0, processes - 1),
    where: roll.one([
      "at once" as const,
      { call: "any" as const, but: roll.whole(0, 10), isSent: roll.chance(0.5) },
      { call: "chat" as const, but: roll.one([0, 0, 1, 2]), isSent: roll.chance(0.5) },
      { call: "chat" as const, but: 0, isSent: false },
    ]),
  });

const stopped: Draw = (roll, at, { processes }) => ({
  kind: "stop",
  at,
  forMs: 9_000,
  process: roll.whole(0, processes - 1),
  where: "at once",
});

const store =
  (how: "down" | "cut" | "frozen" | "slow", ...forMs: Range): Draw =>
  (roll, at, { processes }) => ({
    kind: "store",
    how,
    at,
    forMs: roll.whole(...forMs),
    restarts: how === "down" && roll.chance(0.5),
    ...(roll.chance(0.5) && { process: roll.whole(0, processes - 1) }),
  });

const chat =
  (how: (roll: Dice) => ChatFault["how"], methods: readonly Method[], ...forMs: Range): Draw =>
  (roll, at, { channels }) => ({
    kind: "chat",
    how: how(roll),
    at,
    forMs: roll.whole(...forMs),
    ...(roll.chance(0.8) && { channel: roll.one(channels) }),
    ...(methods.length > 0 && { method: roll.one(methods) }),
  });

/** Slack counts posts by channel, and calls of all other kinds by workspace. */
const limited: Draw = (roll, at, { channels }) => {
  const method = roll.one(METHODS);
  const where = method === "post" ? { channel: roll.one(channels) } : {};
  return { kind: "chat", how: { is: "limited" }, at, forMs: roll.whole(1_000, 30_000), method, ...where };
};

const deleted: Draw = (roll, at, { channels, cards }) => ({
  kind: "deletion",
  at: at + roll.whole(0, 60_000),
  forMs: 0,
  channel: roll.one(channels),
  card: roll.one(cards),
});

const METHODS: readonly Method[] = ["post", "update", "find", "remove"];
const SENDS: readonly Method[] = ["post", "update"];
const TIMEOUT_MS = 6_000;

const unanswered = (isDone: boolean) => (roll: Dice) =>
  ({ is: "lost", isDone, answersAfterMs: roll.one([200, TIMEOUT_MS]) }) as const;
const inTime = (roll: Dice) =>
  ({ is: "late", doneAfterMs: roll.whole(500, TIMEOUT_MS), answersAfterMs: TIMEOUT_MS }) as const;
/** Much later than anybody waits for it, but not later than it is looked for once more. */
const tooLate = (roll: Dice) =>
  ({ is: "late", doneAfterMs: roll.whole(TIMEOUT_MS, 25_000), answersAfterMs: TIMEOUT_MS }) as const;

/** Each as often as it stands here. */
const KINDS: readonly Draw[] = [
  struck("crash", 2_000, 60_000),
  struck("crash", 2_000, 60_000),
  struck("freeze", 500, 60_000),
  struck("freeze", 2_000, 15_000),
  stopped,
  store("down", 100, 20_000),
  store("cut", 5, 3_000),
  store("frozen", 500, 8_000),
  store("slow", 500, 8_000),
  chat(unanswered(true), SENDS, 1_000, 20_000),
  chat(unanswered(true), ["post"], 1_000, 3_000),
  chat(unanswered(false), [], 1_000, 20_000),
  chat(inTime, SENDS, 1_000, 5_000),
  chat(tooLate, ["post"], 1_000, 5_000),
  limited,
  limited,
  chat(() => ({ is: "archived" }), [], 1_000, 3_600_000),
  chat(() => ({ is: "noEdits" }), [], 60_000, 7_200_000),
  chat(() => ({ is: "noAccess" }), [], 1_000, 120_000),
  chat((roll) => ({ is: "odd", inMs: roll.one([1_000, 600_000]) }), SENDS, 1_000, 10_000),
  chat((roll) => ({ is: "slowHistory", byMs: roll.whole(200, 5_000) }), [], 5_000, 3_600_000),
  deleted,
];
