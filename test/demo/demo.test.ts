import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ExpectedMeeting, simulatedDay } from "../../demo/day.ts";
import { type DemoOptions, demoOptions } from "../../demo/options.ts";
import { duration, people } from "../../src/card/words.ts";
import { plainLine } from "../../src/meeting/text.ts";
import { eventually } from "../setup/machine.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const env = { ...process.env, TIME_ZONE: "Europe/Vienna" };
const SPEED = "1500";
/** Slow enough that who is killed is back before a meeting is too old to be told of: three hours of the day. */
const KILLED_SPEED = "300";
const KILLS = 4;
const KILLED_AFTER_MS = 2_000;

function startDemo(...args: string[]) {
  const child = spawn(process.execPath, ["demo/main.ts", ...args], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  return { child, ended: once(child, "exit"), printed: () => printed };
}

/** The children of the demo that run the notifier itself. */
function notifiersOf(pid: number): number[] {
  return processes()
    .filter(({ parent, command }) => parent === pid && command.includes("src/main.ts"))
    .map((one) => one.pid);
}

/** One of them, once it takes deliveries; where nobody tells its port, as soon as it runs. */
async function readyNotifierOf(pid: number): Promise<number | undefined> {
  const [notifier] = notifiersOf(pid);
  if (notifier === undefined || !existsSync("/proc/self/environ")) return notifier;
  try {
    const [, port] = readFileSync(`/proc/${notifier}/environ`, "utf8").match(/(?:^|\0)PORT=(\d+)/) ?? [];
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok ? notifier : undefined;
  } catch {
    return undefined; // not yet, or it has just ended
  }
}

/** From /proc, which also a system without `ps` has; else from `ps`. */
function processes(): { pid: number; parent: number; command: string }[] {
  if (!existsSync("/proc/self/stat")) {
    const list = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
    return list
      .map((line) => line.trim().split(/\s+/))
      .map(([pid, parent, ...command]) => ({ pid: Number(pid), parent: Number(parent), command: command.join(" ") }));
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, parent] = readFileSync(`/proc/${name}/stat`, "utf8")
          .replace(/^.*\) /, "")
          .split(" ");
        return [{ pid: Number(name), parent: Number(parent), command: readFileSync(`/proc/${name}/cmdline`, "utf8") }];
      } catch {
        return []; // it has just ended
      }
    });
}

/** The first two lines of each ended card, as the truth of the day has them. */
function trueCards(): string[] {
  const { day, timeZone } = demoOptions([], env, Date.now()) as DemoOptions;
  return simulatedDay({ day, timeZone }).expected.map(cardOf).sort();
}

function cardOf({ topic, startedAt, endedAt = 0, endIsSure, peopleCount }: ExpectedMeeting): string {
  const lasted = endIsSure ? duration(endedAt - startedAt) : "about";
  return `${plainLine(topic, 150) || "(no topic)"} | ${lasted} | ${people(peopleCount)}`;
}

function shownCards(printed: string): string[] {
  const cards = printed.matchAll(/^⚪ {2}(.*) {2}ended after (.*)\n.* {2}· {2}(\d+ (?:person|people))/gmu);
  return [...cards]
    .map(([, topic, lasted = "", came]) => `${topic} | ${lasted.startsWith("about") ? "about" : lasted} | ${came}`)
    .sort();
}

describe("npm run demo -- --exit", () => {
  test("ends with one true card for every meeting of the day, and one digest", async () => {
    const { ended, printed } = startDemo("--exit", "--speed", SPEED);
    const [code] = await ended;
    equal(code, 0, printed());
    deepEqual(shownCards(printed()), trueCards());
    equal(printed().match(/^Meetings on /gm)?.length, 1);
    match(printed(), /^16 meetings$/m);
    match(printed(), / deliveries were taken, 0 were not\.$/m);
    ok(!/🟢/u.test(printed()), "nothing is live in the end");
  });

  test("ends with the same when the notifier is killed again and again", async () => {
    const { child, ended, printed } = startDemo("--exit", "--speed", KILLED_SPEED);
    for (let killed = 0; killed < KILLS; killed += 1) {
      const notifier = await eventually(() => readyNotifierOf(child.pid ?? 0));
      await sleep(KILLED_AFTER_MS); // it works for a while
      process.kill(notifier, "SIGKILL");
    }
    const [code] = await ended;
    equal(code, 0, printed());
    deepEqual(shownCards(printed()), trueCards());
    equal(printed().match(/^Meetings on /gm)?.length, 1);
  });

  test("leaves no notifier behind when it is stopped", async () => {
    const { child, ended } = startDemo("--exit", "--speed", SPEED);
    const pid = child.pid ?? 0;
    const [notifier = 0] = await eventually(() => (notifiersOf(pid).length > 0 ? notifiersOf(pid) : undefined));
    child.kill("SIGTERM");
    await ended;
    equal(
      processes().some((one) => one.pid === notifier),
      false,
    );
  });

  test("refuses an option that it does not know, in one sentence", async () => {
    const { ended, printed } = startDemo("--sped", "60");
    deepEqual(
      [(await ended)[0], /Unknown option '--sped'/.test(printed()), / at .*\(/.test(printed())],
      [1, true, false],
    );
  });
});
