import { setTimeout as sleep } from "node:timers/promises";
import { LEASE_MS } from "../../src/courier.ts";
import { type Fault, type Harm, inWords } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { Stage } from "./stage.ts";

/** Does one fault of a plan; resolves when it is over and what it broke stands again. */
export async function harm(stage: Stage, journal: Journal, fault: Fault): Promise<void> {
  journal.note("fault", inWords(fault), "process" in fault ? { channel: fault.process.channel } : {});
  if (fault.kind !== "slack") journal.count(counted(fault)); // that one counts whenever a call meets it
  await done(stage, journal, fault);
}

async function done({ redis, slack, seat }: Stage, journal: Journal, fault: Harm): Promise<void> {
  switch (fault.kind) {
    case "kill":
      return seat(fault.process).kill(fault.backAfterMs).then(nothing);
    case "stop":
      return seat(fault.process).stop().then(nothing);
    case "freeze":
      return seat(fault.process).freeze(fault.forMs);
    case "crash": {
      const isReached = await seat(fault.process).crash(fault.point, fault.withinMs);
      return journal.count(isReached ? `died at ${fault.point}` : "crash point not reached");
    }
    case "redis killed":
      return redis.killedFor(fault.forMs);
    case "redis frozen":
      return redis.frozenFor(fault.forMs);
    case "redis full":
      return redis.fullFor(fault.forMs);
    case "cut before":
      return seat(fault.process).wire.cutNext("before");
    case "cut after":
      return seat(fault.process).wire.cutNext("after");
    case "slow wire":
      return seat(fault.process).wire.slowFor(fault.forMs, fault.delayMs);
    case "silent wire":
      return seat(fault.process).wire.silentFor(fault.forMs);
    case "slack": {
      const { method, channel, how, times } = fault;
      slack.fail({ method, how, times, ...(channel && { channel }) });
      return;
    }
    case "slack storm": {
      const { method, channel, how, forMs } = fault;
      const callOff = slack.fail({ method, how, times: Number.POSITIVE_INFINITY, ...(channel && { channel }) });
      await sleep(forMs);
      return callOff();
    }
  }
}

const nothing = () => {};

/** Under which name a fault is counted. */
function counted(fault: Exclude<Harm, { kind: "slack" }>): string {
  if (fault.kind === "crash") return "started to die at a crash point";
  if (fault.kind === "freeze") return fault.forMs > LEASE_MS ? "frozen longer than a lease" : "frozen for a while";
  return NAMES[fault.kind];
}

const NAMES = {
  kill: "kill -9",
  stop: "SIGTERM",
  "redis killed": "Redis killed",
  "redis frozen": "Redis frozen",
  "redis full": "Redis without memory",
  "cut before": "request to Redis lost",
  "cut after": "answer of Redis lost",
  "slow wire": "slow connection to Redis",
  "silent wire": "silent connection to Redis",
  "slack storm": "429 storm of Slack",
} as const;
