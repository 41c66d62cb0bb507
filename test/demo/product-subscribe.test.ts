import { equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { actAs, needsBrowser, seen, type } from "./open-page.ts";
import { MINUTE, meetingOf, type Product, startProduct, toApp, toChannel } from "./product.ts";

const dialog = (page: Page) => page.getByRole("dialog");
const field = (page: Page, label: string) => dialog(page).getByLabel(label);
const save = async (page: Page) => {
  await page.locator("dialog[open]:not([aria-busy])").waitFor(); // what was saved before has been answered
  await dialog(page).getByRole("button", { name: "Save" }).click();
};
const closed = (page: Page) => dialog(page).waitFor({ state: "detached" });
const home = (page: Page) => page.getByRole("tabpanel");
const chosen = (page: Page, label: string) =>
  field(page, label).evaluate((list: HTMLSelectElement) => list.selectedOptions[0]?.text);

/** Chooses from the menu of a channel in the Home tab. */
async function chooses(page: Page, choice: string, channel = "product"): Promise<void> {
  const menu = page.getByRole("button", { name: "More options" });
  const row = home(page)
    .locator("div")
    .filter({ hasText: `#${channel}`, has: menu })
    .last();
  await row.getByRole("button", { name: "More options" }).click();
  await page.getByRole("menuitem", { name: choice }).click();
}

describe("somebody who subscribes a channel in the browser", needsBrowser, () => {
  let product: Product;
  before(async () => {
    product = await startProduct();
  });
  after(() => product.stop());

  test("is told where it cannot be, and loses nothing of what was typed", async (t) => {
    const { page } = await product.page(t);
    await toChannel(page, "product");
    await type(page, "/meetings subscribe");
    await dialog(page).getByRole("heading", { name: "Meeting updates" }).waitFor();
    equal(await chosen(page, "Post in"), "# product");
    await field(page, "Only those of some hosts").check();
    await field(page, "Topics or meeting IDs").fill("sync\n864 0000 0001");
    await field(page, "Time zone").fill("Zürich");
    await field(page, "Post in").selectOption("🔒 leads");
    await save(page);
    await dialog(page).getByText("I am not in this channel. Type /invite @meetings there, then save again.").waitFor();
    equal(await field(page, "Post in").getAttribute("aria-invalid"), "true");
    equal(await field(page, "Topics or meeting IDs").inputValue(), "sync\n864 0000 0001");
    ok(await field(page, "Only those of some hosts").isChecked());

    await field(page, "Post in").selectOption("# product");
    await save(page);
    await closed(page);
    await seen(page, "hears of meetings with “sync” in their topic and meeting 864 0000 0001.");
    await page.getByRole("button", { name: "Settings" }).click();
    await dialog(page).getByText("Posts in").waitFor();
    equal(await field(page, "Topics or meeting IDs").inputValue(), "sync\n864 0000 0001");
    equal(await field(page, "Time zone").inputValue(), "Europe/Zurich");
    await page.keyboard.press("Escape");
    await closed(page);
  });

  test("finds again what they chose, and the channel hears it that way", async (t) => {
    const { page } = await product.page(t);
    await toApp(page);
    await chooses(page, "Edit");
    await dialog(page).getByText("Posts in").waitFor();
    await field(page, "People").first().selectOption("Show only how many");
    await field(page, "At least this many people").fill("2");
    await dialog(page).getByRole("group", { name: "Daily digest on" }).locator("summary").click();
    for (const name of ["Monday", "Friday"]) await dialog(page).getByRole("checkbox", { name, exact: true }).check();
    await field(page, "Weekly, on Friday").check();
    await field(page, "Digest time").fill("17:30");
    await save(page);
    await closed(page);
    await home(page).getByText("only how many people").waitFor();
    const manner = "at least 2 people  ·  daily digest mon, fri 17:30, weekly on Friday  ·  Europe/Zurich";
    await home(page).getByText(manner).waitFor();

    await chooses(page, "Edit");
    await dialog(page).getByText("Posts in").waitFor();
    equal(await field(page, "People").first().inputValue(), "counts");
    equal(await field(page, "At least this many people").inputValue(), "2");
    match(await dialog(page).getByRole("group", { name: "Daily digest on" }).innerText(), /^Monday, Friday/);
    ok(await field(page, "Weekly, on Friday").isChecked());
    equal(await field(page, "Digest time").inputValue(), "17:30");
    await page.keyboard.press("Escape");
    await closed(page);

    await toChannel(page, "product");
    const sync = meetingOf("Product sync", "86400000011", product.now() - MINUTE, "Alice Ng");
    await product.zoomSends(...sync.begins);
    const second = sync.connection({ name: "Dana" });
    await product.zoomSends(second.joined(product.now()));
    await seen(page, "Product sync");
    await seen(page, "2 in the meeting now");
    equal(await page.locator("#rows").getByText("Alice").count(), 0, "nobody is named");
  });

  test("pauses, resumes and mutes, and takes it back", async (t) => {
    const { page } = await product.page(t);
    await toApp(page);
    await chooses(page, "Pause for a day");
    await home(page).getByText("paused until tomorrow").waitFor();
    const quiet = meetingOf("Quiet sync", "86400000012", product.now() - MINUTE, "Alice Ng", "Dana");
    await product.zoomSends(...quiet.begins);
    await chooses(page, "Resume");
    await home(page).getByText("paused until").waitFor({ state: "detached" });
    await toChannel(page, "product");
    await seen(page, "Quiet sync");

    const live = page.locator("#rows").getByText("is live");
    await page.locator("#rows > li").filter({ hasText: "Quiet sync" }).getByLabel("More options").click();
    await page.getByRole("menuitem", { name: "Do not post this meeting here" }).click();
    await seen(page, "I do not tell of Quiet sync in");
    await live.nth(1).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await seen(page, "I tell of that meeting in");
    await live.nth(1).waitFor();

    await type(page, "/meetings mute quiet");
    await live.nth(1).waitFor({ state: "detached" });
    await toApp(page);
    await home(page).getByText("🔕 Quiet sync").waitFor();
    await home(page).getByRole("button", { name: "Post again" }).click();
    await home(page).getByText("🔕 Quiet sync").waitFor({ state: "detached" });
    await toChannel(page, "product");
    await live.nth(1).waitFor();
  });

  test("adds one more channel from the Home tab, and removes it", async (t) => {
    const { page } = await product.page(t);
    await toApp(page);
    await home(page).getByRole("button", { name: "Add a channel" }).first().click();
    await field(page, "Post in").waitFor();
    await save(page);
    await dialog(page).getByText("Please complete this required field").first().waitFor();
    await field(page, "Post in").selectOption("🔒 board");
    await save(page);
    await closed(page);
    await home(page).getByText("board").first().waitFor();
    equal(await home(page).getByRole("button", { name: "More options" }).count(), 2);

    const merger = meetingOf("Merger", "86400000013", product.now() - MINUTE, "Alice Ng");
    await product.zoomSends(...merger.begins);
    await toChannel(page, "board");
    await seen(page, "Merger");
    await actAs(page, "Ben Ito");
    await toChannel(page, "product");
    await type(page, "/meetings today all");
    await seen(page, "Meetings today");
    equal(await page.locator("#rows").getByText("Merger").count(), 0, "Ben is not in #board");
    await toApp(page);
    await home(page).getByText("Live now").waitFor();
    equal(
      await home(page)
        .getByText(/Merger|board/)
        .count(),
      0,
    );

    await actAs(page, "Alice Ng");
    await home(page).getByText("🟢 Merger").waitFor();
    await chooses(page, "Remove", "board");
    await home(page).getByRole("button", { name: "More options" }).nth(1).waitFor({ state: "detached" });
    await toChannel(page, "product");
    await type(page, "/meetings unsubscribe");
    await seen(page, "hears of no meetings any more.");
    await toApp(page);
    await home(page).getByText("No channel hears of meetings yet.").waitFor();
  });

  test("chooses what to be told in direct messages", async (t) => {
    const { page } = await product.page(t);
    await toApp(page);
    await home(page).getByRole("button", { name: "My settings" }).click();
    await field(page, "Tell me when a meeting that I host goes live without me").check();
    await field(page, "My day, each morning").check();
    await field(page, "My day at").fill("07:45");
    await save(page);
    await closed(page);
    await home(page).getByText("goes live without you: on").waitFor();
    await home(page).getByText("each morning: 07:45").waitFor();
    await home(page).getByRole("button", { name: "My settings" }).click();
    ok(await field(page, "My day, each morning").isChecked());
    equal(await field(page, "My day at").inputValue(), "07:45");
  });

  test("invites the app as its refusals say, with Slack's own command", async (t) => {
    const { page } = await product.page(t);
    await toChannel(page, "leads");
    await type(page, "/meetings subscribe all");
    await seen(page, "it is private and I am not in it");
    await type(page, "/invite @meetings");
    await type(page, "/meetings subscribe all");
    await seen(page, "hears of all meetings.");
  });
});
