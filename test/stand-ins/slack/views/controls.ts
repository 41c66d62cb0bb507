import { randomBytes } from "node:crypto";
import type { ViewBlock, ViewElement } from "../blocks/view-blocks.ts";

/** Something in a view that a person can press, type into or choose from. */
export type Control = {
  blockId: string;
  actionId: string;
  element: ViewElement;
  /** What stands above an input; others have no words of their own. */
  label: string;
  isOptional: boolean;
  isInput: boolean;
  /** Whether the app hears of it at once, and not only when the view is submitted. */
  isTold: boolean;
};

export function controlsIn(blocks: ViewBlock[]): Control[] {
  return blocks.flatMap((block): Control[] => {
    const control = (element: ViewElement): Control => ({
      blockId: block.block_id ?? "",
      actionId: element.action_id ?? "",
      element,
      label: block.type === "input" ? block.label.text : "",
      isOptional: block.type !== "input" || block.optional === true,
      isInput: block.type === "input",
      isTold: block.type !== "input" || block.dispatch_action === true,
    });
    if (block.type === "input") return [control(block.element)];
    if (block.type === "actions") return block.elements.map(control);
    if (block.type === "section" && block.accessory && block.accessory.type !== "image")
      return [control(block.accessory)];
    return [];
  });
}

/** Slack gives every block and every control an id if it came without. */
export function withIds(blocks: ViewBlock[]): ViewBlock[] {
  const id = () => randomBytes(4).toString("base64url").slice(0, 5);
  const named = <E extends { action_id?: string | undefined }>(element: E): E => ({
    ...element,
    action_id: element.action_id ?? id(),
  });
  return blocks.map((block): ViewBlock => {
    const block_id = block.block_id ?? id();
    if (block.type === "input") return { ...block, block_id, element: named(block.element) };
    if (block.type === "actions") return { ...block, block_id, elements: block.elements.map(named) };
    if (block.type === "section" && block.accessory && block.accessory.type !== "image")
      return { ...block, block_id, accessory: named(block.accessory) };
    return { ...block, block_id };
  });
}
