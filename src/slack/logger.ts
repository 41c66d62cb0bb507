import { type Logger, LogLevel } from "@slack/web-api";
import { log } from "../log.ts";

/** Of JSON that cannot be parsed the error quotes the beginning. */
const QUOTED = /\(error: .*\)$/s;

/** Of a header that cannot be sent the error quotes all. */
const TOKEN = /Bearer .*?(?="|$)/gs;

/** What Slack's libraries have to say, in our log and without what people wrote. */
export function slackLogger(from: string): Logger {
  const quiet = log.child({ from }, { level: "warn" });
  const said = (part: unknown) => (part instanceof Error ? part.message : String(part).replace(QUOTED, "").trim());
  const line = (messages: unknown[]) => messages.map(said).join(" ").replace(TOKEN, "Bearer …");
  return {
    debug: (...messages) => quiet.debug(line(messages)),
    info: (...messages) => quiet.info(line(messages)),
    warn: (...messages) => quiet.warn(line(messages)),
    error: (...messages) => quiet.error(line(messages)),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
