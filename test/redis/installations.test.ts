import { deepEqual, equal, match, notEqual, rejects, throws } from "node:assert/strict";
import { after, before, describe, mock, test } from "node:test";
import type { Redis } from "ioredis";
import { type StartedRedis, startRedis } from "../../scripts/redis.mjs";
import { log } from "../../src/log.ts";
import { redisInstallations } from "../../src/redis/installations.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { sealing } from "../../src/redis/sealing.ts";
import { seenEvents } from "../../src/redis/seen-events.ts";
import { connected } from "./store.ts";

const loud = mock.method(log, "error", () => {});

const [OLD, NEW] = ["the old key of ours", "the new key of ours"];
const ACME = { team: { id: "T0ACME", name: "Acme" }, bot: { token: "xoxb-acme-1", userId: "U0BOT" }, appId: "A0" };

describe("what is sealed", () => {
  const { seal, open } = sealing([OLD]);

  test("is opened by who has the key, under its own name", () => {
    deepEqual(open("T0ACME", seal("T0ACME", "grüezi")), { text: "grüezi", isOfCurrentKey: true });
    equal(open("T0OTHER", seal("T0ACME", "grüezi")), undefined);
    equal(sealing([NEW]).open("T0ACME", seal("T0ACME", "grüezi")), undefined);
    deepEqual(sealing([NEW, OLD]).open("T0ACME", seal("T0ACME", "grüezi")), { text: "grüezi", isOfCurrentKey: false });
  });

  test("never looks the same, and is nothing when a bit of it is changed", () => {
    const sealed = Buffer.from(seal("T0ACME", "grüezi"), "base64url");
    notEqual(seal("T0ACME", "grüezi"), sealed.toString("base64url"));
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      equal(open("T0ACME", changed.toString("base64url")), undefined, `byte ${at}`);
      equal(open("T0ACME", sealed.subarray(0, at).toString("base64url")), undefined, `cut at ${at}`);
    }
  });

  test("needs a key", () => {
    throws(() => sealing([]), /no key/);
  });
});

describe("an installation", () => {
  let server: StartedRedis;
  let redis: Redis;
  let count = 0;
  before(async () => {
    server = await startRedis();
    redis = await connected(server.url);
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
  });
  /** Processes that share a Redis, each with keys of its own. */
  function processes(...keyLists: string[][]) {
    count += 1;
    const keys = redisKeys(`{test-${count}}`);
    return { keys, all: keyLists.map((list) => redisInstallations(redis, keys, sealing(list))) };
  }

  test("is there for each process at once, with all that Slack gave, and gone for each", async () => {
    const { all } = processes([OLD], [OLD]);
    const [one, other] = all as [(typeof all)[0], (typeof all)[0]];
    equal(await other.get("T0ACME"), undefined);
    await one.keep("T0ACME", ACME);
    deepEqual(await other.get("T0ACME"), ACME);
    const again = { ...ACME, bot: { ...ACME.bot, token: "xoxb-acme-2" } };
    await one.keep("T0ACME", again);
    deepEqual([await other.get("T0ACME"), await other.all()], [again, [again]]);
    equal(await other.forget("T0ACME", "xoxb-acme-2"), true);
    deepEqual([await one.get("T0ACME"), await one.all()], [undefined, []]);
    equal(await other.forget("T0ACME", "xoxb-acme-2"), true);
  });

  test("is not forgotten for the sake of an earlier token", async () => {
    const { all } = processes([OLD]);
    await all[0]?.keep("T0ACME", ACME);
    equal(await all[0]?.forget("T0ACME", "xoxb-acme-0"), false);
    deepEqual(await all[0]?.get("T0ACME"), ACME);
  });

  test("that cannot be opened is told once, and is as good as none", async () => {
    const { all } = processes([OLD], [NEW]);
    const [one, other] = all as [(typeof all)[0], (typeof all)[0]];
    await one.keep("T0ACME", ACME);
    loud.mock.resetCalls();
    deepEqual([await other.get("T0ACME"), await other.get("T0ACME"), await other.all()], [undefined, undefined, []]);
    equal(loud.mock.callCount(), 1);
    match(String(loud.mock.calls[0]?.arguments[1]), /SLACK_TOKEN_KEY/);
    await one.canBeOpened();
    await rejects(other.canBeOpened(), /^Error: no installation can be opened, SLACK_TOKEN_KEY is not the one/);
    equal(await other.forget("T0ACME", undefined), true);
    await other.canBeOpened();
  });

  test("outlives the key that it was sealed with", async () => {
    const { all } = processes([OLD], [NEW, OLD], [NEW]);
    const [before, meanwhile, after] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0]];
    await before.keep("T0ACME", ACME);
    await meanwhile.sealAnew();
    await meanwhile.sealAnew();
    deepEqual(await after.get("T0ACME"), ACME);
  });

  test("an event of Slack's is done once, whichever process did it", async () => {
    const { keys } = processes();
    const [one, other] = [seenEvents(redis, keys), seenEvents(redis, keys)];
    deepEqual([await one.isDone("Ev1"), await other.isDone("Ev1")], [false, false]);
    await one.done("Ev1");
    await one.done("");
    const asked = [await one.isDone("Ev1"), await other.isDone("Ev1"), await other.isDone("Ev2"), await one.isDone("")];
    deepEqual(asked, [true, true, false, false]);
    const ttl = await redis.ttl(keys.event("Ev1"));
    equal(ttl > 3_500 && ttl <= 3_600, true);
  });
});
