import { z } from "zod";
import { refuse } from "../refused.ts";
import { type Method, method } from "./method.ts";

export const APPS: Record<string, Method> = {
  "apps.connections.open": { ...method(z.object({}), (_, { app }) => ({ url: app.sockets.address() })), token: "app" },

  "apps.uninstall": method(
    z.object({ client_id: z.string(), client_secret: z.string() }),
    (args, { app, installation, workspace, events }) => {
      if (args.client_id !== app.oauth.clientId) refuse("invalid_client_id");
      if (args.client_secret !== app.oauth.clientSecret) refuse("bad_client_secret");
      installation.state = "uninstalled";
      void events.tell({ type: "tokens_revoked", tokens: { oauth: [], bot: [workspace.bot.userId] } });
      void events.tell({ type: "app_uninstalled" });
      return {};
    },
  ),
};
