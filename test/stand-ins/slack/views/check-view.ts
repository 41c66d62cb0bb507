import { z } from "zod";
import { complaints } from "../blocks/complaint.ts";
import { PlainText } from "../blocks/texts.ts";
import { HomeBlocks, ModalBlocks } from "../blocks/view-blocks.ts";
import { pictureTroubles } from "../check-pictures.ts";
import { refuse } from "../refused.ts";
import type { Workspace } from "../workspace.ts";

export type Modal = z.output<typeof Modal>;
export type Home = z.output<typeof Home>;
export type View = Modal | Home;

const MOST_BYTES = 250_000;

/** A view as Slack reads it, or Slack's refusal of it. It knows the blocks a notifier may need; any other is refused. */
export function readView<K extends View["type"]>(
  given: unknown,
  kind: K,
  workspace: Workspace,
): Extract<View, { type: K }> {
  if (Buffer.byteLength(JSON.stringify(given) ?? "") > MOST_BYTES) refuse("view_too_large");
  const read = (kind === "modal" ? Modal : Home).safeParse(given, { reportInput: true });
  if (!read.success)
    refuse("invalid_arguments", { messages: read.error.issues.flatMap((issue) => complaints(issue, "/view")) });
  const troubles = pictureTroubles(read.data.blocks, workspace, "/view/blocks");
  if (troubles.length > 0) refuse("invalid_arguments", { messages: troubles });
  return read.data as Extract<View, { type: K }>;
}

const common = {
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};
const Home = z.strictObject({ type: z.literal("home"), ...common, blocks: HomeBlocks });
const Modal = z
  .strictObject({
    type: z.literal("modal"),
    ...common,
    title: PlainText(24),
    submit: PlainText(24).optional(),
    close: PlainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    blocks: ModalBlocks,
  })
  .refine(({ submit, blocks }) => submit || !blocks.some(({ type }) => type === "input"), {
    message: "missing required field: submit (there are input blocks)",
  });
