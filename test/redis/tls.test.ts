import { rejects } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startRedis } from "../../scripts/redis.mjs";
import { configFrom } from "../../src/config.ts";
import { startNotifier } from "../../src/main.ts";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { takesWrites } from "../../src/redis/fitness.ts";
import { freePort } from "../free-port.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { settings, startStory } from "../story/notifier.ts";
import { authority, type Certificate } from "./certificates.ts";
import { startSentinel } from "./sentinels.ts";
import { connected } from "./store.ts";

describe("a Redis that speaks TLS", { concurrency: true, timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "tls-"));
  let ca: Certificate;
  let here: Certificate;
  let elsewhere: Certificate;
  let own: Certificate;
  before(() => {
    const signer = authority(folder);
    ca = signer.ca;
    here = signer.signed("here", "DNS:localhost,IP:127.0.0.1");
    elsewhere = signer.signed("elsewhere", "DNS:redis.example.com");
    own = signer.selfSigned("own", "DNS:localhost");
  });
  after(() => rmSync(folder, { recursive: true }));

  async function serverWith(t: TestContext, { cert, key }: Certificate, ...options: string[]) {
    const port = await freePort();
    const files = [
      ["tls-cert-file", cert],
      ["tls-key-file", key],
      ["tls-ca-cert-file", ca.cert],
      ["tls-auth-clients", "no"],
    ] as const;
    const tls = ["--tls-port", `${port}`, ...files.flatMap(([name, value]) => [`--${name}`, value])];
    const server = await startRedis({ options: [...tls, ...options] });
    t.after(() => server.stop());
    return { server, port, files };
  }

  /** Connects and writes, or rejects with what an operator would read. */
  async function used(t: TestContext, url: string, pem?: string, withinMs = 60_000) {
    const redis = connectRedis(url, pem);
    t.after(() => redis.disconnect());
    await whenReady(redis, withinMs);
    await takesWrites(redis, "{tls}:probe");
  }

  test("is used by the whole notifier when REDIS_CA tells who signed its certificate", async (t) => {
    const { server, port } = await serverWith(t, here);
    const story = await startStory({ redis: { ...server, url: `rediss://localhost:${port}` }, REDIS_CA: ca.cert });
    await story.zoomSends(meetingBodies({ startedAt: Date.now(), topic: "Stand-up" }).started());
    await story.shows("🟢  Stand-up  is live");
    await story.stop();
  });

  test("is refused when nobody said who signed it, and the notifier says what to do", async (t) => {
    const { port } = await serverWith(t, here);
    const env = settings({ redisUrl: `rediss://:hush@localhost:${port}`, slackApi: "http://127.0.0.1:1/api/" });
    await rejects(startNotifier(configFrom(env)), {
      message:
        "The certificate of Redis is signed by nobody this machine trusts: set REDIS_CA to the PEM file of who signed it.",
    });
  });

  test("may have signed its certificate itself, as some hosts do, if REDIS_CA is that certificate", async (t) => {
    const { port } = await serverWith(t, own);
    await used(t, `rediss://localhost:${port}`, own.pem);
    await rejects(used(t, `rediss://localhost:${port}`, ca.pem), /signed by nobody this machine trusts/);
  });

  test("is not found by a redis:// url, nor one that does not by a rediss:// url, and there is advice", async (t) => {
    const { port } = await serverWith(t, here);
    const plain = await startRedis({ port: 0 });
    t.after(() => plain.stop());
    await Promise.all([
      rejects(used(t, `redis://localhost:${port}`, undefined, 3_000), SILENT),
      rejects(used(t, plain.url.replace("redis:", "rediss:"), ca.pem, 3_000), SILENT),
    ]);
  });

  test("is refused when its certificate is for another host", async (t) => {
    const { port } = await serverWith(t, elsewhere);
    await rejects(used(t, `rediss://localhost:${port}`, ca.pem), /for another host than REDIS_URL names/);
  });

  test("says that it refuses a password, without repeating it", async (t) => {
    const { server, port } = await serverWith(t, here);
    await lock(server, "right");
    await used(t, `rediss://:right@localhost:${port}`, ca.pem);
    await rejects(used(t, `rediss://:hush@localhost:${port}`, ca.pem), {
      message: "Redis refuses the user and password of REDIS_URL, or some of what we ask of it.",
    });
    await rejects(used(t, `rediss://localhost:${port}`, ca.pem), /Redis refuses the user and password/);
  });

  test("is found by Sentinels that speak it too, and have a password of their own", async (t) => {
    const { server, port, files } = await serverWith(t, here);
    const tlsPort = await freePort();
    const settings = files.map(([name, value]) => `${name} ${value}`);
    const sentinel = await startSentinel(join(folder, "sentinel"), [
      `tls-port ${tlsPort}`,
      "tls-replication yes",
      ...settings,
      `sentinel monitor mymaster 127.0.0.1 ${port} 1`,
    ]);
    t.after(() => sentinel.stop());
    await lock(server, "right");
    await lock(sentinel, "watch");
    const url = `rediss+sentinel://:right@localhost:${tlsPort}/mymaster`;
    await used(t, `${url}?sentinelPassword=watch`, ca.pem);
    await rejects(used(t, `${url}?sentinelPassword=hush`, ca.pem), /Redis refuses the user and password/);
    await rejects(used(t, `${url}?sentinelPassword=watch`, undefined, 3_000), SILENT);
    await rejects(
      used(t, `${url.replace("mymaster", "another")}?sentinelPassword=watch`, ca.pem),
      /Sentinels know no master of the name that REDIS_URL ends with/,
    );
  });

  test("may be a Cluster", async (t) => {
    const { server, port } = await serverWith(t, here, "--cluster-enabled", "yes", "--tls-cluster", "yes");
    const redis = await connected(server.url);
    await redis.call("CONFIG", "SET", "cluster-announce-ip", "127.0.0.1");
    await redis.call("CLUSTER", "ADDSLOTS", ...Array.from({ length: 16_384 }, (_, slot) => slot));
    while (!`${await redis.call("CLUSTER", "INFO")}`.includes("cluster_state:ok")) await sleep(20);
    redis.disconnect();
    await used(t, `rediss+cluster://localhost:${port}`, ca.pem);
    await rejects(used(t, `rediss+cluster://localhost:${port}`, undefined, 3_000), SILENT);
    await lock(server, "right");
    await used(t, `rediss+cluster://:right@localhost:${port}`, ca.pem);
    await rejects(used(t, `rediss+cluster://:hush@localhost:${port}`, ca.pem), /Redis refuses the user and password/);
  });
});

const SILENT = /Where it speaks TLS, REDIS_URL begins with rediss, and REDIS_CA tells who signed its certificate/;

/** From now on it asks for this password. */
async function lock({ url }: { url: string }, password: string) {
  const redis = await connected(url);
  await redis.call("ACL", "SETUSER", "default", "resetpass", `>${password}`);
  redis.disconnect();
}
