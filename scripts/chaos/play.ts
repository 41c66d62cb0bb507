import { setTimeout as sleep } from "node:timers/promises";
import { untilRight, withoutFreshCard } from "./calm.ts";
import { CHANNELS, type ChannelId, NAMES, TOPICS } from "./deliveries.ts";
import { howInWords } from "./faults.ts";
import { harm } from "./harm.ts";
import { openJournal } from "./journal.ts";
import type { Wrong } from "./judge.ts";
import { type TooEarly, tooEarly } from "./pace.ts";
import type { Plan } from "./plan.ts";
import { openStage, type Stage } from "./stage.ts";
import { type Moment, momentsOf } from "./timeline.ts";
import { type SendingCounts, startSending } from "./zoom.ts";

export interface Result {
  /** What the channels show and should not, or should and do not. */
  wrong: Wrong[];
  early: TooEarly[];
  /** Everything else that must not be, as sentences. */
  faults: string[];
  meetings: number;
  sent: number;
  tries: number;
  /** How often each thing was done to the notifiers, or to them by Slack. */
  counts: ReadonlyMap<string, number>;
  /** From the last fault until every channel was right; absent if that never was. */
  convergedMs?: number;
  moments: Moment[];
}

export interface Playing {
  say: (line: string) => void;
  /** How long it may take until all is right after the last fault. */
  calmWithinMs: number;
}

const SAY_EVERY_MS = 10_000;

/** Plays a plan with real processes and tells what came of it. Leaves nothing behind. */
export async function play(plan: Plan, { say, calmWithinMs }: Playing): Promise<Result> {
  const journal = openJournal();
  const stage = await openStage(journal, plan);
  const over = new AbortController();
  try {
    const sending = startSending(stage, journal);
    for (const { channel, heard } of plan.silent) sending.known(channel, heard);

    const beginsAt = Date.now();
    const sinceMs = () => Date.now() - beginsAt;
    const until = (ms: number) => sleep(Math.max(0, ms - sinceMs()), undefined, { signal: over.signal });
    const progress = setInterval(() => say(progressLine(stage, plan, sinceMs(), sending.counts)), SAY_EVERY_MS);
    over.signal.addEventListener("abort", () => clearInterval(progress));
    await Promise.all([
      ...plan.faults.map((fault) => until(fault.atMs).then(() => harm(stage, journal, fault))),
      ...plan.deliveries.map((delivery) => until(delivery.atMs).then(() => sending.send(delivery))),
      until(plan.faultsUntilMs),
    ]);

    mend(stage);
    const mendedAt = Date.now();
    journal.note("fault", "no more from now on");
    say("no more faults: waiting until everything is right");
    await sending.settled();
    const { wrong, rightAt } = await untilRight(stage, sending, mendedAt + calmWithinMs);
    const left = rightAt === undefined ? [] : await leftOf(stage);
    const stuck = wrong.length > 0 ? [] : await withoutFreshCard(stage, sending);
    await Promise.all(stage.seats.map((seat) => seat.close()));

    for (const { fault } of stage.slack.calls) if (fault) journal.count(`Slack ${howInWords(fault)}`);
    return {
      wrong,
      early: CHANNELS.flatMap((id) => earlyIn(stage, id)),
      faults: [
        ...stuck.map((id) => `no card of a fresh meeting was seen in ${id}`),
        ...left,
        ...sending.wrong,
        ...stage.seats.flatMap((seat) => seat.faults),
        ...leaksOf(stage),
      ],
      meetings: meetingsIn(plan),
      sent: sending.counts.sent,
      tries: sending.counts.tries,
      counts: journal.counts,
      ...(rightAt !== undefined && { convergedMs: rightAt - mendedAt }),
      moments: momentsOf({ journal, stage, beginsAt }),
    };
  } finally {
    over.abort();
    await stage.close();
  }
}

/** Faults that were planned but met nobody happen no more. */
function mend({ slack, seats }: Stage) {
  slack.mend();
  for (const { wire } of seats) wire.mend();
}

function earlyIn({ slack, redis, ofChannel }: Stage, id: ChannelId): TooEarly[] {
  const calls = slack.calls.filter(({ channel }) => channel === id);
  const processes = ofChannel(id).flatMap(({ upsets }) => upsets);
  return tooEarly(calls, { processes, redis: redis.troubles });
}

async function leftOf({ leftIn }: Stage): Promise<string[]> {
  const left = await Promise.all(CHANNELS.map(leftIn));
  return CHANNELS.flatMap((id, index) =>
    (left[index] ?? []).map((what) => `nobody looks after ${id}, where is ${what}`),
  );
}

/** Lines of logs with a secret or with somebody's words in them. */
function leaksOf({ seats, secrets }: Stage): string[] {
  const firstNames = NAMES.map((name) => name.split(" ")[0]);
  const never = [...secrets, ...TOPICS, ...NAMES, ...firstNames.map((name) => `${name}@example.com`)];
  return seats
    .flatMap((seat) => seat.said())
    .filter(({ line }) => never.some((words) => line.includes(words)))
    .map(({ name, line }) => `${name} logged what it must not: ${line}`);
}

function meetingsIn({ deliveries, silent }: Plan): number {
  return new Set([...deliveries.filter(({ isForged }) => !isForged), ...silent].map(({ uuid }) => uuid)).size;
}

function progressLine({ slack }: Stage, plan: Plan, ms: number, counts: SendingCounts): string {
  const clock = new Date(ms).toISOString().slice(14, 19);
  const faults = plan.faults.filter(({ atMs }) => atMs <= ms).length;
  const cards = CHANNELS.map((id) => slack.visible(id).length).join(" + ");
  return `${clock}  ${counts.acknowledged} of ${counts.sent} deliveries acknowledged, ${faults} faults, ${cards} cards`;
}
