import type { ChannelId, Delivery } from "./deliveries.ts";
import type { Fault } from "./faults.ts";
import type { Plan } from "./plan.ts";

const BEFORE_MS = 3_000;
const AFTER_MS = 15_000;

/** Plays a plan and tells whether it failed as the first one did. */
export type FailsAgain = (plan: Plan) => Promise<boolean>;

/**
 * A shorter plan that still fails: only the time around one meeting, if possible only its own deliveries, and of the
 * faults no more than it takes. Undefined if none was found in time; processes may fail once and never again.
 */
export async function shortened(
  plan: Plan,
  uuid: string,
  failsAgain: FailsAgain,
  hasTime: () => boolean,
): Promise<Plan | undefined> {
  const around = aroundMeeting(plan, uuid);
  for (const candidate of [onlyOf(around, uuid), around]) {
    if (!hasTime()) return undefined;
    if (!(await failsAgain(candidate))) continue;
    const faults = await fewest(candidate.faults, (some) => failsAgain({ ...candidate, faults: some }), hasTime);
    return { ...candidate, faults };
  }
  return undefined;
}

/** The part of a plan in which a meeting is told of, moved to the beginning. */
export function aroundMeeting(plan: Plan, uuid: string): Plan {
  const told = plan.deliveries.filter((delivery) => delivery.uuid === uuid).map(({ atMs }) => atMs);
  const from = Math.max(0, Math.min(...told, plan.faultsUntilMs) - BEFORE_MS);
  const until = Math.min(plan.faultsUntilMs, Math.max(...told, 0) + AFTER_MS);
  const within = <Timed extends { atMs: number }>(all: readonly Timed[]) =>
    all.filter(({ atMs }) => atMs >= from && atMs <= until).map((one) => ({ ...one, atMs: one.atMs - from }));
  const isOwn = (one: Delivery) => one.uuid === uuid;
  const own = plan.deliveries.filter(isOwn).map((one) => ({ ...one, atMs: one.atMs - from }));
  const others = within(plan.deliveries.filter((one) => !isOwn(one)));
  return {
    ...plan,
    faultsUntilMs: Math.max(0, until - from),
    deliveries: [...own, ...others].toSorted((a, b) => a.atMs - b.atMs),
    faults: within(plan.faults),
  };
}

function onlyOf(plan: Plan, uuid: string): Plan {
  const channel = [...plan.deliveries, ...plan.silent].find((one) => one.uuid === uuid)?.channel;
  return {
    ...plan,
    deliveries: plan.deliveries.filter((one) => one.uuid === uuid),
    faults: plan.faults.filter((fault) => channelOf(fault) === undefined || channelOf(fault) === channel),
    silent: plan.silent.filter((one) => one.uuid === uuid),
  };
}

/** The channel whose notifiers alone a fault concerns. */
function channelOf(fault: Fault): ChannelId | undefined {
  return "process" in fault ? fault.process.channel : "channel" in fault ? fault.channel : undefined;
}

/** The fewest things found that still fail, by leaving out ever smaller parts (delta debugging). */
export async function fewest<Thing>(
  things: readonly Thing[],
  fails: (some: Thing[]) => Promise<boolean>,
  hasTime: () => boolean,
): Promise<Thing[]> {
  let rest = [...things];
  let size = Math.ceil(rest.length / 2);
  while (rest.length > 0 && size > 0) {
    let isShorter = false;
    for (let from = 0; from < rest.length; from += size) {
      if (!hasTime()) return rest;
      const without = rest.toSpliced(from, size);
      if (!(await fails(without))) continue;
      rest = without;
      isShorter = true;
      from -= size;
    }
    if (size === 1 && !isShorter) break;
    size = Math.max(1, Math.floor(size / 2));
  }
  return rest;
}
