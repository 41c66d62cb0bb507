import express, { type Request, type Response, Router } from "express";
import type { FileStore } from "./file-store.ts";
import { bearerOf } from "./read-call.ts";

type Options = { files: FileStore; mayRead: (token: string | undefined) => boolean; signIn: string };

/** Where bytes are sent to and fetched from. Nobody needs a token to upload: the address is the permission. */
export function fileRoutes({ files, mayRead, signIn }: Options): Router {
  const routes = Router();

  routes.post("/upload/v1/:ticket", express.raw({ type: () => true, limit: "1gb" }), async (request, response) => {
    const answer = files.receive(String(request.params.ticket), await bytesOf(request));
    response.status(answer.status).type("text").send(answer.text);
  });

  routes.get("/files-pri/:id/:name", (request: Request, response: Response) => {
    const file = files.file(String(request.params.id));
    if (!mayRead(bearerOf(request))) return void response.redirect(signIn); // no error: a page that says "sign in"
    if (file?.state !== "complete") return void response.status(404).end();
    response.type(file.mimetype).send(file.bytes);
  });

  return routes;
}

/** The bytes, sent as they are or as the file of a form. */
async function bytesOf(request: Request): Promise<Buffer> {
  const body: Buffer<ArrayBuffer> = Buffer.isBuffer(request.body) ? Buffer.from(request.body) : Buffer.alloc(0);
  const type = request.get("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) return body;
  const form = await new globalThis.Response(body, { headers: { "content-type": type } }).formData();
  for (const part of form.values()) if (typeof part !== "string") return Buffer.from(await part.arrayBuffer());
  return Buffer.alloc(0);
}
