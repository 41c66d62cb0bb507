import { once } from "node:events";
import { createServer } from "node:net";

/** Below those that systems give out themselves, so that none of the other tests gets one meanwhile. */
const [FIRST, LAST] = [10_000, 22_000];
/** The servers of a Redis Cluster talk to each other at a port so much higher. */
const CLUSTER_BUS = 10_000;

/** A port of this machine that nobody listens at, for a process that has to be told one; good for a Cluster too. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if ((await isFree(port)) && (await isFree(port + CLUSTER_BUS))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
