import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  raw: string;
  headers: IncomingHttpHeaders;
  path: string;
}

/** A status, or what else to do with the response; leaving it alone is a receiver that hangs. */
export type Answering = (received: Received, index: number) => number | ((response: ServerResponse) => void);

/** The smallest receiver of Zoom's deliveries: it notes them and answers what the test says. */
export async function startReceiver(answering: Answering = () => 200) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const delivery = { raw: Buffer.concat(chunks).toString(), headers: request.headers, path: request.url ?? "" };
    received.push(delivery);
    const answer = answering(delivery, received.length - 1);
    if (typeof answer === "number") response.writeHead(answer).end();
    else answer(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: `http://127.0.0.1:${port}/zoom/webhook`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
