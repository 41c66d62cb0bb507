import type { Desk, Method } from "./methods/method.ts";

/** Slack's word for why this token is not good for a method, if it is not. */
export function tokenTrouble(
  method: Method | undefined,
  token: string | undefined,
  { app, installation }: Pick<Desk, "app" | "installation">,
): string | undefined {
  const kind = method?.token ?? "bot";
  if (kind === "none") return undefined;
  if (token === undefined) return "not_authed";
  if (kind === "app" && token !== app.appToken)
    return token.startsWith("xapp-") ? "invalid_auth" : "not_allowed_token_type";
  if (kind === "app") return undefined;
  if (token === app.appToken) return "not_allowed_token_type";
  if (token !== installation.botToken) return "invalid_auth";
  if (installation.state === "revoked") return "token_revoked";
  if (installation.state === "uninstalled") return "account_inactive";
  return undefined;
}
