import { pino } from "pino";

const LEVELS = new Set(["trace", "debug", "info", "warn", "error", "silent"]);

/**
 * One JSON line a record. What may stand in it: meeting uuid, channel, because, counts. Never a body, a topic, a name,
 * an address, a link or a token; those keys are cut out even if somebody passes them.
 */
export const log = pino({
  level: LEVELS.has(process.env.LOG_LEVEL ?? "") ? (process.env.LOG_LEVEL ?? "info") : "info", // `config.ts` names a wrong one
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
  redact: {
    paths: [
      "token",
      "body",
      "raw",
      "topic",
      "name",
      "email",
      "headers",
      "*.token",
      "*.body",
      "*.topic",
      "*.email",
      "*.headers",
    ],
    remove: true,
  },
  serializers: { err: withoutForeignText },
});

/** An error's own story, without the request or answer that libraries attach to it. */
function withoutForeignText(err: unknown): object {
  if (!(err instanceof Error)) return { message: String(err) };
  const { name, message, stack } = err;
  const code = "code" in err ? { code: err.code } : {};
  return { name, message, ...code, stack, ...(err.cause ? { cause: withoutForeignText(err.cause) } : {}) };
}
