import type { Redis } from "ioredis";
import type { Reply } from "./commands.ts";
import type { MemoryRedis } from "./memory-redis.ts";

/** Arguments and replies are bytes, each as a character: what is not ASCII stands there as UTF-8. */
export type Command = readonly [name: string, args: readonly string[]];
export type Answer = [err: Error | null, reply: Reply];

/** The part of ioredis' face that the notifier uses, for whatever answers its commands. */
export function redisClient(send: (commands: readonly Command[]) => Promise<Answer[]>): Redis {
  const one = async (method: string, given: readonly unknown[]) => {
    const isRaw = method.endsWith("Buffer");
    const args = given.map(bytes);
    const plain = isRaw ? method.slice(0, -"Buffer".length) : method;
    const name = plain === "call" ? (args.shift() ?? "") : plain;
    const [[err, reply] = [new Error("no answer"), null]] = await send([[name, args]]);
    if (err) throw err;
    return seen(name, isRaw ? inBuffers(reply) : inText(reply));
  };
  const pipeline = () => {
    const commands: Command[] = [];
    const exec = async () =>
      (await send(commands)).map(([err, reply], index) => [err, seen(commands[index]?.[0] ?? "", inText(reply))]);
    const pipe: object = new Proxy(
      {},
      {
        get: (_, name: string) =>
          name === "exec"
            ? exec
            : (...args: unknown[]) => {
                commands.push([name, args.map(bytes)]);
                return pipe;
              },
      },
    );
    return pipe;
  };
  return new Proxy({} as Redis, {
    get: (_, name: string) =>
      name === "pipeline" || name === "multi" ? pipeline : (...args: unknown[]) => one(name, args),
  });
}

/** What a Redis in memory answers to commands that reach it together. */
export function answersOf({ run }: MemoryRedis, commands: readonly Command[]): Answer[] {
  return commands.map(([name, args]) => {
    try {
      return [null, run(name, args)];
    } catch (err) {
      return [err as Error, null];
    }
  });
}

const NOT_ASCII = /[^\0-\x7f]/;

function bytes(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString("latin1");
  const text = String(value);
  return NOT_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

function inText(reply: Reply): unknown {
  if (typeof reply === "string") return NOT_ASCII.test(reply) ? Buffer.from(reply, "latin1").toString("utf8") : reply;
  if (Array.isArray(reply)) return reply.map(inText);
  return typeof reply === "object" && reply !== null ? reply.status : reply;
}

function inBuffers(reply: Reply): unknown {
  if (typeof reply === "string") return Buffer.from(reply, "latin1");
  return Array.isArray(reply) ? reply.map(inBuffers) : reply;
}

/** ioredis makes an object of a whole hash. */
function seen(name: string, reply: unknown): unknown {
  if (name.toLowerCase() !== "hgetall" || !Array.isArray(reply)) return reply;
  return Object.fromEntries(
    Array.from({ length: reply.length / 2 }, (_, at) => [String(reply[2 * at]), reply[2 * at + 1]]),
  );
}
