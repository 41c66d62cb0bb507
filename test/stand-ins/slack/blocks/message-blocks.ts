import { z } from "zod";
import { Button, Interactive, image, Overflow, Picture, StaticSelect } from "./elements.ts";
import { RichText } from "./rich-text.ts";
import { Chart, DataTable, Table } from "./tables.ts";
import { AnyText, Id, Mrkdwn, PlainText, text, textOf } from "./texts.ts";
import { refuseTwice } from "./unique.ts";

export type Block = z.output<typeof Block>;

const block_id = Id.optional();
export const HeaderBlock = z.strictObject({ type: z.literal("header"), block_id, text: PlainText(150) });
export const DividerBlock = z.strictObject({ type: z.literal("divider"), block_id });
export const SectionBlock = z
  .strictObject({
    type: z.literal("section"),
    block_id,
    text: AnyText.optional(),
    fields: z.array(textOf(2000)).min(1).max(10).optional(),
    accessory: z.discriminatedUnion("type", [Button, Overflow, StaticSelect, Picture]).optional(),
    expand: z.boolean().optional(),
  })
  .refine((section) => section.text || section.fields, "missing required field: text or fields");
export const ContextBlock = z.strictObject({
  type: z.literal("context"),
  block_id,
  elements: z
    .array(z.discriminatedUnion("type", [PlainText(3000), Mrkdwn(3000), Picture]))
    .min(1)
    .max(10),
});
export const ActionsBlock = z.strictObject({
  type: z.literal("actions"),
  block_id,
  elements: z
    .array(Interactive)
    .min(1)
    .max(25)
    .superRefine((elements, context) => refuseTwice(elements, "action_id", context)),
});
export const ImageBlock = z
  .strictObject({ ...image, block_id, title: PlainText(2000).optional() })
  .refine(({ image_url, slack_file }) => image_url || slack_file, "missing required field: image_url or slack_file");
const ChartBlock = z.strictObject({
  type: z.literal("data_visualization"),
  block_id,
  title: text(50),
  chart: Chart,
});
const MarkdownBlock = z.strictObject({ type: z.literal("markdown"), block_id, text: text(12_000) });
const ContainerBlock = z.strictObject({
  type: z.literal("container"),
  block_id,
  title: PlainText(150),
  is_collapsible: z.boolean().optional(),
  default_collapsed: z.boolean().optional(),
  child_blocks: z
    .array(
      z.discriminatedUnion("type", [
        SectionBlock,
        HeaderBlock,
        DividerBlock,
        ContextBlock,
        ActionsBlock,
        ImageBlock,
        Table,
      ]),
    )
    .min(1)
    .max(10),
});

export const Block = z.discriminatedUnion("type", [
  RichText,
  SectionBlock,
  HeaderBlock,
  DividerBlock,
  ContextBlock,
  ActionsBlock,
  ImageBlock,
  Table,
  DataTable,
  ChartBlock,
  MarkdownBlock,
  ContainerBlock,
]);
export const Blocks = z
  .array(Block)
  .max(50)
  .superRefine((blocks, context) => refuseTwice(blocks, "block_id", context));
