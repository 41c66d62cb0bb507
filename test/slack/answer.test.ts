import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { type RespondArguments, RespondError, type RespondFn } from "@slack/bolt";
import type { Card } from "../../src/card/card.ts";
import { log } from "../../src/log.ts";
import { answer } from "../../src/slack/answer.ts";

const loud = mock.method(log, "error", () => {});

const table: Card = {
  stage: "answer",
  summary: "A table",
  parts: [{ kind: "table", columns: [{ title: "Who", align: "left" }], rows: [["Alice"]] }],
  buttons: [],
};

/** A response_url that answers so to the first messages, and takes all others. */
function responseUrl(...first: (Error | Response)[]) {
  const said: RespondArguments[] = [];
  const respond: RespondFn = async (message) => {
    said.push(message as RespondArguments);
    const verdict = first.shift() ?? new Response("ok");
    if (verdict instanceof Error) throw verdict;
    return verdict;
  };
  const types = () => said.map((one) => (("blocks" in one && one.blocks) || []).map(({ type }) => type).join(" "));
  return { respond, said, types };
}

describe("an answer with a table", () => {
  test("is sent as it is where the workspace takes tables", async () => {
    const url = responseUrl();
    await answer(url, async () => table);
    deepEqual(url.types(), ["table"]);
  });

  const refusals: [string, Error | Response][] = [
    ["with 400", new RespondError("invalid_blocks", 400)],
    ["with 200 and ok: false", new Response('{"ok":false,"error":"invalid_blocks"}')],
  ];
  for (const [how, refusal] of refusals) {
    test(`is sent as a list where the workspace refuses it ${how}`, async () => {
      const url = responseUrl(refusal);
      await answer(url, async () => table, { replace_original: true });
      deepEqual(url.types(), ["table", "rich_text"]);
      equal(url.said[1]?.replace_original, true);
    });
  }

  test("is given up with a sentence where Slack does not take answers any more", async () => {
    const url = responseUrl(new RespondError("used_url", 404));
    loud.mock.resetCalls();
    await answer(url, async () => table);
    match(url.said.at(-1)?.text ?? "", /try again in a minute/);
    equal(loud.mock.callCount(), 1);
    await rejects(answer(responseUrl(...Array(3).fill(new RespondError("x", 404))), async () => table));
  });
});

describe("an answer that everybody in the channel is to see", () => {
  const nothing: Card = { ...table, parts: [], summary: "No meetings today", isNothing: true };
  const shared = { response_type: "in_channel", replace_original: false } as const;

  test("is said to them", async () => {
    const url = responseUrl();
    await answer(url, async () => ({ ...nothing, isNothing: undefined as never }), shared);
    deepEqual(
      url.said.map(({ response_type, text }) => [response_type, text]),
      [["in_channel", "No meetings today"]],
    );
  });

  test("has nothing below it but what we say, whatever it links to", async () => {
    const url = responseUrl(new RespondError("invalid_blocks", 400));
    await answer(url, async () => table, shared);
    deepEqual(
      url.said.map((one) => "unfurl_links" in one && [one.unfurl_links, one.unfurl_media]),
      [
        [false, false],
        [false, false],
      ],
    );
  });

  test("is said only to who wanted it where there is nothing that they may be told", async () => {
    const url = responseUrl();
    await answer(url, async () => nothing, shared);
    deepEqual(
      url.said.map(({ response_type, text }) => [response_type, text]),
      [["ephemeral", "I shared nothing: of this, there is nothing that I may tell in this channel."]],
    );
  });

  test("is said privately as it is where it was asked for privately", async () => {
    const url = responseUrl();
    await answer(url, async () => nothing);
    deepEqual(
      url.said.map(({ response_type, text }) => [response_type, text]),
      [["ephemeral", "No meetings today"]],
    );
  });
});
