import { type ClockPlan, isFast, shownAt } from "./clock.ts";

/**
 * Loaded before the notifier in the demo (`node --import`): its clock runs as fast as the demo's, and nothing else in
 * it is changed. Long timers (the look-out of every minute) go with the clock; short ones (time-outs of calls, the
 * pace of edits) stay real.
 */
const LONG_TIMER_MS = 20_000;

let plan: ClockPlan = JSON.parse(process.env.DEMO_CLOCK ?? "null");
process.on("message", (other: ClockPlan) => {
  plan = other;
});
process.channel?.unref(); // it keeps no process alive
const RealDate = Date;
const realNow = RealDate.now;
const now = () => Math.floor(shownAt(realNow(), plan));

globalThis.Date = new Proxy(RealDate, {
  construct: (date, args, newTarget) => Reflect.construct(date, args.length > 0 ? args : [now()], newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (date, key) => (key === "now" ? now : Reflect.get(date, key)),
});

const realSetTimeout = globalThis.setTimeout;
const inClockTime = (ms: number | undefined) =>
  ms !== undefined && ms >= LONG_TIMER_MS && isFast(realNow(), plan) ? ms / plan.speed : ms;
globalThis.setTimeout = new Proxy(realSetTimeout, {
  apply: (set, self, [callback, ms, ...args]) => Reflect.apply(set, self, [callback, inClockTime(ms), ...args]),
});
