import { createHash } from "node:crypto";
import { COMMANDS, type Reply } from "./commands.ts";
import { type Keyspace, keyspace, RedisError } from "./keyspace.ts";
import { compiled, type LuaValue, numberText, Table } from "./lua.ts";

export interface MemoryRedis {
  /** One command, at once and alone, as Redis does them. Throws a `RedisError` where Redis answers one. */
  run(command: string, args: readonly string[]): Reply;
  /** It knows its data afterwards, but no scripts, and is another run of Redis. */
  restart(): void;
  data: Keyspace;
  /** Every error but NOSCRIPT: our scripts and commands are never wrong. */
  refused: readonly string[];
}

/**
 * A Redis in memory, on any clock: the commands and scripts that the notifier uses, the same to the last bit (see
 * `conformance.test.ts`), and an error for any other. `mutate` may change a script before it is loaded.
 */
export function memoryRedis(now: () => number, mutate: (lua: string) => string = (lua) => lua): MemoryRedis {
  const data = keyspace(now);
  const loaded = new Map<string, Script>();
  let runs = 1;
  const refused: string[] = [];
  const refuse = (message: string) => {
    refused.push(message);
    return new RedisError(message);
  };
  const run = (command: string, args: readonly string[]): Reply => {
    const name = command.toUpperCase();
    if (name === "EVAL") return evaluated(load(args[0] ?? ""), args.slice(1));
    if (name === "EVALSHA") {
      const script = loaded.get(args[0] ?? "");
      if (!script) throw new RedisError("NOSCRIPT No matching script. Please use EVAL.");
      return evaluated(script, args.slice(1));
    }
    if (name === "INFO") return `# Server\r\nredis_version:7.0.15\r\nrun_id:run${runs}\r\n`;
    const work = COMMANDS[name];
    if (!work) throw refuse(`ERR unknown command '${command}': teach it in test/simulation/commands.ts`);
    try {
      return work(data, args);
    } catch (err) {
      throw refuse((err as Error).message);
    }
  };
  const load = (lua: string): Script => {
    const sha = createHash("sha1").update(lua).digest("hex");
    try {
      const script = loaded.get(sha) ?? scriptOf(mutate(lua));
      loaded.set(sha, script);
      return script;
    } catch (err) {
      throw refuse((err as Error).message);
    }
  };
  const call = (name: LuaValue, ...args: LuaValue[]) => toLua(run(argument(name), args.map(argument)));
  const evaluated = (script: Script, [count = "0", ...given]: readonly string[]): Reply => {
    const keys = new Table(given.slice(0, Number(count)));
    const args = new Table(given.slice(Number(count)));
    try {
      return fromLua(script({ keys, args, call }));
    } catch (err) {
      throw refuse(`ERR ${(err as Error).message}`);
    }
  };
  const restart = () => {
    loaded.clear();
    runs += 1;
  };
  return { run, restart, data, refused };
}

type Script = ReturnType<typeof compiled>;
const compiledBefore = new Map<string, Script>();

function scriptOf(lua: string): Script {
  const script = compiledBefore.get(lua) ?? compiled(lua);
  compiledBefore.set(lua, script);
  return script;
}

function argument(value: LuaValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value, 17);
  throw new RedisError("ERR Lua redis lib command arguments must be strings or integers");
}

/** What a script sees of a reply: nil is false. */
function toLua(reply: Reply): LuaValue {
  if (reply === null) return false;
  if (Array.isArray(reply)) return new Table(reply.map(toLua));
  if (typeof reply === "object") return new Table().with("ok", reply.status);
  return reply;
}

/** What a client sees of a script's result: whole numbers, nothing after the first nil, no false. */
function fromLua(value: LuaValue): Reply {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Math.trunc(value);
  if (value === true) return 1;
  if (!(value instanceof Table)) return null;
  const status = value.get("ok");
  if (typeof status === "string") return { status };
  return value.list.slice(0, value.length).map(fromLua);
}
