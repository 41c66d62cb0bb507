import type { IncomingMessage, ServerResponse } from "node:http";
import { endAnswer } from "../body.ts";

/** A few plain words for somebody's browser. They are escaped, nothing is loaded, and nobody keeps or passes on where it was. */
export function page(request: IncomingMessage, response: ServerResponse, status: number, words: string): void {
  if (response.destroyed || response.headersSent) return;
  const html = `<!doctype html><meta charset="utf-8"><title>Meeting updates</title><p>${inHtml(words)}</p>\n`;
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(html),
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    ...(status === 405 && { allow: "GET" }),
  });
  endAnswer(request, response, html);
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const inHtml = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
