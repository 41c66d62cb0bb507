import { deepEqual, doesNotMatch, match } from "node:assert/strict";
import { describe, test } from "node:test";
import { redisAddress } from "../../src/redis/address.ts";

const here = (port: number) => ({ host: "localhost", port });
const plain = { isEncrypted: false, as: {} };

function faultOf(url: string): string {
  try {
    redisAddress(url);
    return "accepted";
  } catch (err) {
    return (err as Error).message;
  }
}

describe("REDIS_URL", () => {
  const meant: [string, object][] = [
    ["redis://localhost", { kind: "server", at: here(6379), db: 0, ...plain }],
    ["redis://localhost:7000/", { kind: "server", at: here(7000), db: 0, ...plain }],
    [
      "redis://:hush@[::1]:7000/3",
      { kind: "server", at: { host: "::1", port: 7000 }, db: 3, isEncrypted: false, as: { password: "hush" } },
    ],
    [
      "rediss://me:a%2Fb%40c@redis.example.com:6380",
      {
        kind: "server",
        at: { host: "redis.example.com", port: 6380 },
        db: 0,
        isEncrypted: true,
        as: { username: "me", password: "a/b@c" },
      },
    ],
    [
      "redis://me:a@b:c@localhost",
      { kind: "server", at: here(6379), db: 0, isEncrypted: false, as: { username: "me", password: "a@b:c" } },
    ],
    ["unix:///run/my redis%20.sock", { kind: "socket", path: "/run/my redis%20.sock" }],
    [
      "redis+sentinel://localhost,other:26380/mymaster",
      {
        kind: "sentinel",
        sentinels: [here(26379), { host: "other", port: 26380 }],
        sentinelAs: {},
        master: "mymaster",
        db: 0,
        ...plain,
      },
    ],
    [
      "rediss+sentinel://:hush@localhost/my%20master/2?sentinelUsername=s&sentinelPassword=t%26u=",
      {
        kind: "sentinel",
        sentinels: [here(26379)],
        sentinelAs: { username: "s", password: "t&u=" },
        master: "my master",
        db: 2,
        isEncrypted: true,
        as: { password: "hush" },
      },
    ],
    ["redis+cluster://localhost:7000,localhost:7001", { kind: "cluster", nodes: [here(7000), here(7001)], ...plain }],
    [
      "rediss+cluster://me:hush@localhost/0",
      { kind: "cluster", nodes: [here(6379)], isEncrypted: true, as: { username: "me", password: "hush" } },
    ],
  ];
  for (const [url, address] of meant) test(`may be ${url}`, () => deepEqual(redisAddress(url), address));

  const wrong: [string, RegExp][] = [
    [
      "hush@localhost:6379",
      /^must begin with redis:\/\/, rediss:\/\/, unix:\/\/, redis\+sentinel:\/\/ or redis\+cluster/,
    ],
    ["sentinel://:hush@localhost/mymaster", /^must begin with /],
    ["unix://hush.sock", /by its whole path/],
    ["redis://", /each server as host:port/],
    ["redis://:hush@localhost:port", /each server as host:port/],
    ["redis://:hu#sh@localhost", /%2F %3F %23 and %40/],
    ["redis://:hush%zz@localhost", /write % as %25/],
    ["redis://localhost/hush", /number of a database/],
    ["redis://:hush@localhost,other", /several servers: begin it with redis\+sentinel:\/\/ or redis\+cluster:/],
    ["redis://localhost?tls=hush", /nothing after a \?/],
    ["redis+sentinel://:hush@localhost:26379", /must name the master after its Sentinels/],
    ["redis+sentinel://localhost/mymaster?password=hush", /sentinelPassword=… and sentinelUsername=…/],
    ["redis+cluster://:hush@localhost/1", /a Cluster has none but 0/],
    ["redis+cluster://:hush@localhost,,other", /each server as host:port/],
  ];
  for (const [url, words] of wrong) {
    test(`that is wrong says how to mend it: ${url}`, () => {
      match(faultOf(url), words);
      doesNotMatch(faultOf(url), /hush/);
    });
  }
});
