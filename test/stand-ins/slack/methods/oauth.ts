import { z } from "zod";
import { type Method, method } from "./method.ts";

const word = z.string().optional();

export const OAUTH: Record<string, Method> = {
  "oauth.v2.access": {
    ...method(z.object({ client_id: word, client_secret: word, code: word, redirect_uri: word }), (args, { app }) =>
      app.oauth.access(args),
    ),
    token: "none",
  },
};
