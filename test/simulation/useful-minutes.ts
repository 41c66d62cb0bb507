import { dayOf, daysLater, timeOn } from "../../src/card/day.ts";
import type { Instant } from "../../src/meeting/fact.ts";
import type { Keyspace } from "./keyspace.ts";
import { type DayPlan, movedName } from "./plan.ts";
import { KEYS } from "./process.ts";
import { hourAfter, LOOKED_AFTER_MS, weekTimes } from "./weeks.ts";

const MINUTE_MS = 60_000;
/** How long after a meeting was heard of something may become of it that only the job of every minute notices. */
const AFTER_A_FACT_MS = [1, 10, 11, 30 * 60, 31 * 60].map((minutes) => minutes * MINUTE_MS);
const AFTER_DIGEST_TIME_MS = [0, 1, 60].map((minutes) => minutes * MINUTE_MS);

/**
 * Tells the first minute from an instant on in which the job of every minute may find something to do; the others need
 * not be played. There is none once every meeting is over and packed and every digest posted.
 */
export function usefulMinutes(plan: DayPlan, redis: Keyspace): (from: Instant) => Instant {
  const facts = plan.meetings.flatMap(({ deliveries }) => deliveries.map(({ fact }) => fact));
  const calendars = Object.values(plan.subscriptions).map(({ timeZone, digest }) => ({
    timeZone,
    digestAt: digest.at,
  }));
  const starts = facts.map(({ about, at }) => about.startedAt ?? at);
  const mornings = Object.values(plan.people ?? {}).flatMap(({ choices: { myDayAt }, timeZone }) =>
    myDayAt === undefined ? [] : starts.flatMap((start) => morningsAfter(start, timeZone, myDayAt)),
  );
  const digestTimes = new Set(starts.flatMap((start) => calendars.map((one) => digestTime(one, start))));
  const isWeeklyLater = plan.changes.some(({ change }) => "digest" in change && change.digest.isWeekly === true);
  const weekly = Object.values(plan.subscriptions).filter(({ digest }) => digest.isWeekly || isWeeklyLater);
  const weeks = starts.flatMap((start) => weekly.map((one) => weekTimes(one, start)));
  const weekTimesOnce = [...new Map(weeks.map((one) => [one.dueAt, one])).values()];
  return (from) => {
    let first = Number.POSITIVE_INFINITY;
    const mayBe = (at: Instant) => {
      const minute = Math.ceil(at / MINUTE_MS) * MINUTE_MS;
      if (minute >= from && minute < first) first = minute;
    };
    // whoever's clock is behind looks a minute later
    const looksAt = (hour: Instant) => [hour, hour + MINUTE_MS].forEach(mayBe);
    for (const heardAt of redis.read(KEYS.live, "zset")?.values() ?? []) {
      for (const ms of AFTER_A_FACT_MS) mayBe(heardAt + ms);
    }
    for (const { dueAt, lastAt } of weekTimesOnce) {
      for (const ms of LOOKED_AFTER_MS) mayBe(dueAt + ms);
      for (const key of [KEYS.live, KEYS.over]) {
        for (const at of redis.read(key, "zset")?.values() ?? []) looksAt(hourAfter(dueAt, Math.min(at, lastAt)));
      }
      looksAt(lastAt);
    }
    if (redis.read(KEYS.unshown, "hash")) mayBe(from);
    const asked = redis.read(KEYS.subscriptions, "hash");
    for (const name of redis.read(KEYS.moved, "hash")?.keys() ?? []) {
      const isUnderWay = asked?.get(name)?.includes('"rules":[{') || (asked?.has(name) && !asked.has(movedName(name)));
      if (isUnderWay || redis.find(KEYS.due(name))) mayBe(from);
    }
    for (const at of redis.read(KEYS.over, "zset")?.values() ?? []) mayBe(at);
    for (const at of mornings) for (const ms of LOOKED_AFTER_MS) mayBe(at + ms);
    for (const at of digestTimes) for (const ms of AFTER_DIGEST_TIME_MS) mayBe(at + ms);
    return first;
  };
}

/** When the digest is due of the day on which a meeting began. */
export function digestTime({ timeZone, digestAt }: { timeZone: string; digestAt: string }, start: Instant): Instant {
  const day = dayOf(start, timeZone);
  return digestAt === "00:00" ? day.until : timeOn(day, digestAt);
}

/** When somebody's day may be told in which a meeting is on, or was the day before. */
function morningsAfter(start: Instant, timeZone: string, clock: string): Instant[] {
  const day = dayOf(start, timeZone);
  return [day, daysLater(day, 1)].map((one) => timeOn(one, clock));
}
