import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { WebClient } from "@slack/web-api";
import express from "express";
import { deliveryFeed } from "../../demo/page/page.ts";
import { drawn } from "../../src/picture/draw.ts";
import { eventually } from "../setup/machine.ts";
import { type Block, startSlack } from "../stand-ins/slack.ts";
import { actAs, gone, header, NOON, needsBrowser, pageOn, rows, section, seen, type } from "./open-page.ts";

const GENERAL = "C0GENERAL";
const RANDOM = "C0RANDOM";
const HOSTILE = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> *b* <!channel> ' " &amp;`;

/** A workspace with an app of a few lines, and the page on it. */
async function start(t: TestContext, { isMovingOn = false } = {}) {
  let now = NOON;
  const clock = {
    now: () => {
      if (isMovingOn) now += 60_000;
      return now;
    },
    speed: 60,
  };
  const slack = await startSlack({
    limits: false,
    now: () => now,
    users: [
      { id: "U0ALICE", name: "alice", realName: "Alice Ng", tz: "Europe/Zurich" },
      { id: "U0CHIKA", name: "chika", realName: "Chika Mori", tz: "Asia/Tokyo" },
      { id: "U0EVE", name: "eve", realName: HOSTILE, tz: "UTC" },
    ],
    channels: [
      { id: GENERAL, name: "general" },
      { id: RANDOM, name: "random" },
      { id: "G0LEADS", name: "leads", isPrivate: true, members: ["U0ALICE"] },
    ],
  });
  const feed = deliveryFeed();
  const pressed: unknown[] = [];
  let days = 1;
  function onPlayAgain() {
    days += 1;
  }
  const web = express();
  web.post("/slack/events", express.urlencoded({ extended: false }), async (request, response) => {
    if (!request.body.payload) {
      response.json({
        blocks: [header("Meetings today"), line("since ", at("{time}")), section(`you typed ${request.body.text}`)],
      });
      return;
    }
    const payload = JSON.parse(request.body.payload);
    const [{ action_id, value, selected_option }] = payload.actions;
    pressed.push([payload.user.name, action_id, value ?? selected_option?.value]);
    response.end();
    const answer = { text: `pressed ${action_id}`, replace_original: false };
    await fetch(payload.response_url, { method: "POST", body: JSON.stringify(answer) });
  });
  const options = { slack, clock, feed, status: () => `day ${days}`, onPlayAgain };
  const { url, troubles, open } = await pageOn(t, options, web);
  t.after(slack.close);
  slack.commandUrl = `${url}slack/events`;

  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const post = async (channel: string, ...blocks: Block[]) =>
    (await client.chat.postMessage({ channel, text: "x", blocks: blocks as never })).ts ?? "";
  const edit = (ts: string, ...blocks: Block[]) =>
    client.chat.update({ channel: GENERAL, ts, text: "x", blocks: blocks as never });
  return { slack, client, feed, url, pressed, troubles, post, edit, open };
}

type Leaf = Extract<
  Extract<Block, { type: "rich_text" }>["elements"][number],
  { type: "rich_text_section" }
>["elements"][number];
const at = (format: string): Leaf => ({ type: "date", timestamp: NOON / 1000, format, fallback: "noon" });
const line = (...leaves: (Leaf | string)[]): Block => ({
  type: "rich_text",
  elements: [
    {
      type: "rich_text_section",
      elements: leaves.map((leaf) => (typeof leaf === "string" ? { type: "text", text: leaf } : leaf)),
    },
  ],
});
const buttons = (): Block => ({
  type: "actions",
  elements: [
    { type: "button", action_id: "join", text: { type: "plain_text", text: "Join" }, url: "https://zoom.us/j/123" },
    { type: "button", action_id: "who", text: { type: "plain_text", text: "Who is in" }, value: "m1" },
    {
      type: "overflow",
      action_id: "more",
      options: [
        { text: { type: "plain_text", text: "Mute" }, value: "mute" },
        { text: { type: "plain_text", text: "Settings" }, value: "settings" },
      ],
    },
  ],
});

