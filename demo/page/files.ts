import type { Request, Response } from "express";
import { createElement as h, type ReactNode } from "react";
import type { SlackStandIn } from "../../test/stand-ins/slack.ts";

export type ShownFile = { id: string; name: string; title: string; altText: string; mimetype: string };

const PICTURES = new Set(["image/png"]);

/** A file below its message: a picture as itself, anything else to download. */
export function fileNode({ id, name, title, altText, mimetype }: ShownFile): ReactNode {
  const href = `/file/${id}`;
  const isPicture = PICTURES.has(mimetype);
  return h(
    "figure",
    { className: "file", key: id },
    isPicture && h("a", { href, download: name }, h("img", { src: href, alt: altText })),
    h(
      "figcaption",
      null,
      h("a", { href, download: name, className: "slack_link" }, isPicture ? title : `📄 ${title} (${name})`),
    ),
  );
}

/** The bytes of a file that somebody in the workspace sees. */
export function sendFile(slack: SlackStandIn, request: Request, response: Response): void {
  const all = slack.channels.flatMap(({ id }) => slack.files(id));
  const file = all.find(({ id }) => id === request.params.id);
  if (!file) return void response.status(404).type("text").send("there is no such file\n");
  response.type(PICTURES.has(file.mimetype) ? file.mimetype : "application/octet-stream").send(file.bytes);
}
