import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { sharingWatch } from "../src/look-at-sharing.ts";
import { subscription } from "./subscriptions.ts";

describe("channels that another company reads", () => {
  const names = Array.from({ length: 40 }, (_, index) => `slack:C${index}`);

  test("are found by and by, some at a time, and are told so once", async () => {
    const channels = new Map(names.map((name) => [name, subscription()]));
    const asked: string[] = [];
    const told: string[] = [];
    const look = sharingWatch({
      subscriptions: { book: async () => ({ channels }) },
      sharing: async (channel) => {
        asked.push(channel);
        if (channel === "slack:C7") return "not told now";
        if (channel === "slack:C9") return "never told";
        return channel === "slack:C1" ? "shared" : "not shared";
      },
      change: async (channel, change) => {
        if (change.kind === "share") channels.set(channel, subscription({ isShared: change.isShared }));
        told.push(channel);
      },
    });
    await look();
    deepEqual([asked, told], [names.slice(0, 15), ["slack:C1"]]);
    for (const _ of [1, 2]) await look();
    deepEqual(new Set(asked), new Set(names));
    deepEqual(told, ["slack:C1"]);
  });
});