describe("the demo's page", needsBrowser, () => {
  test("shows a message as Slack does", async (t) => {
    const { open, post, slack } = await start(t);
    slack.say({ userId: "U0CHIKA", channelId: GENERAL, text: "good morning" });
    await post(
      GENERAL,
      line({ type: "emoji", name: "large_green_circle" }, " Stand-up since ", at("{time}")),
      buttons(),
    );
    const page = await open();
    await seen(page, "Stand-up");
    deepEqual(await page.locator(".said-by").allInnerTexts(), ["Chika Mori\n13:00", "meetings\nAPP\n13:00"]);
    equal(await page.locator(".slack_blocks_to_jsx__rich_text").innerText(), "🟢 Stand-up since 13:00");
    await page.getByRole("button", { name: "Who is in" }).waitFor();
    equal(await page.locator(".day").innerText(), "Today");
    const ids = await page.locator("[id]").evaluateAll((all) => all.map(({ id }) => id));
    deepEqual(ids, [...new Set(ids)], "each id once, whatever the blocks are called");
  });

  test("follows an edit without being loaded again, and keeps what did not change", async (t) => {
    const { open, post, edit } = await start(t);
    const ts = await post(GENERAL, line("1 in the meeting"), buttons());
    const page = await open();
    await seen(page, "1 in the meeting");
    const join = await page.getByRole("button", { name: "Join" }).elementHandle();
    await join?.focus();
    await edit(ts, line("2 in the meeting"), buttons());
    await seen(page, "2 in the meeting");
    equal(await rows(page).count(), 2);
    ok(await join?.evaluate((button) => button === document.activeElement));
  });

  test("shows a deleted message no longer", async (t) => {
    const { open, post, slack } = await start(t);
    const ts = await post(GENERAL, line("soon gone"));
    await post(GENERAL, line("here to stay"));
    const page = await open();
    await seen(page, "soon gone");
    slack.deleteByPerson(GENERAL, ts);
    await gone(page, "soon gone");
    await seen(page, "here to stay");
  });

  test("tells the time where the acting person is", async (t) => {
    const { open, post } = await start(t);
    await post(GENERAL, line("started ", at("{time}")), section(`or <!date^${NOON / 1000}^{time}|noon>`));
    const page = await open();
    await seen(page, "started 13:00");
    await seen(page, "or 13:00");
    await page.getByText("Tuesday 24 November, 13:00").waitFor();
    await page.getByRole("radio", { name: "Alice Ng" }).focus();
    await page.keyboard.press("ArrowDown");
    await seen(page, "started 21:00");
    await seen(page, "or 21:00");
    await page.getByText("Tuesday 24 November, 21:00").waitFor();
    equal(await page.getByRole("button", { name: "leads" }).count(), 0);
  });

  test("moves on with the demo's clock", async (t) => {
    const { open, post } = await start(t, { isMovingOn: true });
    await post(GENERAL, line("started ", at("{ago}")));
    const page = await open();
    await seen(page, "started");
    const shown = page.locator(".slack_blocks_to_jsx__rich_text");
    const first = await shown.innerText();
    match(first, /^started \d+ minutes? ago$/);
    await shown.filter({ hasNotText: first }).waitFor();
    await page.getByText("60 times as fast").waitFor();
  });

  test("sends a typed command and shows the answer to that person alone", async (t) => {
    const { open, slack } = await start(t);
    const page = await open();
    await type(page, "/meetings today <b>");
    await seen(page, "Only visible to you");
    await seen(page, "Meetings today");
    await seen(page, "since 13:00");
    await seen(page, "you typed today <b>");
    equal(slack.visible(GENERAL).length, 0);
    await actAs(page, "Chika Mori");
    await gone(page, "Only visible to you");
    await actAs(page, "Alice Ng");
    await page.getByRole("button", { name: "Dismiss message" }).click();
    await gone(page, "Only visible to you");
  });

  test("says what a person says", async (t) => {
    const { open, slack } = await start(t);
    const page = await open();
    await type(page, "hello <!channel>");
    await seen(page, "hello <!channel>");
    equal(slack.visible(GENERAL)[0]?.userId, "U0ALICE");
  });

  test("presses a button for the person who acts", async (t) => {
    const { open, post, pressed } = await start(t);
    await post(GENERAL, line("card"), buttons());
    const page = await open();
    await actAs(page, "Chika Mori");
    await page.getByRole("button", { name: "Who is in" }).click();
    await seen(page, "pressed who");
    deepEqual(pressed, [["chika", "who", "m1"]]);
  });

  test("only says where a link or a button leads, and presses the button", async (t) => {
    const { url, open, post, pressed } = await start(t);
    await post(GENERAL, section("<https://zoom.us/j/456|that one>"), buttons());
    const page = await open();
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByText("In Slack, “Join” opens https://zoom.us/j/123").waitFor();
    await seen(page, "pressed join");
    deepEqual(pressed, [["alice", "join", undefined]]);
    await page.getByRole("link", { name: "that one" }).click();
    await page.getByText("In Slack, this link opens https://zoom.us/j/456").waitFor();
    equal(page.url().split("#")[0], url);
    await page.keyboard.press("Escape");
    await page.getByText("In Slack, this link").waitFor({ state: "hidden" });
  });

  test("opens a menu that the keyboard can choose from", async (t) => {
    const { open, post, pressed, slack } = await start(t);
    await post(GENERAL, line("card"), buttons());
    const page = await open();
    await page.getByRole("button", { name: "More options" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Mute" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await slack.until(() => slack.ephemeral("U0ALICE", GENERAL)[0]);
    deepEqual(pressed, [["alice", "more", "settings"]]);
  });

  test("passes on what Slackbot says when the app does not answer", async (t) => {
    const { open, slack } = await start(t);
    slack.commandUrl = "http://127.0.0.1:1/";
    const page = await open();
    await type(page, "/meetings today");
    await seen(page, "/meetings failed because the app could not be reached.");
    equal(await page.locator(".said-by strong").innerText(), "Slackbot");
  });

  test("says so when a message is gone before its button is pressed", async (t) => {
    const { open, post, slack, troubles } = await start(t);
    const ts = await post(GENERAL, line("card"), buttons());
    const page = await open();
    await page.route("**/act/press", async (route) => {
      slack.deleteByPerson(GENERAL, ts);
      await route.continue();
    });
    await page.getByRole("button", { name: "Who is in" }).click();
    await page.getByText("U0ALICE sees no such message").waitFor();
    await eventually(() => troubles.length > 0);
    deepEqual(troubles.splice(0), ["Failed to load resource: the server responded with a status of 400 (Bad Request)"]);
  });

  test("marks a channel in which something new was said, until it is looked at", async (t) => {
    const { open, post } = await start(t);
    const page = await open();
    const random = page.getByRole("button", { name: "random" });
    equal(await random.getByText("unread").count(), 0);
    await post(RANDOM, line("news"));
    await random.getByText("unread").waitFor({ state: "attached" });
    await random.click();
    await seen(page, "news");
    await random.getByText("unread").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "general" }).click();
    await gone(page, "news");
    equal(await random.getByText("unread").count(), 0);
  });

  test("comes back to the same person and channel when it is loaded again", async (t) => {
    const { open, post } = await start(t);
    await post(RANDOM, line("at ", at("{time}")));
    const page = await open();
    await actAs(page, "Chika Mori");
    await page.getByRole("button", { name: "random" }).click();
    await seen(page, "at 21:00");
    await page.reload();
    await seen(page, "at 21:00");
  });

  test("goes where somebody is who is quicker than the server", async (t) => {
    const { open, post } = await start(t);
    await post(RANDOM, line("at ", at("{time}")));
    const page = await open();
    const answers = Promise.withResolvers<void>();
    await page.route("**/live?*", async (route) => {
      await answers.promise;
      await route.continue().catch(() => {}); // it is not waited for any more
    });
    await page.getByRole("radio", { name: "Chika Mori" }).check({ force: true });
    await page.getByRole("button", { name: "random" }).click();
    answers.resolve();
    await seen(page, "at 21:00");
  });

  test("stays where its reader is, and says that there is more below", async (t) => {
    const { open, post } = await start(t);
    for (let turn = 0; turn < 12; turn += 1) await post(GENERAL, line(`message ${turn}`), buttons());
    const page = await open({ height: 500 });
    await seen(page, "message 11");
    const scrolled = () =>
      page.locator("#scroll").evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
    ok((await scrolled()) < 2);
    await page.locator("#scroll").evaluate((box) => box.scrollTo(0, 100));
    await post(GENERAL, line("the newest"));
    await page.getByRole("button", { name: "New messages" }).click();
    ok((await scrolled()) < 2);
    await post(GENERAL, line("and one more"));
    await seen(page, "and one more");
    ok((await scrolled()) < 2);
  });

  test("lists what Zoom sent and what became of it, the latest first", async (t) => {
    const { open, feed } = await start(t);
    feed.add({ event: "meeting.started", at: NOON, tags: [] });
    const page = await open();
    feed.add({ event: HOSTILE, at: NOON + 60_000, tags: ["lost", "bad signature"] });
    await page.locator("#feed .lost").waitFor();
    deepEqual(await page.locator("#feed li").allInnerTexts(), [
      `13:01\n\n${HOSTILE} lost bad signature`,
      "13:00\n\nmeeting.started",
    ]);
  });

  test("shows hostile topics and names as the words they are", async (t) => {
    const { open, slack } = await start(t);
    const raw = (text: string) => ({ type: "raw_text" as const, text });
    const escaped = HOSTILE.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    const blocks: Block[] = [
      header(HOSTILE),
      line(HOSTILE, { type: "link", url: "https://a.b/", text: HOSTILE }),
      section(escaped),
      {
        type: "context",
        elements: [
          { type: "plain_text", text: HOSTILE },
          { type: "mrkdwn", text: escaped },
          { type: "image", image_url: "https://evil.example/dot.png", alt_text: HOSTILE },
        ],
      },
      { type: "table", rows: [[raw(HOSTILE), line(HOSTILE) as never]] },
      { type: "image", image_url: "https://evil.example/pixel.png", alt_text: HOSTILE },
      { ...buttons(), block_id: `"><script>window.pwned=1</script>` },
    ];
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    await client.chat.postMessage({ channel: GENERAL, text: "x", blocks: blocks as never });
    slack.say({ userId: "U0EVE", channelId: GENERAL, text: "<@U0EVE> was here" });
    const page = await open();
    await seen(page, "was here");
    equal(await page.locator(".said-by strong").last().innerText(), HOSTILE);
    equal(await page.locator(".slack_user").innerText(), `@${HOSTILE}`);
    const literal = HOSTILE.replace("*b*", "").slice(0, 60);
    equal(await page.locator("#rows").getByText(literal).count(), 12);
    const bold = await page.locator("#rows").getByText("*b*").count();
    equal(bold, 10, "plain text and rich text know no markup; the two of mrkdwn do");
    deepEqual(
      await page.evaluate(() => [
        Reflect.get(window, "pwned"),
        document.querySelectorAll("#rows img, #rows script").length,
      ]),
      [undefined, 0],
    );
    await page.getByRole("button", { name: "Who is in" }).click();
    await seen(page, "pressed who");
  });

  test("shows a picture as itself, and any other file to download", async (t) => {
    const { open, slack, client } = await start(t);
    const page = await open();
    const send = async (filename: string, bytes: Buffer, alt_txt: string) => {
      const { upload_url = "", file_id = "" } = (await client.apiCall("files.getUploadURLExternal", {
        filename,
        length: bytes.length,
        alt_txt,
      })) as { upload_url?: string; file_id?: string };
      await fetch(upload_url, { method: "POST", body: new Uint8Array(bytes) });
      await client.files.completeUploadExternal({ files: [{ id: file_id, title: HOSTILE }], channel_id: GENERAL });
    };
    await send("attendance.png", await drawn({ title: "T", subtitle: "S", ticks: [], rows: [], hidden: 0 }), HOSTILE);
    await send("attendance.csv", Buffer.from("=1"), "");
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>(".file img")?.naturalWidth === 1600);
    equal(await page.locator(".file img").getAttribute("alt"), HOSTILE);
    const link = page.locator(".file a[download='attendance.csv']");
    equal(await link.textContent(), `📄 ${HOSTILE} (attendance.csv)`);
    const csv = await fetch(new URL((await link.getAttribute("href")) ?? "", page.url()));
    deepEqual([await csv.text(), csv.headers.get("content-type")], ["=1", "application/octet-stream"]);
    equal(await page.evaluate(() => "pwned" in window), false);
    equal(slack.files(GENERAL).length, 2);
  });

  test("plays the day again", async (t) => {
    const { open } = await start(t);
    const page = await open();
    await page.getByText("day 1", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Play the day again" }).click();
    await page.getByText("day 2", { exact: true }).waitFor();
  });

  test("is dark where everything else is", async (t) => {
    const { open } = await start(t);
    const page = await open({ colorScheme: "dark" });
    const ground = await page.locator("main").evaluate((main) => getComputedStyle(main).backgroundColor);
    equal(ground, "rgb(26, 29, 33)");
    equal(await page.locator("html").getAttribute("data-theme"), "dark");
  });
});

