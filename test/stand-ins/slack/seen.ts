import type { ViewBlock } from "./blocks/view-blocks.ts";
import type { StoredFile } from "./file-store.ts";
import { plain, readMrkdwn } from "./plain.ts";
import { choicesOf } from "./views/choices.ts";
import { type Control, controlsIn } from "./views/controls.ts";
import { plainView } from "./views/plain-view.ts";
import { type Entry, entryOf, keepsValue, type OfferedOption } from "./views/values.ts";
import { type OpenView, stateNow } from "./views/view-store.ts";
import type { Message, Whisper, Workspace } from "./workspace.ts";

export type SeenMessage = Omit<Message, "metadata"> & {
  metadata: Message["metadata"];
  isBot: boolean;
  /** What a reader sees, as text. */
  plain: string;
};
export type SeenFile = Pick<StoredFile, "id" | "name" | "title" | "altText" | "mimetype" | "bytes"> & {
  /** The message that brought it. */
  ts: string;
  threadTs: string | undefined;
  comment: string;
};
export type SeenView = Pick<OpenView, "id" | "errors" | "trouble"> & {
  callbackId: string;
  privateMetadata: string;
  /** The words above and below a modal; a Home tab has none. */
  frame: { title: string; close: string; submit: string | undefined } | undefined;
  blocks: ViewBlock[];
  controls: SeenControl[];
  plain: string;
};
/** Something to press, type into or choose from, as it stands now. */
export type SeenControl = Control & { entry: Entry; choices: OfferedOption[] };
export type SeenWhisper = Whisper & { plain: string };

/** What people read: messages, files and views in words, with dates in a reader's time zone. */
export function seenIn(workspace: Workspace) {
  const reader = (timeZone: string) => ({ timeZone, now: workspace.now(), names: workspace.names });
  const readAs = ({ text, blocks }: Message | Whisper, timeZone: string) =>
    blocks.length > 0 ? plain(blocks, reader(timeZone)) : readMrkdwn(text, reader(timeZone));

  return {
    message: (message: Message, timeZone = "UTC"): SeenMessage => ({
      ...message,
      metadata: message.metadata,
      isBot: message.userId === workspace.bot.userId,
      plain: [readAs(message, timeZone), ...message.files.map(fileInWords)].filter((line) => line !== "").join("\n"),
    }),
    whisper: (whisper: Whisper, timeZone = "UTC"): SeenWhisper => ({ ...whisper, plain: readAs(whisper, timeZone) }),
    files: ({ ts, threadTs, text, files }: Message): SeenFile[] =>
      files
        .filter(({ state }) => state === "complete")
        .map(({ id, name, title, altText, mimetype, bytes }) => ({
          ...{ id, name, title, altText, mimetype, bytes },
          ...{ ts, threadTs, comment: text },
        })),
    view: (open: OpenView, timeZone = "UTC"): SeenView => ({
      id: open.id,
      callbackId: open.view.callback_id ?? "",
      privateMetadata: open.view.private_metadata ?? "",
      frame: frameOf(open),
      blocks: open.view.blocks,
      controls: controlsIn(open.view.blocks).map((control) => ({
        ...control,
        entry: keepsValue(control.element) ? entryOf(stateNow(open, control)) : null,
        choices: choicesOf(open, control, workspace),
      })),
      errors: open.errors,
      trouble: open.trouble,
      plain: plainView(open, reader(timeZone)),
    }),
  };
}

function frameOf({ view }: OpenView): SeenView["frame"] {
  if (view.type === "home") return undefined;
  return { title: view.title.text, close: view.close?.text ?? "Cancel", submit: view.submit?.text };
}

const fileInWords = ({ name, altText, state }: StoredFile) =>
  state === "deleted" ? "[file deleted]" : `[file: ${name}${altText && `, ${altText}`}]`;
