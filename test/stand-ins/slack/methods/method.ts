import { z } from "zod";
import type { SlackApp } from "../app.ts";
import type { Events } from "../events.ts";
import { parseJson } from "../read-call.ts";
import { refuse } from "../refused.ts";
import type { Triggers } from "../triggers.ts";
import type { ViewStore } from "../views/view-store.ts";
import type { Installation, Workspace } from "../workspace.ts";

/** Where a method does its work: what there is, and what the caller's token allows. */
export type Desk = {
  app: SlackApp;
  workspace: Workspace;
  installation: Installation;
  scopes: Set<string>;
  views: ViewStore;
  triggers: Triggers;
  events: Events;
};
export type Answer = Record<string, unknown>;
export type Method = {
  scope?: string;
  /** The bot's token if not told; "app" is the one of Socket Mode. */
  token?: "app" | "none";
  answer: (args: unknown, desk: Desk) => Answer;
};

/** A method of the Web API: its arguments, what it answers, and the scope it always needs. */
export function method<S extends z.ZodType>(
  Args: S,
  answer: (args: z.output<S>, desk: Desk) => Answer,
  scope?: string,
): Method {
  return {
    ...(scope && { scope }),
    answer(args, desk) {
      const read = Args.safeParse(args, { reportInput: true });
      if (!read.success) refuse("invalid_arguments", { messages: read.error.issues.map(inSlacksWords) });
      return answer(read.data, desk);
    },
  };
}

const inSlacksWords = (issue: z.core.$ZodIssue) =>
  issue.input === undefined
    ? `[ERROR] missing required field: ${issue.path.join("/")}`
    : `[ERROR] ${issue.message} [json-pointer:/${issue.path.join("/")}]`;

/** An argument that is a list or an object: in a form it is JSON. */
export const fromJson = <S extends z.ZodType>(schema: S) =>
  z.preprocess((given) => (typeof given === "string" ? parseJson(given) : given), schema);

export const Id = z.string().min(1);
export const Ts = z.string().regex(/^\d+(\.\d+)?$/);
export const Flag = z.union([z.boolean(), z.stringbool()]).default(false);
export const Paging = {
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().default(""),
};

export function page<T>(all: T[], { limit, cursor }: { limit: number; cursor: string }) {
  const from = cursor === "" ? 0 : Number(Buffer.from(cursor, "base64url").toString());
  if (!Number.isInteger(from) || from < 0 || from > all.length) refuse("invalid_cursor");
  const hasMore = from + limit < all.length;
  return {
    items: all.slice(from, from + limit),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? Buffer.from(String(from + limit)).toString("base64url") : "" },
  };
}

export function needScope(needed: string, { scopes }: Desk): void {
  if (!scopes.has(needed)) refuse("missing_scope", { needed });
}
