import type { Block } from "../check-blocks.ts";
import { plain, type Reader } from "../plain.ts";
import { type Control, controlsIn } from "./controls.ts";
import type { OfferedOption } from "./values.ts";
import { type OpenView, stateNow } from "./view-store.ts";

/** A view as somebody reads it: its title, a line for each block, what is typed, what is wrong, and its buttons. */
export function plainView(open: OpenView, reader: Reader): string {
  const { view } = open;
  const shown = (control: Control) => inWords(control, open, reader);
  const lines = view.blocks.flatMap((block): string[] => {
    const controls = controlsIn([block]).map(shown);
    if (block.type === "input") {
      const error = open.errors[block.block_id ?? ""];
      return [`${block.label.text}: ${controls.join()}`, ...(error ? [`! ${error}`] : [])];
    }
    if (block.type === "actions") return [controls.join(" ")];
    if (block.type === "alert") return [`(${block.level ?? "default"}) ${plain([section(block.text)], reader)}`];
    if (block.type === "section" && block.accessory && block.accessory.type !== "image") {
      const [first = "", ...rest] = plain([{ ...block, accessory: undefined }], reader).split("\n");
      return [`${first} ${controls.join()}`, ...rest];
    }
    return [plain([block as Block], reader)];
  });
  const trouble = open.trouble ? [`! ${open.trouble}`] : [];
  if (view.type === "home") return [...lines, ...trouble].join("\n");
  const buttons = [view.close?.text ?? "Cancel", ...(view.submit ? [view.submit.text] : [])];
  return [view.title.text, ...lines, ...trouble, buttons.map((text) => `[${text}]`).join(" ")].join("\n");
}

const section = (text: Extract<Block, { type: "section" }>["text"]) => ({ type: "section" as const, text });

function inWords(control: Control, open: OpenView, { names }: Reader): string {
  const { element } = control;
  if (element.type === "button") return `[${element.text.text}]`;
  if (element.type === "overflow") return `[⋮ ${element.options.map(({ text }) => text.text).join(" / ")}]`;
  const { type: _, ...state } = stateNow(open, control);
  const said = Object.values(state)
    .flat()
    .filter((value) => value !== null)
    .map((value) => (typeof value === "string" ? (names?.[value] ?? value) : (value as OfferedOption).text.text))
    .join(", ");
  if (control.isInput) return said;
  const placeholder = "placeholder" in element ? element.placeholder?.text : undefined;
  return `[▾ ${said || placeholder || ""}]`;
}
