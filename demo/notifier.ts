import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ClockPlan } from "./clock.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const STARTS_AGAIN_AFTER_MS = 100;

export interface RunningNotifier {
  pid(): number | undefined;
  /** From now on its clock goes by this, also when it is started again. */
  goesBy(clock: ClockPlan): void;
  /** As an operator stops it: SIGTERM, and then its own time to finish. */
  stop(): Promise<void>;
}

/**
 * The notifier as `npm start` runs it, in a process of its own, with the demo's clock. Whoever kills it sees it start
 * again, as a host would do; what it says goes to `onLine`, one JSON line at a time.
 */
export function runNotifier(
  env: Record<string, string>,
  clock: ClockPlan,
  onLine: (line: string) => void,
): RunningNotifier {
  let isStopping = false;
  let plan = clock;
  let child: ChildProcess | undefined;
  const start = () => {
    const args = ["--import", "./demo/fast-clock.ts", "src/main.ts"];
    const started = spawn(process.execPath, args, {
      cwd: root,
      env: { PATH: process.env.PATH ?? "", ...env, DEMO_CLOCK: JSON.stringify(plan) },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) stream?.on("data", (chunk) => onLine(String(chunk)));
    started.on("exit", (code, signal) => {
      if (isStopping) return;
      onLine(`the notifier ended (${signal ?? `exit code ${code}`}) and is started again\n`);
      setTimeout(() => !isStopping && start(), STARTS_AGAIN_AFTER_MS);
    });
  };
  start();
  return {
    pid: () => child?.pid,
    goesBy(clock) {
      plan = clock;
      if (child?.connected) child.send(clock, () => {}); // who has just ended is started again with it
    },
    async stop() {
      isStopping = true;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
