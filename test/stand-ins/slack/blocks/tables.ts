import { z } from "zod";
import { RichText } from "./rich-text.ts";
import { Id, text } from "./texts.ts";

export type Table = z.output<typeof Table> | z.output<typeof DataTable>;

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
export const Table = z.strictObject({
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
export const DataTable = z.strictObject({
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
export const Chart = z
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
