import { subscription } from "../subscriptions.ts";
import { type Violation, violationsOf, violationsWhileResting } from "./check.ts";
import type { DayPlan } from "./plan.ts";
import { type PlayedDay, playDay } from "./play.ts";
import type { Sabotage } from "./process.ts";

export interface CounterExample {
  plan: DayPlan;
  played: PlayedDay;
  violation: Violation;
}

/** The first promise that a day breaks; undefined when it keeps them all. */
export async function counterExample(plan: DayPlan, sabotage?: Sabotage): Promise<CounterExample | undefined> {
  let early: Violation | undefined;
  const isWrong = async (sofar: PlayedDay) => {
    [early] = await violationsWhileResting(plan, sofar);
    return early !== undefined;
  };
  const played = await playDay(plan, { sabotage, isWrong });
  const violation = early ?? (await violationsOf(plan, played))[0];
  return violation && { plan, played, violation };
}

/** The same fault with as little as possible happening: plays the day again and again with something left out. */
export async function shrunk(found: CounterExample, sabotage?: Sabotage): Promise<CounterExample> {
  let least = found;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const plan of smaller(least.plan)) {
      const again = await counterExample(plan, sabotage);
      if (again?.violation.kind !== found.violation.kind) continue;
      least = again;
      isSmaller = true;
      break;
    }
  }
  return least;
}

/** The plan with one thing left out, the biggest things first. */
function* smaller(plan: DayPlan): Iterable<DayPlan> {
  const { meetings, faults, channels, changes, skewsMs } = plan;
  if (channels.length > 1) for (const channel of channels) yield { ...plan, ...withoutChannel(plan, channel) };
  for (const meeting of meetings) yield { ...plan, meetings: meetings.filter((one) => one !== meeting) };
  for (const fault of faults) yield { ...plan, faults: faults.filter((one) => one !== fault) };
  for (const change of changes) yield { ...plan, changes: changes.filter((one) => one !== change) };
  for (const channel of channels) {
    const plain = subscription();
    const isPlain = JSON.stringify(plan.subscriptions[channel]) === JSON.stringify(plain);
    if (!isPlain) yield { ...plan, subscriptions: { ...plan.subscriptions, [channel]: plain } };
  }
  if (skewsMs.length > 1) yield { ...plan, skewsMs: skewsMs.slice(0, -1) };
  for (const meeting of meetings) {
    const others = (deliveries: typeof meeting.deliveries) =>
      meetings.map((one) => (one === meeting ? { ...meeting, deliveries } : one));
    for (const delivery of meeting.deliveries) {
      yield { ...plan, meetings: others(meeting.deliveries.filter((one) => one !== delivery)) };
    }
    for (const delivery of meeting.deliveries) {
      const once = { ...delivery, at: delivery.at.slice(0, 1) };
      if (delivery.at.length > 1) {
        yield { ...plan, meetings: others(meeting.deliveries.map((one) => (one === delivery ? once : one))) };
      }
    }
  }
}

function withoutChannel({ channels, changes }: DayPlan, channel: string): Partial<DayPlan> {
  return {
    channels: channels.filter((one) => one !== channel),
    changes: changes.filter((one) => one.channel !== channel),
  };
}
