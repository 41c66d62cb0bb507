import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { describe, test } from "node:test";
import type { WebClient } from "@slack/web-api";
import { EVERY_SCOPE } from "../slack.ts";
import { fileStore } from "./file-store.ts";
import { ATTIC, BOARD, GENERAL, HIDDEN, LOBBY, refused, workspace } from "./testing.ts";

const CSV = Buffer.from("Who,Minutes\nAlice,14\n");
const scopes = [...EVERY_SCOPE, "files:read"];

async function uploaded(client: WebClient, filename: string, bytes: Buffer, altText?: string): Promise<string> {
  const wanted = { filename, length: bytes.length, ...(altText && { alt_txt: altText }) };
  const { upload_url = "", file_id = "" } = await client.files.getUploadURLExternal(wanted);
  const sent = await fetch(upload_url, { method: "POST", body: new Uint8Array(bytes) });
  equal(await sent.text(), `OK - ${bytes.length}`);
  return file_id;
}

describe("a file", () => {
  test("uploaded by Slack's own client is seen in the channel, with its comment and bytes", async (t) => {
    const { slack, client, seen } = await workspace(t);
    await client.filesUploadV2({
      channel_id: BOARD,
      filename: "attendance.csv",
      file: CSV,
      title: "Attendance",
      initial_comment: "Weekly sync",
    });
    deepEqual(seen(BOARD), ["Weekly sync\n[file: attendance.csv]"]);
    const [file] = slack.files(BOARD);
    deepEqual(
      [file?.name, file?.title, file?.mimetype, file?.comment, file?.bytes.toString()],
      ["attendance.csv", "Attendance", "text/csv", "Weekly sync", CSV.toString()],
    );
  });

  test("may come as a form, and has words for who cannot see a picture", async (t) => {
    const { slack, client, seen } = await workspace(t);
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
    const { upload_url = "", file_id = "" } = await client.files.getUploadURLExternal({
      filename: "week.png",
      length: png.length,
      ...{ alt_txt: "Minutes per day" },
    });
    const form = new FormData();
    form.set("filename", new File([new Uint8Array(png)], "week.png"));
    equal((await fetch(upload_url, { method: "POST", body: form })).status, 200);
    await client.files.completeUploadExternal({ files: [{ id: file_id }], channel_id: GENERAL });
    deepEqual(seen(), ["[file: week.png, Minutes per day]"]);
    deepEqual([slack.files(GENERAL)[0]?.bytes, slack.files(GENERAL)[0]?.title], [png, "week.png"]);
  });

  test("goes into a thread or a direct message", async (t) => {
    const { slack, client, say, seen } = await workspace(t);
    const { ts = "" } = await say("card");
    const share = async (where: { channel_id: string; thread_ts?: string }) =>
      client.files.completeUploadExternal({
        files: [{ id: await uploaded(client, "a.csv", CSV) }],
        ...where,
      } as Parameters<typeof client.files.completeUploadExternal>[0]);
    await share({ channel_id: GENERAL, thread_ts: ts });
    deepEqual([seen(), slack.replies(GENERAL, ts).length, slack.files(GENERAL)[0]?.threadTs], [["card"], 1, ts]);
    const { channel } = await client.conversations.open({ users: "U0BOB" });
    await share({ channel_id: channel?.id ?? "" });
    equal(slack.files("D0BOB").length, 1);
    await refused(share({ channel_id: GENERAL, thread_ts: "1.000000" }), "thread_not_found");
  });

  test("is shared only where the bot is, also where it may post", async (t) => {
    const { client, seen } = await workspace(t);
    const id = await uploaded(client, "a.csv", CSV);
    const share = (channel_id: string) => client.files.completeUploadExternal({ files: [{ id }], channel_id });
    await refused(share(LOBBY), "not_in_channel");
    await refused(share(HIDDEN), "channel_not_found");
    await refused(share("U0BOB"), "channel_not_found");
    await refused(share(ATTIC), "posting_to_channel_denied");
    await share(GENERAL);
    equal(seen().length, 1);
    await refused(share(GENERAL), "file_not_found");
  });

  test("needs its scope, a length and short words", async (t) => {
    const { client } = await workspace(t);
    await refused(client.files.getUploadURLExternal({ filename: "a.csv", length: 0 }), "missing_argument");
    const wordy = { filename: "a.png", length: 1, alt_txt: "x".repeat(1001) };
    await refused(client.files.getUploadURLExternal(wordy), "alt_txt_too_large");
    await refused(client.files.info({ file: "F0" }), "missing_scope");
    const { client: unable } = await workspace(t, { scopes: ["chat:write"] });
    const { needed } = await refused(
      unable.files.getUploadURLExternal({ filename: "a.csv", length: 1 }),
      "missing_scope",
    );
    equal(needed, "files:write");
  });

  test("is not there before all its bytes are", async (t) => {
    const { client } = await workspace(t);
    const { upload_url = "", file_id = "" } = await client.files.getUploadURLExternal({ filename: "a.csv", length: 9 });
    equal((await fetch(upload_url, { method: "POST", body: "too short".slice(1) })).status, 400);
    const complete = () => client.files.completeUploadExternal({ files: [{ id: file_id }], channel_id: GENERAL });
    await refused(complete(), "file_not_found");
    equal((await fetch(upload_url, { method: "POST", body: "too short" })).status, 200);
    equal((await fetch(upload_url, { method: "POST", body: "too short" })).status, 404);
    await complete();
  });

  test("can be asked about and fetched by who may read files; others see a page to sign in", async (t) => {
    const { slack, client } = await workspace(t, { scopes, now: () => 1795430520123 });
    const id = await uploaded(client, "a b.csv", CSV);
    await refused(client.files.info({ file: id }), "file_not_found");
    await client.files.completeUploadExternal({ files: [{ id, title: "A" }], channel_id: BOARD });
    const { file } = await client.files.info({ file: id });
    const [ts] = slack.visible(BOARD).map((message) => message.ts);
    deepEqual(
      [file?.title, file?.size, file?.created, file?.groups, file?.shares],
      ["A", CSV.length, 1795430520, [BOARD], { public: {}, private: { [BOARD]: [{ ts }] } }],
    );
    const download = (token: string) =>
      fetch(file?.url_private ?? "", { headers: { authorization: `Bearer ${token}` } });
    equal(await (await download(slack.botToken)).text(), CSV.toString());
    const blind = await download("xoxb-other");
    deepEqual([blind.status, blind.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
    match(await blind.text(), /Sign in/);
  });

  test("once deleted leaves a gap in its message", async (t) => {
    const { slack, client, seen } = await workspace(t, { scopes });
    const id = await uploaded(client, "a.csv", CSV);
    await client.files.completeUploadExternal({ files: [{ id }], channel_id: GENERAL });
    await client.files.delete({ file: id });
    deepEqual([seen(), slack.files(GENERAL)], [["[file deleted]"], []]);
    await refused(client.files.info({ file: id }), "file_deleted");
    const { messages } = await client.conversations.history({ channel: GENERAL });
    deepEqual(messages?.[0]?.files, [{ id, mode: "tombstone" }]);
  });

  test("is awaited for a quarter of an hour", () => {
    let now = 0;
    const files = fileStore(
      (path) => path,
      () => now,
    );
    const { uploadUrl } = files.reserve({ name: "a.csv", length: 1, altText: "", userId: "U0", now: 0 });
    const ticket = uploadUrl.replace("upload/v1/", "");
    now = 15 * 60_000 + 1;
    deepEqual(files.receive(ticket, Buffer.from("x")), { status: 404, text: "unknown ticket" });
    now -= 1;
    deepEqual(files.receive(ticket, Buffer.from("x")), { status: 200, text: "OK - 1" });
  });

  test("that Slack's client cannot upload is reported by it", async (t) => {
    const { client } = await workspace(t);
    await rejects(client.filesUploadV2({ channel_id: LOBBY, filename: "a.csv", file: CSV }), /not_in_channel/);
  });
});
