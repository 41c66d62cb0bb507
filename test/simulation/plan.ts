import type { Instant, MeetingFact } from "../../src/meeting/fact.ts";
import type { CardId, Channel } from "../../src/ports.ts";
import type { Change } from "../../src/subscription/change.ts";
import type { Chooser } from "../../src/subscription/chooser.ts";
import type { Subscription } from "../../src/subscription/subscription.ts";

/** All that happens to the notifier on one day. Two plays of one plan are the same, and any part of one is a plan. */
export interface DayPlan {
  seed: number;
  channels: readonly Channel[];
  /** What each channel asked for before the day began. */
  subscriptions: Readonly<Record<Channel, Subscription>>;
  /** Who chose to be told something in person. */
  people?: Readonly<Record<Channel, Chooser>>;
  /** What people do to that during the day. */
  changes: readonly PlannedChange[];
  /** By how much the clock of each process is wrong. */
  skewsMs: readonly number[];
  meetings: readonly PlannedMeeting[];
  faults: readonly Fault[];
}

export interface PlannedMeeting {
  uuid: string;
  deliveries: readonly Delivery[];
}

/** One thing that Zoom tells; `heardAt` is filled in by who hears it. */
export interface Delivery {
  fact: MeetingFact;
  /** When it comes first, and again although it was answered. */
  at: readonly Instant[];
  to: number;
}

/** Somebody changes what a channel hears of, and most try again as long as nobody answers. */
export interface PlannedChange {
  at: Instant;
  channel: Channel;
  by: string;
  to: number;
  isAskedOnce?: boolean;
  /** A form is filled in with what it shows, and saved. */
  change: Change | { kind: "form"; with: Partial<Subscription> };
}

interface When {
  at: Instant;
  forMs: number;
}

/** At once, or at the next call but some to the chat or to anybody: before it, or right after it was sent. */
export interface ProcessFault extends When {
  kind: "crash" | "freeze" | "stop";
  process: number;
  where: "at once" | { call: "any" | "chat"; but: number; isSent: boolean };
}

/** `down`: refuses. `cut`: the connection breaks, before or after it was done. `frozen`: does it when it goes on. */
export interface StoreFault extends When {
  kind: "store";
  how: "down" | "cut" | "frozen" | "slow";
  /** One of the processes only. */
  process?: number;
  /** It is started anew meanwhile. */
  restarts: boolean;
}

export type Method = "post" | "update" | "find" | "remove";

export interface ChatFault extends When {
  kind: "chat";
  how:
    | { is: "lost"; isDone: boolean; answersAfterMs: number }
    | { is: "late"; doneAfterMs: number; answersAfterMs: number }
    | { is: "limited" }
    | { is: "archived" }
    | { is: "noEdits" }
    | { is: "cannotLook" }
    | { is: "slowHistory"; byMs: number }
    | { is: "noAccess" }
    | { is: "odd"; inMs: number };
  channel?: Channel;
  method?: Method;
}

/** A person deletes the message of a card. */
export interface Deletion {
  kind: "deletion";
  at: Instant;
  forMs: 0;
  channel: Channel;
  card: CardId;
}

/** Slack gives a channel another id, and tells one process once. */
export interface Move {
  kind: "move";
  at: Instant;
  forMs: 0;
  channel: Channel;
  process: number;
}

/** Both names are of one place. */
export const movedName = (channel: Channel): Channel => `${channel}x`;
export const placeOf = (channel: Channel): Channel => channel.replace(/x$/, "");

export type Fault = ProcessFault | StoreFault | ChatFault | Deletion | Move;

export const isDuring = ({ at, forMs }: When, now: Instant): boolean => at <= now && now < at + forMs;
