import { z } from "zod";
import { isDateFormat } from "./dates.ts";

export type Block = z.output<typeof Block>;
export type RichText = z.output<typeof RichText>;
export type RichTextLeaf = z.output<typeof Leaf>;
export type TextObject = z.output<typeof AnyText>;
export type Interactive = z.output<typeof Button> | z.output<typeof Overflow> | z.output<typeof StaticSelect>;
export type Table = z.output<typeof Table> | z.output<typeof DataTable>;

type Verdict =
  | { kind: "fine"; blocks: Block[] }
  | { kind: "refused"; error: "invalid_blocks" | "invalid_attachments" | "msg_blocks_too_long"; messages: string[] };

/** What Slack says to the blocks of one message. It knows the blocks a notifier may need; any other is refused. */
export function checkBlocks(blocks: unknown): Verdict {
  const read = Blocks.safeParse(blocks, { reportInput: true });
  if (!read.success)
    return { kind: "refused", error: "invalid_blocks", messages: read.error.issues.flatMap(inSlacksWords) };
  const tables = read.data.flatMap((block, index) => (isTable(block) ? [index] : []));
  if (tables.length > 1)
    return {
      kind: "refused",
      error: "invalid_attachments",
      messages: [`[ERROR] only_one_table_allowed [json-pointer:/blocks/${tables[1]}]`],
    };
  if (weight(read.data) > MAX_WEIGHT) return { kind: "refused", error: "msg_blocks_too_long", messages: [] };
  return { kind: "fine", blocks: read.data };
}

export const isTable = (block: Block): block is Table => block.type === "table" || block.type === "data_table";

// Measured by others (slackapi/bolt-js#2509, #2867), documented nowhere. Tables have a limit of their own.
const MAX_WEIGHT = 13_200;
const weight = (blocks: Block[]) => JSON.stringify(blocks.filter((block) => !isTable(block))).length;

function inSlacksWords(issue: z.core.$ZodIssue): string[] {
  const at = (path: PropertyKey[]) => `[json-pointer:${["/blocks", ...path.map(String)].join("/")}]`;
  const says = (words: string, path = issue.path) => [`[ERROR] ${words} ${at(path)}`];
  if (issue.code === "unrecognized_keys")
    return issue.keys.flatMap((key) => says(`invalid additional property: ${key}`));
  if (issue.code === "invalid_type" && issue.input === undefined)
    return says(`missing required field: ${String(issue.path.at(-1))}`, issue.path.slice(0, -1));
  if (issue.code === "invalid_union") return says("unsupported type", issue.path.slice(0, -1));
  if (issue.code === "too_big" && issue.origin === "string")
    return says(`must be less than ${Number(issue.maximum) + 1} characters`);
  if (issue.code === "too_big") return says(`no more than ${issue.maximum} items allowed`);
  if (issue.code === "too_small" && issue.origin === "string")
    return says(`must be more than ${Number(issue.minimum) - 1} characters`);
  if (issue.code === "too_small") return says(`no fewer than ${issue.minimum} items allowed`);
  return says(issue.message);
}

// Lengths are counted in UTF-16 code units, the strictest way Slack may count.
const text = (max: number) => z.string().min(1).max(max);
const PlainText = (max: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: text(max), emoji: z.boolean().optional() });
const Mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal("mrkdwn"), text: text(max), verbatim: z.boolean().optional() });
const textOf = (max: number) => z.discriminatedUnion("type", [PlainText(max), Mrkdwn(max)]);
const AnyText = textOf(3000);

/** What Slack makes a link of. */
export const isLinkable = (url: string) => URL.canParse(url) && SCHEMES.has(new URL(url).protocol);
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "slack:"]);
const Url = z.string().min(1).max(3000).refine(isLinkable, "invalid url");
const Id = z.string().min(1).max(255);
const id = (first: string) => z.string().regex(new RegExp(`^[${first}][A-Z0-9]+$`), "invalid id");

// Elements

const Confirm = z.strictObject({
  title: PlainText(100),
  text: textOf(300),
  confirm: PlainText(30),
  deny: PlainText(30),
  style: z.enum(["primary", "danger"]).optional(),
});
const Button = z.strictObject({
  type: z.literal("button"),
  text: PlainText(75),
  action_id: Id.optional(),
  url: Url.optional(),
  value: z.string().max(2000).optional(),
  style: z.enum(["primary", "danger"]).optional(),
  confirm: Confirm.optional(),
  accessibility_label: text(75).optional(),
});
const Option = z.strictObject({
  text: PlainText(75),
  value: text(150),
  description: PlainText(75).optional(),
  url: Url.optional(),
});
const Overflow = z.strictObject({
  type: z.literal("overflow"),
  options: z.array(Option).min(1).max(5),
  action_id: Id.optional(),
  confirm: Confirm.optional(),
});
const StaticSelect = z.strictObject({
  type: z.literal("static_select"),
  options: z.array(Option).min(1).max(100),
  initial_option: Option.optional(),
  placeholder: PlainText(150).optional(),
  action_id: Id.optional(),
  confirm: Confirm.optional(),
});
const Interactive = z.discriminatedUnion("type", [Button, Overflow, StaticSelect]);
const image = {
  type: z.literal("image"),
  image_url: Url.optional(),
  slack_file: z.strictObject({ id: id("F").optional(), url: Url.optional() }).optional(),
  alt_text: text(2000),
};
const Picture = z.strictObject(image);

