import { type ClockPlan, isFast, shownAt } from "./clock.ts";

/**
 * Loaded before the notifier in the demo (`node --import`): its clock runs as fast as the demo's, and nothing else in
 * it is changed. Long timers and those of the schedule (the look-out of every minute) go with the clock; short ones
 * (time-outs of calls, the pace of edits) stay real.
 */
const LONG_TIMER_MS = 20_000;
/** The rest of a minute may be short; waited for in real time it would be an hour of a fast day. */
const SCHEDULE = /[\\/]node-cron[\\/]/;

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
const isOfSchedule = () => SCHEDULE.test(new Error().stack ?? "");
const inClockTime = (ms: number | undefined) =>
  ms !== undefined && isFast(realNow(), plan) && (ms >= LONG_TIMER_MS || isOfSchedule()) ? ms / plan.speed : ms;
globalThis.setTimeout = new Proxy(realSetTimeout, {
  apply: (set, self, [callback, ms, ...args]) => Reflect.apply(set, self, [callback, inClockTime(ms), ...args]),
});
