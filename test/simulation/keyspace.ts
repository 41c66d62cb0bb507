/** What a command is answered with where Redis would say an error. */
export class RedisError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ReplyError";
  }
}

export type Value =
  | { kind: "string"; is: string }
  | { kind: "hash"; is: Map<string, string> }
  | { kind: "zset"; is: Map<string, number> }
  | { kind: "list"; is: string[] };

type Kind = Value["kind"];
type Held<K extends Kind> = Extract<Value, { kind: K }>["is"];

const EMPTY: { [K in Kind]: () => Held<K> } = {
  string: () => "",
  hash: () => new Map(),
  zset: () => new Map(),
  list: () => [],
};

export type Keyspace = ReturnType<typeof keyspace>;

/** Keys, what they hold, and until when; as in Redis a key that holds nothing is not there. */
export function keyspace(now: () => number) {
  const values = new Map<string, Value>();
  const expiries = new Map<string, number>();
  const forget = (key: string) => {
    expiries.delete(key);
    return values.delete(key);
  };
  const find = (key: string): Value | undefined => {
    const until = expiries.get(key);
    if (until !== undefined && until <= now()) forget(key);
    return values.get(key);
  };
  const held = <K extends Kind>(key: string, kind: K): Held<K> | undefined => {
    const value = find(key);
    if (value && value.kind !== kind) {
      throw new RedisError("WRONGTYPE Operation against a key holding the wrong kind of value");
    }
    return value?.is as Held<K> | undefined;
  };
  return {
    now,
    find,
    forget,
    /** What a key holds; undefined when it is not there. */
    read: held,
    /** The same to be written to; `tidy` afterwards. */
    open<K extends Kind>(key: string, kind: K): Held<K> {
      const there = held(key, kind);
      if (there !== undefined) return there;
      const is = EMPTY[kind]();
      values.set(key, { kind, is } as Value);
      return is;
    },
    /** Sets a string, which lives for ever unless told otherwise. */
    put(key: string, text: string) {
      forget(key);
      values.set(key, { kind: "string", is: text });
    },
    tidy(key: string) {
      const value = values.get(key);
      if (value && value.kind !== "string" && (Array.isArray(value.is) ? value.is.length : value.is.size) === 0) {
        forget(key);
      }
    },
    expire(key: string, until: number): boolean {
      if (!find(key)) return false;
      expiries.set(key, until);
      find(key); // it may be over already
      return true;
    },
    /** What a key holds is held by another from then on, as long as it would have been. */
    rename(from: string, to: string) {
      const value = find(from);
      if (!value) throw new RedisError("ERR no such key");
      const until = expiries.get(from);
      forget(from);
      forget(to);
      values.set(to, value);
      if (until !== undefined) expiries.set(to, until);
    },
    /** Until when a key lives; undefined: for ever. */
    expiry: (key: string) => (find(key) ? expiries.get(key) : undefined),
    keys: () => [...values.keys()].filter((key) => find(key) !== undefined),
    /** A copy of all there is, with the time that each key has left. */
    snapshot() {
      return Object.fromEntries(
        [...values.keys()].sort().flatMap((key) => {
          const value = find(key);
          if (!value) return [];
          const until = expiries.get(key);
          const is = value.is instanceof Map ? Object.fromEntries([...value.is].sort()) : value.is;
          return [[key, { is, leftMs: until === undefined ? -1 : until - now() }]];
        }),
      );
    },
  };
}
