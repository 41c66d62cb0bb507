import { z } from "zod";
import { type Block, checkBlocks } from "./check-blocks.ts";
import { pictureTroubles } from "./check-pictures.ts";
import { parseJson } from "./read-call.ts";
import { refuse } from "./refused.ts";
import type { Metadata, Settings, Workspace } from "./workspace.ts";

/** The blocks of a call: undefined if it has none, refused as Slack would if they are not right. */
export function readBlocks(given: unknown, workspace: Workspace): Block[] | undefined {
  const blocks = fromJson(given);
  if (blocks === undefined || blocks === null || blocks === "") return undefined;
  if (!Array.isArray(blocks)) refuse("invalid_blocks_format");
  const verdict = checkBlocks(blocks);
  if (verdict.kind === "refused") refuse(verdict.error, { messages: verdict.messages });
  const messages = [
    ...notRolledOut(verdict.blocks, workspace.settings),
    ...pictureTroubles(verdict.blocks, workspace, "/blocks"),
  ];
  if (messages.length > 0) refuse("invalid_blocks", { messages });
  return verdict.blocks;
}

/** New kinds of block come to one workspace after another; where one has not come yet it is unknown. */
const notRolledOut = (blocks: Block[], { refusedBlocks }: Settings): string[] =>
  blocks.flatMap(({ type }, index) =>
    refusedBlocks.has(type) ? [`[ERROR] unsupported type: ${type} [json-pointer:/blocks/${index}/type]`] : [],
  );

/** "keep" if a call says nothing of metadata, "remove" if it says {}. */
export function readMetadata(given: unknown): Metadata | "keep" | "remove" {
  const metadata = fromJson(given);
  if (metadata === undefined || metadata === null) return "keep";
  if (typeof metadata !== "object" || Array.isArray(metadata)) refuse("invalid_metadata_format");
  if (Object.keys(metadata).length === 0) return "remove";
  const read = AnyMetadata.safeParse(metadata);
  if (!read.success) refuse("invalid_metadata_format", { messages: [z.prettifyError(read.error)] });
  if (JSON.stringify(metadata).length > MAX_METADATA) refuse("metadata_too_large");
  return read.data;
}

const MAX_METADATA = 1024; // Slack publishes no number; what is read back with a page of history should be small

const Plain = z.union([z.string(), z.number(), z.boolean()]);
const AnyMetadata = z.strictObject({
  event_type: z.string().min(1),
  event_payload: z.record(z.string(), z.union([Plain, z.record(z.string(), Plain)])),
});

function fromJson(given: unknown): unknown {
  if (typeof given !== "string" || given === "") return given;
  return parseJson(given) ?? "not JSON";
}
