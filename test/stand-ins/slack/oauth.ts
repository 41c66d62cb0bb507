import { randomBytes } from "node:crypto";
import { Router } from "express";
import type { Answer } from "./methods/method.ts";
import { refuse } from "./refused.ts";
import type { Bot, Installation, Person, Team } from "./workspace.ts";

/** A workspace that our app may be installed in. */
export type Candidate = { team: Team; bot: Bot; users: readonly Person[]; installation: Installation };
export type OAuth = ReturnType<typeof oauthDesk>;

type Options = {
  clientId: string;
  clientSecret: string;
  /** The addresses people may be sent back to, as the app's settings list them. */
  redirectUrls: () => string[];
  candidates: () => readonly Candidate[];
  monotonicMs?: () => number;
};
type Request = { redirectUri: string; saidRedirectUri: string | undefined; scopes: string[]; state: string };
type Grant = Request & { candidate: Candidate; userId: string; since: number; isUsed: boolean };
type Access = Partial<Record<"client_id" | "client_secret" | "code" | "redirect_uri", string | undefined>>;

const CODE_LIVES_MS = 10 * 60_000;

/** How our app gets into a workspace: somebody allows it on Slack's page, and a code becomes a token. */
export function oauthDesk({ clientId, clientSecret, redirectUrls, candidates, monotonicMs }: Options) {
  const clock = monotonicMs ?? (() => performance.now());
  const grants = new Map<string, Grant>();

  function read(address: string): Request {
    const asked = new URL(address, "http://slack").searchParams;
    if (asked.get("client_id") !== clientId) refuse("invalid_client_id");
    const saidRedirectUri = asked.get("redirect_uri") ?? undefined;
    const redirectUri = saidRedirectUri ?? redirectUrls()[0] ?? refuse("bad_redirect_uri");
    if (!redirectUrls().some((known) => redirectUri.startsWith(known))) refuse("bad_redirect_uri");
    const scopes = (asked.get("scope") ?? "").split(/[ ,]+/).filter((scope) => scope !== "");
    if (scopes.length === 0) refuse("invalid_scope");
    return { redirectUri, saidRedirectUri, scopes, state: asked.get("state") ?? "" };
  }

  function backTo({ redirectUri, state }: Request, answer: Record<string, string>): string {
    const url = new URL(redirectUri);
    for (const [name, value] of Object.entries({ ...answer, state })) url.searchParams.set(name, value);
    return url.href;
  }

  /** Somebody presses Allow. Returns the address their browser is sent to. */
  function allow(
    address: string,
    { teamId, userId }: { teamId?: string | undefined; userId?: string | undefined } = {},
  ): string {
    const request = read(address);
    const candidate = teamId ? candidates().find(({ team }) => team.id === teamId) : candidates()[0];
    const allowing = userId ?? candidate?.users[0]?.id;
    if (!candidate || !allowing) return refuse("team_not_found");
    const code = `${candidate.team.id}.${randomBytes(12).toString("hex")}`;
    grants.set(code, { ...request, candidate, userId: allowing, since: clock(), isUsed: false });
    return backTo(request, { code });
  }

  const routes = Router();
  routes.get("/oauth/v2/authorize", (request, response) => {
    const { team: teamId, answer } = request.query as Record<string, string | undefined>;
    try {
      if (answer === "allow") return void response.redirect(allow(request.url, { teamId }));
      const asked = read(request.url);
      if (answer === "cancel") return void response.redirect(backTo(asked, { error: "access_denied" }));
      const offered = candidates().filter(({ team }) => !teamId || team.id === teamId);
      const link = (words: string, more: Record<string, string>) =>
        `<p><a href="?${inHtml(new URLSearchParams({ ...(request.query as Record<string, string>), ...more }))}">${words}</a></p>`;
      const allowing = offered.map(({ team }) => link(`Allow in ${team.domain}`, { team: team.id, answer: "allow" }));
      response
        .type("html")
        .send(["<title>Install</title>", ...allowing, link("Cancel", { answer: "cancel" })].join(""));
    } catch (error) {
      response
        .status(400)
        .type("text")
        .send(String(error instanceof Error ? error.message : error));
    }
  });

  return {
    routes,
    clientId,
    clientSecret,
    allow,
    /** Somebody presses Cancel. Returns the address their browser is sent to. */
    cancel: (address: string): string => backTo(read(address), { error: "access_denied" }),

    /** A code for a token, once, for who knows the app's secret and where the code was sent. */
    access(given: Access): Answer {
      if (given.client_id !== clientId) refuse("invalid_client_id");
      if (given.client_secret !== clientSecret) refuse("bad_client_secret");
      const grant = grants.get(given.code ?? "") ?? refuse("invalid_code");
      if (grant.isUsed) refuse("code_already_used");
      if (clock() - grant.since > CODE_LIVES_MS) refuse("code_expired");
      if (grant.saidRedirectUri !== given.redirect_uri) refuse("bad_redirect_uri");
      grant.isUsed = true;
      const { installation, team, bot } = grant.candidate;
      install(installation, grant.scopes, team);
      return {
        access_token: installation.botToken,
        token_type: "bot",
        scope: [...installation.scopes].join(","),
        bot_user_id: bot.userId,
        app_id: bot.appId,
        team: { id: team.id, name: team.domain },
        enterprise: null,
        authed_user: { id: grant.userId },
        is_enterprise_install: false,
      };
    },
  };
}

/** Scopes add up and the token stays while an app is installed; an app that was taken out begins anew. */
function install(installation: Installation, scopes: string[], team: Team): void {
  if (installation.state !== "active") {
    installation.scopes.clear();
    installation.botToken = `xoxb-${team.id}-${randomBytes(8).toString("hex")}`;
    installation.state = "active";
  }
  for (const scope of scopes) installation.scopes.add(scope);
}

const inHtml = (query: URLSearchParams) => query.toString().replaceAll("&", "&amp;");
