import { CHANNELS, type Delivery, deliveriesOf, type Silent, silentMeeting } from "./deliveries.ts";
import { type Fault, plannedFaults } from "./faults.ts";
import { dice } from "./random.ts";

/** Everything that will be done to the notifiers, and when: nothing is left to chance after this. */
export interface Plan {
  seed: number;
  /** Faults happen until then, counted in milliseconds from the beginning. */
  faultsUntilMs: number;
  /** By the time at which they are sent first. */
  deliveries: Delivery[];
  /** By the time at which they begin. */
  faults: Fault[];
  /** Meetings of which notifiers heard long before, and which ended without a word from Zoom. */
  silent: Silent[];
}

export interface Sizes {
  seed: number;
  minutes: number;
  /** When it begins: the meetings' own times follow from it. */
  beginsAt: number;
}

const MEETINGS_PER_MINUTE = 6;
const SILENT_EACH = 2;
/** The first deliveries meet notifiers that are all well, and faults a world in which something is going on. */
const FAULTS_FROM_MS = 1_500;

/** The plan of a seed: the same one every time, moved to when it begins. */
export function planFrom({ seed, minutes, beginsAt }: Sizes): Plan {
  const chance = dice(seed);
  const faultsUntilMs = Math.round(minutes * 60_000);
  const ofMeetings = chance.another();
  const each = Math.max(2, Math.round(minutes * MEETINGS_PER_MINUTE));
  const deliveries = CHANNELS.flatMap((channel) =>
    deliveriesOf({ chance: ofMeetings.another(), channel, count: each, untilMs: faultsUntilMs, beginsAt }),
  );
  const silent = CHANNELS.flatMap((channel) =>
    Array.from({ length: SILENT_EACH }, (_, index) =>
      silentMeeting({ chance: ofMeetings.another(), channel, index, beginsAt }),
    ),
  );
  return {
    seed,
    faultsUntilMs,
    deliveries: deliveries.toSorted((a, b) => a.atMs - b.atMs),
    faults: plannedFaults(chance.another(), { fromMs: FAULTS_FROM_MS, untilMs: faultsUntilMs }),
    silent,
  };
}
