import { deepEqual, equal, match, ok } from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { after, describe, test } from "node:test";
import { guardedServer } from "../src/connections.ts";
import { openSocket, request } from "./socket.ts";

const closing: (() => Promise<unknown>)[] = [];
after(() => Promise.all(closing.map((close) => close())));

async function listen(listener: RequestListener, options?: Parameters<typeof guardedServer>[1]) {
  const server = guardedServer(listener, options);
  await once(server.listen(0, "127.0.0.1"), "listening");
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return { server, port: (server.address() as AddressInfo).port };
}

const answers = (heard: string) => heard.match(/(?<=HTTP\/1\.1 )\d+/g) ?? [];
const ask = request("GET /");

describe("the requests of one connection", () => {
  test("are worked on one after another, and answered in their order", async () => {
    const open: IncomingMessage[] = [];
    const { port } = await listen((asked, response) => {
      open.push(asked);
      equal(open.length, 1, "two at a time");
      setImmediate(() => {
        open.pop();
        response.end(asked.url);
      });
    });
    const client = await openSocket(port);
    client.say(Buffer.concat(Array.from({ length: 500 }, (_, index) => request(`GET /<${index}>`))));
    const heard = await client.hears(/<499>/);
    deepEqual(
      heard.match(/(?<=<)\d+(?=>)/g),
      Array.from({ length: 500 }, (_, index) => `${index}`),
    );
    client.hangUp();
  });

  test("may have bodies that come while others are answered", async () => {
    const { port } = await listen(async (asked, response) => {
      const body = await asked.toArray();
      response.end(`<${Buffer.concat(body)}>`);
    });
    const client = await openSocket(port);
    const large = "x".repeat(300_000);
    const post = (body: string) => request("POST /", { "content-length": body.length }, body);
    client.say(Buffer.concat([post("a"), post(large), post("b"), post(large), post("last")]));
    const heard = await client.hears(/<last>/);
    deepEqual(
      heard.match(/<\w+>/g)?.map(({ length }) => length),
      [3, 300_002, 3, 300_002, 6],
    );
    client.hangUp();
  });

  test("keep nobody else waiting, however many come in one breath", async () => {
    const { port } = await listen((_, response) => void response.end());
    const [crowd, other] = [await openSocket(port), await openSocket(port)];
    const many = 100_000;
    crowd.say(Buffer.concat(Array.from({ length: many }, () => ask)));
    await crowd.hears(/ 200 /);
    other.say(ask);
    await other.hears(/ 200 [\s\S]*\r\n\r\n/);
    const before = answers(crowd.heard()).length;
    ok(before < many / 10, `${before} of ${many} were answered first`);
    crowd.hangUp();
    other.hangUp();
  });

  test("are not read on end while one of them is worked on", async () => {
    let read = 0;
    let release = () => {};
    const { port, server } = await listen((asked, response) => {
      if (asked.url === "/slow") release = () => response.end("at last");
      else response.end();
    });
    server.on("request", ({ url }) => {
      if (url === "/") read += 1;
    });
    const client = await openSocket(port);
    client.say(Buffer.concat([ask, ask, request("GET /slow"), ...Array.from({ length: 50_000 }, () => ask)]));
    for (let before = -1; read > before; ) {
      before = read;
      for (let round = 0; round < 50; round += 1) await (await fetch(`http://127.0.0.1:${port}/other`)).text();
    }
    ok(read < 5_000 && client.isOpen(), `${read} were read`);
    release();
    await client.hears(/at last/);
    client.hangUp();
  });

  test("are not read on end while nobody takes the answers", async () => {
    let begun = 0;
    const { port } = await listen((asked, response) => {
      if (asked.url === "/") begun += 1;
      response.end("x".repeat(asked.url === "/" ? 100_000 : 1));
    });
    const client = connect(port, "127.0.0.1").pause();
    client.on("error", () => {});
    client.write(Buffer.concat(Array.from({ length: 20_000 }, () => ask)));
    for (let before = -1; begun > before; ) {
      before = begun;
      for (let round = 0; round < 50; round += 1) await (await fetch(`http://127.0.0.1:${port}/other`)).text();
    }
    ok(begun > 0 && begun < 1_000, `${begun} were begun`);
    client.destroy();
  });
});

describe("a connection on which an answer does not come to its end", () => {
  test("is cut off after seven seconds of silence", async () => {
    const { port } = await listen(() => {});
    const client = await openSocket(port);
    client.say(ask);
    await client.closed;
    equal(client.heard(), "");
  });

  test("is cut off after ten seconds, also if a little of it goes on and on", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { port } = await listen((_, response) => void response.write("a little"));
    const client = await openSocket(port);
    client.say(ask);
    await client.hears(/a little/);
    context.mock.timers.tick(9_999);
    ok(client.isOpen());
    context.mock.timers.tick(1);
    await client.closed;
  });
});

describe("a connection on which nothing is asked any more", () => {
  test("is cut off, also if bytes come on it that begin no request", async () => {
    const { port } = await listen((_, response) => void response.end("x"));
    const client = await openSocket(port);
    client.say(ask);
    await client.hears(/x$/);
    const teasing = setInterval(() => client.say("\r\n"), 500);
    await client.closed.finally(() => clearInterval(teasing));
  });
});

describe("a crowd of connections", () => {
  test("loses those that asked nothing for the longest time", async () => {
    const { port, server } = await listen((_, response) => void response.end("served"), { mostConnections: 10 });
    const crowd = [];
    for (let index = 0; index < 10; index += 1) crowd.push(await openSocket(port));
    crowd[0]?.say(ask);
    await crowd[0]?.hears(/served/);
    const late = [await openSocket(port), await openSocket(port)];
    for (const one of late) one.say(ask);
    for (const one of late) match(await one.hears(/served/), / 200 /);
    await Promise.all([crowd[1]?.closed, crowd[2]?.closed]);
    deepEqual(
      crowd.map((one) => one.isOpen()),
      crowd.map((_, index) => index !== 1 && index !== 2),
    );
    equal(await new Promise((resolve) => server.getConnections((_, count) => resolve(count))), 10);
    for (const one of [...crowd, ...late]) one.hangUp();
  });
});
