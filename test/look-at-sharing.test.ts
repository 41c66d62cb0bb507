import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { sharingWatch } from "../src/look-at-sharing.ts";
import { subscription } from "./subscriptions.ts";

describe("channels that another company reads", () => {
  const names = Array.from({ length: 12 }, (_, index) => `slack:C${index}`);

  test("are found by and by, some at a time, and are told so once", async () => {
    const channels = new Map(names.map((name) => [name, subscription()]));
    const asked: string[] = [];
    const told: string[] = [];
    const look = sharingWatch({
      subscriptions: { book: async () => ({ channels }) },
      isShared: async (channel) => {
        asked.push(channel);
        return channel === "slack:C1" || (channel === "slack:C7" ? undefined : false);
      },
      change: async (channel, change) => {
        if (change.kind === "share") channels.set(channel, subscription({ isShared: change.isShared }));
        told.push(channel);
      },
    });
    await look();
    deepEqual([asked, told], [names.slice(0, 5), ["slack:C1"]]);
    for (const _ of [1, 2]) await look();
    deepEqual(new Set(asked), new Set(names));
    deepEqual(told, ["slack:C1"]);
  });
});
