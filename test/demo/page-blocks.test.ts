import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { appOnPage, needsBrowser, option, section, seen, words } from "./open-page.ts";

const GENERAL = "C0GENERAL";

describe("blocks on the demo's page", needsBrowser, () => {
  test("show pictures of the workspace with what they show in words", async (t) => {
    const { open, client } = await appOnPage(t, () => {});
    const png = Buffer.from(PIXEL, "base64");
    const { upload_url = "", file_id = "" } = (await client.apiCall("files.getUploadURLExternal", {
      ...{ filename: "a.png", length: png.length, alt_txt: "bars" },
    })) as { upload_url?: string; file_id?: string };
    await fetch(upload_url, { method: "POST", body: new Uint8Array(png) });
    await client.files.completeUploadExternal({ files: [{ id: file_id, title: "Attendance" }] });
    const slack_file = { id: file_id };
    const blocks = [
      { type: "image", slack_file, alt_text: "who was in", title: words("Attendance") },
      { ...section("who"), accessory: { type: "image", slack_file, alt_text: "a small one" } },
      { type: "image", image_url: "https://elsewhere.example/a.png", alt_text: "not fetched" },
    ];
    await client.chat.postMessage({ channel: GENERAL, text: "x", blocks: blocks as never });
    const page = await open();
    await seen(page, "🖼 not fetched");
    await seen(page, "Attendance");
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>("#rows .picture img")].every(
        ({ naturalWidth }) => naturalWidth === 1,
      ),
    );
    const alts = await page.locator("#rows img").evaluateAll((all) => all.map((one) => one.getAttribute("alt")));
    deepEqual(alts, ["who was in", "a small one"]);
  });

  test("show charts and tables", async (t) => {
    const { open, client } = await appOnPage(t, () => {});
    const points = (...values: number[]) => values.map((value, at) => ({ label: ["Mon", "Tue"][at] ?? "", value }));
    const series = [
      { name: "this week", data: points(30, 45) },
      { name: "last week", data: points(20, 0) },
    ];
    const cell = (text: string) => ({ type: "raw_text", text });
    const blocks = [
      {
        ...{ type: "data_visualization", title: "Minutes per day" },
        chart: { type: "bar", axis_config: { categories: ["Mon", "Tue"] }, series },
      },
      { type: "data_visualization", title: "Hours", chart: { type: "pie", segments: points(3, 1) } },
      {
        ...{ type: "data_table", caption: "Who was in" },
        rows: [
          [cell("Who"), cell("Minutes")],
          [cell("Alice"), { type: "raw_number", value: 12 }],
        ],
      },
    ];
    await client.chat.postMessage({ channel: GENERAL, text: "x", blocks: blocks as never });
    const page = await open();
    await page
      .getByRole("img", { name: "Minutes per day: this week: Mon 30, Tue 45; last week: Mon 20, Tue 0" })
      .waitFor();
    await page.getByRole("img", { name: "Hours: Mon 3, Tue 1" }).waitFor();
    const heights = await page
      .locator("#rows rect")
      .evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().height));
    const [first = 0, second = 0, third = 0, none = 1] = heights.map(Math.round);
    deepEqual([first > third, second > first, none], [true, true, 0]);
    deepEqual(await page.locator("#rows td").allInnerTexts(), ["Who", "Minutes", "Alice", "12"]);
    await seen(page, "Who was in");
  });

  test("ask before a button of a message does what needs to be asked, and offer what a menu has", async (t) => {
    const heard: unknown[] = [];
    const { open, client } = await appOnPage(t, (app) => {
      app.action(/.*/, async ({ ack, action, respond }) => {
        await ack();
        const { action_id, selected_option } = action as { action_id: string; selected_option?: { value: string } };
        heard.push([action_id, selected_option?.value]);
        await respond({ text: `${action_id} was heard`, replace_original: false });
      });
    });
    const confirm = {
      title: words("Really?"),
      text: words("It is gone then."),
      confirm: words("Yes"),
      deny: words("No"),
    };
    const elements = [
      { type: "button", action_id: "remove", text: words("Remove"), confirm },
      {
        type: "static_select",
        action_id: "days",
        placeholder: words("Days"),
        options: [option("Today"), option("Week")],
      },
    ];
    await client.chat.postMessage({ channel: GENERAL, text: "x", blocks: [{ type: "actions", elements }] as never });
    const page = await open();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog", { name: "Really?" }).getByRole("button", { name: "No" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog", { name: "Really?" }).getByRole("button", { name: "Yes" }).click();
    await seen(page, "remove was heard");
    await page.getByRole("button", { name: "Days" }).click();
    await page.getByRole("menuitem", { name: "Week" }).click();
    await seen(page, "days was heard");
    deepEqual(heard, [
      ["remove", undefined],
      ["days", "week"],
    ]);
  });
});

describe("the theme of the demo's page", needsBrowser, () => {
  test("is the machine's until somebody chooses another one, and then stays", async (t) => {
    const { open, client } = await appOnPage(t, () => {});
    const context = [{ type: "context", elements: [words("quiet words")] }];
    await client.chat.postMessage({ channel: GENERAL, text: "x", blocks: context as never });
    const page = await open({ colorScheme: "dark" });
    const ground = () => page.locator("main").evaluate((main) => getComputedStyle(main).backgroundColor);
    const quiet = () => page.getByText("quiet words").evaluate((node) => getComputedStyle(node).color);
    equal(await ground(), "rgb(26, 29, 33)");
    equal(await quiet(), "rgb(171, 172, 173)");
    await page.getByLabel("Theme").selectOption("Light");
    equal(await ground(), "rgb(255, 255, 255)");
    await page.reload();
    await seen(page, "quiet words");
    equal(await ground(), "rgb(255, 255, 255)");
    await page.emulateMedia({ colorScheme: "light" });
    await page.getByLabel("Theme").selectOption("Dark");
    equal(await ground(), "rgb(26, 29, 33)");
    await page.getByLabel("Theme").selectOption("System");
    equal(await ground(), "rgb(255, 255, 255)");
  });
});

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
