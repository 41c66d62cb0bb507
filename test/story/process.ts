import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const HOME = fileURLToPath(new URL("../..", import.meta.url));

export type NotifierProcess = Awaited<ReturnType<typeof startProcess>>;

/** A notifier that ended before it was ready, and how. */
export class NotStarted extends Error {
  readonly lines: readonly string[];
  readonly signal: NodeJS.Signals | null;
  constructor(lines: readonly string[], signal: NodeJS.Signals | null) {
    super(`the notifier did not start:\n${lines.join("\n")}`);
    this.lines = lines;
    this.signal = signal;
  }
}

/**
 * The notifier as it is run in earnest: a process of its own, with nothing but these settings. Resolves when ready;
 * rejects with `NotStarted`.
 */
export async function startProcess(env: Record<string, string>) {
  const child = spawn(process.execPath, ["src/main.ts"], {
    cwd: HOME,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const exited = once(child, "close").then(([code, signal]) => ({ code, signal }));
  const port = await listeningPort(child, lines);
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    /** What it said so far: its log, one JSON line each, and what it told its operator. */
    lines: lines as readonly string[],
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    exited,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function listeningPort(child: ChildProcess, lines: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream?.setEncoding("utf8").on("data", (text: string) => {
        const said = (rest + text).split("\n");
        rest = said.pop() ?? "";
        lines.push(...said);
        const ready = said.find((line) => line.includes("ready for Zoom's deliveries"));
        if (ready) resolve(JSON.parse(ready).port);
      });
    }
    child.once("close", (_, signal) => reject(new NotStarted(lines, signal)));
  });
}
