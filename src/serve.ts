import type { IncomingMessage, RequestListener, Server } from "node:http";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { announcesTooMuch, endAnswer } from "./body.ts";
import { guardedServer } from "./connections.ts";
import { log } from "./log.ts";

/** Tells nobody what it is made of, and nobody to keep its answers. */
export function plainExpress(): Express {
  return express().disable("x-powered-by").disable("etag");
}

/**
 * Listeners by the exact address at which they are asked before Express is, which costs as much as all that the webhook
 * does. They send the headers below themselves, and Express knows them too: it finds them by other spellings.
 */
export type Shortcuts = ReadonlyMap<string, RequestListener>;

/** Every answer forbids to keep it and to guess what it is, also those that libraries give. */
function carefully(web: Express, shortcuts: Shortcuts): RequestListener {
  return (request, response) => {
    const shortcut = shortcuts.get(request.url ?? "");
    if (shortcut) return shortcut(request, response);
    response.setHeader("cache-control", "no-store");
    response.setHeader("x-content-type-options", "nosniff");
    if (URL.canParse(request.url ?? "", "http://here")) web(request, response);
    else response.writeHead(400, { connection: "close" }).end();
  };
}

const PROXIES_SET = ["x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"];

/** It comes from this machine itself, and not through a proxy that runs there. */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  const isLoopback = /^(::1|(::ffff:)?127\.)/.test(socket.remoteAddress ?? "");
  const namesLoopback = /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(headers.host ?? "");
  return isLoopback && namesLoopback && PROXIES_SET.every((name) => headers[name] === undefined);
}

export const nothingHere: RequestHandler = (request, response) => {
  const text = "there is nothing here\n";
  response.status(404).type("text").set("content-length", String(text.length));
  endAnswer(request, response, text);
};

export const withoutStackTrace: ErrorRequestHandler = (err, _request, response, next) => {
  const status = Number(err?.status ?? err?.statusCode);
  const isTheirs = status >= 400 && status < 500;
  if (!isTheirs) log.error({ err }, "a request failed");
  if (response.headersSent) return next(err);
  response
    .status(isTheirs ? status : 500)
    .type("text")
    .send(isTheirs ? "this request cannot be read\n" : "this did not work\n");
};

/** Listens at the port, 0 for a free one. Rejects when it is taken. */
export async function listening(
  web: Express,
  port: number,
  host: string | undefined,
  shortcuts: Shortcuts = new Map(),
): Promise<Server> {
  const server = guardedServer(carefully(web, shortcuts));
  server.on("checkContinue", (request, response) => {
    if (!announcesTooMuch(request)) response.writeContinue(); // else it hears 413 before it sends anything
    server.emit("request", request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host && { host }) }, resolve);
  });
  return server;
}

/** Takes no more requests; resolves when those that run are answered. */
export async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
