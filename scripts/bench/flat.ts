import { setTimeout as sleep } from "node:timers/promises";
import { allTaken, endedMeetings, signedAll } from "./deliveries.ts";
import { openInspector } from "./inspector.ts";
import { sendAsFastAsAnswered } from "./load.ts";
import { row } from "./row.ts";
import type { Bench } from "./stage.ts";

const PEOPLE = 49;
/** Start, end, and a join and a leave of each. */
const EVENTS_PER_MEETING = 2 + 2 * PEOPLE;
const MEETINGS_AT_ONCE = 100;
const SETTLED_AFTER = 0.2;
const LOOKS = 10;
const MOST_GROWTH_MB = 20;
const HIGHEST_PEAK_MB = 350;

/** One notifier takes a great many events of meetings that begin and end, while its cards are posted and edited. */
export async function flatMemory(bench: Bench, { events }: { events: number }) {
  const { port, inspectorPort } = await bench.notifier({}, { inspected: true });
  const inspector = await openInspector(inspectorPort);
  const seen: { events: number; rssMb: number; heapMb: number }[] = [];
  const lots = Math.ceil(events / (EVENTS_PER_MEETING * MEETINGS_AT_ONCE));
  for (let lot = 1; lot <= lots; lot += 1) {
    allTaken(await sendAsFastAsAnswered(port, signedAll(endedMeetings(MEETINGS_AT_ONCE, PEOPLE)), 32));
    if (Math.floor((lot * LOOKS) / lots) === Math.floor(((lot - 1) * LOOKS) / lots)) continue;
    await sleep(1_000); // what runs is finished, so that only what stays is seen
    const look = { events: lot * MEETINGS_AT_ONCE * EVENTS_PER_MEETING, ...(await inspector.memory()) };
    seen.push(look);
    console.error(`  ${look.events} events: ${look.rssMb.toFixed(0)} MB, of it ${look.heapMb.toFixed(1)} MB heap`);
  }
  const peakMb = await inspector.peakMb();
  inspector.close();
  const settled = seen.find((look) => look.events >= SETTLED_AFTER * events);
  const last = seen.at(-1);
  if (!settled || !last) throw new Error("too few events to see anything");
  const growthMb = last.rssMb - settled.rssMb;
  return [
    row({
      figure: `growth of the process after a full collection, from ${settled.events} to ${last.events} events`,
      measured: growthMb,
      unit: "MB",
      goal: `≤ ${MOST_GROWTH_MB} MB, peak ≤ ${HIGHEST_PEAK_MB} MB`,
      reached: growthMb <= MOST_GROWTH_MB && peakMb <= HIGHEST_PEAK_MB,
      numbers: {
        peakMb,
        rssMbBefore: settled.rssMb,
        rssMbAfter: last.rssMb,
        heapMbBefore: settled.heapMb,
        heapMbAfter: last.heapMb,
      },
    }),
  ];
}
