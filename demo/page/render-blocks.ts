import { createElement as h, type ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message as Library } from "slack-blocks-to-jsx";
import type { Block, SeenControl, SeenView } from "../../test/stand-ins/slack.ts";
import { chartNode } from "./chart.ts";
import { type Control, type Element, fieldControl, isPressed, placeholderOf, pressControl } from "./controls.ts";
import { fieldNode, inputNode } from "./fields.ts";
import { type Picture, pictureNode } from "./files.ts";
import { shelf } from "./shelf.ts";
import { channelNode, linkNode, personNode, timeNode, type Viewer, withWordsAside } from "./words.ts";

export type Rendered = { html: string; controls: Control[] };
type AnyBlock = Block | SeenView["blocks"][number];
/** A block that we lay out ourselves, for the library does not know it or shows only a picture of it. */
type Own = { node: ReactNode };

/**
 * Blocks as their viewer sees them in Slack, as HTML in which everything people wrote is inert. In a view its controls
 * are told, in their order, for they may be more than buttons and menus.
 */
export function renderBlocks(blocks: AnyBlock[], viewer: Viewer, view?: SeenView): Rendered {
  const kept = shelf();
  const controls: Control[] = [];
  const fields = new Map<number, ReactNode>();

  function numbered(element: Element, blockId: string) {
    const index = controls.length;
    const seen = view?.controls[index];
    const action_id = `control-${index}`;
    if (seen && !isPressed(element)) {
      controls.push(fieldControl(seen, viewer));
      fields.set(index, fieldNode(seen, { index, id: `${view.id}-${index}`, label: placeholderOf(element) }, viewer));
      return { type: "button", action_id, text: { type: "plain_text", text: "field" } };
    }
    const control = pressControl(element, blockId, viewer);
    controls.push(control);
    const { action_id: _, ...rest } = element;
    if (isPressed(element)) return { ...rest, confirm: undefined, action_id };
    return { type: "button", action_id, text: { type: "plain_text", text: `${control.label} ▾` } };
  }
  function input(seen: SeenControl, block: Extract<AnyBlock, { type: "input" }>, at: SeenView): ReactNode {
    const place = { index: controls.length, id: `${at.id}-${controls.length}`, error: at.errors[seen.blockId] };
    controls.push(fieldControl(seen, viewer));
    return inputNode(seen, block, place, viewer);
  }
  const inWords = (picture: Picture) => ({ type: "plain_text", text: kept.aside(pictureNode(picture)) });

  function prepared(block: AnyBlock): (object | Own)[] {
    const blockId = block.block_id ?? "";
    switch (block.type) {
      case "input": {
        const seen = view?.controls[controls.length];
        return view && seen ? [{ node: input(seen, block, view) }] : [];
      }
      case "actions":
        return [{ ...block, elements: block.elements.map((element) => numbered(element, blockId)) }];
      case "section": {
        const { accessory, ...rest } = block;
        if (!accessory) return [rest];
        if (accessory.type === "image") return [{ ...rest, fields: [...(rest.fields ?? []), inWords(accessory)] }];
        return [{ ...rest, accessory: numbered(accessory, blockId) }];
      }
      case "context":
        return [{ ...block, elements: block.elements.map((part) => (part.type === "image" ? inWords(part) : part)) }];
      case "image":
        return [{ node: h("div", { className: "own" }, pictureNode(block)) }];
      case "data_visualization":
        return [{ node: h("div", { className: "own" }, chartNode(block)) }];
      case "data_table":
        return [...caption(block.caption), { type: "table", rows: block.rows }];
      case "container":
        return [{ ...block, child_blocks: block.child_blocks.flatMap(prepared).filter((child) => !("node" in child)) }];
      default:
        return [block];
    }
  }

  const nodes = inRuns(blocks.flatMap(prepared)).map((run) => {
    if ("node" in run) return run.node;
    const laidOut = withWordsAside(run.blocks, viewer, kept);
    const html = renderToStaticMarkup(h(Library, { blocks: laidOut as never, ...LAYOUT, hooks: hooks(viewer) }));
    return mended(html, controls, fields);
  });
  const html = nodes.map((node) => (typeof node === "string" ? node : renderToStaticMarkup(node))).join("");
  return { html: kept.putBack(html), controls };
}

const LAYOUT = { name: "", logo: "", withoutWrapper: true };

const caption = (text: string) => [{ type: "section", text: { type: "plain_text", text } }];

/** Our own blocks one by one, and what the library lays out in as long runs as there are. */
function inRuns(blocks: (object | Own)[]): (Own | { blocks: object[] })[] {
  const runs: (Own | { blocks: object[] })[] = [];
  for (const block of blocks) {
    const last = runs.at(-1);
    if ("node" in block) runs.push(block);
    else if (last && "blocks" in last) last.blocks.push(block);
    else runs.push({ blocks: [block] });
  }
  return runs;
}

const hooks = (viewer: Viewer) => ({
  date: ({ timestamp, format, link }: { timestamp: string; format: string; link: string | null }) => {
    const shown = timeNode(Number(timestamp), format, viewer);
    return link ? linkNode(link, shown) : shown;
  },
  user: ({ id }: { id: string }) => personNode(id, viewer),
  channel: ({ id }: { id: string }) => channelNode(id, viewer),
  link: ({ href, children }: { href: string; children?: ReactNode }) => linkNode(href, children),
});

/**
 * The library's HTML with our fields in it, and without its ids: it makes them of action and block ids, so that on a
 * page of many messages they would not be unique. Quotes that people wrote are &quot; here: only real tags match.
 */
function mended(html: string, controls: Control[], fields: Map<number, ReactNode>): string {
  const menu = (index: string) => (controls[Number(index)]?.options ? ' aria-haspopup="menu"' : "");
  return html
    .replaceAll(
      /<button([^>]*) id="(?:overflow_menu_button_)?control-(\d+)"/g,
      (_, before: string, index: string) => `<button${before} data-control="${index}"${menu(index)}`,
    )
    .replaceAll(/ id="[^"]*"/g, "")
    .replaceAll(' data-theme="light"', "")
    .replaceAll(/<button[^>]* data-control="(\d+)".*?<\/button>/gs, (button, index: string) => {
      const field = fields.get(Number(index));
      return field ? renderToStaticMarkup(field) : button;
    });
}
