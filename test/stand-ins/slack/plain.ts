import type { Block, Interactive, RichText, RichTextLeaf, Table, TextObject } from "./check-blocks.ts";
import { readDate, type Viewer } from "./dates.ts";
import { emoji, withEmoji } from "./emoji.ts";
import { parseMrkdwn } from "./mrkdwn.ts";

export type Reader = Viewer & {
  /** What people and channels are called, by id. */
  names?: Readonly<Record<string, string>>;
};

/** Blocks as somebody reads them in Slack: one line for each block, list item and table row. */
export function plain(blocks: Block[], reader: Reader): string {
  return blocks.flatMap((block) => lines(block, reader)).join("\n");
}

/** Slack's markup as a reader sees it: no signs, no entities, dates in the reader's zone. */
export function readMrkdwn(text: string, reader: Reader): string {
  return leaves(parseMrkdwn(text), reader);
}

function lines(block: Block, reader: Reader): string[] {
  switch (block.type) {
    case "rich_text":
      return richTextLines(block, reader);
    case "header":
      return [withEmoji(block.text.text)];
    case "section": {
      const accessory = block.accessory && control(block.accessory);
      const [first, ...rest] = [block.text, ...(block.fields ?? [])].flatMap((text) => text ?? []);
      const firstLine = [first && words(first, reader), accessory].filter(Boolean).join(" ");
      return [firstLine, ...rest.map((field) => words(field, reader))];
    }
    case "context":
      return [block.elements.map((part) => (part.type === "image" ? picture(part) : words(part, reader))).join(" ")];
    case "actions":
      return [block.elements.map(control).join(" ")];
    case "table":
    case "data_table":
      return tableLines(block, reader);
    case "divider":
      return ["———"];
    case "image":
      return [picture(block)];
    case "data_visualization":
      return [`[chart: ${block.title}]`];
    case "markdown":
      return [block.text];
    case "container":
      return [block.title.text, ...block.child_blocks.flatMap((child) => lines(child, reader))];
  }
}

const words = (text: TextObject, reader: Reader) =>
  text.type === "mrkdwn" ? readMrkdwn(text.text, reader) : withEmoji(text.text);

const picture = (image: { alt_text: string }) => `[image: ${image.alt_text}]`;

function control(element: Interactive | { type: "image"; alt_text: string }): string {
  if (element.type === "image") return picture(element);
  if (element.type === "button") return `[${withEmoji(element.text.text)}]`;
  const options = element.options.map(({ text }) => withEmoji(text.text)).join(" / ");
  return element.type === "overflow" ? `[⋮ ${options}]` : `[▾ ${options}]`;
}

function richTextLines(block: RichText, reader: Reader): string[] {
  return block.elements.flatMap((part) => {
    if (part.type === "rich_text_list") {
      const indent = "  ".repeat(part.indent ?? 0);
      const mark = (index: number) => (part.style === "bullet" ? "•" : `${index + 1 + (part.offset ?? 0)}.`);
      return part.elements.map((item, index) => `${indent}${mark(index)} ${leaves(item.elements, reader)}`);
    }
    const text = leaves(part.elements, reader);
    return part.type === "rich_text_quote" ? text.split("\n").map((line) => `> ${line}`) : [text];
  });
}

const leaves = (elements: RichTextLeaf[], reader: Reader) => elements.map((leaf) => leafText(leaf, reader)).join("");

function leafText(leaf: RichTextLeaf, reader: Reader): string {
  switch (leaf.type) {
    case "text":
      return leaf.text;
    case "link":
      return leaf.text ?? leaf.url;
    case "emoji":
      return emoji(leaf.name);
    case "date":
      return readDate(leaf.timestamp, leaf.format, reader);
    case "user":
      return `@${reader.names?.[leaf.user_id] ?? leaf.user_id}`;
    case "channel":
      return `#${reader.names?.[leaf.channel_id] ?? leaf.channel_id}`;
    case "usergroup":
      return `@${leaf.usergroup_id}`;
    case "broadcast":
      return `@${leaf.range}`;
    case "color":
      return leaf.value;
  }
}

function tableLines(block: Table, reader: Reader): string[] {
  const cells = block.rows.map((row) =>
    row.map((cell) => {
      if (cell.type === "raw_text") return cell.text;
      if (cell.type === "raw_number") return cell.text ?? String(cell.value);
      return richTextLines(cell, reader).join(" ");
    }),
  );
  const aligned = (column: number) => (block.type === "table" ? block.column_settings?.[column]?.align : "left");
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const pad = (text: string, column: number) =>
    aligned(column) === "right" ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return cells.map((row) => row.map(pad).join(" | ").trimEnd());
}
