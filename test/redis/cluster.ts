import { randomUUID } from "node:crypto";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { freePort } from "../free-port.ts";
import { ask, portOf, says, until } from "./servers.ts";

const SLOTS = 16_384;

/** Which of the three masters has a slot. */
const ownerOf = (slot: number) => Math.floor((slot * 3) / SLOTS);

export interface ClusterNode extends StartedRedis {
  port: number;
  id: string;
}

/** Three masters that share the slots, and one replica of the last of them. */
export async function startCluster() {
  const running: StartedRedis[] = [];
  const stop = async () => {
    await Promise.all(running.map((server) => server.stop()));
  };
  const start = async (): Promise<ClusterNode> => {
    const server = await startRedis({
      port: await freePort(),
      appendonly: true,
      options: ["--cluster-enabled", "yes", "--cluster-node-timeout", "2500", "--repl-diskless-sync-delay", "0"],
    });
    running.push(server);
    const port = portOf(server);
    return { ...server, port, id: await ask<string>(port, "CLUSTER", "MYID") };
  };
  try {
    const masters = [await start(), await start(), await start()] as const;
    const replica = await start();
    for (const [index, { port }] of masters.entries()) {
      const slots = Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => ownerOf(slot) === index);
      await ask(port, "CLUSTER", "ADDSLOTS", ...slots);
    }
    const nodes = [...masters, replica];
    for (const { port } of nodes.slice(1)) await ask(masters[0].port, "CLUSTER", "MEET", "127.0.0.1", port);
    for (const { port } of nodes) {
      await until("the Cluster is whole", async () => {
        const info = await ask<string>(port, "CLUSTER", "INFO");
        return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${nodes.length}`);
      });
    }
    await ask(replica.port, "CLUSTER", "REPLICATE", masters[2].id);
    await until("the replica follows", () => says(replica.port, "master_link_status:up"));
    const url = `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
    return {
      url,
      pid: masters[2].pid,
      masters,
      replica,
      stop,
      /** A new prefix whose keys are on the master that has a replica, and their slot. */
      async prefix() {
        for (;;) {
          const prefix = `{test-${randomUUID().slice(0, 8)}}`;
          const slot = await ask<number>(masters[0].port, "CLUSTER", "KEYSLOT", prefix);
          if (ownerOf(slot) === 2) return { prefix, slot };
        }
      },
    };
  } catch (err) {
    await stop();
    throw err;
  }
}
