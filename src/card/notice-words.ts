import { plainLine } from "../meeting/text.ts";
import type { Notice } from "../subscription/subscription.ts";

const LONGEST_NAME = 60;

/** Foreign text, for the name is what that person says it is: never markup, and nobody is notified. */
export function noticeWords({ by = "" }: Notice): string {
  return `${plainLine(by, LONGEST_NAME) || "Somebody"} changed what this channel hears of · /meetings list`;
}
