import type { z } from "zod";

/** What is wrong, as Slack puts it, with a pointer to where. */
export function complaints(issue: z.core.$ZodIssue, root: string): string[] {
  const at = (path: PropertyKey[]) => `[json-pointer:${[root, ...path.map(String)].join("/")}]`;
  const says = (words: string, path = issue.path) => [`[ERROR] ${words} ${at(path)}`];
  if (issue.code === "unrecognized_keys")
    return issue.keys.flatMap((key) => says(`invalid additional property: ${key}`));
  if (issue.code === "invalid_type" && issue.input === undefined)
    return says(`missing required field: ${String(issue.path.at(-1))}`, issue.path.slice(0, -1));
  if (issue.code === "invalid_union") return says("unsupported type", issue.path.slice(0, -1));
  if (issue.code === "too_big" && issue.origin === "string")
    return says(`must be less than ${Number(issue.maximum) + 1} characters`);
  if (issue.code === "too_big") return says(`no more than ${issue.maximum} items allowed`);
  if (issue.code === "too_small" && issue.origin === "string")
    return says(`must be more than ${Number(issue.minimum) - 1} characters`);
  if (issue.code === "too_small") return says(`no fewer than ${issue.minimum} items allowed`);
  return says(issue.message);
}
