import { equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { needsBrowser, seen } from "./open-page.ts";
import { ALICE, FRIDAY, MINUTE, meetingOf, PRODUCT, type Product, startProduct, toChannel } from "./product.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("a Friday until six in the browser", needsBrowser, () => {
  let product: Product;
  before(async () => {
    product = await startProduct();
    const { slack } = product;
    await slack.command({ userId: ALICE, channelId: PRODUCT, text: "/meetings subscribe" });
    await slack.until(() => slack.modal(ALICE));
    const field = (blockId: string) => ({ userId: ALICE, blockId, actionId: "v" });
    await slack.fill(field("detail"), "thread");
    await slack.fill(field("days"), ["5"]);
    await slack.fill(field("weekly"), ["weekly"]);
    await slack.submit(ALICE);
    await slack.until(() => slack.modal(ALICE) === undefined);
    for (const [daysAgo, minutes] of [
      [11, 30],
      [9, 45],
      [4, 60],
      [2, 25],
    ] as const) {
      const begins = FRIDAY - daysAgo * DAY - 5 * HOUR;
      const one = meetingOf(`Planning ${daysAgo}`, `8640000004${daysAgo}`, begins, "Alice Ng");
      await product.zoomSends(...one.begins, one.ended(begins + minutes * MINUTE));
    }
  });
  after(() => product.stop());

  test("joins stand in the thread of their card, which opens beside it", async (t) => {
    const now = product.now();
    const sync = meetingOf("Product sync", "86400000031", now, "Alice Ng", "Chris Park");
    const [started, ...joins] = sync.begins;
    await product.zoomSends(started as object);
    const { page } = await product.page(t, { width: 900, colorScheme: "dark" });
    await toChannel(page, "product");
    await seen(page, "Product sync"); // only what was posted has a thread; Redis is ahead of this clock and does not wait
    await product.zoomSends(...joins);
    await page.getByRole("button", { name: /1 reply/ }).click();
    const thread = page.getByRole("complementary", { name: "Thread" });
    await thread.getByText(/Chris Park \(guest\).* joined/).waitFor();
    await thread.getByText("is live").waitFor();
    equal(await page.locator("#rows .message:not(.only-you)").count(), 1, "the channel itself is not told");
    await product.zoomSends(sync.ended(now + MINUTE));
    await thread.getByText("ended after 1 min").waitFor();
  });

  test("sees the day and the week summed up at six, with a chart", async (t) => {
    await product.startsAgainAt(FRIDAY + 3 * HOUR);
    const { page } = await product.page(t);
    await toChannel(page, "product");
    await seen(page, "Meetings on Friday, 20 November");
    await seen(page, "Your meeting week, 16 to 22 November");
    await seen(page, "3 meetings");
    const name = /This week: Mon 60, Tue 0, Wed 25, Thu 0, Fri 1; Last week: Mon 30, Tue 0, Wed 45, Thu 0, Fri 0$/;
    await page.getByRole("img", { name }).waitFor();
    equal(await page.getByText("Only you can see this").count(), 0);
  });
});
