import type { Block } from "../../test/stand-ins/slack.ts";

/** Something to press in a message, and how to say which one it was. */
export type Control = {
  blockId: string;
  actionId: string;
  label: string;
  url?: string;
  /** What a menu offers; a button has none. */
  options?: { label: string; value: string }[];
};

type Element = Extract<Block, { type: "actions" }>["elements"][number];
type Picture = { type: "image"; alt_text: string };

/** The blocks with their controls numbered, and with what the page has no picture for said in words. */
export function withControls(blocks: Block[]): { blocks: Block[]; controls: Control[] } {
  const controls: Control[] = [];

  function numbered(element: Element, blockId: string): Element {
    const { action_id: actionId = "", confirm: _, ...plain } = element;
    const action_id = `control-${controls.length}`;
    if (plain.type === "button") {
      controls.push({ blockId, actionId, label: plain.text.text, ...(plain.url && { url: plain.url }) });
      return { ...plain, action_id };
    }
    const options = plain.options.map(({ text, value }) => ({ label: text.text, value }));
    const label = plain.type === "overflow" ? "More options" : (plain.placeholder?.text ?? "Choose");
    controls.push({ blockId, actionId, label, options });
    if (plain.type === "overflow") return { ...plain, action_id };
    return { type: "button", action_id, text: { type: "plain_text", text: `${label} ▾` } };
  }

  const inWords = ({ alt_text }: Picture) => ({ type: "plain_text" as const, text: `🖼 ${alt_text}` });

  const shown = blocks.map((block): Block => {
    const blockId = block.block_id ?? "";
    switch (block.type) {
      case "actions":
        return { ...block, elements: block.elements.map((element) => numbered(element, blockId)) };
      case "section": {
        const { accessory, ...rest } = block;
        if (!accessory) return rest;
        if (accessory.type === "image") return { ...rest, fields: [...(rest.fields ?? []), inWords(accessory)] };
        return { ...rest, accessory: numbered(accessory, blockId) };
      }
      case "context":
        return { ...block, elements: block.elements.map((part) => (part.type === "image" ? inWords(part) : part)) };
      case "image":
        return { type: "section", text: inWords(block) };
      default:
        return block;
    }
  });
  return { blocks: shown, controls };
}
