import { deepEqual, equal, match } from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { after, before, describe, mock, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { bodyOf, endAnswer } from "../src/body.ts";
import { openSocket, request } from "./socket.ts";

const MEGABYTE = 1_048_576;

describe("the body of a request", () => {
  let port: number;
  /** What became of the bodies, in the order in which that was known. */
  const outcomes: string[] = [];
  const server = createServer(async (asked, response) => {
    const body = await bodyOf(asked);
    outcomes.push(typeof body === "string" ? body : `${body.length} bytes`);
    const text = typeof body === "string" ? body : body.toString("latin1");
    if (body !== "aborted") response.writeHead(200, { "content-length": text.length, connection: "close" });
    endAnswer(asked, response, text);
  });
  before(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    port = (server.address() as AddressInfo).port;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const post = (body: BodyInit) =>
    fetch(`http://127.0.0.1:${port}/`, { method: "POST", body, duplex: "half" } as RequestInit).then((answer) =>
      answer.text(),
    );

  test("comes as it was sent, in whatever pieces", async () => {
    const bytes = Array.from({ length: 70_000 }, (_, index) => String.fromCharCode(33 + (index % 90))).join("");
    for (const piece of [1, 7, 1_000, 65_536]) {
      const sender = await openSocket(port);
      sender.say(request("POST /", { "transfer-encoding": "chunked" }));
      const chunks = [];
      for (let at = 0; at < bytes.length; at += piece) {
        const chunk = bytes.slice(at, at + piece);
        chunks.push(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
      }
      sender.say(`${chunks.join("")}0\r\n\r\n`);
      await sender.closed;
      equal(sender.heard().slice(sender.heard().indexOf("\r\n\r\n") + 4), bytes);
    }
  });

  test("may be empty, or 1 MB, and no more", async () => {
    outcomes.length = 0;
    for (const size of [0, 1, MEGABYTE, MEGABYTE + 1]) await post("x".repeat(size));
    deepEqual(outcomes, ["0 bytes", "1 bytes", `${MEGABYTE} bytes`, "too large"]);
  });

  test("that is too large is taken to its end, so that its sender reads the refusal and no error", async () => {
    const pieces = "10000\r\n".concat("x".repeat(65_536), "\r\n").repeat(80);
    for (const sent of [
      request("POST /", { "content-length": 5 * MEGABYTE }, Buffer.alloc(5 * MEGABYTE)),
      request("POST /", { "transfer-encoding": "chunked" }, `${pieces}0\r\n\r\n`),
    ]) {
      const sender = connect(port, "127.0.0.1");
      const failed = mock.fn();
      sender.on("error", failed);
      let heard = "";
      sender.on("data", (part) => {
        heard += part;
      });
      for (let at = 0; at < sent.length && !sender.destroyed; at += 65_536) {
        sender.write(sent.subarray(at, at + 65_536));
        await setImmediate(); // the server may answer in between
      }
      if (!sender.closed) await once(sender, "close");
      match(heard, /^HTTP\/1\.1 200 [\s\S]*too large$/);
      equal(failed.mock.callCount(), 0);
    }
  });

  test("may be small however many large ones are being sent, of which the last find no room", async () => {
    outcomes.length = 0;
    const senders = [];
    const part = Buffer.alloc(MEGABYTE - 1);
    while (!outcomes.includes("no room")) {
      const sender = await openSocket(port);
      sender.say(request("POST /", { "content-length": MEGABYTE }, part));
      senders.push(sender);
      equal(await post("small"), "small");
    }
    match(String(senders.length), /^[67]\d$/);
    for (const sender of senders) sender.hangUp();
    await Promise.all(senders.map(({ closed }) => closed));
    const ended = () => outcomes.filter((one) => one === "aborted" || one === "no room").length;
    while (ended() < senders.length) await post("small");
    equal((await post("x".repeat(MEGABYTE))).length, MEGABYTE);
  });
});
