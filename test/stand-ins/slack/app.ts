import type { OAuth } from "./oauth.ts";
import type { Sockets } from "./socket-mode.ts";

/** What belongs to our app and not to any workspace it is in. */
export type SlackApp = { appToken: string; sockets: Pick<Sockets, "address">; oauth: OAuth };
