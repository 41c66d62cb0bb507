/** Where Redis is, as `REDIS_URL` says it. */
export type RedisAddress =
  | { kind: "socket"; path: string }
  | ({ kind: "server"; at: Endpoint; db: number } & Access)
  | ({ kind: "sentinel"; sentinels: Endpoint[]; sentinelAs: Login; master: string; db: number } & Access)
  | ({ kind: "cluster"; nodes: Endpoint[] } & Access);

export interface Endpoint {
  host: string;
  port: number;
}

export interface Login {
  username?: string;
  password?: string;
}

interface Access {
  isEncrypted: boolean;
  as: Login;
}

const FORMS = "redis://, rediss://, unix://, redis+sentinel:// or redis+cluster:// (rediss+… with TLS)";
const URL_PARTS = /^redis(s?)(\+sentinel|\+cluster|):\/\/(?:([^/?#]*)@)?([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?$/;

/** Throws a sentence that says what is wrong with the url, without repeating any of it: it may hold a password. */
export function redisAddress(url: string): RedisAddress {
  if (url.startsWith("unix://")) return socketAddress(url.slice("unix://".length));
  if (!/^rediss?(\+sentinel|\+cluster)?:\/\//.test(url)) throw new Error(`must begin with ${FORMS}`);
  const parts = URL_PARTS.exec(url);
  if (!parts) throw new Error("cannot be read: write / ? # and @ in a password as %2F %3F %23 and %40");
  const [, tls, form, userinfo = "", hosts = "", path = "", query = ""] = parts;
  const access = { isEncrypted: tls === "s", as: login(userinfo) };
  const [first = "", ...more] = path.split("/").slice(1).map(decoded);
  if (form === "+sentinel") {
    if (first === "")
      throw new Error("must name the master after its Sentinels: redis+sentinel://a:26379,b:26379/mymaster");
    const sentinelAs = sentinelLogin(query);
    return {
      kind: "sentinel",
      sentinels: endpoints(hosts, 26379),
      sentinelAs,
      master: first,
      db: database(more),
      ...access,
    };
  }
  if (query !== "") throw new Error("must have nothing after a ?, unless it begins with redis+sentinel://");
  if (form === "+cluster") {
    if (database([first, ...more]) !== 0) throw new Error("must name no database: a Cluster has none but 0");
    return { kind: "cluster", nodes: endpoints(hosts, 6379), ...access };
  }
  const [at, ...others] = endpoints(hosts, 6379);
  if (!at || others.length > 0)
    throw new Error("names several servers: begin it with redis+sentinel:// or redis+cluster://");
  return { kind: "server", at, db: database([first, ...more]), ...access };
}

function socketAddress(path: string): RedisAddress {
  if (!path.startsWith("/")) throw new Error("must name a socket by its whole path: unix:///run/redis.sock");
  return { kind: "socket", path };
}

function endpoints(hosts: string, usualPort: number): Endpoint[] {
  return hosts.split(",").map((one) => {
    const [, ipv6, name, port = usualPort] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(one) ?? [];
    const host = ipv6 ?? name;
    if (host === undefined) throw new Error("must name each server as host:port");
    return { host, port: Number(port) };
  });
}

function login(userinfo: string): Login {
  const [, username = "", password = ""] = /^([^:]*):?(.*)$/s.exec(userinfo) ?? [];
  return { ...(username && { username: decoded(username) }), ...(password && { password: decoded(password) }) };
}

function sentinelLogin(query: string): Login {
  const { sentinelUsername, sentinelPassword, ...others } = Object.fromEntries(
    query.split("&").flatMap((one) => {
      const [name = "", ...value] = one.split("=");
      return name ? [[name, decoded(value.join("="))]] : [];
    }),
  );
  if (Object.keys(others).length > 0) {
    throw new Error("must have nothing after the ? but sentinelPassword=… and sentinelUsername=…");
  }
  return {
    ...(sentinelUsername && { username: sentinelUsername }),
    ...(sentinelPassword && { password: sentinelPassword }),
  };
}

function database([db = "", ...more]: string[]): number {
  if (more.some(Boolean) || !/^\d{0,4}$/.test(db)) throw new Error("must end with the number of a database, like /0");
  return Number(db);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error("has a % without two hex digits after it: write % as %25");
  }
}
