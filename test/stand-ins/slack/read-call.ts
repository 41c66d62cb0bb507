import type { Request } from "express";

export type Call = { kind: "call"; method: string; token: string | undefined; args: Record<string, unknown> };
type Unreadable = { kind: "unreadable"; error: string };

/** What a request to the Web API asks for, or Slack's name for what is wrong with it. */
export function readCall(request: Request): Call | Unreadable {
  const method = String(request.params.method);
  const args = readArgs(request);
  if ("error" in args) return { kind: "unreadable", ...args };
  const { token, ...rest } = args.args;
  const inArgs = typeof token === "string" ? token : undefined;
  return { kind: "call", method, token: bearerOf(request) ?? inArgs, args: rest };
}

export const bearerOf = (request: Request): string | undefined =>
  /^Bearer (.+)$/i.exec(request.get("authorization") ?? "")?.[1];

function readArgs(request: Request): { args: Record<string, unknown> } | { error: string } {
  const body = Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "";
  const query = Object.fromEntries(new URL(request.url, "http://slack").searchParams);
  const type = request.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (body === "") return { args: query };
  if (type === "application/x-www-form-urlencoded")
    return { args: { ...query, ...Object.fromEntries(new URLSearchParams(body)) } };
  if (type !== "application/json") return { error: type ? "invalid_post_type" : "missing_post_type" };
  const json = parseJson(body);
  if (json === undefined) return { error: "invalid_json" };
  if (json === null || typeof json !== "object" || Array.isArray(json)) return { error: "json_not_object" };
  return { args: { ...query, ...json } };
}

/** undefined if it is no JSON; no JSON text means undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
