import type { Button, InputBlock, KnownBlock, PlainTextElement, PlainTextOption, SectionBlock } from "@slack/types";
import { z } from "zod";
import type { Line } from "../card/card.ts";
import { mrkdwn, section } from "./message.ts";

/** The one control of an input block is always called so: the block says what it is. */
export const ACTION = "v";

/** What may be foreign: Slack reads no markup in it, and no `:emoji:`. */
export function plainText(text: string): PlainTextElement {
  return { type: "plain_text", text, emoji: false };
}

export function option(text: string, value: string): PlainTextOption {
  return { text: plainText(text), value };
}

export function button(
  actionId: string,
  label: string,
  more: { value?: string; url?: string; style?: "primary" } = {},
): Button {
  return { type: "button", action_id: actionId, text: plainText(label), ...more };
}

export function input(
  blockId: string,
  label: string,
  element: InputBlock["element"],
  { hint, ...more }: { hint?: string; optional?: boolean; dispatch_action?: boolean } = {},
): InputBlock {
  return {
    type: "input",
    block_id: blockId,
    label: plainText(label),
    ...(hint && { hint: plainText(hint) }),
    ...more,
    element: { action_id: ACTION, ...element },
  };
}

/** Lines that may hold foreign text, one below the other. */
export function richLines(...lines: Line[]): KnownBlock {
  const [first = [], ...rest] = lines;
  const joined = [...first, ...rest.flatMap((line) => ["\n", ...line])];
  return { type: "rich_text", elements: [section(joined)] };
}

/** Our own words. */
export function words(line: Line): SectionBlock {
  return { type: "section", text: { type: "mrkdwn", text: mrkdwn(line) } };
}

/** Our own words in small print. */
export function smallPrint(line: Line): KnownBlock {
  return { type: "context", elements: [{ type: "mrkdwn", text: mrkdwn(line) }] };
}

/** What stands in a view now, by block and control. A view that is none has nothing in it. */
export function valuesOf(view: unknown): Values {
  const { success, data } = Filled.safeParse(view);
  return success ? data.state.values : {};
}

export type Values = Record<string, Record<string, unknown>>;

const Filled = z.object({ state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }) });

export const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What the controls of views tell, as Slack names it (docs.slack.dev, "view_submission"), read into what it means. */
export const told = {
  option: <const T extends string>(values: readonly T[], error: string) =>
    z
      .object({ selected_option: z.object({ value: z.enum(values, error) }, error) }, error)
      .transform(({ selected_option }) => selected_option.value),
  options: <const T extends string>(values: readonly T[], error: string) =>
    z
      .object(
        { selected_options: z.array(z.object({ value: z.enum(values, error) }, error), error).max(100, error) },
        error,
      )
      .transform(({ selected_options }) => selected_options.map(({ value }) => value)),
  text: (most: number, error: string) =>
    z.object({ value: z.string(error).max(most, error).nullish() }, error).transform(({ value }) => value ?? ""),
  /** Nothing is 0. */
  whole: (most: number, error: string) =>
    z
      .object(
        {
          value: z
            .string(error)
            .regex(/^\d{0,9}$/, error)
            .nullish(),
        },
        error,
      )
      .transform(({ value }) => Number(value ?? 0))
      .refine((number) => number <= most, error),
  time: (error: string) =>
    z
      .object({ selected_time: z.string(error).regex(CLOCK, error).nullish() }, error)
      .transform(({ selected_time }) => selected_time ?? undefined),
  people: (error: string) =>
    z
      .object({ selected_users: z.array(z.string(error).regex(USER, error), error).max(1_000, error) }, error)
      .transform(({ selected_users }) => [...new Set(selected_users)]),
  channel: (error: string) =>
    z
      .object({ selected_conversation: z.string(error).regex(CHANNEL, error) }, error)
      .transform(({ selected_conversation }) => selected_conversation),
};

export const USER = /^[UW][A-Z0-9]{2,30}$/;
export const CHANNEL = /^[CG][A-Z0-9]{2,30}$/;
