import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { WebClient } from "@slack/web-api";
import type { Block } from "../slack.ts";
import { GENERAL, refused, section, workspace } from "./testing.ts";

const text = (words: string) => ({ type: "plain_text", text: words });
const chart = {
  type: "data_visualization",
  title: "Minutes per day",
  chart: { type: "pie", segments: [{ label: "Mon", value: 180 }] },
};
const table = { type: "table", rows: [[{ type: "raw_text", text: "Who" }]] };

const post = (client: WebClient, ...blocks: object[]) =>
  client.chat.postMessage({ channel: GENERAL, text: "x", blocks: blocks as Block[] as never });
const complaints = async (call: Promise<unknown>, error = "invalid_blocks") =>
  ((await refused(call, error)).response_metadata as { messages: string[] }).messages;

async function uploaded(client: WebClient, filename: string): Promise<string> {
  const { upload_url = "", file_id = "" } = await client.files.getUploadURLExternal({ filename, length: 3 });
  await fetch(upload_url, { method: "POST", body: "png" });
  return file_id;
}

describe("a picture in a message", () => {
  test("may be an uploaded file, once Slack has looked at it", async (t) => {
    const { slack, client, seen } = await workspace(t);
    const release = slack.holdFiles();
    const id = await uploaded(client, "week.png");
    const picture = { type: "image", slack_file: { id }, alt_text: "Minutes per day" };
    const notYet = ["[ERROR] invalid slack file [json-pointer:/blocks/1/slack_file]"];
    deepEqual(await complaints(post(client, section("x"), picture)), notYet);
    await client.files.completeUploadExternal({ files: [{ id }] });
    deepEqual(await complaints(post(client, section("x"), picture)), notYet);
    release();
    await post(client, picture);
    deepEqual(seen(), ["[image: Minutes per day]"]);
    deepEqual(slack.files(GENERAL), []); // in a block it is not shared as a file
    await client.views.publish({ user_id: "U0BOB", view: { type: "home", blocks: [picture] as never } });
    equal(slack.home("U0BOB")?.plain, "[image: Minutes per day]");
  });

  test("is no file that is no picture, gone, or nobody's", async (t) => {
    const { client } = await workspace(t);
    const id = await uploaded(client, "table.csv");
    await client.files.completeUploadExternal({ files: [{ id }] });
    const image = (file: string) => ({ type: "image", slack_file: { id: file }, alt_text: "x" });
    for (const file of [id, "F0NOBODY"])
      deepEqual(await complaints(post(client, { type: "context", elements: [image(file)] })), [
        "[ERROR] invalid slack file [json-pointer:/blocks/0/elements/0/slack_file]",
      ]);
    const png = await uploaded(client, "a.png");
    await client.files.completeUploadExternal({ files: [{ id: png }] });
    await post(client, image(png));
    await client.files.delete({ file: png });
    equal((await complaints(post(client, image(png)))).length, 1);
  });

  test("is at an address that Slack reaches", async (t) => {
    const { client, seen } = await workspace(t);
    const image = (image_url: string) => ({ type: "image", image_url, alt_text: "x" });
    for (const url of ["http://localhost/a.png", "http://192.168.1.4/a.png", "http://minio:9000/a.png"])
      deepEqual(await complaints(post(client, { ...section("x"), accessory: image(url) })), [
        "[ERROR] downloading image failed [json-pointer:/blocks/0/accessory/image_url]",
      ]);
    const view = { type: "home" as const, blocks: [image("http://127.0.0.1/a.png")] as never };
    deepEqual(await complaints(client.views.publish({ user_id: "U0BOB", view }), "invalid_arguments"), [
      "[ERROR] downloading image failed [json-pointer:/view/blocks/0/image_url]",
    ]);
    await post(client, image("https://charts.example.com/a.png"));
    deepEqual(seen(), ["[image: x]"]);
  });
});

describe("a new kind of block", () => {
  test("is unknown to a workspace that has not got it yet", async (t) => {
    const { slack, client, seen } = await workspace(t);
    slack.settings.refusedBlocks.add("data_visualization").add("table");
    deepEqual(await complaints(post(client, section("x"), chart, table)), [
      "[ERROR] unsupported type: data_visualization [json-pointer:/blocks/1/type]",
      "[ERROR] unsupported type: table [json-pointer:/blocks/2/type]",
    ]);
    deepEqual(seen(), []);
    slack.settings.refusedBlocks.clear();
    await post(client, chart, table, { type: "markdown", text: "**hello**" });
    deepEqual(seen(), ["[chart: Minutes per day]\nWho\n**hello**"]);
  });

  test("has a limit for the whole message", async (t) => {
    const { client } = await workspace(t);
    await post(client, chart, chart);
    deepEqual(await complaints(post(client, chart, section("x"), chart, chart)), [
      "[ERROR] no more than 2 charts allowed [json-pointer:/blocks/3]",
    ]);
    const markdown = { type: "markdown", text: "x".repeat(6001) };
    deepEqual(await complaints(post(client, markdown, markdown)), [
      "[ERROR] must be less than 12001 characters [json-pointer:/blocks]",
    ]);
  });
});

test("Markdown may stand alone, and not beside text or blocks", async (t) => {
  const { client, seen } = await workspace(t);
  const say = (more: object) => client.chat.postMessage({ channel: GENERAL, ...more } as never);
  await say({ markdown_text: "**hello**" });
  deepEqual(seen(), ["**hello**"]);
  await refused(say({ markdown_text: "a", text: "b" }), "markdown_text_conflict");
  await refused(say({ markdown_text: "a", blocks: [{ type: "header", text: text("x") }] }), "markdown_text_conflict");
  await refused(say({ markdown_text: "x".repeat(12_001) }), "msg_too_long");
});
