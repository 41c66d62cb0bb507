import { complaints } from "./blocks/complaint.ts";
import { type Block, Blocks } from "./blocks/message-blocks.ts";
import type { Table } from "./blocks/tables.ts";

export type { Interactive } from "./blocks/elements.ts";
export type { Block } from "./blocks/message-blocks.ts";
export type { RichText, RichTextLeaf } from "./blocks/rich-text.ts";
export type { Table } from "./blocks/tables.ts";
export { isLinkable, type TextObject } from "./blocks/texts.ts";

type Verdict =
  | { kind: "fine"; blocks: Block[] }
  | { kind: "refused"; error: "invalid_blocks" | "invalid_attachments" | "msg_blocks_too_long"; messages: string[] };

/** What Slack says to the blocks of one message. It knows the blocks a notifier may need; any other is refused. */
export function checkBlocks(blocks: unknown): Verdict {
  const read = Blocks.safeParse(blocks, { reportInput: true });
  if (!read.success)
    return {
      kind: "refused",
      error: "invalid_blocks",
      messages: read.error.issues.flatMap((issue) => complaints(issue, "/blocks")),
    };
  const tables = read.data.flatMap((block, index) => (isTable(block) ? [index] : []));
  if (tables.length > 1)
    return {
      kind: "refused",
      error: "invalid_attachments",
      messages: [`[ERROR] only_one_table_allowed [json-pointer:/blocks/${tables[1]}]`],
    };
  const charts = read.data.flatMap(({ type }, index) => (type === "data_visualization" ? [index] : []));
  if (charts.length > MOST_CHARTS)
    return refused(`no more than ${MOST_CHARTS} charts allowed [json-pointer:/blocks/${charts[MOST_CHARTS]}]`);
  const markdown = read.data.reduce((total, block) => total + (block.type === "markdown" ? block.text.length : 0), 0);
  if (markdown > MOST_MARKDOWN)
    return refused(`must be less than ${MOST_MARKDOWN + 1} characters [json-pointer:/blocks]`);
  if (weight(read.data) > MAX_WEIGHT) return { kind: "refused", error: "msg_blocks_too_long", messages: [] };
  return { kind: "fine", blocks: read.data };
}

const MOST_CHARTS = 2;
const MOST_MARKDOWN = 12_000;
const refused = (words: string): Verdict => ({
  kind: "refused",
  error: "invalid_blocks",
  messages: [`[ERROR] ${words}`],
});

export const isTable = (block: Block): block is Table => block.type === "table" || block.type === "data_table";

// Measured by others (slackapi/bolt-js#2509, #2867), documented nowhere. Tables have a limit of their own.
const MAX_WEIGHT = 13_200;
const weight = (blocks: Block[]) => JSON.stringify(blocks.filter((block) => !isTable(block))).length;
