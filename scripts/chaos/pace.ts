import type { KnownCall } from "../../test/stand-ins/slack.ts";

/** A call that came before Slack wanted it. */
export interface TooEarly {
  call: KnownCall;
  because: string;
}

export interface Upsets {
  /** When a process of the channel's notifiers died or woke from being frozen. */
  processes: readonly number[];
  /** When Redis could not be written to. */
  redis: readonly { from: number; to: number }[];
}

const POST_EVERY_MS = 1_000;
/** Time stands still for nobody: a request that was on its way, a timer that fired a little early. */
const MEASURED_MS = 60;
/** What a process learns, the others know when it has written it down. */
const WRITTEN_DOWN_MS = 1_500;
/** A process that wakes sends what it was about to send. */
const AWAKE_MS = 2_000;

/**
 * The calls of one channel's notifiers that came before their time: before the Retry-After of an earlier answer had
 * passed, or a post within a second of another. Excused is what nobody can prevent: the process that was told to wait
 * died or froze before it could say so, or Redis was not there to be told, or a process woke with its call in hand.
 */
export function tooEarly(calls: readonly KnownCall[], upsets: Upsets): TooEarly[] {
  const inOrder = calls.toSorted((a, b) => a.arrivedAt - b.arrivedAt);
  return inOrder.flatMap((call, index) => {
    const before = inOrder.slice(0, index).filter(({ method }) => method === call.method);
    const told = before.findLast(
      ({ at, retryAfterS = 0 }) => at < call.arrivedAt && call.arrivedAt < at + retryAfterS * 1_000 - MEASURED_MS,
    );
    if (told && !isExcused(told, call, upsets)) {
      const waitedMs = call.arrivedAt - told.at;
      return [{ call, because: `${waitedMs} ms after a 429 that said ${told.retryAfterS} s` }];
    }
    const last = call.method === "chat.postMessage" ? before.at(-1) : undefined;
    const apartMs = call.arrivedAt - (last?.arrivedAt ?? 0);
    if (!last || apartMs >= POST_EVERY_MS - MEASURED_MS || isExcused(last, call, upsets)) return [];
    return [{ call, because: `a post ${apartMs} ms after another` }];
  });
}

function isExcused(earlier: KnownCall, call: KnownCall, { processes, redis }: Upsets): boolean {
  const isAround = (at: number) =>
    (at > earlier.arrivedAt && at < earlier.at + WRITTEN_DOWN_MS) ||
    (at < call.arrivedAt && at > call.arrivedAt - AWAKE_MS);
  const isAway = ({ from, to }: { from: number; to: number }) =>
    from < earlier.at + WRITTEN_DOWN_MS && to > earlier.arrivedAt;
  return processes.some(isAround) || redis.some(isAway);
}