describe("the demo's server", () => {
  test("lets only its own page act, and answers nonsense with a reason", async (t) => {
    const { url, slack } = await start(t);
    const send = async (path: string, body: string, type = "application/json") => {
      const response = await fetch(url + path, { method: "POST", headers: { "content-type": type }, body });
      return [response.status, ((await response.json()) as { because?: string }).because];
    };
    const hello = JSON.stringify({ as: "U0ALICE", channel: GENERAL, text: "hello" });
    deepEqual(await send("act/say", hello, "text/plain"), [400, "That was not understood."]);
    deepEqual(await send("act/again", "", "text/plain"), [400, "That was not understood."]);
    deepEqual(await send("act/say", "{}"), [400, "That was not understood."]);
    equal((await send("act/say", "{"))[0], 400);
    deepEqual(await send("act/say", JSON.stringify({ as: "U0MALLORY", channel: GENERAL, text: "/meetings" })), [
      400,
      "U0MALLORY is not in C0GENERAL",
    ]);
    deepEqual(slack.visible(GENERAL), []);
    deepEqual(await send("act/say", hello), [200, undefined]);
    equal(slack.visible(GENERAL)[0]?.plain, "hello");
  });

  test("forbids the page everything it does not need", async (t) => {
    const { url } = await start(t);
    const policy = (await fetch(url)).headers.get("content-security-policy") ?? "";
    ok(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"), policy);
    ok(!(await (await fetch(url)).text()).includes("http"), "no address outside the page");
  });
});
