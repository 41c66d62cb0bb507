import type { z } from "zod";

/** Refuses a value of a key that an earlier item has. */
export function refuseTwice<K extends string>(
  items: { [key in K]?: string | undefined }[],
  key: K,
  context: z.RefinementCtx,
) {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const value = item[key];
    if (value === undefined) continue;
    if (seen.has(value)) context.addIssue({ code: "custom", message: `${key} must be unique`, path: [index, key] });
    seen.add(value);
  }
}
