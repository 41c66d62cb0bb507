import { z } from "zod";
import { Id, id, PlainText, text, textOf, Url } from "./texts.ts";

export type Interactive = z.output<typeof Interactive>;

export const Confirm = z.strictObject({
  title: PlainText(100),
  text: textOf(300),
  confirm: PlainText(30),
  deny: PlainText(30),
  style: z.enum(["primary", "danger"]).optional(),
});
export const Button = z.strictObject({
  type: z.literal("button"),
  text: PlainText(75),
  action_id: Id.optional(),
  url: Url.optional(),
  value: z.string().max(2000).optional(),
  style: z.enum(["primary", "danger"]).optional(),
  confirm: Confirm.optional(),
  accessibility_label: text(75).optional(),
});
export const Option = z.strictObject({
  text: PlainText(75),
  value: text(150),
  description: PlainText(75).optional(),
  url: Url.optional(),
});
export const Overflow = z.strictObject({
  type: z.literal("overflow"),
  options: z.array(Option).min(1).max(5),
  action_id: Id.optional(),
  confirm: Confirm.optional(),
});
export const StaticSelect = z.strictObject({
  type: z.literal("static_select"),
  options: z.array(Option).min(1).max(100),
  initial_option: Option.optional(),
  placeholder: PlainText(150).optional(),
  action_id: Id.optional(),
  confirm: Confirm.optional(),
});
export const Interactive = z.discriminatedUnion("type", [Button, Overflow, StaticSelect]);
export const image = {
  type: z.literal("image"),
  image_url: Url.optional(),
  slack_file: z.strictObject({ id: id("F").optional(), url: Url.optional() }).optional(),
  alt_text: text(2000),
};
export const Picture = z.strictObject(image);
