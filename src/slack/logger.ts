import { type Logger, LogLevel } from "@slack/web-api";
import { log } from "../log.ts";

/** Of JSON that cannot be parsed the error quotes the beginning. */
const QUOTED = /\(error: .*\)$/s;

/** What Slack's libraries have to say, in our log and without what people wrote. */
export function slackLogger(from: string): Logger {
  const quiet = log.child({ from }, { level: "warn" });
  const line = (messages: unknown[]) =>
    messages.map((part) => (part instanceof Error ? part.message : String(part).replace(QUOTED, "").trim())).join(" ");
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
