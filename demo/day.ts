import { createHash } from "node:crypto";
import { DateTime } from "luxon";
import { seededRandom } from "../scripts/replay/random.ts";
import { zoomIds } from "../test/stand-ins/zoom.ts";
import { afternoon } from "./day/afternoon.ts";
import { castOf, type Person } from "./day/cast.ts";
import type { Letter } from "./day/journey.ts";
import { morning } from "./day/morning.ts";
import type { Setting } from "./day/scene.ts";
import { seedScene } from "./day/seed-scene.ts";
import type { ExpectedMeeting } from "./day/truth.ts";

export type { Person } from "./day/cast.ts";
export type { Letter } from "./day/journey.ts";
export type { ExpectedMeeting, ExpectedPerson } from "./day/truth.ts";

export interface DayOptions {
  /** The local date: `2026-11-24`. */
  day: string;
  timeZone: string;
  /** Changes ids, delays and who comes late to the all-hands; never what the meetings are. */
  seed?: number;
}

export interface SimulatedDay {
  /** All deliveries by when Zoom sends them, also those tagged `lost`: see `isSent`. */
  deliveries: Letter[];
  /** What each meeting has to come to once everything has arrived, by start. */
  expected: ExpectedMeeting[];
  /** The people of the company; guests are not among them. */
  people: Person[];
}

/** A lively working day of one company, from eight to ten past six, the same for the same options. */
export function simulatedDay({ day, timeZone, seed = 1 }: DayOptions): SimulatedDay {
  const random = seededRandom(createHash("sha256").update(`${seed} ${day}`).digest().readUInt32LE());
  const setting: Setting = { at: (time) => instantOf(day, time, timeZone), timeZone, random };
  const cast = castOf(zoomIds(random).userId);
  const scenes = [...morning(setting, cast), seedScene(setting), ...afternoon(setting, cast)];
  return {
    deliveries: scenes.flatMap(({ letters }) => letters).toSorted((a, b) => a.at - b.at),
    expected: scenes.map((scene) => scene.expected()).toSorted((a, b) => a.startedAt - b.startedAt),
    people: cast.everybody,
  };
}

/** Whether a delivery of the day ever reaches anybody. */
export function isSent({ tags }: Letter): boolean {
  return !tags.includes("lost");
}

function instantOf(day: string, time: string, timeZone: string): number {
  const local = DateTime.fromISO(`${day}T${time}`, { zone: timeZone });
  if (!local.isValid) throw new Error(`${day} ${time} in ${timeZone} is no time: ${local.invalidExplanation}`);
  return local.toMillis();
}
