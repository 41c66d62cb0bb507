import { z } from "zod";
import { isDateFormat } from "../dates.ts";
import { Id, id, Url } from "./texts.ts";

export type RichText = z.output<typeof RichText>;
export type RichTextLeaf = z.output<typeof Leaf>;

const style = z
  .strictObject({
    bold: z.boolean(),
    italic: z.boolean(),
    strike: z.boolean(),
    code: z.boolean(),
    underline: z.boolean(),
    highlight: z.boolean(),
    client_highlight: z.boolean(),
    unlink: z.boolean(),
  })
  .partial()
  .optional();
const Leaf = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string().min(1), style }),
  z.strictObject({
    type: z.literal("link"),
    url: Url,
    text: z.string().min(1).optional(),
    unsafe: z.boolean().optional(),
    style,
  }),
  z.strictObject({ type: z.literal("user"), user_id: id("UW"), style }),
  z.strictObject({ type: z.literal("usergroup"), usergroup_id: id("S"), style }),
  z.strictObject({ type: z.literal("channel"), channel_id: id("CGD"), style }),
  z.strictObject({
    type: z.literal("emoji"),
    name: z.string().regex(/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/, "invalid emoji name"),
    unicode: z.string().optional(),
    skin_tone: z.int().min(1).max(6).optional(),
    style,
  }),
  z.strictObject({ type: z.literal("broadcast"), range: z.enum(["here", "channel", "everyone"]), style }),
  z.strictObject({
    type: z.literal("date"),
    timestamp: z
      .int()
      .positive()
      .refine((timestamp) => timestamp < 100_000_000_000, "must be in seconds"),
    format: z.string().min(1).refine(isDateFormat, "invalid date format"),
    url: Url.optional(),
    timezone: z.string().optional(),
    fallback: z.string().min(1), // optional for Slack; without it a client that knows no dates shows nothing
    style,
  }),
  z.strictObject({
    type: z.literal("color"),
    value: z.string().regex(/^#[0-9a-fA-F]{6}$/, "invalid color"),
    style,
  }),
]);
const leaves = z.array(Leaf).min(1);
const border = z.int().min(0).max(1).optional();
const Section = z.strictObject({ type: z.literal("rich_text_section"), elements: leaves });
export const RichText = z.strictObject({
  type: z.literal("rich_text"),
  block_id: Id.optional(),
  elements: z
    .array(
      z.discriminatedUnion("type", [
        Section,
        z.strictObject({
          type: z.literal("rich_text_list"),
          style: z.enum(["bullet", "ordered"]),
          indent: z.int().min(0).max(8).optional(),
          offset: z.int().min(0).optional(),
          border,
          elements: z.array(Section).min(1),
        }),
        z.strictObject({ type: z.literal("rich_text_quote"), border, elements: leaves }),
        z.strictObject({
          type: z.literal("rich_text_preformatted"),
          border,
          language: z.string().optional(),
          elements: leaves,
        }),
      ]),
    )
    .min(1),
});
