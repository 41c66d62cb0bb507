import { inWords } from "./faults.ts";
import type { Wrong } from "./judge.ts";
import type { Plan } from "./plan.ts";
import type { Result } from "./play.ts";
import { timelineBefore, timelineOf } from "./timeline.ts";

export function isRight({ wrong, early, faults }: Result): boolean {
  return wrong.length + early.length + faults.length === 0;
}

/** What was done, and what came of it. */
export function summary(result: Result): string {
  const { counts, meetings, sent, tries, wrong, early, faults, convergedMs } = result;
  const count = (kind: Wrong["kind"]) => wrong.filter((one) => one.kind === kind).length;
  const strange = count("strange");
  return [
    "",
    ...[...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, times]) => `${String(times).padStart(6)}  ${what}`),
    "",
    `${meetings} meetings, ${sent} deliveries in ${tries} tries`,
    convergedMs === undefined
      ? "never all right"
      : `all right ${(convergedMs / 1_000).toFixed(1)} s after the last fault and delivery`,
    ...early.map(({ call, because }) => `too early: ${call.method} in ${call.channel}, ${because}`),
    ...faults,
    ...(strange > 0 ? [`${strange} messages about meetings of which Zoom told nothing`] : []),
    `lost ${count("lost")}, doubled ${count("doubled")}, stale ${count("stale")}`,
  ].join("\n");
}

const MOST_MOMENTS = 200;

/** The shortest story of a failure: everything that concerned the meeting with the fewest moments. */
export function counterExample({ wrong, early, moments }: Result): string {
  const stories = wrong.map((one) => ({ one, lines: timelineOf(moments, one) }));
  const [shortest] = stories.toSorted((a, b) => a.lines.length - b.lines.length);
  if (shortest) {
    const { one, lines } = shortest;
    return ["", `${one.kind} in ${one.channel}: ${one.uuid}`, one.because, "", ...lines.slice(-MOST_MOMENTS)].join(
      "\n",
    );
  }
  const [first] = early;
  return first ? ["", ...timelineBefore(moments, first.call)].join("\n") : "";
}

/** What it takes to see a failure again, as far as it was found. */
export function shortPlan({ deliveries, faults }: Plan): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(3).padStart(9)} s`;
  const meetings = new Set(deliveries.map(({ uuid }) => uuid)).size;
  return [
    "",
    `It failed again with ${meetings} meetings, ${deliveries.length} deliveries and ${faults.length} faults:`,
    ...faults.map((fault) => `${seconds(fault.atMs)}  ${inWords(fault)}`),
  ].join("\n");
}
