import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Does `work` while no other living process does work under the same lock. Who died holding it is not waited for.
 *
 * The lock is a folder in which everybody who wants it leaves a file named after its own process. Who then sees
 * nobody else's file holds it; who sees one takes its own away and tries again. So a dead process's file needs no
 * taking over, which two could do at once.
 */
export async function oneAtATime(lock, work, { waitMs = 15 * 60_000 } = {}) {
  const mine = `${process.pid}-${randomUUID()}`;
  const giveUpAt = Date.now() + waitMs;
  mkdirSync(lock, { recursive: true });
  while (!taken(lock, mine)) {
    if (Date.now() > giveUpAt) throw new Error(busy(lock, mine, waitMs));
    await pause(10 + Math.random() * 40); // uneven, or two would step back for each other for ever
  }
  try {
    return await work();
  } finally {
    rmSync(join(lock, mine), { force: true });
  }
}

function taken(lock, mine) {
  if (others(lock, mine).length > 0) return false;
  writeFileSync(join(lock, mine), "");
  if (others(lock, mine).length === 0) return true;
  rmSync(join(lock, mine), { force: true });
  return false;
}

function others(lock, mine) {
  const [alive, dead] = [[], []];
  for (const name of readdirSync(lock)) {
    if (name !== mine) (isHeld(join(lock, name), pidOf(name)) ? alive : dead).push(name);
  }
  for (const name of dead) rmSync(join(lock, name), { force: true });
  return alive;
}

function isHeld(file, pid) {
  const startedAt = Date.now() - uptime() * 1000;
  const heldSince = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return heldSince > startedAt && isAlive(pid); // a number from before the last boot is somebody else's now
}

/** Whether this process exists, also when it belongs to somebody else. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function pidOf(name) {
  return Number.parseInt(name, 10);
}

function busy(lock, mine, waitMs) {
  const holders = others(lock, mine).map(pidOf).join(", ");
  return `Process ${holders} has kept ${lock} for ${waitMs / 1000} s. If it hangs, end it and try again.`;
}
