import type { Request, Response } from "express";
import { createElement as h, type ReactNode } from "react";
import type { SlackStandIn } from "../../test/stand-ins/slack.ts";

export type ShownFile = { id: string; name: string; title: string; altText: string; mimetype: string };
export type Picture = {
  alt_text: string;
  title?: { text: string } | undefined;
  slack_file?: { id?: string | undefined } | undefined;
};

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif"]);

/** A file below its message: a picture as itself, anything else to download. */
export function fileNode({ id, name, title, altText, mimetype }: ShownFile): ReactNode {
  const href = `/file/${id}`;
  const isPicture = PICTURES.has(mimetype);
  return h(
    "figure",
    { className: "file", key: id },
    isPicture && h("a", { href, download: name }, h("img", { src: href, alt: altText || title })),
    h(
      "figcaption",
      null,
      h("a", { href, download: name, className: "slack_link" }, isPicture ? title : `📄 ${title} (${name})`),
    ),
  );
}

/** A picture in a block. Those of the workspace are shown; of others only what they show is said: nothing is fetched. */
export function pictureNode({ alt_text: alt, slack_file, title }: Picture): ReactNode {
  if (!slack_file?.id) return `🖼 ${alt}`;
  return h(
    "span",
    { className: "picture" },
    title && h("span", { className: "hint" }, title.text),
    h("img", { src: `/file/${slack_file.id}`, alt, loading: "lazy" }),
  );
}

/** The bytes of a file that somebody in the workspace sees. */
export function sendFile(slack: SlackStandIn, request: Request, response: Response): void {
  const file = slack.file(String(request.params.id));
  if (file?.state !== "complete") return void response.status(404).type("text").send("there is no such file\n");
  response.type(PICTURES.has(file.mimetype) ? file.mimetype : "application/octet-stream").send(file.bytes);
}
