import { z } from "zod";
import { type Method, method } from "./method.ts";

export const APPS: Record<string, Method> = {
  "apps.connections.open": { ...method(z.object({}), (_, { app }) => ({ url: app.sockets.address() })), token: "app" },
};
