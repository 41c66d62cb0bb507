import { equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { SlackChannel } from "../../src/slack/channels.ts";
import { sharingIn } from "../../src/slack/sharing.ts";
import type { Workspace } from "../../src/slack/workspaces.ts";

const KNOWN = { kind: "known", isPrivate: false, isMember: true, isArchived: false, isDirect: false } as const;
const unknown = (mayPass: boolean): SlackChannel => ({ kind: "unknown", because: "no answer", mayPass });
const told = (look: () => Promise<SlackChannel>) =>
  sharingIn({ at: async () => ({ channels: { look } }) as unknown as Workspace })("slack:C0ROOM");

describe("whether another company reads a channel", () => {
  test("is what Slack told of it", async () => {
    equal(await told(async () => ({ ...KNOWN, isShared: true })), "shared");
    equal(await told(async () => ({ ...KNOWN, isShared: false })), "not shared");
    equal(await told(async () => unknown(false)), "never told");
  });

  test("is not told now where Slack fails, takes too long, or is not set up", async () => {
    equal(await told(async () => unknown(true)), "not told now");
    equal(await told(() => Promise.reject(new Error("no"))), "not told now");
    equal(await told(() => new Promise(() => {})), "not told now");
    equal(await sharingIn({ at: async () => undefined })("slack:C0ROOM"), "not told now");
  });
  test("is what Slack told last while it fails for some minutes, so that no card loses its names meanwhile", async () => {
    let now = 0;
    let answer: SlackChannel = unknown(true);
    const look = async () => answer;
    const sharing = sharingIn({ at: async () => ({ channels: { look } }) as unknown as Workspace }, () => now);
    const asked = async (minutes: number, said: SlackChannel, channel = "slack:C0ROOM") => {
      now = minutes * 60_000;
      answer = said;
      return sharing(channel);
    };
    equal(await asked(0, { ...KNOWN, isShared: false }), "not shared");
    equal(await asked(9, unknown(true)), "not shared");
    equal(await asked(9, unknown(true), "slack:C0HALL"), "not told now");
    equal(await asked(10, unknown(true)), "not told now");
    equal(await asked(11, { ...KNOWN, isShared: true }), "shared");
    equal(await asked(12, unknown(true)), "shared");
  });
});
