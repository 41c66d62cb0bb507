import type { Chart } from "./card.ts";
import { shortened } from "./words.ts";

/** An image's description for who does not see it; Slack takes no more. */
const LONGEST_IN_WORDS = 1_000;

/** What a chart shows, in words: "Bar chart of meeting minutes per day: Mon 180 (last week 210), Tue 364 (last week 330)." */
export function chartInWords({ title, categories, series: [first, ...others] }: Chart): string {
  const besides = (index: number) => others.map(({ name, numbers }) => `${lower(name)} ${numberAt(numbers, index)}`);
  const one = (category: string, index: number) => {
    const beside = besides(index).join(", ");
    return `${category} ${numberAt(first?.numbers, index)}${beside && ` (${beside})`}`;
  };
  return shortened(`Bar chart of ${lower(title)}: ${categories.map(one).join(", ")}.`, LONGEST_IN_WORDS);
}

/** So many characters fit beside a label and a number on a telephone. */
const LONGEST_BAR = 20;
const FILLINGS = ["█", "▒", "░", "▓", "=", "-"];

/** The same as lines of text for letters that are all equally wide: what the bars are, then a bar for each number. */
export function chartLines({ unit, categories, series }: Chart): string[] {
  const most = Math.max(1, ...series.flatMap(({ numbers }) => numbers));
  const width = Math.max(...categories.map(({ length }) => length));
  const filling = (which: number) => FILLINGS[which % FILLINGS.length] ?? "";
  const bar = (category: string, index: number) => (_: unknown, which: number) => {
    const number = series[which]?.numbers[index] ?? 0;
    const length = number > 0 ? Math.max(1, Math.round((number / most) * LONGEST_BAR)) : 0;
    return [(which === 0 ? category : "").padEnd(width), filling(which).repeat(length), numberText(number)]
      .filter((text) => text !== "")
      .join(" ");
  };
  return [
    `${series.map(({ name }, which) => `${filling(which)} ${name}`).join("  ")}  (${unit})`,
    ...categories.flatMap((category, index) => series.map(bar(category, index))),
  ];
}

const format = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** "1,440". */
export const numberText = (number: number): string => format.format(number);

const numberAt = (numbers: readonly number[] | undefined, index: number) => numberText(numbers?.[index] ?? 0);

/** As a part of a sentence. */
function lower(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}
