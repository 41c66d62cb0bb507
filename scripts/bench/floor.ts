import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";

/**
 * The least that a durable receiver can do: node:http, the signature, JSON, and one write. It understands nothing and
 * keeps the body as it came; what the notifier costs is told as a ratio to this.
 */
const [redisUrl = "", secret = ""] = process.argv.slice(2);
const redis = connectRedis(redisUrl);
await whenReady(redis, 5_000);
const KEEP = "return redis.call('SADD', KEYS[1], ARGV[1])";
const sha = createHash("sha1").update(KEEP).digest("hex");
await redis.script("LOAD", KEEP);

const server = createServer((request, response) => {
  if (request.url === "/cpu") {
    const { user, system } = process.cpuUsage();
    response.end(String((user + system) / 1_000_000));
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", async () => {
    const raw = Buffer.concat(chunks);
    const timestamp = String(request.headers["x-zm-request-timestamp"]);
    const wanted = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:`).update(raw).digest("hex")}`;
    const given = String(request.headers["x-zm-signature"]);
    const isZoom = wanted.length === given.length && timingSafeEqual(Buffer.from(wanted), Buffer.from(given));
    const { payload } = JSON.parse(raw.toString("utf8"));
    if (isZoom) await redis.evalsha(sha, 1, `{floor}:${payload.object.uuid}`, raw.toString("utf8"));
    response.writeHead(isZoom ? 200 : 401, { "content-length": 0 }).end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })));
