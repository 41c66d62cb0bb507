import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { readAhead } from "../src/read-ahead.ts";
import { subscription } from "./subscriptions.ts";

const MINUTE_MS = 60_000;

/** Which channels are read within so many minutes, where these cannot be read now. */
async function readWithin(minutes: number, channels: readonly string[], cannot: readonly string[]): Promise<string[]> {
  const book = { channels: new Map(channels.map((channel) => [channel, subscription()])) };
  const read = new Set<string>();
  const desk = {
    unread: async (some: readonly string[]) => some.filter((channel) => !read.has(channel)),
    makeDue: async (channel: string) => void (!cannot.includes(channel) && read.add(channel)),
  };
  for (let minute = 0; minute < minutes; minute += 1) await readAhead({ desk, book }, minute * MINUTE_MS);
  return [...read].toSorted();
}

describe("channels of which Redis may have forgotten what stands in them", () => {
  const closed = Array.from({ length: 40 }, (_, index) => `slack-T0GONE:C${100 + index}`);
  const open = Array.from({ length: 20 }, (_, index) => `slack:C${100 + index}`);

  test("are read some at a time", async () => {
    deepEqual((await readWithin(1, open, [])).length, 15);
    deepEqual(await readWithin(2, open, []), open);
    deepEqual(await readWithin(1, [], []), []);
  });

  test("are read also where as many others cannot be read, like those of a workspace that took the app out", async () => {
    deepEqual(await readWithin(8, [...closed, ...open], closed), open);
    deepEqual(await readWithin(8, [...open, ...closed], closed), open);
  });
});