// Rich text

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
const RichText = z.strictObject({
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

// Tables and charts

const Cell = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("raw_text"), text: z.string().min(1) }),
  z.strictObject({ type: z.literal("raw_number"), value: z.number(), text: z.string().min(1).optional() }),
  RichText,
]);
const rows = (most: number) =>
  z
    .array(z.array(Cell).min(1).max(20))
    .max(most)
    .refine((all) => all.every((row) => row.length === all[0]?.length), "rows must have the same number of cells")
    .refine((all) => JSON.stringify(all.map(cellTexts)).length < 10_000, "must be less than 10000 characters");
const cellTexts = (row: z.output<typeof Cell>[]) =>
  row.map((cell) => (cell.type === "rich_text" ? cell.elements : (cell.text ?? "")));
const Table = z.strictObject({
  type: z.literal("table"),
  block_id: Id.optional(),
  rows: rows(100).min(1),
  column_settings: z
    .array(
      z.strictObject({ align: z.enum(["left", "center", "right"]).optional(), is_wrapped: z.boolean().optional() }),
    )
    .max(20)
    .optional(),
});
const DataTable = z.strictObject({
  type: z.literal("data_table"),
  block_id: Id.optional(),
  caption: z.string().min(1),
  rows: rows(101).min(2),
  page_size: z.int().min(1).max(100).optional(),
  row_header_column_index: z.int().min(0).optional(),
});
const label = text(20);
const Points = z.array(z.strictObject({ label, value: z.number() })).max(20);
const axes = {
  axis_config: z.strictObject({
    categories: z.array(label).min(1).max(20),
    x_label: z.string().optional(),
    y_label: z.string().optional(),
  }),
  series: z
    .array(z.strictObject({ name: text(20), data: Points }))
    .min(1)
    .max(6),
};
const Chart = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("bar"), ...axes }),
    z.strictObject({ type: z.literal("line"), ...axes }),
    z.strictObject({ type: z.literal("area"), ...axes }),
    z.strictObject({
      type: z.literal("pie"),
      segments: z
        .array(z.strictObject({ label, value: z.number().positive() }))
        .min(1)
        .max(6),
    }),
  ])
  .refine(
    (chart) =>
      chart.type === "pie" ||
      chart.series.every(
        ({ data }) => JSON.stringify(data.map(({ label }) => label)) === JSON.stringify(chart.axis_config.categories),
      ),
    "each series needs one point per category, in the same order",
  );

// Blocks

const block_id = Id.optional();
const HeaderBlock = z.strictObject({ type: z.literal("header"), block_id, text: PlainText(150) });
const DividerBlock = z.strictObject({ type: z.literal("divider"), block_id });
const SectionBlock = z
  .strictObject({
    type: z.literal("section"),
    block_id,
    text: AnyText.optional(),
    fields: z.array(textOf(2000)).min(1).max(10).optional(),
    accessory: z.discriminatedUnion("type", [Button, Overflow, StaticSelect, Picture]).optional(),
    expand: z.boolean().optional(),
  })
  .refine((section) => section.text || section.fields, "missing required field: text or fields");
const ContextBlock = z.strictObject({
  type: z.literal("context"),
  block_id,
  elements: z
    .array(z.discriminatedUnion("type", [PlainText(3000), Mrkdwn(3000), Picture]))
    .min(1)
    .max(10),
});
const ActionsBlock = z.strictObject({
  type: z.literal("actions"),
  block_id,
  elements: z
    .array(Interactive)
    .min(1)
    .max(25)
    .superRefine((elements, context) => refuseTwice(elements, "action_id", context)),
});
const ImageBlock = z
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

const Block = z.discriminatedUnion("type", [
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
const Blocks = z
  .array(Block)
  .max(50)
  .superRefine((blocks, context) => refuseTwice(blocks, "block_id", context));

function refuseTwice<K extends string>(items: { [key in K]?: string | undefined }[], key: K, context: z.RefinementCtx) {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const value = item[key];
    if (value === undefined) continue;
    if (seen.has(value)) context.addIssue({ code: "custom", message: `${key} must be unique`, path: [index, key] });
    seen.add(value);
  }
}
