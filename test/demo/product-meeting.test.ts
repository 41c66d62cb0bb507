import { deepEqual, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { parse } from "csv-parse/sync";
import type { Page } from "playwright-core";
import { actAs, gone, needsBrowser, seen, type } from "./open-page.ts";
import {
  ALICE,
  BEN,
  FRIDAY,
  MINUTE,
  meetingOf,
  PRODUCT,
  type Product,
  startProduct,
  toApp,
  toChannel,
} from "./product.ts";

const HOUR = 60 * MINUTE;
const LINK = '=HYPERLINK("http://x")';
const BOM = [0xef, 0xbb, 0xbf];

const button = (page: Page, name: string) => page.locator("#rows").getByRole("button", { name, exact: true });
const dismissAll = async (page: Page) => {
  const all = button(page, "Dismiss message");
  for (let left = await all.count(); left > 0; left -= 1) {
    await all.first().click();
    await all.nth(left - 1).waitFor({ state: "detached" });
  }
};
/** The bytes that the page hands to whoever downloads what was sent last. */
async function downloaded(page: Page, kind: "csv" | "png"): Promise<Buffer> {
  const link = page.locator(`#rows a[download$=".${kind}"]`).last();
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const parts: Buffer[] = [];
  for await (const part of await download.createReadStream()) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
const cells = (bytes: Buffer): Record<string, string>[] => {
  deepEqual([...bytes.subarray(0, 3)], BOM);
  return parse(bytes, { columns: true, bom: true });
};

describe("a meeting in the browser", needsBrowser, () => {
  let product: Product;
  const startedAt = FRIDAY - 20 * MINUTE;
  const sync = meetingOf("@SUM(1)", "86400000021", startedAt, "Alice Ng", LINK);
  before(async () => {
    product = await startProduct();
    await product.slack.command({ userId: ALICE, channelId: PRODUCT, text: "/meetings subscribe all" });
    await product.slack.until(() => product.slack.ephemeral(ALICE, PRODUCT)[0]);
    for (const { id } of product.slack.ephemeral(ALICE, PRODUCT)) product.slack.dismiss(id);
  });
  after(() => product.stop());

  test("is followed from its start to its end, and says who was there", async (t) => {
    const { page } = await product.page(t);
    await toChannel(page, "product");
    await product.zoomSends(...sync.begins);
    await seen(page, "2 in the meeting now");
    await seen(page, `${LINK} (guest)`);
    await button(page, "Join").click();
    await page.getByText("In Slack, “Join” opens https://zoom.us/j/86400000021").waitFor();
    await page.keyboard.press("Escape");
    const [host, guest] = sync.connections;
    const leaves = [guest?.left(startedAt + 10 * MINUTE), host?.left(startedAt + 15 * MINUTE)].filter((one) => !!one);
    await product.zoomSends(...leaves, sync.ended(startedAt + 15 * MINUTE));
    await seen(page, "ended after");
    equal(await page.locator("#rows > li .message").count(), 1, "it is one message all the time");
    equal(await button(page, "Join").count(), 0);
    await button(page, "Attendance").click();
    await seen(page, "15 min, from 14:40");
    await seen(page, "10 min, from 14:40");
  });

  test("comes as a spreadsheet in which nothing runs", async (t) => {
    const { page } = await product.page(t);
    await toChannel(page, "product");
    await button(page, "Report").click();
    await seen(page, "25 min of all people together");
    await button(page, "Download CSV").click();
    await seen(page, "I sent it to you, in our direct messages.");
    await dismissAll(page);
    await toApp(page, "Messages");
    await seen(page, "attendance-2026-11-20-1440-sum-1.csv");
    const rows = cells(await downloaded(page, "csv"));
    deepEqual(rows.map(({ topic, person, joined, stay_seconds }) => [topic, person, joined, stay_seconds]).toSorted(), [
      ["'@SUM(1)", `'${LINK}`, "2026-11-20T13:40:00.000Z", "600"],
      ["'@SUM(1)", "Alice Ng", "2026-11-20T13:40:00.000Z", "900"],
    ]);
    ok(rows.every((row) => Object.values(row).every((cell) => !/^[=+\-@\t\r]/.test(cell))));
  });

  test("comes as a picture that says the same in words", async (t) => {
    const { page } = await product.page(t);
    await toChannel(page, "product");
    await type(page, "/meetings report last");
    await button(page, "Picture").click();
    await seen(page, "I sent it to you, in our direct messages.");
    await dismissAll(page);
    await toApp(page, "Messages");
    const picture = page.locator("#rows .file img").last();
    await picture.waitFor();
    match((await picture.getAttribute("alt")) ?? "", /Alice Ng.*15 min/s);
    const colours = await picture.evaluate(async (shown: HTMLImageElement) => {
      await shown.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [shown.naturalWidth, shown.naturalHeight];
      const context = canvas.getContext("2d");
      context?.drawImage(shown, 0, 0);
      const pixels = new Uint32Array(context?.getImageData(0, 0, canvas.width, canvas.height).data.buffer ?? []);
      return new Set(pixels).size;
    });
    ok(colours > 20, `only ${colours} colours`);
    deepEqual([...(await downloaded(page, "png")).subarray(1, 4)], [...Buffer.from("PNG")]);
  });

  test("is shared with everybody who is there", async (t) => {
    const { page } = await product.page(t);
    await toChannel(page, "product");
    await type(page, "/meetings report last");
    await button(page, "Share in this channel").click();
    await actAs(page, "Ben Ito");
    await toChannel(page, "product");
    await seen(page, "25 min of all people together");
    equal(await page.getByText("Only you can see this").count(), 0);
    await button(page, "Attendance").click();
    await seen(page, "Only visible to you");
    equal(product.slack.ephemeral(BEN, PRODUCT).length, 1);
  });
});

describe("somebody who asks in the browser", needsBrowser, () => {
  let product: Product;
  before(async () => {
    product = await startProduct();
    for (let nth = 1; nth <= 30; nth += 1) {
      const started = FRIDAY - 10 * HOUR + nth * 10 * MINUTE;
      const one = meetingOf(`Talk ${String(nth).padStart(2, "0")}`, `8640000${1_000 + nth}`, started);
      await product.zoomSends(one.started(), one.ended(started + 5 * MINUTE));
    }
  });
  after(() => product.stop());

  test("pages through a long day", async (t) => {
    const { page } = await product.page(t);
    await toChannel(page, "product");
    await type(page, "/meetings");
    await seen(page, "Ended: 6 to 30 of 30");
    await seen(page, "Talk 30");
    equal(await page.locator("#rows").getByText("Talk 05").count(), 0);
    await button(page, "Earlier").click();
    await seen(page, "Ended: 1 to 25 of 30");
    await seen(page, "Talk 01");
    equal(await button(page, "Earlier").count(), 0);
    await button(page, "Later").click();
    await seen(page, "Ended: 6 to 30 of 30");
    equal(await page.getByText("Only visible to you").count(), 1, "each page takes the place of the last");
    await button(page, "Share in this channel").click();
    await dismissAll(page);
    await seen(page, "Times are in the time zone of each reader");
  });

  test("is helped when a letter is wrong", async (t) => {
    const { page } = await product.page(t);
    await toChannel(page, "product");
    await type(page, "/meetings tody");
    await seen(page, "I do not know tody. Did you mean /meetings today?");
    await button(page, "Help").click();
    await seen(page, "/meetings explain last");
    await gone(page, "I do not know");
    await dismissAll(page);
  });

  test("sees the day from anywhere with a shortcut, in the dark too", async (t) => {
    const { page } = await product.page(t, { colorScheme: "dark", width: 900 });
    await page.getByRole("button", { name: "Shortcuts" }).click();
    await page.getByRole("menuitem", { name: "Meetings today" }).click();
    const dialog = page.getByRole("dialog", { name: "Meetings today" });
    await dialog.getByText("Talk 30").waitFor();
    equal(await page.locator("html").getAttribute("data-theme"), "dark");
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    equal(isWide, false, "nothing stands beside the window");
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await dialog.waitFor({ state: "detached" });
  });
});
