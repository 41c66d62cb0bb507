import { type Card, linesOf, lineText, type Part } from "../../src/card/card.ts";
import { chartInWords } from "../../src/card/chart.ts";

/** A card as a reader sees it, on the clocks of UTC: one line for each of its lines, buttons and small print last. */
export function cardText({ parts, buttons, note }: Card): string[] {
  return [
    ...parts.flatMap(partText),
    ...(buttons.length > 0 ? [buttons.map(({ label }) => `[${label}]`).join(" ")] : []),
    ...(note ? [lineText(note)] : []),
  ];
}

function partText(part: Part): string[] {
  switch (part.kind) {
    case "heading":
      return [part.text];
    case "line":
      return [lineText(part.line)];
    case "list":
      return [
        ...(part.title ? [part.title] : []),
        ...linesOf(part, 1_000).map((line, index) => `${part.isNumbered ? `${index + 1}.` : "•"} ${lineText(line)}`),
      ];
    case "figures":
      return part.figures.map(({ value, label }) => `${value} ${label}`);
    case "table":
      return [part.columns.map(({ title }) => title), ...part.rows].map((row) => row.join(" | "));
    case "chart":
      return [chartInWords(part)];
  }
}
