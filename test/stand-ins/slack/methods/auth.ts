import { z } from "zod";
import { refuse } from "../refused.ts";
import { Flag, type Method, method } from "./method.ts";

export const AUTH: Record<string, Method> = {
  "auth.test": method(z.object({}), (_, { workspace: { team, bot } }) => ({
    url: `https://${team.domain}.slack.com/`,
    team: team.domain,
    team_id: team.id,
    user: bot.name,
    user_id: bot.userId,
    bot_id: bot.botId,
    is_enterprise_install: false,
  })),

  "auth.revoke": method(z.object({ test: Flag }), (args, { installation, workspace, events }) => {
    if (!args.test) {
      installation.state = "revoked";
      void events.tell({ type: "tokens_revoked", tokens: { oauth: [], bot: [workspace.bot.userId] } });
    }
    return { revoked: !args.test };
  }),

  "team.info": method(
    z.object({ team: z.string().optional() }),
    (args, { workspace: { team } }) => {
      if (args.team && args.team !== team.id) refuse("team_not_found");
      const { id, domain } = team;
      return { team: { id, name: domain, domain, email_domain: "", url: `https://${domain}.slack.com/` } };
    },
    "team:read",
  ),

  "bots.info": method(
    z.object({ bot: z.string().optional() }),
    (args, { workspace: { bot } }) => {
      if (args.bot && args.bot !== bot.botId) refuse("bot_not_found");
      const { botId, name, appId, userId } = bot;
      return { bot: { id: botId, name, app_id: appId, user_id: userId, deleted: false } };
    },
    "users:read",
  ),
};
