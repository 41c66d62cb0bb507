import { deepEqual, equal, rejects } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Context } from "@slack/bolt";
import { log } from "../../src/log.ts";
import { type Happenings, happenings } from "../../src/slack/happenings.ts";

/** What is done of an event, as a list of names. */
async function done(
  t: TestContext,
  type: string,
  event: object,
  found: object = { kind: "unknown" },
): Promise<string[]> {
  const names: string[] = [];
  const spy =
    (name: string) =>
    async (...given: unknown[]) =>
      void names.push([name, ...given].join(" "));
  const workspace = {
    address: "slack",
    botUserId: async () => "U0BOT",
    channels: {
      forget: spy("forget"),
      forgetPerson: spy("forget person"),
      lookAgain: async () => found,
    },
  };
  const side = {
    home: { show: async () => spy("show")(), refresh: () => {} },
    subscribers: { change: async (channel: string) => spy("change")(channel) },
    retry: spy("retry"),
    move: spy("move"),
  } as unknown as Happenings;
  const warned = t.mock.method(log, "warn", () => {});
  const table = happenings(side) as Record<string, (event: object, context: Context) => Promise<void>>;
  await table[type]?.(event, { workspace } as unknown as Context);
  return [...names, ...warned.mock.calls.map(({ arguments: [, said] }) => String(said))];
}

const TELLS_NOTHING = ["Slack told of something and not of what"];

describe("what Slack tells of a channel", () => {
  test("that moved, moves what it hears of", async (t) => {
    const moved = { old_channel_id: "C0OLD", new_channel_id: "C0NEW" };
    deepEqual(await done(t, "channel_id_changed", moved), ["move slack:C0OLD slack:C0NEW"]);
  });

  for (const odd of [
    {},
    { old_channel_id: "C0OLD" },
    { new_channel_id: "C0NEW" },
    { old_channel_id: "C0OLD", new_channel_id: "a:b" },
    { old_channel_id: "C0OLD", new_channel_id: "C0OLD" },
  ]) {
    test(`changes nothing where it does not say of which: ${JSON.stringify(odd)}`, async (t) => {
      deepEqual(await done(t, "channel_id_changed", odd), TELLS_NOTHING);
    });
  }

  for (const type of [
    "channel_archive",
    "channel_deleted",
    "channel_unarchive",
    "channel_rename",
    "group_rename",
    "channel_shared",
  ]) {
    test(`changes nothing where it tells of none: ${type}`, async (t) => {
      deepEqual(await done(t, type, { channel: null }), TELLS_NOTHING);
      deepEqual(await done(t, type, { channel: { id: "*" } }), TELLS_NOTHING);
    });
  }

  for (const type of ["channel_deleted", "channel_shared", "channel_unshared"]) {
    test(`is told again where Slack does not say how it is now: ${type}`, async (t) => {
      const busy = { kind: "unknown", because: "ratelimited", mayPass: true };
      await rejects(done(t, type, { channel: "C0ROOM" }, busy), /Slack tells nothing of a channel: ratelimited/);
    });
  }

  test("that is brought back, tries again there", async (t) => {
    const names = await done(t, "channel_unarchive", { channel: "C0ROOM" });
    equal(names.includes("retry slack:C0ROOM"), true);
  });
});
