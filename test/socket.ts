import { once } from "node:events";
import { connect } from "node:net";

export type Socket = Awaited<ReturnType<typeof openSocket>>;

/** A bare connection: says just what a test wants said, also what no honest client would. */
export async function openSocket(port: number, address = "127.0.0.1") {
  const socket = connect(port, address);
  let heard = "";
  let tell = () => {};
  socket.setEncoding("latin1").on("data", (part: string) => {
    heard += part;
    tell();
  });
  socket.on("error", () => {}); // "close" follows
  const closed = new Promise<void>((resolve) => {
    socket.on("close", () => {
      resolve();
      tell();
    });
  });
  await once(socket, "connect");

  return {
    say: (text: string | Buffer) => void (socket.destroyed || socket.write(text)),
    /** Everything heard so far. */
    heard: () => heard,
    /** Waits until something is heard that makes `enough` true, and returns all that was. */
    hears: (enough: RegExp) =>
      new Promise<string>((resolve, reject) => {
        tell = () => {
          if (enough.test(heard)) resolve(heard);
          else if (socket.destroyed) reject(new Error(`the connection ended after ${JSON.stringify(heard)}`));
        };
        tell();
      }),
    closed,
    isOpen: () => !socket.destroyed,
    hangUp: () => socket.destroy(),
  };
}

/** One request with these lines and body, as it goes over the wire. */
export function request(firstLine: string, headers: Record<string, string | number> = {}, body: string | Buffer = "") {
  const lines = Object.entries({ host: "localhost", ...headers }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from(`${[`${firstLine} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`), Buffer.from(body)]);
}
