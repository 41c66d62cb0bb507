import { z } from "zod";

export type TextObject = z.output<typeof AnyText>;

// Lengths are counted in UTF-16 code units, the strictest way Slack may count.
export const text = (max: number) => z.string().min(1).max(max);
export const PlainText = (max: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: text(max), emoji: z.boolean().optional() });
export const Mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal("mrkdwn"), text: text(max), verbatim: z.boolean().optional() });
export const textOf = (max: number) => z.discriminatedUnion("type", [PlainText(max), Mrkdwn(max)]);
export const AnyText = textOf(3000);

/** What Slack makes a link of. */
export const isLinkable = (url: string) => URL.canParse(url) && SCHEMES.has(new URL(url).protocol);
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "slack:"]);
export const Url = z.string().min(1).max(3000).refine(isLinkable, "invalid url");
export const Id = z.string().min(1).max(255);
export const id = (first: string) => z.string().regex(new RegExp(`^[${first}][A-Z0-9]+$`), "invalid id");
