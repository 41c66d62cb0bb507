import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureRedisServer, type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { ask, portOf, says, until } from "./servers.ts";

const MASTER_NAME = "mymaster";

/** They hear of each other and of what changes sooner than in earnest. */
const LIVELY = ["PUBLISH-PERIOD", 200, "INFO-PERIOD", 1_000];

// `startRedis` gives the settings of a server; of them a Sentinel takes only where it listens
const SENTINEL = (program: string) => `#!/bin/sh\nexec "${program}" "$0.conf" --sentinel "$1" "$2" "$3" "$4"\n`;

/** One Sentinel at a free port, which works in this folder. */
export async function startSentinel(folder: string, lines: readonly string[]): Promise<StartedRedis> {
  mkdirSync(folder);
  const server = join(folder, "sentinel");
  writeFileSync(server, SENTINEL(await ensureRedisServer()));
  chmodSync(server, 0o755);
  writeFileSync(`${server}.conf`, lines.map((line) => `${line}\n`).join(""));
  return startRedis({ dir: folder, server, port: 0 });
}

/** A master and its replica, and three Sentinels that know each other and both. */
export async function startSentinels({ downAfterMs }: { downAfterMs: number }) {
  const folder = mkdtempSync(join(tmpdir(), "sentinels-"));
  const running: StartedRedis[] = [];
  const stop = async () => {
    await Promise.all(running.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  const kept = async (starting: Promise<StartedRedis>) => {
    const server = await starting;
    running.push(server);
    return server;
  };
  try {
    const settings = { port: 0, appendonly: true };
    const atOnce = ["--repl-diskless-sync-delay", "0"];
    const master = await kept(startRedis({ ...settings, options: atOnce }));
    const place = `127.0.0.1 ${portOf(master)}`;
    const replica = await kept(startRedis({ ...settings, options: [...atOnce, "--replicaof", place] }));
    await until("the replica follows", () => says(portOf(replica), "master_link_status:up"));

    const lines = [
      `monitor ${MASTER_NAME} ${place} 2`,
      `down-after-milliseconds ${MASTER_NAME} ${downAfterMs}`,
      `failover-timeout ${MASTER_NAME} 6000`,
    ].map((line) => `sentinel ${line}`);
    const three = ["a", "b", "c"].map((name) => kept(startSentinel(join(folder, name), lines)));
    const ports = (await Promise.all(three)).map(portOf);
    const known = `status=ok,address=${place.replace(" ", ":")},slaves=1,sentinels=3`;
    for (const port of ports) {
      await ask(port, "SENTINEL", "DEBUG", ...LIVELY).catch(() => {}); // before 7.0 it only takes longer
      await until("the Sentinels know each other", () => says(port, known));
    }
    const url = `redis+sentinel://${ports.map((port) => `127.0.0.1:${port}`).join(",")}/${MASTER_NAME}`;
    return { url, pid: master.pid, master, replica, stop };
  } catch (err) {
    await stop();
    throw err;
  }
}
