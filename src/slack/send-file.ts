import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { log } from "../log.ts";
import { becauseOf, isNotOffered } from "./refusal.ts";

export interface SentFile {
  name: string;
  title: string;
  bytes: Buffer;
  /** What a picture shows, for who does not see it. */
  alt?: string;
}

/** Whether somebody has the file now, and else a sentence why not. */
export type Sent = { kind: "sent"; channel: string } | { kind: "refused"; because: string };

const UPLOAD_WITHIN_MS = 30_000;

/**
 * Sends a file to one person, in their direct messages with the app: a private answer in a channel cannot carry one.
 * Sends it once; who gets no answer may press the button again.
 */
export async function sendFile(client: WebClient, userId: string, file: SentFile): Promise<Sent> {
  try {
    const channel = await directMessages(client, userId);
    await uploaded(client, file, channel);
    return { kind: "sent", channel };
  } catch (err) {
    log.error({ err }, "a file could not be sent to somebody in Slack");
    return { kind: "refused", because: reason(err) };
  }
}

/** Their direct messages with the app; where these cannot be opened, the person themselves stands for them. */
async function directMessages(client: WebClient, userId: string): Promise<string> {
  const answer = await client.conversations.open({ users: userId }).catch((err: unknown) => {
    if (isNotOffered(becauseOf(err))) return { channel: undefined };
    throw err;
  });
  return answer.channel?.id ?? userId;
}

/** Puts a file into Slack and tells its id. Nobody sees it there, unless it is shared in a channel. */
export async function uploaded(client: WebClient, file: SentFile, channel?: string): Promise<string> {
  const { upload_url, file_id } = await client.files.getUploadURLExternal({
    filename: file.name,
    length: file.bytes.length,
    // Slack's name of it; the client's types say `alt_text`, which Slack does not read
    ...(file.alt && { alt_txt: file.alt }),
  });
  if (!upload_url || !file_id) throw new Error("Slack gives no place for a file");
  await upload(upload_url, file.bytes);
  await client.files.completeUploadExternal({
    files: [{ id: file_id, title: file.title }],
    ...(channel && { channel_id: channel }),
  });
  return file_id;
}

async function upload(url: string, bytes: Buffer): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    body: new Uint8Array(bytes),
    redirect: "error",
    signal: AbortSignal.timeout(UPLOAD_WITHIN_MS),
  });
  await answer.text();
  if (!answer.ok) throw new Error(`Slack does not take a file: HTTP ${answer.status}`);
}

const REASONS = new Map([
  [
    "missing_scope",
    "I may not send files in this workspace yet. Whoever installed me can allow it: add the scopes files:write and im:write to the app and install it again.",
  ],
  ["messages_tab_disabled", "I cannot write to you: the Messages tab of this app is switched off."],
  ["file_uploads_disabled", "This workspace does not allow files."],
  ["file_uploads_except_images_disabled", "This workspace allows no files but pictures."],
  ["storage_limit_reached", "This workspace has no room for more files."],
]);

function reason(err: unknown): string {
  const known = err instanceof WebAPIPlatformError && REASONS.get(err.data.error);
  return known || "I could not send you the file just now. Please try again in a minute.";
}
