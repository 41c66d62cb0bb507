import type { Instant } from "../../src/meeting/fact.ts";
import type { Channel } from "../../src/ports.ts";
import type { Chooser } from "../../src/subscription/chooser.ts";
import { FOR_EVER, type Rule, type Subscription } from "../../src/subscription/subscription.ts";
import { subscription } from "../subscriptions.ts";
import type { Dice } from "./dice.ts";
import type { PlannedChange, PlannedMeeting } from "./plan.ts";
import { HOST_IDS } from "./process.ts";
import { WORDS } from "./random-day.ts";

const MINUTE_MS = 60_000;
const ZONES = ["UTC", "Europe/Vienna", "America/New_York", "Asia/Kolkata"];
const DETAILS = ["card", "card", "thread", "thread", "end", "digest"] as const;
const PEOPLE = ["names", "names", "counts", "private"] as const;

/** What a channel hears of, and how; many hear of everything. */
export function randomSubscription(roll: Dice): Subscription {
  const timeZone = roll.one(ZONES);
  const plain = subscription({ timeZone, digestAt: roll.one(["18:00", "18:00", "00:00", "09:30"]) });
  if (roll.chance(0.3)) return plain;
  return {
    ...plain,
    rules: roll.chance(0.4) ? [{ of: "all" }] : Array.from({ length: roll.whole(0, 3) }, () => randomRule(roll)),
    detail: roll.one(DETAILS),
    people: roll.one(PEOPLE),
    ...(roll.chance(0.2) && { atLeast: { people: roll.one([0, 2, 3]), minutes: roll.one([0, 1, 10]) } }),
    ...(roll.chance(0.2) && { quiet: roll.one(QUIET) }),
    ...(roll.chance(0.7) && { by: "U1" }),
  };
}

/** A day near the end of its week, where channels want to be told of that; undefined for most days. */
export function randomWeek(roll: Dice) {
  if (!roll.chance(0.12)) return undefined;
  return {
    /** Days after Monday. */
    weekday: roll.whole(3, 6),
    asked: (one: Subscription): Subscription =>
      roll.chance(0.8) ? { ...one, digest: { ...one.digest, isWeekly: true } } : one,
    changed: (one: PlannedChange): PlannedChange =>
      roll.chance(0.15) ? { ...one, change: { kind: "digest", digest: { isWeekly: roll.chance(0.5) } } } : one,
  };
}

/** Who wants to be told something in person; undefined on most days. */
export function randomPeople(roll: Dice): Record<Channel, Chooser> | undefined {
  if (!roll.chance(0.15)) return undefined;
  const chooser = (email: string): Chooser => ({
    choices: {
      whenLiveWithoutMe: roll.chance(0.8),
      ...(roll.chance(0.5) && { myDayAt: roll.one(["07:00", "12:30"]) }),
    },
    email,
    timeZone: roll.one(ZONES),
  });
  return Object.fromEntries([...HOST_IDS.keys()].map((email, index) => [`slack:U${index + 5}`, chooser(email)]));
}

const QUIET = [
  { from: "22:00", until: "07:00" },
  { from: "12:00", until: "13:30" },
  { from: "09:00", until: "18:00" },
];

function randomRule(roll: Dice): Rule {
  return roll.one<Rule>([
    { of: "topic", words: roll.one(WORDS) },
    { of: "topic", words: roll.one(WORDS) },
    { of: "number", number: roll.one(["111", "222", "330"]) },
    { of: "host", host: { name: "Person 0" } },
  ]);
}

export interface PeopleScene {
  channels: readonly Channel[];
  processes: number;
  meetings: readonly PlannedMeeting[];
  /** When something happens that a change could meet. */
  moments: readonly Instant[];
}

/** What people change: nothing on many days, and often just when something is heard. */
export function randomChanges(roll: Dice, { channels, processes, meetings, moments }: PeopleScene): PlannedChange[] {
  if (moments.length === 0 || roll.chance(0.35)) return [];
  const muted = () => {
    const { uuid, deliveries } = roll.one(meetings);
    const number = deliveries[0]?.fact.about.number;
    return number !== undefined && roll.chance(0.7) ? { number } : { uuid };
  };
  const unseen = unseenMoments(meetings);
  return Array.from({ length: roll.whole(1, 6) }, (): PlannedChange => {
    if (unseen.length > 0 && roll.chance(0.6)) {
      const { at, process } = roll.one(unseen);
      const change = { kind: "add", rules: [{ of: "all" }] } as const;
      return { at, channel: roll.one(channels), by: "U1", to: process + 1, change };
    }
    const at =
      roll.one(moments) + roll.one([roll.whole(-1_000, 1_000), roll.whole(-1_000, 1_000), roll.about(10 * MINUTE_MS)]);
    const until = at + roll.one([MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS]);
    const change = roll.one<() => PlannedChange["change"]>([
      () => ({ kind: "add", rules: [randomRule(roll)] }),
      () => ({ kind: "add", rules: [{ of: "all" }] }),
      () => ({ kind: "remove", rules: [] }),
      () => ({ kind: "remove", rules: [randomRule(roll)] }),
      () => ({ kind: "pause", until: roll.chance(0.2) ? FOR_EVER : until }),
      () => ({ kind: "resume" }),
      () => ({ kind: "mute", meeting: muted() }),
      () => ({ kind: "mute", meeting: muted() }),
      () => ({ kind: "unmute", meeting: muted() }),
      () => ({ kind: "share", isShared: roll.chance(0.5) }),
      () => ({ kind: "form", with: { detail: roll.one(DETAILS) } }),
      () => ({ kind: "form", with: { people: roll.one(PEOPLE) } }),
      () => ({ kind: "form", with: { people: "private" } }),
    ])();
    return { at, channel: roll.one(channels), by: roll.one(["U1", "U2"]), to: roll.whole(0, processes - 1), change };
  });
}

/** When a process has just looked what is asked for, and is about to hear of a meeting for the first time. */
function unseenMoments(meetings: readonly PlannedMeeting[]): { at: Instant; process: number }[] {
  const heard = meetings.flatMap(({ deliveries }) => deliveries.map(({ at: [at = 0], to }) => ({ at, to })));
  return meetings.flatMap(({ deliveries }) => {
    const [first] = deliveries.map(({ at: [at = 0], to }) => ({ at, to })).sort((a, b) => a.at - b.at);
    if (!first) return [];
    const before = heard.filter(({ at, to }) => to === first.to && at < first.at - 60 && at > first.at - 950);
    return before.map(({ at }) => ({ at: at + 0.8 * (first.at - at), process: first.to }));
  });
}
