import { z } from "zod";
import { Button, Overflow, Picture } from "./elements.ts";
import { Chooser, Input } from "./inputs.ts";
import { ContextBlock, DividerBlock, HeaderBlock, ImageBlock } from "./message-blocks.ts";
import { RichText } from "./rich-text.ts";
import { AnyText, Id, PlainText, textOf } from "./texts.ts";
import { refuseTwice } from "./unique.ts";

export type ViewBlock = z.output<typeof ModalBlock>;
export type InputElement = z.output<typeof Input>;
export type ViewElement = InputElement | z.output<typeof Button> | z.output<typeof Overflow>;

const block_id = Id.optional();
const Element = z.union([z.discriminatedUnion("type", [Button, Overflow]), Chooser]);
const InputBlock = z.strictObject({
  type: z.literal("input"),
  block_id,
  label: PlainText(2000),
  hint: PlainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: Input,
});
const SectionBlock = z
  .strictObject({
    type: z.literal("section"),
    block_id,
    text: AnyText.optional(),
    fields: z.array(textOf(2000)).min(1).max(10).optional(),
    accessory: z.union([Element, Picture]).optional(),
    expand: z.boolean().optional(),
  })
  .refine((section) => section.text || section.fields, "missing required field: text or fields");
const ActionsBlock = z.strictObject({
  type: z.literal("actions"),
  block_id,
  elements: z
    .array(Element)
    .min(1)
    .max(25)
    .superRefine((elements, context) => refuseTwice(elements, "action_id", context)),
});
const AlertBlock = z.strictObject({
  type: z.literal("alert"),
  block_id,
  level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
  text: textOf(200),
});

const everywhere = [
  RichText,
  SectionBlock,
  HeaderBlock,
  DividerBlock,
  ContextBlock,
  ActionsBlock,
  ImageBlock,
  InputBlock,
] as const;
const HomeBlock = z.discriminatedUnion("type", everywhere);
const ModalBlock = z.discriminatedUnion("type", [...everywhere, AlertBlock]);

const atMost = <B extends typeof HomeBlock | typeof ModalBlock>(block: B) =>
  z
    .array(block)
    .max(100)
    .superRefine((blocks, context) => {
      refuseTwice(blocks, "block_id", context);
      const focused = blocks.filter((one) => one.type === "input" && one.element.focus_on_load);
      if (focused.length > 1)
        context.addIssue({ code: "custom", message: "only one element may have focus_on_load", path: [] });
    });
export const HomeBlocks = atMost(HomeBlock);
export const ModalBlocks = atMost(ModalBlock);
