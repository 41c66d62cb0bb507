import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startSlack } from "../../test/stand-ins/slack.ts";
import { startRedis } from "../redis.mjs";

export type Bench = Awaited<ReturnType<typeof openBench>>;

const root = fileURLToPath(new URL("../..", import.meta.url));
export const SECRET = "a-secret-of-the-benchmark";
export const CHANNEL = "C0BENCH";

/** A Redis that keeps every write on disk, a Slack without limits, and the notifier in a process of its own. */
export async function openBench() {
  const redis = await startRedis({ appendonly: true, port: 0 });
  const slack = await startSlack({ limits: false, channels: [{ id: CHANNEL, name: "bench" }] });
  const children: ChildProcess[] = [];
  const start = async (args: string[], env: Record<string, string>) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { PATH: process.env.PATH ?? "", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const startedAt = performance.now();
    const lines = createInterface({ input: child.stdout });
    const port = await new Promise<number>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`${args[0]} ended with ${code}`)));
      lines.on("line", (line) => {
        const { port } = JSON.parse(line) as { port?: number };
        if (port) resolve(port);
      });
    });
    return { child, port, readyMs: performance.now() - startedAt };
  };
  return {
    redis,
    slack,
    floor: () => start(["scripts/bench/floor.ts", redis.url, SECRET], {}),
    /** The notifier, with other settings and, if wanted, open to an inspector. */
    async notifier(extra: Record<string, string> = {}, { inspected = false } = {}) {
      const inspectorPort = inspected ? await freePort() : 0;
      const inspect = [`--inspect=127.0.0.1:${inspectorPort}`, "--inspect-publish-uid=http"];
      const started = await start([...(inspected ? inspect : []), "src/main.ts"], {
        PORT: "0",
        HOST: "127.0.0.1",
        REDIS_URL: redis.url,
        REDIS_PREFIX: `{bench-${randomUUID().slice(0, 8)}}`,
        ZOOM_WEBHOOK_SECRET: SECRET,
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_SIGNING_SECRET: slack.signingSecret,
        SLACK_API_URL: slack.apiUrl,
        SLACK_CHANNEL: CHANNEL,
        DIGEST_DAYS: "off",
        ...extra,
      });
      slack.commandUrl = `http://127.0.0.1:${started.port}/slack/events`;
      return { ...started, inspectorPort };
    },
    async close() {
      for (const child of children.filter(({ exitCode }) => exitCode === null)) {
        child.removeAllListeners("exit");
        const ended = once(child, "exit");
        child.kill("SIGKILL");
        await ended;
      }
      await slack.close();
      await redis.stop();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
