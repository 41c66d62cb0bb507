import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Hears } from "../../src/slack/link.ts";
import { onceAnswered } from "../../src/slack/once-answered.ts";

describe("what Slack sends again under the same id", () => {
  test("is remembered for the latest 200: of years nothing piles up", async () => {
    const done: string[] = [];
    const hears: Hears = async (_, answer, id) => {
      done.push(id);
      answer(id);
    };
    const once = onceAnswered(hears);
    const told = async (id: string) => {
      const { promise, resolve } = Promise.withResolvers<object | string | undefined>();
      await once({}, resolve, id);
      return promise;
    };
    for (let nth = 0; nth <= 200; nth += 1) await told(`e${nth}`);
    done.length = 0;
    equal(await told("e200"), "e200");
    equal(await told("e1"), "e1");
    deepEqual(done, [], "answered as before");
    equal(await told("e0"), "e0");
    deepEqual(done, ["e0"], "forgotten by now");
  });
});
