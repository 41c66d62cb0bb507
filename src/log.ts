import { type DestinationStream, pino } from "pino";

const LEVELS = new Set(["trace", "debug", "info", "warn", "error", "silent"]);

const level = process.env.LOG_LEVEL?.trim() ?? "";

/**
 * One JSON line a record. What may stand in it: meeting uuid, channel, because, counts. Never a body, a topic, a name,
 * an address, a link or a token; those keys are cut out even if somebody passes them.
 */
export const log = pino(
  {
    level: LEVELS.has(level) ? level : "info", // `config.ts` names a wrong one
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: withoutForeignWords },
    serializers: { err: withoutForeignText },
  },
  inOneWrite(pino.destination({ sync: true })),
);

/** The lines of one turn of the event loop are written together, and the last ones before the process ends. */
function inOneWrite(output: DestinationStream): DestinationStream {
  let lines = "";
  const write = () => {
    if (lines !== "") output.write(lines);
    lines = "";
  };
  process.on("exit", write);
  return {
    write(line) {
      if (lines === "") setImmediate(write);
      lines += line;
    },
  };
}

const FOREIGN = new Set(["token", "body", "raw", "topic", "name", "email", "headers"]);

/** Not by pino's `redact`, which costs more than the line itself: one is written for every delivery. */
function withoutForeignWords(record: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const key in record) {
    if (FOREIGN.has(key)) continue;
    const value = record[key];
    const isRecord = typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Error);
    kept[key] = isRecord && depth === 0 ? withoutForeignWords(value as Record<string, unknown>, 1) : value;
  }
  return kept;
}

/** An error's own story, without the request or answer that libraries attach to it. */
function withoutForeignText(err: unknown): object {
  if (!(err instanceof Error)) return { message: typeof err };
  const { name, message, stack = "" } = err;
  const mayQuote = LANGUAGE_ERRORS.has(name) && !QUOTES_NOTHING.test(message);
  return {
    name,
    ...(!mayQuote && { message }),
    ...("code" in err && { code: err.code }),
    ...lacking(err),
    ...(!tellsAll(err) && {
      stack: stack
        .replace(message, "")
        .match(/^ {4}at .+$/gm)
        ?.join("\n"),
    }),
    ...(err.cause !== undefined && { cause: withoutForeignText(err.cause) }),
  };
}

/** The permissions that are lacking, as Slack's refusals name them: whoever runs the app has to add these. */
function lacking(err: Error): { needed?: string } {
  const data: unknown = "data" in err ? err.data : undefined;
  const needed = typeof data === "object" && data !== null && "needed" in data ? data.needed : undefined;
  return typeof needed === "string" && SCOPES.test(needed) ? { needed } : {};
}

const SCOPES = /^[a-z_.:,]{1,200}$/;

/** What goes wrong outside: where in our code it was met does not matter. */
function tellsAll(err: Error): boolean {
  return err.name === "ReplyError" || "syscall" in err || REDIS_IS_AWAY.test(err.message);
}

const REDIS_IS_AWAY =
  /^(Connection is closed|Stream isn't writeable|Command timed out|Socket timeout|Cluster isn't ready|Too many Cluster|Reached the max retries|not done within)/;

/** These quote the value that they failed on, and that may be what somebody wrote; the stack tells enough. */
const LANGUAGE_ERRORS = new Set(["SyntaxError", "TypeError", "RangeError", "URIError"]);
const QUOTES_NOTHING = /^(Cannot read properties of (null|undefined) .*|fetch failed|.* is not a function)$/;
