import { setTimeout as sleep } from "node:timers/promises";
import type { CrashPoint } from "../../src/crash-point.ts";
import { type NotifierProcess, NotStarted, startProcess } from "../../test/story/process.ts";
import type { ChannelId } from "./deliveries.ts";
import { nameOf } from "./faults.ts";
import type { Journal } from "./journal.ts";
import { openRedisWire } from "./redis-wire.ts";

export type Seat = Awaited<ReturnType<typeof openSeat>>;

interface Seating {
  channel: ChannelId;
  place: number;
  socketPath: string;
  /** The notifier's settings, for a Redis at this address. */
  env: (redisUrl: string) => Record<string, string>;
  journal: Journal;
  /** Whether a notifier that cannot start may blame Redis. */
  isRedisInTrouble: () => boolean;
}

const NOBODY = "http://127.0.0.1:1";
const START_AGAIN_MS = 300;
const STOPS_WITHIN_MS = 10_000;

/**
 * A place in which one notifier process runs at a time, put back by us whenever it is gone, as systemd would. What is
 * done to it is done one after another.
 */
export async function openSeat({ channel, place, socketPath, env, journal, isRedisInTrouble }: Seating) {
  const name = nameOf({ channel, place });
  const wire = await openRedisWire(socketPath);
  const said: { name: string; line: string }[] = [];
  const faults: string[] = [];
  /** When a process of this seat died or woke: what it had begun may come late, or never be written down. */
  const upsets: number[] = [];
  let sitting: NotifierProcess | undefined;
  let url = NOBODY;
  let isClosing = false;
  let isDeathExpected = false;
  let queue: Promise<unknown> = Promise.resolve();

  const note = (text: string) => journal.note("process", `${name} ${text}`, { channel });
  const keepLines = (lines: readonly string[]) => said.push(...lines.map((line) => ({ name, line })));
  const leave = () => {
    if (sitting) keepLines(sitting.lines);
    sitting = undefined;
    url = NOBODY;
    isDeathExpected = false;
    upsets.push(Date.now());
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  };

  /** Starts a notifier, as often as it takes. */
  async function sit(): Promise<NotifierProcess> {
    for (;;) {
      try {
        return seated(await startProcess(env(wire.url)));
      } catch (error) {
        if (!(error instanceof NotStarted)) throw error;
        keepLines(error.lines);
        note(`could not start: ${error.lines.at(-1)}`);
        if (isClosing) throw error;
        if (!isRedisInTrouble() && !wire.isTroubled()) faults.push(`${name} could not start: ${error.message}`);
        await sleep(START_AGAIN_MS);
      }
    }
  }

  function seated(process: NotifierProcess): NotifierProcess {
    if (isClosing) process.signal("SIGKILL");
    sitting = process;
    url = process.url;
    note("is ready");
    process.exited.then(({ code, signal }) => {
      if (sitting === process && !isDeathExpected) faults.push(`${name} ended by itself with ${code ?? signal}`);
    });
    return process;
  }

  async function end(signal: "SIGKILL" | "SIGTERM") {
    const process = sitting ?? (await sit());
    const toldAt = performance.now();
    isDeathExpected = true;
    note(`gets ${signal}`);
    process.signal(signal);
    const { code } = await process.exited;
    leave();
    if (signal === "SIGKILL") return;
    const tookMs = Math.round(performance.now() - toldAt);
    note(`ended with ${code} after ${tookMs} ms`);
    if (code !== 0) faults.push(`${name} ended with ${code} when it was told to stop`);
    if (tookMs > STOPS_WITHIN_MS) faults.push(`${name} took ${tookMs} ms to stop`);
  }

  /** Whether it came to the point and died there. */
  async function diesAt(point: CrashPoint, withinMs: number): Promise<boolean> {
    let doomed: NotifierProcess;
    try {
      doomed = seated(await startProcess({ ...env(wire.url), CRASH_AT: point }));
    } catch (error) {
      if (!(error instanceof NotStarted)) throw error;
      keepLines(error.lines);
      upsets.push(Date.now());
      return error.signal === "SIGKILL";
    }
    isDeathExpected = true;
    const isDead = await Promise.race([doomed.exited.then(() => true), sleep(withinMs, false)]);
    if (!isDead) await doomed.kill();
    leave();
    return isDead;
  }

  return {
    name,
    channel,
    wire,
    upsets: upsets as readonly number[],
    /** What is wrong with how it started and stopped. */
    faults: faults as readonly string[],
    /** Where it listens; nobody does while it is gone. */
    url: () => url,
    pid: () => sitting?.pid,
    said: () => [...said, ...(sitting?.lines ?? []).map((line) => ({ name, line }))],
    start: () => inTurn(sit),
    kill: (backAfterMs: number) =>
      inTurn(async () => {
        await end("SIGKILL");
        await sleep(backAfterMs);
        await sit();
      }),
    stop: () =>
      inTurn(async () => {
        await end("SIGTERM");
        await sit();
      }),
    freeze: (ms: number) =>
      inTurn(async () => {
        const process = sitting ?? (await sit());
        note(`is frozen for ${ms} ms`);
        process.signal("SIGSTOP");
        await sleep(ms);
        process.signal("SIGCONT");
        note("is awake");
        upsets.push(Date.now());
      }),
    crash: (point: CrashPoint, withinMs: number) =>
      inTurn(async () => {
        await end("SIGKILL");
        note(`is started to die at ${point}`);
        const isDead = await diesAt(point, withinMs);
        note(isDead ? `died at ${point}` : `did not come to ${point}`);
        await sit();
        return isDead;
      }),
    /** The last process is told to stop. */
    async close() {
      await inTurn(() => end("SIGTERM"));
      isClosing = true;
      await wire.close();
    },
    /** Nothing is left, in whatever state it is. */
    async abandon() {
      isClosing = true;
      isDeathExpected = true;
      await sitting?.kill();
      await wire.close();
    },
  };
}
