import { connect } from "node:net";

/** The status of the first answer and all that came; 0: the connection ended without one. Rejects when nothing comes. */
export async function ask(port: number, bytes: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.\d (\d{3})/.exec(text)?.[1] ?? 0), text });
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`nothing was answered, or not all: ${JSON.stringify(text.slice(0, 200))}`));
    }, PATIENCE_MS);
    socket.setEncoding("latin1").on("data", (part: string) => {
      text += part;
      if (isWhole(text)) done();
    });
    socket.on("error", () => {}); // "close" follows
    socket.on("close", done);
    socket.write(bytes);
  });
}

/** However busy the machine is; what is cut off for its slowness is not asked here. */
const PATIENCE_MS = 15_000;

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  if (/\r\ntransfer-encoding: chunked/i.test(text.slice(0, end))) return text.endsWith("0\r\n\r\n");
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1];
  return length !== undefined && text.length >= end + 4 + Number(length);
}
