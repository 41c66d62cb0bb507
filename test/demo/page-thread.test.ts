import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { eventually } from "../setup/machine.ts";
import { actAs, appOnPage, needsBrowser, seen } from "./open-page.ts";

const GENERAL = "C0GENERAL";
const thread = (page: Page) => page.getByRole("complementary", { name: "Thread" });
const said = (page: Page) => thread(page).locator(".blocks").allInnerTexts();

describe("a thread on the demo's page", needsBrowser, () => {
  test("is told of at its message, opens beside the channel and stays live", async (t) => {
    const { open, client } = await appOnPage(t, () => {});
    const { ts: card = "" } = await client.chat.postMessage({ channel: GENERAL, text: "the card" });
    const answer = (text: string, more = {}) =>
      client.chat.postMessage({ channel: GENERAL, thread_ts: card, text, ...more });
    await answer("Dana joined");
    const page = await open();
    await page.getByRole("button", { name: "1 reply Last reply just now" }).click();
    await thread(page).getByText("Dana joined").waitFor();
    const { ts = "" } = await answer("Bob left");
    await thread(page).getByText("2 replies").waitFor();
    await page.locator("#rows").getByRole("button", { name: "2 replies" }).waitFor();
    deepEqual(await said(page), ["the card", "Dana joined", "Bob left"]);
    await client.chat.update({ channel: GENERAL, ts, text: "Bob left after 19 min" });
    await thread(page).getByText("after 19 min").waitFor();
    await page.reload();
    await thread(page).getByText("after 19 min").waitFor();
    await thread(page).getByRole("button", { name: "Close the thread" }).click();
    await thread(page).waitFor({ state: "hidden" });
    await answer("told to everybody", { reply_broadcast: true });
    await seen(page, "told to everybody");
    await page.getByRole("button", { name: "a thread" }).click();
    await thread(page).getByText("3 replies").waitFor();
    deepEqual((await said(page)).at(-1), "told to everybody");
  });

  test("takes answers, but no commands", async (t) => {
    const { open, client, slack, troubles } = await appOnPage(t, () => {});
    const { ts = "" } = await client.chat.postMessage({ channel: GENERAL, text: "the card" });
    const page = await open({ width: 900 });
    await page.getByRole("button", { name: "Reply in thread" }).focus();
    await page.keyboard.press("Enter");
    const reply = thread(page).getByRole("textbox", { name: "Reply" });
    await reply.fill("thanks <!channel>");
    await page.keyboard.press("Enter");
    await thread(page).getByText("thanks <!channel>").waitFor();
    deepEqual(
      slack.replies(GENERAL, ts).map(({ plain, userId }) => [plain, userId]),
      [["thanks <!channel>", "U0ALICE"]],
    );
    await reply.fill("/meetings today");
    await page.keyboard.press("Enter");
    await page.getByText("/meetings is not supported in threads. Sorry!").waitFor();
    await eventually(() => troubles.length > 0);
    equal(troubles.splice(0).length, 1);
    await actAs(page, "Bob Brown");
    await thread(page).waitFor({ state: "hidden" });
  });
});
