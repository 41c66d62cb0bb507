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
});
